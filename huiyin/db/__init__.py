"""Nearer to the database than Django's ORM: the SQLite backend that queues its writers, and fast inserts."""
