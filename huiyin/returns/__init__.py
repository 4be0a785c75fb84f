"""Return visits: who is asked again after a case was resolved, and what they said."""
