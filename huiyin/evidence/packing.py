"""A zip archive with a manifest: the same members give the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from huiyin.base.archive import Digesting

MANIFEST, SUM = "manifest.json", "manifest.sha256"
_WHEN = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""Characters that some file system takes for something else than a letter."""
_CHUNK = 1024 * 1024


class Packing:
    """Writes members one after the other; `close` writes what they are, and the digest of that, as the last two."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file, "w")
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add a member that is text, or small."""
        self.members[name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        self.zip.writestr(_info(name, zipfile.ZIP_DEFLATED), content)

    def add_file(self, name: str, path: Path) -> str:
        """Add a file as it lies on disk; its digest. One that is there already isn't added again."""
        if name in self.members:
            return str(self.members[name]["sha256"])
        with path.open("rb") as source, self.zip.open(_info(name, zipfile.ZIP_STORED), "w") as target:
            reader = Digesting(source)
            shutil.copyfileobj(reader, target, _CHUNK)
            size = source.tell()
        self.members[name] = {"sha256": reader.sha256.hexdigest(), "size": size}
        return str(self.members[name]["sha256"])

    def close(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, and finish."""
        content = text_of({**manifest, "members": self.members})
        self.zip.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), content)
        line = f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n"
        self.zip.writestr(_info(SUM, zipfile.ZIP_DEFLATED), line.encode())
        self.zip.close()


def _info(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type, info.create_system, info.external_attr = compression, 3, 0o644 << 16
    return info


def text_of(value: object) -> bytes:
    """A value as JSON that people can read."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def member_of(sha256: str, name: str) -> str:
    """Where a file lies in the archive: under its digest, by a name that every system can write."""
    safe = _UNSAFE.sub("_", name).strip(". ") or "file"
    return f"files/{sha256}/{safe}"
