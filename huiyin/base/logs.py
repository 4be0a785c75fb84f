"""How a record of the log is written: as a line for people, or as JSON for programs. Nobody's words get into it."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

FIELDS = ("request", "user", "method", "route", "status", "ms", "case", "sweep", "done")
"""What a record may carry besides its text, given as `extra`; anything else is left out."""
_TOLD = ("OSError", "DatabaseError", "ImproperlyConfigured")
"""Errors whose message is about the machine. Others may quote what a customer typed."""


class Plain(logging.Formatter):
    """Time, level, name, text, and what the record carries."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; with an error, where it came from below."""
        line = f"{_at(record)} {record.levelname} {record.name}: {record.getMessage()}"
        line += "".join(f" {name}={value}" for name, value in carried(record).items())
        return "\n".join(filter(None, [line, _error(record)]))


class Json(logging.Formatter):
    """One JSON object in a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in it."""
        found: dict[str, Any] = {"at": _at(record), "level": record.levelname, "logger": record.name}
        found |= {"message": record.getMessage(), **carried(record)}
        if error := _error(record):
            found["error"] = error
        return json.dumps(found, ensure_ascii=False, default=str)


def carried(record: logging.LogRecord) -> dict[str, Any]:
    """What the record carries, in one order."""
    return {name: value for name in FIELDS if (value := _plain(getattr(record, name, None))) is not None}


def _plain(value: Any) -> Any:
    """Django hands a whole request to its own records: its number says enough, its address may be somebody's link."""
    return value if value is None or isinstance(value, str | int | float) else getattr(value, "number", None)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _error(record: logging.LogRecord) -> str:
    return told(record.exc_info[1]) if record.exc_info and record.exc_info[1] else ""


def told(error: BaseException) -> str:
    """Where an error came from, and those before it: places in the code, and messages of the machine alone."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    own = _places(error.__traceback__) + _named(error)
    return own if before is None else f"{told(before)}\nafter it\n{own}"


def _places(trace: TracebackType | None) -> str:
    return "".join(f"{frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(trace))


def _named(error: BaseException) -> str:
    name = type(error).__qualname__
    if not any(kind.__name__ in _TOLD for kind in type(error).__mro__):
        return name
    return f"{name}: {str(error).partition(chr(10))[0]}"  # PostgreSQL's further lines quote the row


def configuration(form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error in one `form` (`plain` or `json`) from `level` on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": "huiyin.base.logs.Plain"}, "json": {"()": "huiyin.base.logs.Json"}},
        "filters": {"tokens": {"()": "huiyin.web.security.HideTokens"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["tokens"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.request": {"level": "ERROR"},  # any stranger can ask for a page that doesn't exist
        },
    }
