"""How clocks follow the events of a case: one function a kind of event, all inside the transaction of the change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from huiyin.cases.actions import APPOINTMENT
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent
from huiyin.cases.severity import Severity
from huiyin.cases.workflow import EventKind, Status, WaitingFor

from .book import Book, save
from .models import OPEN_CLOCK, Clock, ClockKind

TOPIC = "clocks"
_ON_SITE = (ClockKind.ARRIVE, ClockKind.CONTAIN)
_PAUSING = frozenset({ClockKind.RESOLVE, ClockKind.UPDATE, *_ON_SITE})
_BY_LEVEL = frozenset({ClockKind.DISPATCH, ClockKind.RESPOND, ClockKind.RESOLVE, ClockKind.UPDATE, *_ON_SITE})
_INSERTED = tuple(field.attname for field in Clock._meta.concrete_fields if not field.primary_key)
_MOVING = frozenset({"due_at", "warn_at", "paused", "pauses", "provisional", "extra"})
_ENDING = frozenset({"near_at", "breached_at", "stopped_at", "outcome", "mark_at"})
_UPDATED = sorted(_MOVING | _ENDING)


def _received(book: Book, event: CaseEvent) -> None:
    if not _untold(book.change, ClockKind.DISPATCH, event):
        book.start(ClockKind.DISPATCH, event)
    book.start(ClockKind.RESPOND, event)
    book.start(ClockKind.RESOLVE, event)
    _start_on_site(book, event)
    _ask_for_plan(book, event)


def _ask_for_plan(book: Book, event: CaseEvent) -> None:
    """A project needs a plan, as long as it has none."""
    if book.now.planned_at is None and not book.open(ClockKind.PLAN):
        book.start(ClockKind.PLAN, event, policy=book.policy)


def _start_on_site(book: Book, event: CaseEvent) -> None:
    """Arrival and containment are counted where they are due and neither happened nor is counted yet."""
    done = {ClockKind.ARRIVE: book.now.arrived_at, ClockKind.CONTAIN: book.now.contained_at}
    for kind in _ON_SITE:
        if done[kind] is None and not book.open(kind) and not _untold(book.change, kind, event):
            book.start(kind, event, policy=book.policy)


_TELLS = {
    ClockKind.ARRIVE: EventKind.ARRIVED,
    ClockKind.CONTAIN: EventKind.CONTAINED,
    ClockKind.DISPATCH: EventKind.HANDED_OVER,
}


def _untold(change: Change, kind: ClockKind, since: CaseEvent) -> bool:
    """A whole history (an import) that ends without a word of an arrival or a dispatch doesn't tell of a late one."""
    later = (event.kind for event in change.events if event.seq > since.seq)
    return next((one for one in later if one in (_TELLS[kind], EventKind.RESOLVED)), None) == EventKind.RESOLVED


def _arrived(book: Book, event: CaseEvent) -> None:
    book.stop(book.open(ClockKind.ARRIVE), event.at)


def _contained(book: Book, event: CaseEvent) -> None:
    """From now on the customer hears from us less often; the word that is due is reckoned anew."""
    book.stop(book.open(ClockKind.CONTAIN), event.at)
    for clock in book.open(ClockKind.UPDATE):
        book.reckon(clock, event.at)


def _told(book: Book, event: CaseEvent) -> None:
    """The customer heard from us: the first response is given, the next word is due from now."""
    if event.data.get("public", event.data.get("reached", True)):
        _heard(book, event)


def _heard(book: Book, event: CaseEvent) -> None:
    book.stop(book.open(ClockKind.RESPOND, ClockKind.UPDATE), event.at)
    if book.now.status in (Status.ACCEPTED, Status.WAITING):
        book.start(ClockKind.UPDATE, event)
    if book.now.waiting_for == WaitingFor.CUSTOMER:
        book.pause(event.at)


