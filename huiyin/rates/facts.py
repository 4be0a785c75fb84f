"""What is counted of a change to a case. Pure but for the rows it makes: nothing is read, nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from huiyin.cases.change import Change
from huiyin.cases.models import Case, CaseEvent, Kind
from huiyin.cases.workflow import EventKind, Snapshot
from huiyin.clocks.models import Clock, Outcome
from huiyin.db.rows import new_row
from huiyin.org import queries as org
from huiyin.returns.methods import Method
from huiyin.returns.models import ReturnVisit, State
from huiyin.returns.plan import Mode

from .definitions import SATISFIED, Group, Mark, Rate
from .models import Fact

BY_CLOCK = frozenset({Rate.RESPOND, Rate.ARRIVE, Rate.REPLY, Rate.RESOLVE, Rate.COMMITMENT})
"""Rates whose name is that of their clock."""
_ENDED = {State.DONE: Mark.ANSWERED, State.DECLINED: Mark.ANSWERED, State.UNREACHED: Mark.UNREACHED}
_FAILURES = frozenset({Kind.COMPLAINT, Kind.REPAIR, Kind.REPORT, Kind.FINDING})
"""Kinds of case in which something had gone wrong, whosever fault."""
Key = tuple[str, int, int]
"""Rate, case and `ref`."""


def key_of(fact: Fact) -> Key:
    """What there is one fact of."""
    return fact.rate, fact.case_id, fact.ref


def of_change(change: Change) -> Iterator[Fact]:
    """The facts of one change; the last of those with one key is the one that counts."""
    moved = passed_in(change)
    for row in change.rows:
        if isinstance(row, Clock):
            for fact in of_clock(change.case, change.now, row, gone=_in_time(change, row)):
                yield _by_who_missed(fact, row, moved)
        elif isinstance(row, ReturnVisit):
            yield from of_visit(change.case, change.now, row)
    before, resolved = change.before, False
    for event, now in zip(change.events, change.states, strict=True):
        if event.kind == EventKind.RESOLVED and not resolved:
            resolved, way = True, Way(now.hand_overs, len(now.passed), now.returns)
            yield from of_resolution(change.case, now, event, way, change.now.overridden)
        yield from of_task(change.case, now, event, dict(before.open_hand_overs))
        before = now


class Passed(NamedTuple):
    """A task that got another number when its department passed it on."""

    before: int
    department: int
    at: datetime


def passed_in(change: Change) -> dict[int, Passed]:
    """The tasks that were passed on in a change, by their new numbers."""
    found, before = dict[int, Passed](), change.before
    for event, now in zip(change.events, change.states, strict=True):
        if event.kind == EventKind.PASSED:
            number = event.data["hand_over"]
            found[event.seq] = Passed(number, dict(before.open_hand_overs)[number], event.at)
        before = now
    return found


def _by_who_missed(fact: Fact, clock: Clock, moved: Mapping[int, Passed]) -> Fact:
    """A deadline that was over before the task was passed on was missed by whose it was then."""
    passed = moved.get(clock.ref) if clock.kind == Rate.REPLY else None
    if passed is not None and clock.breached_at is not None and clock.due_at <= passed.at:
        fact.department_id = passed.department
    return fact


class Way(NamedTuple):
    """How a case went through the departments: how often it was handed over or passed on in all, how often of these a
    department passed it on itself, how often one asked to return it."""

    hand_overs: int = 0
    passed: int = 0
    returns: int = 0

    def after(self, event: CaseEvent) -> Way:
        """With one event more."""
        passed, returning = event.kind == EventKind.PASSED, event.kind == EventKind.RETURNING
        given = passed or event.kind == EventKind.HANDED_OVER
        return Way(self.hand_overs + given, self.passed + passed, self.returns + returning)

    @property
    def mark(self) -> Mark:
        """What is said of it."""
        if self.passed and self.returns:
            return Mark.OFTEN
        if self.passed or self.returns:
            return Mark.PASSED if self.passed else Mark.RETURNED
        return Mark.OFTEN if self.hand_overs > 1 else Mark.STRAIGHT


OF_EVENTS = (
    *(EventKind.RESOLVED, EventKind.HANDED_OVER, EventKind.PASSED, EventKind.RETURNING, EventKind.RETURNED),
    *(EventKind.REPLIED, EventKind.JUDGED),
)
"""Kinds of event from which `of_record` makes facts."""


def of_record(case: Case, now: Snapshot, events: Iterable[CaseEvent]) -> Iterator[Fact]:
    """The facts that the stored events of a case make, in their order; `now` is the case as it stands."""
    way, units, resolved = Way(), dict[int, int](), False
    for event in events:
        way = way.after(event)
        if event.kind == EventKind.RESOLVED and not resolved:
            resolved = True
            yield from of_resolution(case, now, event, way, now.overridden)
        yield from of_task(case, now, event, units)
        if event.kind in (EventKind.HANDED_OVER, EventKind.PASSED):
            units[event.seq] = event.data["department"]


def _in_time(change: Change, clock: Clock) -> bool:
    """Was a miss of it taken back in this change?"""
    return any(
        event.topic == "clocks"
        and event.data.get("what") == "in_time"
        and (event.data["clock"], event.data["ref"]) == (clock.kind, clock.ref)
        for event in change.events
    )


def of_clock(case: Case, now: Snapshot, clock: Clock, *, gone: bool = False) -> Iterator[Fact]:
    """A deadline that is over: met, or missed. `gone`: say also that one isn't counted any more."""
    if clock.kind not in BY_CLOCK or not (clock.outcome or clock.breached_at):
        return
    missed = clock.breached_at is not None
    if clock.outcome == Outcome.CANCELLED and not missed and not gone:
        return
    mark = Mark.MET
    if missed:
        mark = Mark.LATE if clock.outcome else Mark.OPEN
    elif clock.outcome == Outcome.CANCELLED:
        mark = Mark.GONE
    department = clock.department_id if clock.kind == Rate.REPLY else now.department_id
    # What was missed belongs to when it was missed, also where a promise was broken before its time.
    at = min(clock.due_at, clock.breached_at) if clock.breached_at else clock.due_at
    yield _fact(case, now, Rate(clock.kind), clock.ref, at=at, mark=mark, good=mark == Mark.MET, department=department)


