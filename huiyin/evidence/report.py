"""A copy of a case as a document for people: what `paper.typ` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.base.ids import grouped
from huiyin.cases import words
from huiyin.cases.covering import Covering
from huiyin.cases.models import CaseEvent, Message
from huiyin.cases.queries import Entry
from huiyin.cases.workflow import EventKind
from huiyin.clocks.plans import STEP
from huiyin.org import queries as org

from .details import Names, details, people_in, title
from .lines import Told
from .models import Handling

_BY_CUSTOMER = frozenset({EventKind.RECEIVED, EventKind.WROTE, EventKind.VISITED, EventKind.CHASED})


def names_of(copied: Told) -> Names:
    """What the ids of the events mean."""
    met = {event.actor.pk: event.actor.name for event in copied.events if event.actor is not None}
    meant = {key for event in copied.events for key in people_in(event.data)} - met.keys()
    return Names(met | (org.names(meant) if meant else {}), ZoneInfo(copied.case.site.time_zone))


def document(copied: Told, seals: Sequence[Covering], handled: Sequence[Handling]) -> dict[str, Any]:
    """Everything that is printed, in the language that is active."""
    case, names = copied.case, names_of(copied)
    language = get_language() or "en"
    number = grouped(case.number)
    return {
        "title": case.subject or number,
        "subtitle": _("Evidence copy of case {number}, as of event {seq}").format(number=number, seq=case.seq),
        "foot": f"{number} · {case.digest[:16]}",
        "lang": language[:2],
        "region": "cn" if language.startswith("zh") else "gb",
        "facts": [[label, value] for label, value in _facts(copied, names) if value],
        "words": {
            "timeline": _("timeline"),
            "files": _("Files"),
            "custody": _("Who was given the files"),
            "proof": _("How this can be checked"),
        },
        "events": [_event(entry, names) for entry in copied.in_time],
        "files": list(_files(copied)),
        "custody": [_handled(row, names) for row in handled],
        "proof": list(_proof(copied)),
        "seals": [_seal(one, names) for one in seals],
    }


def _facts(copied: Told, names: Names) -> Iterator[tuple[str, str]]:
    case = copied.case
    yield _("Receipt number"), grouped(case.number)
    yield _("Site"), f"{case.site.name} {case.place}".strip()
    customer = case.customer
    yield _("Customer"), f"{customer.name} {customer.phone_as_typed or customer.phone}".strip() if customer else ""
    yield _("E-mail"), case.email
    yield _("Kind"), str(case.get_kind_display())
    yield _("Category"), str(case.category) if case.category else ""
    yield _("Severity"), str(case.get_severity_display())
    yield _("Status"), words.status(case.status)
    yield _("Owner"), case.owner.name if case.owner else ""
    for label, at in (
        (_("Received"), case.received_at),
        (_("Answered"), case.answered_at),
        (_("Resolved"), case.resolved_at),
        (_("Closed"), case.closed_at),
    ):
        yield label, names.time(at) if at else ""


def _event(entry: Entry, names: Names) -> dict[str, Any]:
    event = entry.event
    return {
        "seq": event.seq,
        "at": names.time(event.at),
        "title": title(event),
        "who": _who(event),
        "details": details(event, names),
        "words": [_said(message) for message in entry.words.values()],
        "files": [file.name for file in entry.files],
    }


def _who(event: CaseEvent) -> str:
    if event.actor is not None:
        return event.actor.name
    return _("customer") if event.kind in _BY_CUSTOMER else _("by itself")


def _said(message: Message) -> dict[str, str]:
    if message.erased_at is not None:
        return {"label": _label(message.part), "text": "", "mark": _("erased by law")}
    mark = "" if message.public else _("not shown to the customer")
    return {"label": _label(message.part), "text": message.text, "mark": mark}


def _label(part: str) -> str:
    if part.startswith(STEP):
        return _("Milestone {number}").format(number=part.removeprefix(STEP))
    named = {
        "text": "",
        "cause": _("Cause"),
        "done": _("What was done"),
        "basis": _("Legal or contract basis"),
        "right_door": _("The right door"),
        "outside": _("Outside bodies"),
        "measure": _("What is to be done"),
        "reason": _("Reason"),
        "number": _("Their number"),
    }
    return named.get(part, part)


def _files(copied: Told) -> Iterator[dict[str, str]]:
    for entry in copied.in_time:
        for file in entry.files:
            about = _("{type}, {size} bytes, event {seq}").format(
                type=file.media_type, size=file.size, seq=entry.event.seq
            )
            yield {"name": file.name, "about": about, "sha256": file.sha256}


def _handled(row: Handling, names: Names) -> dict[str, str]:
    return {
        "at": names.time(row.at),
        "who": row.user.name if row.user else _("customer or command line"),
        "act": str(row.get_act_display()),
        "file": row.file.name,
    }


def _proof(copied: Told) -> Iterable[str]:
    yield _(
        "This PDF is for reading. What proves is beside it in the archive: each event with a digest that covers the "
        "event before it, each file under its own digest, the seals over them, and verify.py, which checks all of it "
        "on any computer with Python 3.8 or newer."
    )
    yield _("Digest of the last event: {digest}").format(digest=copied.case.digest)


def _seal(one: Covering, names: Names) -> dict[str, str]:
    about = _("Seal {number} of {time}").format(number=one.seal.pk, time=names.time(one.seal.at))
    return {"about": about, "digest": one.seal.digest}
