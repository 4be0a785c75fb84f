"""Fixtures for all. The database is that of HUIYIN_DATABASE_URL: SQLite, or PostgreSQL under `tests/postgres.py`."""

from django.conf import settings

# Pages under test link to static files as they lie in the source; collecting them first is the web server's business.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# A slow hash is right for people and wrong for a thousand tests.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
