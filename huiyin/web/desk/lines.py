"""The timeline in words: what `includes/timeline_item.html` shows for each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.cases import actions, referring
from huiyin.cases import queries as cases
from huiyin.cases.queries import Entry
from huiyin.cases.workflow import EventKind
from huiyin.clocks.plans import STEP
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.standards import queries as standards
from huiyin.web.downloads import SHOWN

from .matters import judgeable
from .sheet import Sheet, Task
from .titles import Known, people, title_of

if TYPE_CHECKING:
    from huiyin.cases.models import CaseEvent, File

E = EventKind


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
    look: str
    """The page on which it is looked at."""


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
    other: str = ""
    """Receipt number of the case it leads to, when the reader may see that one."""
    answer: Answer | None = None


@dataclass(frozen=True)
class Answer:
    """The answer of a department, to be judged beside its words. `url`: where; empty when this reader may not."""

    task: Task
    url: str

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why not, as (code, words); what needs words of one's own is asked for by the form."""
        return [(code, str(label)) for code, label in cases.UNUSABLE if code != "other"]


PARTS: Mapping[str, str | Promise] = {
    "text": "",
    "cause": gettext_lazy("Cause"),
    "done": gettext_lazy("What was done"),
    "prevention": gettext_lazy("So that it doesn't happen again"),
    "basis": gettext_lazy("Legal or contract basis"),
    "right_door": gettext_lazy("The right door"),
    "outside": gettext_lazy("Outside bodies"),
    "measure": gettext_lazy("What is to be done"),
    "reason": gettext_lazy("Reason"),
    "number": gettext_lazy("Their number"),
    "asked_by": gettext_lazy("Asked by"),
    "option1": gettext_lazy("Option 1"),
    "option2": gettext_lazy("Option 2"),
    "option3": gettext_lazy("Option 3"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "place": gettext_lazy("Place"),
    "old_name": gettext_lazy("Name before"),
    "old_phone": gettext_lazy("Phone before"),
    "old_email": gettext_lazy("E-mail before"),
    "old_place": gettext_lazy("Place before"),
}
_INSIDE = frozenset({E.ASSIGNED, E.HANDED_OVER, E.REPLIED, E.GRADED, E.SORTED, E.NOTED, E.KEPT})
_INSIDE |= {E.ASKED, E.TOLD, E.RETURNING, E.RETURNED, E.EXTENDING, E.OVERRIDDEN, E.CHASED, E.SUPERVISED, E.REFERRED}
_INSIDE |= {E.PASSED, E.SIGNED, E.JUDGED, E.REVIEWED, E.PLANNING, E.APPROVING, E.APPROVED}
_INSIDE |= {E.TAGGED, E.UNTAGGED, E.GATHERED, E.RELEASED, E.CONCERNED, E.TRANSFERRED, E.SPLIT}
_BY_CUSTOMER = frozenset({E.RECEIVED, E.WROTE, E.VISITED, E.CHASED, E.WITHDRAWN})


SHOWS: Mapping[str, Promise] = {
    "all": pgettext_lazy("timeline", "All"),
    "messages": gettext_lazy("Messages"),
    "decisions": gettext_lazy("Decisions"),
}
"""Which part of the timeline one may ask for."""
_SAID = frozenset({E.RECEIVED, E.WROTE, E.ANSWERED, E.CALLED, E.REPLIED, E.ASKED, E.TOLD, E.COMMITTED, E.VISITED})
_BOTH = frozenset({E.RESOLVED, E.DECLINED, E.REFUSED, E.DECIDED, E.RECEIVED})


def _belongs(event: CaseEvent, show: str) -> bool:
    if show == "all":
        return True
    said = event.kind in _SAID | _BOTH or event.data.get("what") == "note"
    # A clock's mark is neither: nobody said or decided anything.
    decided = event.topic != "clocks" and (not said or event.kind in _BOTH)
    return said if show == "messages" else decided


def lines(sheet: Sheet, show: str = "all") -> list[Line]:
    """The events of the case in order; of `messages` or `decisions` alone."""
    known = Known(_names(sheet), {task.number: task.name for task in sheet.tasks}, sheet.now)
    answers = _answers(sheet)
    found = (
        replace(_line(sheet, one, known), answer=answers.get(one.event.seq))
        for one in sheet.entries
        if _belongs(one.event, show)
    )
    # Marks of clocks are written when somebody looks, and belong where the deadline was.
    return sorted(found, key=lambda line: line.at)


def _answers(sheet: Sheet) -> dict[int, Answer]:
    """The answers of departments by the event that has them, where they were judged or this person may judge them."""
    may = Verb.JUDGE in actions.possible(sheet.case.status) and sheet.may(Verb.JUDGE)
    mine = {task.number for task in judgeable(sheet)} if may else set()
    url = reverse("case_act", args=[sheet.case.number, "judge-answer"])
    told = [task for task in sheet.tasks if task.reply_seq and (task.judged or task.number in mine)]
    return {task.reply_seq: Answer(task, url if task.number in mine else "") for task in told}


def _names(sheet: Sheet) -> dict[int, str]:
    """Who is meant by the ids in the events; asked of the database only for somebody we haven't met on the page."""
    met = [entry.event.actor for entry in sheet.entries] + [sheet.case.owner, sheet.case.handler, sheet.user]
    names = {person.pk: person.name for person in met if person}
    meant = people([(entry.event.kind, entry.event.data) for entry in sheet.entries])
    return names | org.names(unknown) if (unknown := meant - names.keys()) else names


def _line(sheet: Sheet, entry: Entry, known: Known) -> Line:
    event = entry.event
    other = sheet.others.get(referring.other(event.kind, event.data) or 0)
    parts = [
        Part(_label(m.part, event.data, known), m.text, m.public, m.erased_at is not None) for m in entry.words.values()
    ]
    if passed_over := event.data.get("anyway"):
        said = [standards.lexicon().examples.get(key, _("a blank that nobody has filled")) for key in passed_over]
        parts.append(Part(_("Sent although it had better not be said:"), " ".join(said), public=False, erased=False))
    return Line(
        seq=event.seq,
        at=event.at,
        tone=_tone(event),
        title=title_of(E(event.kind), event.data, known),
        actor_name=_actor(event),
        parts=parts,
        files=[_file(sheet.case.number, file) for file in entry.files],
        other=other.number if other else "",
    )


def _file(number: str, file: File) -> FileLink:
    url, look = (reverse(page, args=[number, file.pk]) for page in ("case_file", "case_file_look"))
    return FileLink(url, file.name, file.media_type in SHOWN, look)


def _label(part: str, data: Mapping[str, Any], known: Known) -> str:
    """What stands before words: of a milestone, by when."""
    if not part.startswith(STEP):
        return str(PARTS.get(part, part))
    number = int(part.removeprefix(STEP))
    due = next(one["due_at"] for one in data["steps"] if one["milestone"] == number)
    return _("%(number)d. by %(time)s") % {"number": number, "time": known.when(due)}


def _tone(event: CaseEvent) -> str:
    if event.topic == "clocks":
        return "clock"
    if event.kind == E.RECEIVED or (event.kind in _BY_CUSTOMER and event.actor is None):
        return "customer"
    silent = event.data.get("public", event.data.get("told")) is False
    return "inside" if silent or event.kind in _INSIDE else ""


def _actor(event: CaseEvent) -> str:
    if event.topic == "clocks":
        return ""
    if event.actor:
        return event.actor.name
    if event.data.get("what") == "asked_help":
        return _("return visits")
    return _("customer") if event.kind in _BY_CUSTOMER else _("by itself")