def of_visit(case: Case, now: Snapshot, visit: ReturnVisit) -> Iterator[Fact]:
    """Whether the customer was reached, and how satisfied they are."""
    yield from _of_answer(case, now, visit)
    yield from _of_asking(case, now, visit)
    ended = _ENDED.get(State(visit.state))
    if ended is None:
        return
    at = _ended_at(visit)
    surveyed = visit.state == State.DONE and visit.method == Method.SAMPLE  # before we called
    if visit.mode == Mode.PHONE and not surveyed:
        yield _visit_fact(case, now, visit, Rate.REACHED, at=at, mark=ended, good=ended == Mark.ANSWERED)


def _of_answer(case: Case, now: Snapshot, visit: ReturnVisit) -> Iterator[Fact]:
    """The grade that counts, under the method by which it was got; one that its own handler asked for stands apart."""
    if visit.satisfied is None or visit.visited_at is None:
        return
    rate = Rate.ASKED if visit.method == Method.ASKED else Rate.SATISFIED
    mark, good = Mark(f"grade_{visit.satisfied}"), visit.satisfied >= SATISFIED
    fact = _visit_fact(case, now, visit, rate, at=visit.visited_at, mark=mark, good=good)
    fact.group, fact.method = _group(case, visit), visit.method
    if rate == Rate.ASKED:
        fact.person_id, fact.group = None, ""
    yield fact


_ASKING = {
    State.DONE: Mark.ANSWERED,
    State.DECLINED: Mark.DECLINED,
    State.UNREACHED: Mark.UNREACHED,
    State.SILENT: Mark.SILENT,
}
_PLANNED = {Mode.PHONE: Method.CALL_BACK, Mode.LINK: Method.LINK}


def _of_asking(case: Case, now: Snapshot, visit: ReturnVisit) -> Iterator[Fact]:
    """Whether who was asked answered, and how far the answer can be trusted. The person is whoever asked; the method of
    asking is the one that was planned, of the answer the one by which it came."""
    if visit.visited_at is not None and visit.answered:
        good = not visit.doubtful
        mark = Mark.TRUSTED if visit.doubt and good else Mark(visit.doubt or Mark.CREDIBLE)
        yield _asked(case, now, visit, Rate.CREDIBLE, at=visit.visited_at, mark=mark, good=good)
        if not good and visit.satisfied is not None and visit.method != Method.ASKED:
            grade, satisfied = Mark(f"grade_{visit.satisfied}"), visit.satisfied >= SATISFIED
            yield _asked(case, now, visit, Rate.DOUBTFUL, at=visit.visited_at, mark=grade, good=satisfied)
    mark_of, method = _ASKING.get(State(visit.state)), _PLANNED.get(Mode(visit.mode))
    surveyed = visit.state == State.DONE and visit.method == Method.SAMPLE
    if mark_of is None or method is None or surveyed:
        return
    at, good = _ended_at(visit), mark_of == Mark.ANSWERED
    asked = [_asked(case, now, visit, Rate.RESPONSE, at=at, mark=mark_of, good=good)]
    if visit.mode == Mode.PHONE and visit.state in (State.DONE, State.DECLINED):
        asked.append(_asked(case, now, visit, Rate.WILLING, at=at, mark=mark_of, good=good))
    for fact in asked:
        fact.method = method
        yield fact


