"""A backup as one file: a tar archive of known members, with a manifest that has the digest of each.

Nothing that an archive says is believed: a member with another name than ours, a link, a second member of the same
name, or one whose digest differs is refused, so an archive can't write anywhere but where it was asked to.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = 1
_NAME = re.compile(r"database/[a-z0-9_]+\.gz|files/([0-9a-f]{2})/\1[0-9a-f]{62}")
_CHUNK = 1024 * 1024

Advance = Callable[[int], None]


class BadArchive(Exception):
    """What is wrong with an archive, in a sentence for a person."""


class Writer:
    """Writes an archive beside `path` and gives it the name once it is whole. Only its owner can read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.draft = path.with_name(f".{path.name}.part")
        self.members: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Writer:
        self.draft.unlink(missing_ok=True)
        self.file = os.fdopen(os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self.tar = tarfile.open(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        self.file.close()
        self.draft.unlink(missing_ok=True)

    def add(self, name: str, source: Path) -> str:
        """Add a file; the digest (hexadecimal SHA-256) of what was read."""
        with source.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
            reader = Digesting(file)
            self.tar.addfile(info, reader)
        digest = reader.sha256.hexdigest()
        self.members[name] = {"sha256": digest, "size": info.size}
        return digest

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest as the last member, make the archive survive a power cut, and give it its name."""
        text = json.dumps({"format": FORMAT, **manifest, "members": self.members}, indent=1, ensure_ascii=False)
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text.encode()), 0o600
        self.tar.addfile(info, io.BytesIO(text.encode()))
        self.tar.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.draft.replace(self.path)
        sync_folder(self.path.parent)


class Digesting(io.RawIOBase):
    """A file, and the digest of what was read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self.file.read(size)
        self.sha256.update(data)
        return data


class Reader:
    """An archive to restore from. Raises `BadArchive`, at once when it isn't a whole archive of ours."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.tar = tarfile.open(path, mode="r:")  # noqa: SIM115
            self._infos = _known(self.tar, path)
            self.manifest = self._manifest()
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BadArchive(f"{path} is no whole backup of Huiyin: {error}.") from error

    def names(self, folder: str) -> list[str]:
        """The members of a folder."""
        return sorted(name for name in self._infos if name.startswith(f"{folder}/"))

    def size(self, folder: str) -> int:
        """How many bytes the members of a folder have together."""
        return sum(self._infos[name].size for name in self.names(folder))

    def check(self, advance: Advance) -> None:
        """Read everything once: is each member what the manifest says?"""
        for name in self._infos:
            if name != MANIFEST:
                with self.open(name) as file:
                    while data := file.read(_CHUNK):
                        advance(len(data))

    @contextmanager
    def open(self, name: str) -> Iterator[Checked]:
        """Read a member; at its end its digest is compared."""
        file = self.tar.extractfile(self._infos[name])
        assert file is not None, "regular files only, as `_known` has seen to"
        yield Checked(name, file, self.manifest["members"][name]["sha256"])

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a file, which appears whole, synced to disk, and only when its digest is right."""
        draft = target.with_name(f".{target.name}.part")
        try:
            with self.open(name) as source, draft.open("wb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def _manifest(self) -> dict[str, Any]:
        if MANIFEST not in self._infos:
            raise BadArchive(f"{self.path} is no whole backup of Huiyin: its manifest is missing.")
        file = self.tar.extractfile(self._infos[MANIFEST])
        assert file is not None, "regular files only, as `_known` has seen to"
        try:
            manifest: dict[str, Any] = json.loads(file.read())
            newer, known = manifest["format"] > FORMAT, manifest["members"].keys()
            by = manifest["huiyin"]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadArchive(f"The manifest of {self.path} can't be read.") from error
        if newer:
            raise BadArchive(f"{self.path} was made by a newer Huiyin ({by}): update first.")
        if known != self._infos.keys() - {MANIFEST}:
            raise BadArchive(f"{self.path} doesn't hold what its manifest says.")
        return manifest


class Checked(io.RawIOBase):
    """A member that is read from its beginning to its end; at the end raises `BadArchive` for a wrong digest."""

    def __init__(self, name: str, file: IO[bytes], sha256: str) -> None:
        self.name, self.file, self.wanted, self.sha256 = name, file, sha256, hashlib.sha256()

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes; nothing at the end, provided that they were those that were written."""
        data = self.file.read(size)
        self.sha256.update(data)
        if (not data or size < 0) and self.sha256.hexdigest() != self.wanted:
            raise BadArchive(f"{self.name} in the backup is damaged: its digest is another one.")
        return data


def _known(tar: tarfile.TarFile, path: Path) -> dict[str, tarfile.TarInfo]:
    infos: dict[str, tarfile.TarInfo] = {}
    for info in tar:
        if not info.isreg() or not (_NAME.fullmatch(info.name) or info.name == MANIFEST):
            raise BadArchive(f"{path} is refused: {info.name!r} is not a part of a backup of Huiyin.")
        if info.name in infos:
            raise BadArchive(f"{path} is refused: it holds {info.name!r} twice.")
        infos[info.name] = info
    return infos


def pack(source: Path, target: Path, advance: Advance) -> None:
    """Compress a file."""
    with source.open("rb") as file, gzip.open(target, "wb", compresslevel=3) as packed:
        while data := file.read(_CHUNK):
            packed.write(data)
            advance(len(data))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def room_missing(folder: Path, wanted: int) -> str | None:
    """A sentence when a folder's disk has less room than is wanted; None when there is enough."""
    free = shutil.disk_usage(folder).free
    if free >= wanted:
        return None
    return f"{folder} has {free / 1e6:,.0f} MB of free space, and up to {wanted / 1e6:,.0f} MB are needed."
