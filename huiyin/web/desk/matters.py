"""What is open in a case between front and back office: questions, applications, the supervisor's turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from huiyin.cases.queries import Entry
from huiyin.cases.workflow import Because, EventKind
from huiyin.clocks import queries as clocks
from huiyin.clocks.deciding import Application, may_settle
from huiyin.clocks.extensions import BY_HAND, EXTENDABLE
from huiyin.clocks.plans import STEP
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb

from .sheet import Sheet, Task, said

if TYPE_CHECKING:
    from huiyin.clocks.models import Clock


@dataclass(frozen=True)
class Question:
    """What a department asked back about its task, whose number is `hand_over`."""

    hand_over: int
    department: str
    text: str
    asked_at: datetime


@dataclass(frozen=True)
class Request:
    """An application that waits for a decision. `clock` and what follows: of one for more time."""

    number: int
    kind: str
    asker: int | None
    name: str
    department: str
    reason: str
    asked_at: datetime
    clock: str = ""
    due_at: datetime | None = None
    until: datetime | None = None
    steps: Sequence[tuple[str, datetime]] = ()
    """Of a plan: title and time of each milestone."""

    @property
    def clock_name(self) -> str:
        """What the clock is called."""
        return str(clocks.KINDS.get(self.clock, ""))

    @property
    def title(self) -> str:
        """Who asks, department first."""
        return " ".join(part for part in (self.department, self.name) if part)


@dataclass(frozen=True)
class Referral:
    """Why the case lies before the supervisor, since when, and by when it is to be decided."""

    because: Because
    since: datetime
    due_at: datetime | None
    reason: str


def own_tasks(sheet: Sheet) -> list[Task]:
    """Open hand-overs for which this person speaks: all for those who lead, else their own department's."""
    whole = access.may(sheet.user, Verb.REPLY, sheet.case.site_id)
    return [task for task in sheet.tasks if task.open and (whole or task.department == sheet.user.department_id)]


def judgeable(sheet: Sheet) -> list[Task]:
    """Answered tasks whose answer this person may judge: not their own, nor one of their department."""
    found = [task for task in sheet.tasks if task.reply_seq]
    if sheet.may(Verb.ADMINISTER):
        return found
    me = sheet.user
    return [task for task in found if task.answerer != me.pk and task.department != me.department_id]


def questions(sheet: Sheet) -> list[Question]:
    """Questions of departments that nobody has answered yet; the last words of each."""
    asked = {e.event.data["hand_over"]: e for e in sheet.entries if e.event.kind == EventKind.ASKED}
    tasks = {task.number: task for task in sheet.tasks}
    return [
        Question(number, tasks[number].name, said(asked[number]), asked[number].event.at)
        for number in sheet.case.open_questions
    ]


def requests(sheet: Sheet, kind: EventKind) -> list[Request]:
    """Applications of this kind that wait, oldest first."""
    entries = {entry.event.seq: entry for entry in sheet.entries}
    return [_request(sheet, entries[seq], about) for seq, what, about in sheet.case.open_requests if what == kind]


def _request(sheet: Sheet, entry: Entry, about: int) -> Request:
    event = entry.event
    task = next((task for task in sheet.tasks if task.number == about), None)
    clock = _clock(sheet, event.data.get("clock", ""), about)
    return Request(
        number=event.seq,
        kind=event.kind,
        asker=event.actor_id,
        name=event.actor.name if event.actor else "",
        department=task.name if task else "",
        reason=said(entry),
        asked_at=event.at,
        clock=event.data.get("clock", ""),
        due_at=clock.due_at if clock else None,
        until=datetime.fromisoformat(event.data["until"]) if "until" in event.data else None,
        steps=[_step(entry, one) for one in event.data.get("steps", ())],
    )


def _step(entry: Entry, step: Mapping[str, Any]) -> tuple[str, datetime]:
    title = entry.words.get(f"{STEP}{step['milestone']}")
    return title.text if title else "", datetime.fromisoformat(step["due_at"])


