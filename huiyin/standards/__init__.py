"""What to say and what not to say: phrases, words that had better not leave the house, and times that were promised."""
