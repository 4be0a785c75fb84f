"""The timeline in words: what `includes/timeline_item.html` shows for each event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base.ids import grouped, receipt_number
from huiyin.cases import queries as cases
from huiyin.cases import severity
from huiyin.cases.queries import Entry
from huiyin.cases.workflow import EventKind, WaitingFor
from huiyin.clocks import queries as clocks
from huiyin.org import queries as org
from huiyin.web.downloads import SHOWN
from huiyin.web.templatetags.huiyin import when

from .sheet import Sheet

if TYPE_CHECKING:
    from huiyin.cases.models import CaseEvent

E = EventKind
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """Words of an event. `label` is empty for its main text."""

    label: str
    text: str
    public: bool
    erased: bool


@dataclass(frozen=True)
class FileLink:
    """A file of an event."""

    url: str
    name: str
    is_image: bool


@dataclass(frozen=True)
class Line:
    """One event. `tone`: `customer`, `inside` (never shown to them), `clock` (a deadline's mark), or empty."""

    seq: int
    at: datetime
    tone: str
    title: str
    actor_name: str
    parts: Sequence[Part]
    files: Sequence[FileLink]


@dataclass(frozen=True)
class Known:
    """What a sentence needs besides the event: the names of people by id, and the present moment."""

    names: Mapping[int, str]
    now: datetime

    def when(self, instant: str) -> str:
        """An instant of an event as people say it."""
        return when(datetime.fromisoformat(instant), self.now)


PARTS: Mapping[str, str | Promise] = {
    "text": "",
    "cause": gettext_lazy("Cause"),
    "done": gettext_lazy("What was done"),
    "basis": gettext_lazy("Legal or contract basis"),
    "right_door": gettext_lazy("The right door"),
}
_INSIDE = frozenset({E.ASSIGNED, E.HANDED_OVER, E.REPLIED, E.GRADED, E.SORTED, E.NOTED, E.KEPT})
_BY_CUSTOMER = frozenset({E.RECEIVED, E.WROTE, E.VISITED})


def lines(sheet: Sheet) -> list[Line]:
    """All events of the case in order."""
    known = Known(_names(sheet), sheet.now)
    # Marks of clocks are written when somebody looks, and belong where the deadline was.
    return sorted((_line(sheet, entry, known) for entry in sheet.entries), key=lambda line: line.at)


def _names(sheet: Sheet) -> dict[int, str]:
    """Who is meant by the ids in the events; asked of the database only for somebody we haven't met on the page."""
    met = [entry.event.actor for entry in sheet.entries] + [sheet.case.owner, sheet.case.handler]
    names = {person.pk: person.name for person in met if person}
    meant = {entry.event.data["to"] for entry in sheet.entries if entry.event.kind == E.ASSIGNED}
    return names | org.names(unknown) if (unknown := meant - names.keys()) else names


def _line(sheet: Sheet, entry: Entry, known: Known) -> Line:
    event = entry.event
    title = _TITLES.get(E(event.kind))
    parts = [
        Part(str(PARTS.get(m.part, m.part)), m.text, m.public, m.erased_at is not None) for m in entry.words.values()
    ]
    return Line(
        seq=event.seq,
        at=event.at,
        tone=_tone(event),
        title=title(event.data, known) if title else str(E(event.kind).label),
        actor_name=_actor(event),
        parts=parts,
        files=[
            FileLink(reverse("case_file", args=[sheet.case.number, file.pk]), file.name, file.media_type in SHOWN)
            for file in entry.files
        ],
    )


def _tone(event: CaseEvent) -> str:
    if event.topic == "clocks":
        return "clock"
    if event.kind == E.RECEIVED or (event.kind in _BY_CUSTOMER and event.actor is None):
        return "customer"
    draft = event.kind == E.ANSWERED and not event.data["public"]
    return "inside" if draft or event.kind in _INSIDE else ""


def _actor(event: CaseEvent) -> str:
    if event.topic == "clocks":
        return ""
    if event.actor:
        return event.actor.name
    return _("customer") if event.kind in _BY_CUSTOMER else _("by itself")


def _handed_over(data: Data, known: Known) -> str:
    name = org.organisation().departments[data["department"]].name
    if by := data.get("reply_by"):
        return _("Handed over to %(department)s, reply by %(time)s") % {"department": name, "time": known.when(by)}
    return _("Handed over to %(department)s") % {"department": name}


def _sorted(data: Data, known: Known) -> str:
    return _("Category: %(name)s") % {"name": cases.categories().by_id[data["category"]]}


def _visited(data: Data, known: Known) -> str:
    if not data["reached"]:
        return _("Return visit: not reached")
    if data.get("declined"):
        return _("Return visit: did not want to answer")
    said = [_("Return visit")]
    if data["solved"] is not None:
        said.append(_("solved") if data["solved"] else _("not solved"))
    if data["satisfied"] is not None:
        said.append(_("satisfied %(points)d of 5") % {"points": data["satisfied"]})
    return " · ".join(said)


def _noted(data: Data, known: Known) -> str:
    label = {
        "note": _("Internal note"),
        "link": _("New link for the customer"),
        "due_soon": _("%(clock)s: due soon, by %(time)s"),
        "breached": _("%(clock)s: overdue since %(time)s"),
        "in_time": _("%(clock)s: done by %(time)s after all, as we know now"),
        "reckoned": _("%(clock)s: deadline reckoned anew, %(time)s"),
    }.get(data.get("what", ""), _("Noted"))
    if "due_at" not in data:
        return label
    return label % {"clock": clocks.KINDS.get(data["clock"], data["clock"]), "time": known.when(data["due_at"])}


_BECAUSE: Mapping[str, str | Promise] = {
    "asked": gettext_lazy("Taken up again"),
    "visit": gettext_lazy("Taken up again after the return visit"),
}
_TITLES: Mapping[EventKind, Callable[[Data, Known], str]] = {
    E.ASSIGNED: lambda data, known: _("Assigned to %(name)s") % {"name": known.names.get(data["to"], "")},
    E.HANDED_OVER: _handed_over,
    E.ANSWERED: lambda data, known: _("Answered the customer") if data["public"] else _("Draft of an answer"),
    E.CALLED: lambda data, known: _("Phone call") if data["reached"] else _("Phone call: not reached"),
    E.COMMITTED: lambda data, known: _("Promised by %(time)s") % {"time": known.when(data["due_at"])},
    E.KEPT: lambda data, known: _("Promise kept") if data["kept"] else _("Promise broken"),
    E.WAITED: lambda data, known: str(WaitingFor(data["for"]).label),
    E.GRADED: lambda data, known: _("Severity %(sentence)s") % {"sentence": severity.sentence(data["grade"])},
    E.SORTED: _sorted,
    E.REOPENED: lambda data, known: str(_BECAUSE.get(data.get("because", ""), _BECAUSE["asked"])),
    E.JOINED: lambda data, known: _joined(_("Joined into case %(number)s"), data["into"]),
    E.ABSORBED: lambda data, known: _joined(_("Case %(number)s joined"), data["case"]),
    E.VISITED: _visited,
    E.NOTED: _noted,
}


def _joined(sentence: str, key: int) -> str:
    return sentence % {"number": grouped(receipt_number(key))}
