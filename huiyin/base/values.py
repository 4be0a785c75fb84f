"""How the values of settings are read: a function each, raising `ValueError` with what the value must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo


def text(value: str) -> str:
    return value


def number(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ValueError("must be a whole number")
    return int(value)


def positive(value: str) -> int:
    if number(value) < 1:
        raise ValueError("must be 1 or more")
    return int(value)


def port(value: str) -> int:
    if not 1 <= number(value) <= 65535:
        raise ValueError("must be between 1 and 65535")
    return int(value)


def switch(value: str) -> bool:
    if value.lower() not in {"0", "1", "on", "off", "true", "false", "yes", "no", ""}:
        raise ValueError("must be on or off")
    return value.lower() in {"1", "on", "true", "yes"}


def names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def folder(value: str) -> Path:
    if not value:
        raise ValueError("must name a folder")
    return Path(value).expanduser().absolute()


def web_address(value: str) -> str:
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError("must look like https://huiyin.example.com")
    return value.rstrip("/")


def database(value: str) -> str:
    if value and urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("must start with sqlite:/// or postgres://")
    return value


def time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("must be a time zone such as Asia/Shanghai") from error


def mail_address(value: str) -> str:
    if value and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+|[^<>]*<[^@\s<>]+@[^@\s<>]+>", value):
        raise ValueError("must look like service@example.com or Name <service@example.com>")
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    def choice(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return choice
