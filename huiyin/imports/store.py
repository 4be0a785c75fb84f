"""Uploaded files while they are on their way in: apart from the evidence, under random names, for a day at most."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from huiyin.base.tables import TableError, gettext_noop
from huiyin.base.unpack import Unpacked, unpack

UNPACKED = 4
"""A file may grow to so many times the size that may be uploaded."""
_CHUNK = 1024 * 1024


class Upload(Protocol):
    """What a form hands over."""

    name: str | None

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.HUIYIN_DATA_DIR) / "imports"


def path_of(stored: str) -> Path:
    """Where one of them lies."""
    return folder() / f"{stored}.csv"


def new_name() -> str:
    """A random name for one more."""
    return secrets.token_hex(16)


def keep(upload: Upload) -> tuple[str, Unpacked]:
    """Keep an uploaded table as a plain CSV; its random name and what it holds. Raises `TableError`."""
    stored = new_name()
    with _received(upload, stored) as source:
        try:
            return stored, unpack(source, path_of(stored), most=UNPACKED * int(settings.HUIYIN_IMPORT_MB))
        except BaseException:
            drop(stored)
            raise


@contextmanager
def _received(upload: Upload, stored: str) -> Iterator[Path]:
    """The bytes as they came, for the time it takes to look at them."""
    most = int(settings.HUIYIN_IMPORT_MB)
    folder().mkdir(mode=0o750, exist_ok=True)
    path, size = folder() / f"{stored}.upload", 0
    try:
        with path.open("xb") as file:
            while chunk := upload.read(_CHUNK):
                size += len(chunk)
                if size > most * _CHUNK:
                    hint = gettext_noop("The file is larger than {most} MB: split it, or pack it with gzip.")
                    raise TableError(hint, most=most)
                file.write(chunk)
        yield path
    finally:
        path.unlink(missing_ok=True)


def drop(stored: str) -> None:
    """Forget a file."""
    path_of(stored).unlink(missing_ok=True)


def older_than(limit: datetime) -> Iterator[Path]:
    """Files of before `limit`."""
    if folder().is_dir():
        yield from (path for path in folder().iterdir() if path.stat().st_mtime < limit.timestamp())
