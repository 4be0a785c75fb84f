"""Evidence: who had which file in hand, and copies of a case that anybody can check without us."""
