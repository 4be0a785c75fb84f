"""The clocks of one case while a change is applied: started, stopped, paused, moved, and written at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from huiyin.base.worktime import Pause
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent
from huiyin.db.rows import insert_objects, new_row

from . import levels
from .levels import Deadline
from .models import Clock, ClockKind, Outcome

TOPIC = "clocks"
_ON_SITE = (ClockKind.ARRIVE, ClockKind.CONTAIN)
_PAUSING = frozenset({ClockKind.RESOLVE, ClockKind.UPDATE, *_ON_SITE})
_BY_LEVEL = frozenset({ClockKind.RESPOND, ClockKind.RESOLVE, ClockKind.UPDATE, *_ON_SITE})
_INSERTED = tuple(field.attname for field in Clock._meta.concrete_fields if not field.primary_key)
_MOVING = frozenset({"ref", "department_id", "due_at", "warn_at", "paused", "pauses", "provisional", "extra"})
_ENDING = frozenset({"near_at", "breached_at", "stopped_at", "outcome", "mark_at"})
_UPDATED = sorted(_MOVING | _ENDING)


class Book:
    """The open clocks of one case while a change is applied."""

    def __init__(self, change: Change, clocks: Iterable[Clock]) -> None:
        self.change = change
        self.now = change.now
        """The case after the event that is being followed, not after the whole change."""
        self.was = change.before
        """The case before that event."""
        self.clocks = list(clocks)
        self.touched: set[int] = set()

    def open(self, *kinds: ClockKind) -> list[Clock]:
        """Open clocks of these kinds (all, when none is named)."""
        return [clock for clock in self.clocks if not clock.outcome and (not kinds or clock.kind in kinds)]

    def start(
        self,
        kind: ClockKind,
        event: CaseEvent,
        *,
        due_at: datetime | None = None,
        policy: int | None = None,
        ref: int | None = None,
        department: int | None = None,
    ) -> None:
        """Start a clock with the event; at `due_at` when a person named a time, else by the service level of `policy`
        or, without one, of its time. `ref`: what it is about, if not the event; `department`: whose it is."""
        if policy is None and (then := levels.levels().policy_at(event.at)) is not None:
            policy = then.pk
        found: Deadline | None = None
        if due_at is not None:
            found, policy = levels.explicit(event.at, due_at), None
        elif policy is not None:
            found = levels.reckon(policy, kind, self.change.case, self.now, start=event.at)
        if found is None:
            return
        found = self._capped(kind, found, event.at)
        clock = new_row(
            Clock,
            kind=kind,
            ref=event.seq if ref is None else ref,
            department_id=department,
            policy_id=policy,
            started_at=event.at,
            first_due_at=found.due_at,
            due_at=found.due_at,
            warn_at=found.warn_at,
            provisional=found.provisional,
        )
        self.clocks.append(clock)

    def stop(self, clocks: Iterable[Clock], at: datetime, *, cancel: bool = False, failed: bool = False) -> None:
        """End clocks. `cancel`: nobody waits for it any more. `failed`: the promise was broken, whatever the time."""
        for clock in clocks:
            if clock.paused:
                self._unpause(clock, at)
            if clock.outcome:  # its level is gone, so going on has ended it
                continue
            if failed or at > clock.due_at:
                # Also when nobody waits any more: what was late until now stays late, swept in time or not.
                self.breach(clock, min(at, clock.due_at))
            elif clock.breached_at is not None and at <= clock.breached_at:  # a deadline moved since stays missed
                self.take_back(clock)
            self.touched.add(id(clock))
            clock.stopped_at = at
            late = clock.breached_at is not None
            clock.outcome = Outcome.CANCELLED if cancel else Outcome.LATE if late else Outcome.MET

    def pass_on(self, clock: Clock, event: CaseEvent) -> None:
        """The same clock, now of the department and the hand-over of the event."""
        self.touched.add(id(clock))
        clock.ref, clock.department_id = event.seq, event.data["department"]

    def breach(self, clock: Clock, at: datetime) -> None:
        """Record a missed deadline, once, at the instant it was missed."""
        if clock.breached_at is None:
            self.touched.add(id(clock))
            clock.breached_at = at
            clock.near_at = clock.near_at or at
            self._note(clock, "breached", at=at)

    def take_back(self, clock: Clock) -> None:
        """We learn of an answer only after its deadline was recorded as missed, but it was given in time. The event of
        the miss stays: it says what was known then."""
        clock.breached_at = None
        self._note(clock, "in_time", at=self.change.at)

    def pause(self, at: datetime) -> None:
        """Stop counting while we wait for the customer."""
        for clock in self.open(*_PAUSING):
            if not clock.paused and clock.policy_id is not None:  # a time that a person named stays
                self.touched.add(id(clock))
                clock.paused = True
                clock.pauses = [*clock.pauses, [at.isoformat(), None]]

    def unpause(self, at: datetime) -> None:
        """Go on counting; the deadline moves by the working time inside the pause."""
        for clock in self.open(*_PAUSING):
            if clock.paused:
                self._unpause(clock, at)

    def _unpause(self, clock: Clock, at: datetime) -> None:
        self.touched.add(id(clock))
        clock.paused = False
        since = clock.pauses[-1][0]
        # Two requests may have looked at the time in the other order than they got the case: no pause ends before it
        # begins.
        until = max(at, datetime.fromisoformat(since))
        clock.pauses = [*clock.pauses[:-1], [since, until.isoformat()]]
        self.reckon(clock, at)

    def reckon(self, clock: Clock, at: datetime) -> None:
        """Reckon a deadline anew, with the policy it was started under and all its pauses.

        One that was missed stays where it was missed; but what the case has no time for any more ends, missed or not.
        """
        if clock.policy_id is None:
            return
        found = levels.reckon(
            clock.policy_id,
            ClockKind(clock.kind),
            self.change.case,
            self.now,
            start=clock.started_at,
            pauses=_pauses(clock),
        )
        if found is None:
            self.stop([clock], at, cancel=True)
        elif clock.breached_at is None:
            self.touched.add(id(clock))
            due = self._capped(ClockKind(clock.kind), _later(found, clock.extra), clock.started_at)
            clock.due_at, clock.warn_at, clock.provisional = due

    def _capped(self, kind: ClockKind, found: Deadline, start: datetime) -> Deadline:
        """An outside deadline only shortens."""
        outside = self.now.outside_due_at
        if kind != ClockKind.RESOLVE or outside is None or outside >= found.due_at:
            return found
        return levels.explicit(start, max(outside, start))

    def move(self, clock: Clock, due_at: datetime, at: datetime) -> None:
        """Another deadline, as a person decided; what is granted stays so when service levels are reckoned anew."""
        self.touched.add(id(clock))
        clock.extra += due_at - clock.due_at
        warned = clock.warn_at
        clock.due_at, clock.warn_at, _provisional = levels.explicit(at, due_at)
        if clock.near_at == warned and clock.breached_at is None:
            clock.near_at = None  # it is near no more; the sweep warns again in time

    @property
    def policy(self) -> int | None:
        """The policy that the case was started under, as its open clocks remember it."""
        return next((clock.policy_id for clock in self.open() if clock.policy_id is not None), None)

    def miss(self, at: datetime) -> None:
        """Record what was missed before `at`, before an event moves deadlines: whether something was late must not
        depend on how often the sweep runs."""
        for clock in self.open():
            if not clock.paused and clock.due_at < at:
                self.breach(clock, clock.due_at)

    def mark(self, at: datetime) -> None:
        """Warn of and record all that is due by `at`."""
        for clock in self.open():
            if clock.paused:
                continue
            if clock.due_at <= at:
                self.breach(clock, clock.due_at)
            elif clock.warn_at <= at and clock.near_at is None:
                self.touched.add(id(clock))
                clock.near_at = clock.warn_at
                self._note(clock, "due_soon", at=clock.warn_at)

    def _note(self, clock: Clock, what: str, *, at: datetime) -> None:
        data = {"what": what, "clock": str(clock.kind), "ref": clock.ref, "due_at": clock.due_at.isoformat()}
        self.change.note(TOPIC, data, at=at)


def _later(found: Deadline, extra: timedelta) -> Deadline:
    return Deadline(found.due_at + extra, found.warn_at + extra, found.provisional) if extra else found


def _next_mark(clock: Clock) -> datetime | None:
    if clock.outcome or clock.paused or clock.breached_at:
        return None
    return clock.due_at if clock.near_at else clock.warn_at


def _pauses(clock: Clock) -> list[Pause]:
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in clock.pauses if end]


def save(books: Iterable[Book]) -> None:
    """Update the clocks that were there and changed, insert the new ones."""
    new: list[Clock] = []
    for book in books:
        for clock in book.clocks:
            clock.mark_at = _next_mark(clock)
            if clock._state.adding:
                clock.case_id = book.change.case.pk
                new.append(clock)
                book.change.rows.append(clock)
            elif id(clock) in book.touched:
                clock.save(update_fields=_UPDATED)
                book.change.rows.append(clock)
    if new:
        insert_objects(Clock, _INSERTED, new)