def _ended_at(visit: ReturnVisit) -> datetime:
    if visit.state == State.SILENT and visit.silent_at is not None:
        return visit.silent_at
    said = visit.visited_at if visit.state != State.UNREACHED else None
    return said or visit.close_at or visit.next_at


def _asked(case: Case, now: Snapshot, visit: ReturnVisit, rate: Rate, *, at: datetime, mark: Mark, good: bool) -> Fact:
    fact = _visit_fact(case, now, visit, rate, at=at, mark=mark, good=good)
    fact.person_id, fact.method = visit.asked_by_id, visit.method
    return fact


def _group(case: Case, visit: ReturnVisit) -> str:
    """A grade without a word on whether it is solved belongs to none where something had gone wrong."""
    if case.kind not in _FAILURES:
        return Group.NEVER.value
    return {True: Group.RECOVERED.value, False: Group.UNRESOLVED.value, None: ""}[visit.solved]


def of_resolution(case: Case, now: Snapshot, event: CaseEvent, way: Way, overridden: str) -> Iterator[Fact]:
    """What the first resolution counts for. What was set by hand, and how often it was handed over, is the desk's."""
    yield _resolution(case, now, event)
    untouched, mark = not overridden, Mark(overridden or Mark.UNTOUCHED)
    yield _fact(case, now, Rate.UNTOUCHED, 0, at=event.at, mark=mark, good=untouched, department=None)
    if way.hand_overs:
        good = way.mark == Mark.STRAIGHT
        yield _fact(case, now, Rate.DIRECT, 0, at=event.at, mark=way.mark, good=good, department=None)


def of_task(case: Case, now: Snapshot, event: CaseEvent, units: Mapping[int, int]) -> Iterator[Fact]:
    """A task that its department answered, passed on or returned; an answer that was judged. `units`: whose the tasks
    were before this event, by their numbers."""
    data = event.data
    if mark := _end(event):
        number, good = data["hand_over"], mark == Mark.REPLIED
        unit = units[number]
        fact = _fact(case, now, Rate.KEPT, number, at=event.at, mark=mark, good=good, department=unit)
        fact.person_id = None  # a task is its department's
        yield fact
    elif event.kind == EventKind.JUDGED:
        number, good, mark = data["hand_over"], data["usable"], Mark(data["why"] or Mark.USABLE)
        unit = data["department"]
        fact = _fact(case, now, Rate.USABLE, number, at=event.at, mark=mark, good=good, department=unit)
        fact.person_id = data["of"]  # who answered, not who judges
        yield fact


def _end(event: CaseEvent) -> Mark | None:
    """How a department was done with its task, if it was by this event."""
    if event.kind == EventKind.RETURNED:
        return Mark.RETURNED if event.data["granted"] else None
    return {EventKind.REPLIED: Mark.REPLIED, EventKind.PASSED: Mark.PASSED}.get(EventKind(event.kind))


def _resolution(case: Case, now: Snapshot, event: CaseEvent) -> Fact:
    """Good until it is known better. One that was declined and taken up again was not solved at the first attempt
    either."""
    again = now.reopened > 0
    mark = Mark.REOPENED if again else Mark.SOLVED
    fact = _fact(case, now, Rate.ONCE, 0, at=event.at, mark=mark, good=not again, department=now.department_id)
    fact.customer_id, fact.began = case.customer_id, now.received_at
    return fact


def _visit_fact(
    case: Case, now: Snapshot, visit: ReturnVisit, rate: Rate, *, at: datetime, mark: Mark, good: bool
) -> Fact:
    fact = _fact(case, now, rate, visit.seq, at=at, mark=mark, good=good, department=now.department_id)
    fact.person_id = visit.handler_id  # who did the work, not who asks about it
    return fact


def _fact(
    case: Case,
    now: Snapshot,
    rate: Rate,
    ref: int,
    *,
    at: datetime,
    mark: Mark,
    good: bool,
    department: int | None,
) -> Fact:
    return new_row(
        Fact,
        rate=str(rate),
        case_id=case.pk,
        ref=ref,
        at=at,
        day=at.astimezone(ZoneInfo(org.organisation().sites[case.site_id].time_zone)).date(),
        site_id=case.site_id,
        department_id=department,
        category_id=now.category_id,
        channel=case.channel,
        person_id=now.handler_id or now.owner_id,
        mark=str(mark),
        good=good,
    )