def _clock(sheet: Sheet, kind: str, ref: int) -> Clock | None:
    return next((clock for clock in sheet.clocks if clock.kind == kind and clock.ref == ref), None)


def decidable(sheet: Sheet, kind: EventKind) -> list[Request]:
    """Those that this person may decide: not their own, and more time to finish only as supervisor."""
    site, referred = sheet.case.site_id, sheet.case.referred
    return [
        one
        for one in requests(sheet, kind)
        if may_settle(sheet.user, site, referred, Application(kind, one.asker, one.clock))
    ]


def referral(sheet: Sheet) -> Referral | None:
    """The supervisor's turn, if it is."""
    if not sheet.case.referred:
        return None
    last = [entry for entry in sheet.entries if entry.event.kind == EventKind.REFERRED][-1]
    clock = _clock(sheet, "decide", last.event.seq)
    return Referral(Because(sheet.case.referred), last.event.at, clock.due_at if clock else None, said(last))


def extendable(sheet: Sheet) -> list[Clock]:
    """Clocks for which this person may ask for more time now."""
    waiting = {about for _seq, kind, about in sheet.case.open_requests if kind == EventKind.EXTENDING}
    tasks = {task.number for task in own_tasks(sheet)}
    told = access.may(sheet.user, Verb.ANSWER, sheet.case.site_id)
    return [
        clock
        for clock in changeable(sheet)
        if clock.kind in EXTENDABLE
        and clock.ref not in waiting
        and (clock.ref in tasks if clock.kind == "reply" else told)
    ]


def changeable(sheet: Sheet) -> Sequence[Clock]:
    """Open clocks whose deadline has not passed; of those with several of a kind only replies can be told apart."""
    found: dict[tuple[str, int], Clock] = {}
    for clock in sheet.clocks:
        if not clock.outcome:
            found.setdefault((clock.kind, clock.ref if clock.kind == "reply" else 0), clock)
    mine = [clock for clock in found.values() if clock.kind in BY_HAND]
    return [clock for clock in mine if clock.breached_at is None and clock.due_at > sheet.now]


@dataclass(frozen=True)
class FromAbove:
    """Who sent the case down, their number, and the time that counts."""

    body: str
    number: str
    due_at: datetime | None


def from_above(sheet: Sheet) -> FromAbove | None:
    """The last time the matter came down from above."""
    found = [entry for entry in sheet.entries if entry.event.kind == EventKind.TRANSFERRED]
    if not found:
        return None
    number = found[-1].words.get("number")
    return FromAbove(said(found[-1]), number.text if number else "", sheet.case.outside_due_at)


def aside(sheet: Sheet) -> list[str]:
    """Names of the people and departments that step aside."""
    case, departments = sheet.case, org.organisation().departments
    names = org.names(case.about_users) if case.about_users else {}
    return [*names.values(), *(departments[key].name for key in case.about_departments)]


@dataclass(frozen=True)
class Matters:
    """Everything that is open, for the lines under the head of a case."""

    questions: Sequence[Question]
    returns: Sequence[Request]
    extensions: Sequence[Request]
    plans: Sequence[Request]
    referral: Referral | None
    supervised_until: datetime | None
    from_above: FromAbove | None
    aside: Sequence[str]


def matters(sheet: Sheet) -> Matters:
    """What is open in the case of a sheet."""
    watch = next((clock for clock in sheet.clocks if clock.kind == "supervise" and not clock.outcome), None)
    return Matters(
        questions=questions(sheet),
        returns=requests(sheet, EventKind.RETURNING),
        extensions=requests(sheet, EventKind.EXTENDING),
        plans=requests(sheet, EventKind.PLANNING),
        referral=referral(sheet),
        supervised_until=watch.due_at if watch else None,
        from_above=from_above(sheet),
        aside=aside(sheet),
    )
