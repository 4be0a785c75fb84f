"""Recovery plans prepared beforehand, one for each sort of failure, and what is done by them in a case."""
