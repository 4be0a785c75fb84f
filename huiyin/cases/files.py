"""Files that people send: what they are is decided by their first bytes, never by their name."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import filetype
from django.conf import settings

from .change import StoredFile
from .models import File

ORPHAN_AFTER = timedelta(days=1)
TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/heic",
        "application/pdf",
        "audio/mpeg",
        "audio/mp4",
        "audio/amr",
        "audio/ogg",
        "video/mp4",
    }
)


class Upload(Protocol):
    """What a web form or the API hands over."""

    name: str | None

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""


class BadFile(ValueError):
    """A file that can't be taken; `code` is `too_large`, `empty` or `type`."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{name}: {code}")
        self.code, self.name = code, name


def folder() -> Path:
    """Where all files lie."""
    return Path(settings.HUIYIN_DATA_DIR) / "files"


def path_of(sha256: str) -> Path:
    """Where the bytes of a file lie."""
    return folder() / sha256[:2] / sha256


def referred() -> Iterator[str]:
    """Every file that a case speaks of, by digest, each once."""
    digests = File.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    return digests.iterator()


def store(upload: Upload) -> StoredFile:
    """Write a file to the data folder and sync it to disk, before any row speaks of it. Raises `BadFile`."""
    name = plain_name(upload.name or "")
    most = settings.HUIYIN_UPLOAD_MB * 1024 * 1024
    content = upload.read(most + 1)
    if len(content) > most:
        raise BadFile("too_large", name)
    if not content:
        raise BadFile("empty", name)
    kind = filetype.guess_mime(content)
    if kind not in TYPES:
        raise BadFile("type", name)
    sha256 = hashlib.sha256(content).hexdigest()
    _write(path_of(sha256), content)
    return StoredFile(sha256=sha256, name=name, media_type=kind, size=len(content))


def plain_name(name: str) -> str:
    """The last part of a name as a browser sent it, without folders and without characters that do something."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable()).strip()
    return shown[-120:] if shown.strip(".") else "file"


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        os.utime(path)  # young again, so that the sweep waits for the row that will speak of it
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(8)}")  # two may send the same bytes at once
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):  # the names too must survive a power cut
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def intact(sha256: str) -> bool:
    """Are the bytes still those that arrived?"""
    path = path_of(sha256)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def sweep(now: datetime) -> int:
    """Remove files that no row speaks of after a day (their form was never finished); how many.

    Each minute looks at one of the 256 folders, so all are seen in a few hours and no run is long.
    """
    minute = int(now.timestamp()) // 60
    part = folder() / f"{minute % 256:02x}"
    if _swept.get("minute") == minute or not part.is_dir():
        return 0
    _swept["minute"] = minute
    limit = (now - ORPHAN_AFTER).timestamp()
    old = {path.name: path for path in part.iterdir() if path.stat().st_mtime < limit}
    known = set(File.objects.filter(sha256__in=list(old)).values_list("sha256", flat=True))
    orphans = [path for name, path in old.items() if name not in known and path.stat().st_mtime < limit]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


_swept: dict[str, int] = {}
