"""PostgreSQL as we use it."""
