"""Every setting of an installation, and Django's settings made from them.

`TABLE` is validation and documentation at once: what isn't in it can't be set. What a manager changes while Huiyin runs
is a row in the database, never a setting here.
"""

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from huiyin.base import logs
from huiyin.base.values import (
    database,
    folder,
    mail_address,
    names,
    number,
    one_of,
    port,
    positive,
    switch,
    text,
    time_zone,
    web_address,
)

CODE = Path(__file__).resolve().parent


class BadSetting(ImproperlyConfigured):
    """A setting that can't be understood; says which variable in one line."""


# --- the table -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    kind: Callable[[str], Any]
    help: str
    secret: bool = False  # may also come from the file named by NAME_FILE; never printed


TABLE: tuple[Setting, ...] = (
    Setting("PORT", "8000", port, "Port of the web server."),
    Setting("HOST", "127.0.0.1", text, "Address the web server listens on; 0.0.0.0 for every network card."),
    Setting("HUIYIN_DATA_DIR", "./var", folder, "Folder for the database, files, keys and collected static files."),
    Setting(
        "HUIYIN_DATABASE_URL",
        "",
        database,
        "sqlite:////path/file or postgres://user:password@host:5432/name; empty: huiyin.sqlite3 in the data folder.",
        secret=True,
    ),
    Setting(
        "HUIYIN_SECRET_KEY", "", text, "Signs sessions; empty: made at first start in the data folder.", secret=True
    ),
    Setting(
        "HUIYIN_ADMIN_PASSWORD",
        "",
        text,
        "First password of the administrator; empty: made up, shown once.",
        secret=True,
    ),
    Setting("HUIYIN_PUBLIC_URL", "", web_address, "Address customers see, for links; empty: http://127.0.0.1:PORT."),
    Setting("HUIYIN_ALLOWED_HOSTS", "", names, "Host names answered besides localhost and the public address; commas."),
    Setting("HUIYIN_TRUST_PROXY", "off", switch, "Believe X-Forwarded-Proto and X-Forwarded-For of a proxy in front."),
    Setting("HUIYIN_LANGUAGE", "zh-hans", one_of("zh-hans", "en"), "Language for those who chose none: zh-hans or en."),
    Setting("HUIYIN_TIME_ZONE", "Asia/Shanghai", time_zone, "Time zone of new sites; rows are always in UTC."),
    Setting("HUIYIN_DEBUG", "off", switch, "Show errors in the browser. Never on a machine others can reach."),
    Setting("HUIYIN_LOG_LEVEL", "INFO", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "DEBUG, INFO, WARNING or ERROR."),
    Setting("HUIYIN_LOG_FORMAT", "plain", one_of("plain", "json"), "Log for people (plain) or programs (json)."),
    Setting(
        "HUIYIN_METRICS_TOKEN", "", text, "To be shown for /metrics; empty: only this machine may ask.", secret=True
    ),
    Setting("HUIYIN_LOGIN_ATTEMPTS", "5", positive, "Wrong passwords in a row before a log-in is locked for a while."),
    Setting("HUIYIN_LOGIN_LOCK_MINUTES", "15", positive, "How long such a log-in stays locked."),
    Setting("HUIYIN_SESSION_HOURS", "12", positive, "A log-in ends after so many hours."),
    Setting("HUIYIN_UPLOAD_MB", "10", positive, "Largest file that may be uploaded, in megabytes."),
    Setting("HUIYIN_IMPORT_MB", "50", positive, "Largest table that may be uploaded for an import, in megabytes."),
    Setting("HUIYIN_SMTP_HOST", "", text, "Mail server for mail to customers; empty: no mail is sent."),
    Setting("HUIYIN_SMTP_PORT", "587", port, "Its port; 465 goes with ssl."),
    Setting("HUIYIN_SMTP_USER", "", text, "Name to log in there; empty: no log-in."),
    Setting("HUIYIN_SMTP_PASSWORD", "", text, "Password to log in there.", secret=True),
    Setting("HUIYIN_SMTP_TLS", "starttls", one_of("starttls", "ssl", "off"), "starttls, ssl, or off on one machine."),
    Setting("HUIYIN_SMTP_FROM", "", mail_address, "Sender of this mail: service@example.com or Name <address>."),
    Setting("HUIYIN_WEB_PROCESSES", "0", number, "Web processes; 0: one, on PostgreSQL one a core up to 4."),
    Setting("HUIYIN_WEB_THREADS", "0", number, "Threads in each; 0: one on SQLite, two on PostgreSQL."),
)