def _wrote(book: Book, event: CaseEvent) -> None:
    book.unpause(event.at)
    # The clock runs from the oldest unanswered word: one that runs already stays as it is.
    if not book.open(ClockKind.RESPOND, ClockKind.UPDATE):
        book.start(ClockKind.UPDATE, event)


def _handed_over(book: Book, event: CaseEvent) -> None:
    named = event.data.get("reply_by")
    book.stop(book.open(ClockKind.DISPATCH), event.at)
    book.start(ClockKind.SIGN, event)
    due = datetime.fromisoformat(named) if named else None
    book.start(ClockKind.REPLY, event, due_at=due, department=event.data["department"])


def _passed(book: Book, event: CaseEvent) -> None:
    """Another department has the task; the time to reply goes on as it is, and is its own to sign for."""
    _stop_task(book, event, ClockKind.SIGN)
    _forget_requests(book, event)
    for clock in book.open(ClockKind.REPLY):
        if clock.ref == event.data["hand_over"]:
            book.pass_on(clock, event)
    book.start(ClockKind.SIGN, event)


def _forget_requests(book: Book, event: CaseEvent) -> None:
    """Nobody decides on what was applied for about a task that has ended."""
    gone = {one[0] for one in book.was.open_requests} - {one[0] for one in book.now.open_requests}
    book.stop([c for c in book.open(ClockKind.DECIDE) if c.ref in gone], event.at, cancel=True)


def _replied(book: Book, event: CaseEvent) -> None:
    _stop_task(book, event, ClockKind.REPLY, ClockKind.SIGN)
    _forget_requests(book, event)


def _signed(book: Book, event: CaseEvent) -> None:
    _stop_task(book, event, ClockKind.SIGN)


def _stop_task(book: Book, event: CaseEvent, *kinds: ClockKind, cancel: bool = False) -> None:
    """Stop clocks of the hand-over that the event is about."""
    book.stop([c for c in book.open(*kinds) if c.ref == event.data["hand_over"]], event.at, cancel=cancel)


def _returning(book: Book, event: CaseEvent) -> None:
    """The department has looked at its task: nothing more is stopped by saying that it isn't theirs."""
    _stop_task(book, event, ClockKind.SIGN)
    _ask_for_decision(book, event)


def _committed(book: Book, event: CaseEvent) -> None:
    due = datetime.fromisoformat(event.data["due_at"])
    book.start(ClockKind.COMMITMENT, event, due_at=due)
    if event.data.get("what") == APPOINTMENT and book.now.arrived_at is None and not _at_once(book):
        # The customer and we have settled when somebody comes: that is the time to be there.
        book.stop(book.open(ClockKind.ARRIVE), event.at, cancel=True)
        book.start(ClockKind.ARRIVE, event, due_at=due)


def _at_once(book: Book) -> bool:
    """Is it so urgent that no appointment puts off the arrival?"""
    return book.now.severity in (Severity.P1, Severity.P2)


def _kept(book: Book, event: CaseEvent) -> None:
    mine = [c for c in book.open(ClockKind.COMMITMENT) if c.ref == event.data["commitment"]]
    book.stop(mine, event.at, failed=not event.data["kept"])


def _waited(book: Book, event: CaseEvent) -> None:
    _told(book, event)


def _resumed(book: Book, event: CaseEvent) -> None:
    book.unpause(event.at)


def _regraded(book: Book, event: CaseEvent) -> None:
    for clock in book.open(*_BY_LEVEL, ClockKind.PLAN):
        book.reckon(clock, event.at)
    _ask_for_plan(book, event)
    book.stop(
        [c for c in book.open(ClockKind.MILESTONE) if c.ref not in book.now.open_milestones], event.at, cancel=True
    )
    if not book.open(ClockKind.RESOLVE):  # a project became an ordinary case: it has a time to finish again
        book.start(ClockKind.RESOLVE, event, policy=book.policy)
    if _at_once(book):  # it can't wait for an appointment any more
        book.stop([c for c in book.open(ClockKind.ARRIVE) if c.policy_id is None], event.at, cancel=True)
    _start_on_site(book, event)


