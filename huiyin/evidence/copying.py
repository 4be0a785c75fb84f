"""Writes a copy of a case: everything its reader may have, and what proves it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.utils import translation

from huiyin import __version__
from huiyin.base.archive import sync_folder
from huiyin.cases.covering import Covering, covering
from huiyin.cases.files import path_of
from huiyin.cases.models import File

from . import queries
from .lines import Told, lines, written
from .models import Handling
from .packing import Packing, member_of
from .pdf import pdf_of
from .report import document

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Contents:
    """What goes into a copy besides the events: texts and papers by name, and the files of each entry."""

    told: Told
    papers: Mapping[str, bytes]
    files: list[File]
    elsewhere: list[File] = field(default_factory=list)
    """Files of a customer that came in with the case theirs was joined into: no event of this chain speaks of them."""
    seals: list[Covering] = field(default_factory=list)


def for_staff(told: Told, language: str) -> Contents:
    """Everything that a member of staff may have, with a PDF. Raises `NoPaper`."""
    seals, handled = list(covering(told.case)), queries.handled(told.case)
    with translation.override(language):
        papers = {"case.pdf": pdf_of(document(told, seals, handled))}
    papers["custody.jsonl"] = written(_custody(told, handled))
    return Contents(told, papers, [file for entry in told.in_time for file in entry.files], seals=seals)


def for_customer(told: Told, text: bytes, own: list[File]) -> Contents:
    """What is public to a customer: `text` is the case for reading, `own` the files that they sent."""
    here = {event.pk for event in told.events}
    ours = {file.pk for entry in told.entries.values() if entry.event.pk in here for file in entry.files}
    mine, others = [one for one in own if one.pk in ours], [one for one in own if one.pk not in ours]
    return Contents(told, {f"{told.case.number}.txt": text}, mine, elsewhere=others)


def write(contents: Contents, file: IO[bytes]) -> None:
    """Write the archive. The same state of a case gives the same bytes."""
    packing = Packing(file)
    told, case = contents.told, contents.told.case
    for name, source in (("README.txt", "readme.en.txt"), ("README.zh.txt", "readme.zh.txt")):
        packing.add(name, (_HERE / source).read_bytes())
    for name, content in contents.papers.items():
        packing.add(name, content)
    packing.add("events.jsonl", written(lines(told, {one.pk for one in contents.files})))
    for one in (*contents.files, *contents.elsewhere):
        if path_of(one.sha256).is_file():
            packing.add_file(member_of(one.sha256, one.name), path_of(one.sha256))
    if contents.seals:
        packing.add("seals.jsonl", written(_seals(contents.seals)))
    for seal in contents.seals:
        packing.add(f"seals/{seal.seal.pk:08d}.txt", seal.lines)
    packing.add("verify.py", (_HERE / "verifier.py").read_bytes())
    names = {"key": case.pk, "number": case.number, "uid": case.uid, "events": case.seq, "digest": case.digest}
    elsewhere = [member_of(one.sha256, one.name) for one in contents.elsewhere]
    extra = {"elsewhere": elsewhere} if elsewhere else {}
    sealed = max((_last(seal, case.pk) for seal in contents.seals), default=0)
    packing.close({"format": 1, "huiyin": __version__, "case": names, "sealed": sealed, **extra})


def _last(seal: Covering, case: int) -> int:
    rows = (line.split() for line in seal.lines.decode().splitlines())
    return max((int(row[2]) for row in rows if int(row[0]) == case), default=0)


def _seals(seals: list[Covering]) -> Iterator[dict[str, Any]]:
    for one in seals:
        yield {
            "seal": one.seal.pk,
            "at": one.seal.at.astimezone(UTC).isoformat(),
            "cases": one.seal.cases,
            "events": one.seal.events,
            "previous": one.previous,
            "digest": one.seal.digest,
        }


def _custody(told: Told, handled: list[Handling]) -> Iterator[dict[str, Any]]:
    """Who added each file, and who was given it."""
    for entry in told.in_time:
        for file in entry.files:
            who = entry.event.actor.name if entry.event.actor else ""
            yield {"at": _at(entry.event.at), "act": "added", "who": who, "sha256": file.sha256, "name": file.name}
    for row in handled:
        who = row.user.name if row.user else ""
        yield {"at": _at(row.at), "act": row.act, "who": who, "sha256": row.file.sha256, "name": row.file.name}


def _at(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@dataclass(frozen=True)
class Written:
    """A file that holds a copy."""

    path: Path
    sha256: str
    size: int


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A draft beside `path`, only for its owner; removed again unless it was given its name."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def write_file(contents: Contents, draft: Path) -> Written:
    """Write a copy to disk, for good."""
    with draft.open("w+b") as file:
        write(contents, file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(draft, digest, draft.stat().st_size)


def keep(written: Written, path: Path) -> None:
    """Give a draft its name."""
    written.path.replace(path)
    sync_folder(path.parent)
