"""Return visits follow the timeline: planned when a case is resolved, settled by what was said, dropped when the case
is taken up again. A whole history in one change leaves the rows that living through it would have left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from huiyin.cases.change import Change
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import EventKind, Snapshot
from huiyin.clocks.actions import Turn, follow_for_others
from huiyin.clocks.models import ClockKind
from huiyin.db.rows import insert_objects, new_row

from .methods import IN_PERSON, WEAK, Method, method_of, outranked
from .models import ReturnVisit, State
from .plan import MOST_TRIES, Mode, Subject, mode_of

TOPIC = "returns"
QUIET = timedelta(hours=4)
"""A customer is not asked in the first hours after the work was done."""
KEEP = {Mode.PHONE: None, Mode.LINK: timedelta(days=7), Mode.NONE: timedelta(days=3)}
"""How long a resolved case waits for an answer before it closes by itself; None: as long as it takes."""
HISTORY = timedelta(days=28)
TRY_AGAIN = timedelta(hours=4)
TRIES_APART = timedelta(hours=2)
"""Sooner after the last try that counted, another one is in the timeline but not one of the three."""
AT_ONCE = timedelta(minutes=30)
"""Resolved so soon after somebody took it, and without a hand-over, a case was settled at once."""
EDITABLE = timedelta(hours=12)
"""How long an answer may be changed, and how long after it the case closes."""
_FIELDS = tuple(field.attname for field in ReturnVisit._meta.concrete_fields if not field.primary_key)


class Book:
    """The visits of one case while a change is applied. `current`: the one that counts as the case stands."""

    def __init__(self, change: Change, current: ReturnVisit | None) -> None:
        self.change = change
        self.current = current
        self.visits = [current] if current is not None else []
        self.turns: list[Turn] = []

    def turn(self, event: CaseEvent, now: Snapshot, what: str) -> None:
        """Start, stop or cancel the clock of the visit."""
        self.turns.append(Turn(self.change, event, now, what))


def mode(case: Case, event: CaseEvent, now: Snapshot) -> Mode:
    """How the customer is asked about a case that `event` resolved; `now` is the case after it."""
    subject = Subject(
        number=case.number,
        kind=case.kind,
        severity=now.severity,
        reachable=case.customer_id is not None,
        settled_at_once=now.hand_overs == 0
        and (now.resolved_at or event.at) - (now.accepted_at or event.at) <= AT_ONCE,
        history=event.recorded_at - event.at > HISTORY,
        again=now.reopened > 0,
    )
    return mode_of(subject)


def _resolved(book: Book, event: CaseEvent, now: Snapshot) -> None:
    if now.review_since is not None:
        return  # planned when the review says yes
    found = mode(book.change.case, event, now)
    keep = KEEP[found]
    book.current = new_row(
        ReturnVisit,
        case_id=book.change.case.pk,
        seq=event.seq,
        mode=found,
        state=State.NOT_REQUIRED if found == Mode.NONE else State.OPEN,
        handler_id=now.handler_id,
        next_at=event.at + QUIET,
        close_at=event.at + keep if keep else None,
    )
    book.visits.append(book.current)
    if found == Mode.PHONE:
        book.turn(event, now, "start")


def _reviewed(book: Book, event: CaseEvent, now: Snapshot) -> None:
    if event.data["ok"]:
        _resolved(book, event, now)


def _visited(book: Book, event: CaseEvent, now: Snapshot) -> None:
    visit, said = book.current, event.data
    if visit is None:
        return
    method = method_of(said["channel"])
    if outranked(method, visit.method if visit.answered else ""):
        return  # it stays in the timeline
    if said["reached"]:
        _answered(visit, event, method)
    elif not visit.answered:
        visit.asked_by_id = event.actor_id
    if method in WEAK and visit.mode != Mode.NONE:
        return  # what was planned is still to be done
    if method not in WEAK:
        _tried(visit, event)
    if said["reached"]:
        visit.state = State.DECLINED if said["declined"] else State.DONE
    elif visit.tries >= MOST_TRIES:
        visit.state = State.UNREACHED
    if visit.state != State.OPEN:
        visit.close_at = event.at + EDITABLE
        book.turn(event, now, "stop")


def _tried(visit: ReturnVisit, event: CaseEvent) -> None:
    if event.data["reached"] or visit.tries == 0 or event.at >= visit.next_at - TRY_AGAIN + TRIES_APART:
        visit.tries += 1
        visit.next_at = event.at + TRY_AGAIN


def _answered(visit: ReturnVisit, event: CaseEvent, method: Method) -> None:
    said = event.data
    if said["declined"] and visit.answered and visit.method != method:
        return  # not wanting to be asked again takes nothing back
    visit.method, visit.visited_at = method, event.at
    visit.solved, visit.satisfied, visit.promise_kept = said["solved"], said["satisfied"], said["promise_kept"]
    visit.asked_by_id = event.actor_id if method in IN_PERSON else None
    visit.doubt, visit.trusted = said.get("doubt", ""), False


def _noted(book: Book, event: CaseEvent, now: Snapshot) -> None:
    """A supervisor believes an answer, or doubts it again."""
    if book.current is not None and book.current.seq == event.data["of"]:
        book.current.trusted = event.data["what"] == "trusted"


def _reopened(book: Book, event: CaseEvent, now: Snapshot) -> None:
    visit = book.current
    if visit is None:
        return
    visit.close_at = None
    if visit.state == State.OPEN:
        visit.state = State.CANCELLED
        book.turn(event, now, "cancel")
    if visit.state == State.CANCELLED:
        book.current = None


def _closed(book: Book, event: CaseEvent, now: Snapshot) -> None:
    visit = book.current
    if visit is None:
        return
    visit.close_at = None
    if visit.state == State.OPEN and visit.mode == Mode.LINK:
        visit.state, visit.silent_at = State.SILENT, event.at
    if visit.state == State.OPEN and book.change.new:
        book.turn(event, now, "cancel")  # in a whole history the clocks were told of the end before this one began


_FOLLOW: dict[str, Callable[[Book, CaseEvent, Snapshot], None]] = {
    EventKind.RESOLVED: _resolved,
    EventKind.REVIEWED: _reviewed,
    EventKind.VISITED: _visited,
    EventKind.REOPENED: _reopened,
    EventKind.CLOSED: _closed,
    EventKind.NOTED: _noted,
}


def moves(event: CaseEvent) -> bool:
    """Does it move a visit? Of what is noted, only our own."""
    return event.kind in _FOLLOW and (event.kind != EventKind.NOTED or (event.topic == TOPIC and "of" in event.data))


def follow(changes: Sequence[Change]) -> None:
    """Plan, settle and drop the visits of these changes."""
    moved = [change for change in changes if any(moves(event) for event in change.events)]
    known = _known([change for change in moved if not change.new])
    books = [Book(change, known.get(change.case.pk)) for change in moved]
    for book in books:
        for event, now in zip(book.change.events, book.change.states, strict=True):
            if moves(event):
                _FOLLOW[event.kind](book, event, now)
    for book in books:
        book.change.rows += book.visits
    _save(visit for book in books for visit in book.visits)
    if turns := [turn for book in books for turn in book.turns]:
        follow_for_others(ClockKind.VISIT, turns)


def _known(changes: Sequence[Change]) -> dict[int, ReturnVisit]:
    """The visit that counts, of each case that was there before."""
    if not changes:
        return {}
    rows = ReturnVisit.objects.filter(case__in=[change.case.pk for change in changes])
    return {visit.case_id: visit for visit in rows.exclude(state=State.CANCELLED).order_by("seq")}


def _save(visits: Iterable[ReturnVisit]) -> None:
    new: list[ReturnVisit] = []
    for visit in visits:
        if not visit.pk:
            new.append(visit)
        else:
            visit.save()
    if new:
        insert_objects(ReturnVisit, _FIELDS, new)