def _ended(book: Book, event: CaseEvent) -> None:
    # What is resolved does no more harm; whether somebody was there, nobody has said.
    book.stop(book.open(ClockKind.CONTAIN, ClockKind.MILESTONE), event.at, cancel=event.kind != EventKind.RESOLVED)
    book.stop(book.open(ClockKind.RESPOND, ClockKind.RESOLVE, ClockKind.UPDATE, ClockKind.SUPERVISE), event.at)
    for_us = (ClockKind.DISPATCH, ClockKind.SIGN, ClockKind.REPLY)
    book.stop(book.open(*for_us, ClockKind.ARRIVE, ClockKind.PLAN), event.at, cancel=True)
    book.stop(_nobody_asks(book), event.at, cancel=True)


def _resolved(book: Book, event: CaseEvent) -> None:
    _ended(book, event)
    if book.now.review_since is not None:
        _ask_for_decision(book, event)


def _nobody_asks(book: Book) -> list[Clock]:
    """Clocks of decisions that nobody waits for any more."""
    waiting = {request[0] for request in book.now.open_requests}
    return [clock for clock in book.open(ClockKind.DECIDE) if clock.ref not in waiting]


def _reviewed(book: Book, event: CaseEvent) -> None:
    book.stop(_nobody_asks(book), event.at)


def _ask_for_decision(book: Book, event: CaseEvent) -> None:
    book.start(ClockKind.DECIDE, event)


def _request_settled(book: Book, event: CaseEvent) -> None:
    book.stop([c for c in book.open(ClockKind.DECIDE) if c.ref == event.data["request"]], event.at)


def _returned(book: Book, event: CaseEvent) -> None:
    _request_settled(book, event)
    if event.data["granted"]:
        _stop_task(book, event, ClockKind.REPLY, ClockKind.SIGN, cancel=True)


def _extended(book: Book, event: CaseEvent) -> None:
    _request_settled(book, event)
    if event.data["granted"]:
        _moved(book, event)
    if event.data["told"]:
        _heard(book, event)


def _moved(book: Book, event: CaseEvent) -> None:
    for clock in book.open(ClockKind(event.data["clock"])):
        if clock.ref == event.data["ref"]:
            book.move(clock, datetime.fromisoformat(event.data["due_at"]), event.at)


def _planned(book: Book, event: CaseEvent) -> None:
    _request_settled(book, event)
    if not event.data["granted"]:
        return
    book.stop(book.open(ClockKind.PLAN), event.at)
    due = {one["milestone"]: datetime.fromisoformat(one["due_at"]) for one in event.data["steps"]}
    there = {clock.ref: clock for clock in book.open(ClockKind.MILESTONE)}
    book.stop([clock for ref, clock in there.items() if ref not in due], event.at, cancel=True)
    for ref, until in due.items():
        if ref not in there:
            book.start(ClockKind.MILESTONE, event, due_at=until, ref=ref)
        elif there[ref].due_at != until:
            book.move(there[ref], until, event.at)
    _heard(book, event)


def _reached(book: Book, event: CaseEvent) -> None:
    book.stop([c for c in book.open(ClockKind.MILESTONE) if c.ref == event.data["milestone"]], event.at)
    if event.data["told"]:
        _heard(book, event)


def _decided(book: Book, event: CaseEvent) -> None:
    book.stop(_nobody_asks(book), event.at)
    if event.data["told"]:
        _heard(book, event)


def _supervised(book: Book, event: CaseEvent) -> None:
    book.stop(book.open(ClockKind.SUPERVISE), event.at, cancel=True)
    if named := event.data["due_at"]:
        book.start(ClockKind.SUPERVISE, event, due_at=datetime.fromisoformat(named))


