"""Service recovery: what is made good, by whose authority, out of which budget."""
