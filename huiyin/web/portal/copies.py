"""A customer's own copy of a case: what was said and decided as text, and the files they sent themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from django.http import FileResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.base.ids import grouped
from huiyin.cases import told
from huiyin.cases.files import path_of
from huiyin.cases.workflow import EventKind

from . import story

if TYPE_CHECKING:
    from huiyin.cases.models import Case, File
    from huiyin.cases.queries import Entry

_OWN = frozenset({EventKind.RECEIVED, EventKind.WROTE, EventKind.WITHDRAWN})
_IN_MEMORY = 4 * 1024 * 1024


def archive(case: Case, link: str, now: datetime) -> FileResponse:
    """A zip file. What we sent the customer stays on the page: only what they brought themselves is given back."""
    entries = told.entries(case)
    # Closed by the response once it is sent; no `with`, which would close it before.
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(f"{case.number}.txt", "\ufeff" + "\r\n".join(_lines(case, entries, link, now)) + "\r\n")
        for name, one in _files(entries):
            packed.write(path_of(one.sha256), name)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{case.number}.zip", content_type="application/zip")


def own_files(entries: list[Entry]) -> list[File]:
    """The files that the customer sent."""
    return [one for entry in entries if entry.event.kind in _OWN for one in entry.files]


def _files(entries: list[Entry]) -> Iterator[tuple[str, File]]:
    """With names of their own, for two photos are often called alike. What is lost is left out."""
    for number, one in enumerate(own_files(entries), start=1):
        if path_of(one.sha256).is_file():
            path = PurePath(one.name)
            yield f"{number:02} {path.stem[:60]}{path.suffix}", one


def _lines(case: Case, entries: list[Entry], link: str, now: datetime) -> Iterator[str]:
    yield f"{case.site.name} · {_('Receipt number: {number}').format(number=grouped(case.number))}"
    yield _("Copy made on {time}").format(time=_time(now))
    yield _("Where it stands: {standing}").format(standing=story.standing(story.common(case)))
    if case.place:
        yield _("Place: {place}").format(place=case.place)
    decision = story.answer(case, entries, link)
    if decision:
        yield from ("", _("Decided or answered last, {time}:").format(time=_time(decision.at)), decision.text)
    yield from ("", _("What has happened"))
    for line in story.lines(entries, now):
        yield f"{_time(line.at) if line.at else ''}  {line.text}"
    yield from ("", _("What was said"))
    for said in story.thread(entries, link, case.site.name):
        yield f"{_time(said.at)}  {_('You') if said.tone == 'customer' else said.actor_name}"
        yield from (said.text, "")


def _time(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