def _concerned(book: Book, event: CaseEvent) -> None:
    waiting = {seq for seq, _department in book.now.open_hand_overs}
    book.stop([c for c in book.open(ClockKind.REPLY, ClockKind.SIGN) if c.ref not in waiting], event.at, cancel=True)
    _forget_requests(book, event)


def _transferred(book: Book, event: CaseEvent) -> None:
    open_clocks = book.open(ClockKind.RESOLVE)
    for clock in open_clocks:
        book.reckon(clock, event.at)
    if not open_clocks and event.data["due_at"]:  # a project has no other time to finish
        book.start(ClockKind.RESOLVE, event, due_at=datetime.fromisoformat(event.data["due_at"]))


def _reopened(book: Book, event: CaseEvent) -> None:
    book.stop(_nobody_asks(book), event.at, cancel=True)
    book.start(ClockKind.RESOLVE, event)
    if not book.open(ClockKind.UPDATE):
        book.start(ClockKind.UPDATE, event)
    _ask_for_plan(book, event)
    if not book.open(ClockKind.ARRIVE) and not _untold(book.change, ClockKind.ARRIVE, event):
        book.start(ClockKind.ARRIVE, event)


def _over(book: Book, event: CaseEvent) -> None:
    book.stop(book.open(), event.at, cancel=True)


_FOLLOW: dict[str, Callable[[Book, CaseEvent], None]] = {
    EventKind.RECEIVED: _received,
    EventKind.ANSWERED: _told,
    EventKind.CALLED: _told,
    EventKind.WROTE: _wrote,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.SIGNED: _signed,
    EventKind.PASSED: _passed,
    EventKind.REPLIED: _replied,
    EventKind.COMMITTED: _committed,
    EventKind.KEPT: _kept,
    EventKind.WAITED: _waited,
    EventKind.RESUMED: _resumed,
    EventKind.ARRIVED: _arrived,
    EventKind.CONTAINED: _contained,
    EventKind.GRADED: _regraded,
    EventKind.SORTED: _regraded,
    EventKind.RESOLVED: _resolved,
    EventKind.DECLINED: _ended,
    EventKind.REFUSED: _ended,
    EventKind.REVIEWED: _reviewed,
    EventKind.REOPENED: _reopened,
    EventKind.JOINED: _over,
    EventKind.CLOSED: _over,
    EventKind.RETURNING: _returning,
    EventKind.RETURNED: _returned,
    EventKind.EXTENDING: _ask_for_decision,
    EventKind.EXTENDED: _extended,
    EventKind.PLANNING: _ask_for_decision,
    EventKind.PLANNED: _planned,
    EventKind.REACHED: _reached,
    EventKind.OVERRIDDEN: _moved,
    EventKind.APPROVING: _ask_for_decision,
    EventKind.APPROVED: _request_settled,
    EventKind.REFERRED: _ask_for_decision,
    EventKind.DECIDED: _decided,
    EventKind.SUPERVISED: _supervised,
    EventKind.CONCERNED: _concerned,
    EventKind.TRANSFERRED: _transferred,
    EventKind.WITHDRAWN: _over,
}


def follow(changes: Sequence[Change]) -> None:
    """Start, stop, pause and mark the clocks of these changes."""
    existing = [change.case.pk for change in changes if not change.new]
    known: dict[int, list[Clock]] = defaultdict(list)
    if existing:
        for clock in Clock.objects.filter(OPEN_CLOCK, case__in=existing).order_by("pk"):
            known[clock.case_id].append(clock)
    books: list[Book] = []
    for change in changes:
        book = Book(change, known[change.case.pk])
        for event, book.now in zip(list(change.events), list(change.states), strict=True):
            if handle := _FOLLOW.get(event.kind):
                book.miss(event.at)
                handle(book, event)
            book.was = book.now
        book.mark(change.at)
        books.append(book)
    save(books)
