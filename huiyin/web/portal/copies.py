"""A customer's own copy of a case: what was said and decided as text, the files they sent, and what proves it.

No PDF: this page is open to all who have a link, and must not start processes for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from django.http import FileResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.base.ids import grouped
from huiyin.cases.workflow import EventKind
from huiyin.evidence import copying
from huiyin.evidence.actions import give_customer
from huiyin.evidence.lines import for_customer

from . import story

if TYPE_CHECKING:
    from huiyin.cases.models import Case, File
    from huiyin.cases.queries import Entry

_OWN = frozenset({EventKind.RECEIVED, EventKind.WROTE, EventKind.WITHDRAWN})
_IN_MEMORY = 4 * 1024 * 1024


def archive(case: Case, link: str, now: datetime) -> FileResponse:
    """A zip file. What we sent the customer stays on the page: only what they brought themselves is given back."""
    copied = for_customer(case)
    entries = copied.in_time
    text = "\ufeff" + "\r\n".join(_lines(case, entries, link)) + "\r\n"
    # Closed by the response once it is sent; no `with`, which would close it before.
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    give_customer(case, copying.for_customer(copied, text.encode(), own_files(entries)), file, now)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{case.number}.zip", content_type="application/zip")


def own_files(entries: list[Entry]) -> list[File]:
    """The files that the customer sent."""
    return [one for entry in entries if entry.event.kind in _OWN for one in entry.files]


def _lines(case: Case, entries: list[Entry], link: str) -> Iterator[str]:
    now = entries[-1].event.at if entries else case.received_at  # the same words for the same state of the case
    yield f"{case.site.name} · {_('Receipt number: {number}').format(number=grouped(case.number))}"
    yield _("As it stood on {time}").format(time=_time(now))
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