def raw_value(setting: Setting, environ: Mapping[str, str]) -> str:
    """The value as written: the variable itself, for secrets also the file that NAME_FILE names, or the default."""
    file = environ.get(f"{setting.name}_FILE") if setting.secret else None
    if file and setting.name in environ:
        raise BadSetting(f"{setting.name} and {setting.name}_FILE are both set: keep one of them.")
    if not file:
        return environ.get(setting.name, setting.default).strip()
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{setting.name}_FILE: can't read {file} ({error.strerror}).") from error


def read_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting of the table by name. Raises BadSetting at the first that can't be understood."""
    unknown = sorted(name for name in environ if name.startswith("HUIYIN_") and name not in KNOWN)
    if unknown:
        close = difflib.get_close_matches(unknown[0], KNOWN, n=1)
        hint = f": did you mean {close[0]}?" if close else "."
        raise BadSetting(f"{unknown[0]} is not a setting of Huiyin{hint}")
    values = {}
    for setting in TABLE:
        raw = raw_value(setting, environ)
        try:
            values[setting.name] = setting.kind(raw)
        except ValueError as error:
            shown = "its value" if setting.secret else repr(raw)
            raise BadSetting(f"{setting.name} {error}, not {shown}.") from error
    return values


# The last is no setting: a process tells its children by it whose death they must not survive.
KNOWN = frozenset(
    name for setting in TABLE for name in (setting.name, f"{setting.name}_FILE" if setting.secret else setting.name)
) | {"HUIYIN_PARENT"}


# --- what is made of them --------------------------------------------------------------------------------------------


def make_folder(path: Path) -> Path:
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"HUIYIN_DATA_DIR: can't use the folder {path} ({error.strerror}).") from error
    return path


def secret_key(data_dir: Path) -> str:
    """The key in the data folder, made at first start. It appears whole, also when two start at once."""
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f".secret_key.{os.getpid()}"
        try:
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
            if not path.exists():
                path.hardlink_to(draft)
        except FileExistsError:
            pass  # the other start was faster: its key counts
        except OSError as error:
            raise BadSetting(f"HUIYIN_DATA_DIR: can't write to {data_dir} ({error.strerror}).") from error
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


def sqlite_database(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "huiyin.db.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE", "cached_statements": 500},
        "TEST": {"NAME": ":memory:"},  # said aloud, for parallel test runs
    }


def postgres_database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "huiyin.db.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Statements are sent as they are and prepared by the server, so it doesn't plan the same insert each time.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2, **options},
    }


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    if not url:
        return sqlite_database(str(data_dir / "huiyin.sqlite3"))
    if urlsplit(url).scheme == "sqlite":
        return sqlite_database(url.removeprefix("sqlite:///"))
    return postgres_database(url)


VALUES = read_settings(os.environ)

PORT: int = VALUES["PORT"]
HOST: str = VALUES["HOST"]
HUIYIN_DATA_DIR: Path = make_folder(VALUES["HUIYIN_DATA_DIR"])
HUIYIN_PUBLIC_URL: str = VALUES["HUIYIN_PUBLIC_URL"] or f"http://127.0.0.1:{PORT}"
ONLY_HERE = (urlsplit(HUIYIN_PUBLIC_URL).hostname or "") in ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104
"""Does the address lead nobody here but from this very machine?"""
HUIYIN_ADMIN_PASSWORD: str = VALUES["HUIYIN_ADMIN_PASSWORD"]
HUIYIN_TIME_ZONE: str = VALUES["HUIYIN_TIME_ZONE"]
HUIYIN_LOGIN_ATTEMPTS: int = VALUES["HUIYIN_LOGIN_ATTEMPTS"]
HUIYIN_LOGIN_LOCK_MINUTES: int = VALUES["HUIYIN_LOGIN_LOCK_MINUTES"]
HUIYIN_UPLOAD_MB: int = VALUES["HUIYIN_UPLOAD_MB"]
HUIYIN_IMPORT_MB: int = VALUES["HUIYIN_IMPORT_MB"]
HUIYIN_METRICS_TOKEN: str = VALUES["HUIYIN_METRICS_TOKEN"]
HUIYIN_TRUST_PROXY: bool = VALUES["HUIYIN_TRUST_PROXY"]
HUIYIN_SMTP_HOST: str = VALUES["HUIYIN_SMTP_HOST"]
HUIYIN_SMTP_PORT: int = VALUES["HUIYIN_SMTP_PORT"]
HUIYIN_SMTP_USER: str = VALUES["HUIYIN_SMTP_USER"]
HUIYIN_SMTP_PASSWORD: str = VALUES["HUIYIN_SMTP_PASSWORD"]
HUIYIN_SMTP_TLS: str = VALUES["HUIYIN_SMTP_TLS"]
HUIYIN_SMTP_FROM: str = VALUES["HUIYIN_SMTP_FROM"]

