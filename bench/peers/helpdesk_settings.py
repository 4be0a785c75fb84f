"""Settings of a project for django-helpdesk. PEER_DATABASE: a file of SQLite, or the address of PostgreSQL."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit


def database(where: str) -> dict[str, Any]:
    """As durable, and as far from locking, as ours."""
    if not where.startswith("postgres"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000"
        options = {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 20}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": where, "CONN_MAX_AGE": None, "OPTIONS": options}
    parts = urlsplit(where)
    place = {"HOST": parts.hostname, "PORT": parts.port, "USER": parts.username, "NAME": parts.path[1:]}
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, **place}


DATABASES = {"default": database(os.environ.get("PEER_DATABASE", ""))}
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "peer"
ROOT_URLCONF = "helpdesk_project"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
SITE_ID = 1
STATIC_URL = "/static/"
MEDIA_ROOT = os.environ.get("PEER_MEDIA", "/nonexistent")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
INSTALLED_APPS = [
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "sites", "messages")),
    *(f"django.contrib.{name}" for name in ("staticfiles", "admin", "humanize")),
    *("rest_framework", "helpdesk"),
]
PROCESSORS = ("template.context_processors.debug", "template.context_processors.request")
CONTEXT = [*PROCESSORS, "contrib.auth.context_processors.auth", "contrib.messages.context_processors.messages"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [f"django.{name}" for name in CONTEXT]},
    }
]
LOGGING_CONFIG = None
HELPDESK_TEAMS_MODE_ENABLED = False
