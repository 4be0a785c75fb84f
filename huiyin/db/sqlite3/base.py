"""SQLite backend (skeleton)."""

from django.db.backends.sqlite3.base import DatabaseWrapper as DatabaseWrapper