SECRET_KEY = VALUES["HUIYIN_SECRET_KEY"] or secret_key(HUIYIN_DATA_DIR)
DEBUG: bool = VALUES["HUIYIN_DEBUG"]
ALLOWED_HOSTS = [
    *("localhost", "127.0.0.1", "[::1]"),
    *(name for name in (urlsplit(HUIYIN_PUBLIC_URL).hostname,) if name),
    *VALUES["HUIYIN_ALLOWED_HOSTS"],
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "huiyin.org",
    "huiyin.customers",
    "huiyin.cases",
    "huiyin.imports",
    "huiyin.clocks",
    "huiyin.standards",
    "huiyin.messages",
    "huiyin.returns",
    "huiyin.recovery",
    "huiyin.playbooks",
    "huiyin.evidence",
    "huiyin.fairness",
    "huiyin.alerts",
    "huiyin.groups",
    "huiyin.bulk",
    "huiyin.rates",
    "huiyin.worth",
    "huiyin.packs.property",
    "huiyin.web",
    "huiyin.api",
    "huiyin.apps.HuiyinConfig",
]

MIDDLEWARE = [
    "huiyin.web.watch.watched",
    "huiyin.web.probes.probes",  # asked by machines under any host name, also when the database is gone
    "django.middleware.security.SecurityMiddleware",
    "huiyin.api.door.door",  # answers /api/ itself: no cookie, session or language of a browser comes near it
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huiyin.web.security.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "huiyin.web.methods.OnlyKnown",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "huiyin.web.middleware.pinned_reference",
]

AUTHENTICATION_BACKENDS = ["huiyin.org.sign_in.Backend"]
ROOT_URLCONF = "huiyin.urls"
WSGI_APPLICATION = "huiyin.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database_settings(VALUES["HUIYIN_DATABASE_URL"], HUIYIN_DATA_DIR)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

ON_SQLITE = DATABASES["default"]["ENGINE"] == "huiyin.db.sqlite3"
# SQLite has one writer, and a second process costs the memory of the first again. PostgreSQL has many, and one process
# uses no more than one core: its threads share an interpreter.
WEB_PROCESSES: int = VALUES["HUIYIN_WEB_PROCESSES"] or (1 if ON_SQLITE else min(os.cpu_count() or 1, 4))
WEB_THREADS: int = VALUES["HUIYIN_WEB_THREADS"] or (1 if ON_SQLITE else 2)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CODE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

AUTH_USER_MODEL = "org.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE: str = VALUES["HUIYIN_LANGUAGE"]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [CODE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # the server's own; each site has its time zone

STATIC_URL = "/static/"
STATIC_ROOT = HUIYIN_DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600  # hashed names are kept for ever anyway

HTTPS = HUIYIN_PUBLIC_URL.startswith("https://")
SESSION_COOKIE_NAME = "huiyin_session"
SESSION_COOKIE_AGE = VALUES["HUIYIN_SESSION_HOURS"] * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "huiyin_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [HUIYIN_PUBLIC_URL]
LANGUAGE_COOKIE_NAME = "huiyin_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HUIYIN_TRUST_PROXY else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING = logs.configuration(VALUES["HUIYIN_LOG_FORMAT"], VALUES["HUIYIN_LOG_LEVEL"])
