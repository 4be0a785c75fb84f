"""The walk of a case through front and back stage: who had it, for how long, and each moment at which the customer met
us. Pure: made of the events alone.

After service blueprinting (Shostack 1984: a line between what customers see and what they don't) and moments of truth
(Normann 1984; Carlzon 1987: each contact is one, and each may be the one that decides).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .fold import step
from .workflow import OPEN, Data, EventKind, Snapshot, Status, WaitingFor

E = EventKind


class Lane(TextChoices):
    """Where a case is at a time."""

    FRONT = "front", _("front stage")
    BACK = "back", _("back stage")
    OUTSIDE = "outside", _("outside")
    AFTER = "after", _("after it was done")


class Stage(TextChoices):
    """Who has to do the next thing, as the customer would ask: who has it now?"""

    UNTAKEN = "untaken", _("nobody has taken it")
    DESK = "desk", _("the front desk works")
    DEPARTMENT = "department", _("a department works")
    QUESTION = "question", _("a department waits for an answer")
    DECISION = "decision", _("somebody decides")
    REVIEW = "review", _("somebody else looks at the result")
    CUSTOMER = "customer", _("waiting for the customer")
    THIRD_PARTY = "third_party", _("waiting for a third party")
    VISIT = "visit", _("until the return visit")


LANES = {
    **dict.fromkeys((Stage.UNTAKEN, Stage.DESK, Stage.QUESTION), Lane.FRONT),
    **dict.fromkeys((Stage.DEPARTMENT, Stage.DECISION, Stage.REVIEW), Lane.BACK),
    **dict.fromkeys((Stage.CUSTOMER, Stage.THIRD_PARTY), Lane.OUTSIDE),
    Stage.VISIT: Lane.AFTER,
}


class Meeting(TextChoices):
    """How customer and organisation met."""

    CAME = "came", _("the customer came to us")
    CHASED = "chased", _("the customer had to remind us")
    SPOKE = "spoke", _("we spoke with the customer")
    WROTE = "wrote", _("we wrote to the customer")
    ON_SITE = "on_site", _("we were on site")
    VISITED = "visited", _("we asked whether it was solved")


class Happening(Protocol):
    """What is needed of an event."""

    seq: int
    kind: str
    at: datetime
    data: Data
    actor_id: int | None


@dataclass(frozen=True)
class Stretch:
    """A time during which nothing changed about who has the case. `departments`: those that work on it then."""

    stage: Stage
    since: datetime
    until: datetime
    handler: int | None = None
    departments: tuple[int, ...] = ()

    @property
    def took(self) -> timedelta:
        """How long it was."""
        return self.until - self.since

    @property
    def lane(self) -> Lane:
        """Before or behind the line that customers see."""
        return LANES[self.stage]


@dataclass(frozen=True)
class Contact:
    """A moment of truth: event `seq` at which customer and organisation met; `person`: whom the customer met."""

    seq: int
    at: datetime
    meeting: Meeting
    person: int | None


@dataclass(frozen=True)
class Journey:
    """A case from its receipt to its end, or until now."""

    stretches: Sequence[Stretch]
    contacts: Sequence[Contact]

    @property
    def took(self) -> timedelta:
        """How long it took until it was done, in the customer's time: nights and holidays too."""
        return sum((one.took for one in self.stretches if one.lane != Lane.AFTER), timedelta())

    @property
    def people(self) -> int:
        """How many different persons of ours the customer met."""
        return len({one.person for one in self.contacts if one.person is not None})

    def in_lane(self, lane: Lane) -> timedelta:
        """How long it was there."""
        return sum((one.took for one in self.stretches if one.lane == lane), timedelta())


def stage(now: Snapshot) -> Stage | None:
    """Who has a case in that state; None for one that has ended."""
    if now.status == Status.RESOLVED:
        return Stage.REVIEW if now.review_since is not None else Stage.VISIT
    if now.status not in OPEN:
        return None
    if now.status == Status.RECEIVED and not now.referred:
        return Stage.UNTAKEN
    return _held_up(now) or _at_work(now)


def _held_up(now: Snapshot) -> Stage | None:
    """Others can't go on before somebody has decided or answered."""
    if now.referred or now.open_requests:
        return Stage.DECISION
    return Stage.QUESTION if now.open_questions else None


def _at_work(now: Snapshot) -> Stage:
    if now.status == Status.WAITING:
        return Stage.CUSTOMER if now.waiting_for == WaitingFor.CUSTOMER else Stage.THIRD_PARTY
    return Stage.DEPARTMENT if now.open_hand_overs else Stage.DESK


def walk(events: Iterable[Happening], *, at: datetime) -> Journey:
    """The journey told by the events of a case in the order of their numbers, up to `at` where it hasn't ended."""
    now, walker, contacts = Snapshot(), _Walker(), list[Contact]()
    for event in events:
        now = step(now, event.kind, seq=event.seq, at=event.at, data=event.data)
        walker.pass_on(now, event.at)
        if (meeting := _meeting(event)) is not None:
            contacts.append(Contact(event.seq, event.at, meeting, _met(event, meeting)))
    walker.end(at)
    return Journey(walker.walked, contacts)


class _Walker:
    """Goes along the states of a case; `running` is the stretch that hasn't ended yet, `time` how far it is."""

    def __init__(self) -> None:
        self.walked: list[Stretch] = []
        self.running: Stretch | None = None
        self.time: datetime | None = None

    def pass_on(self, now: Snapshot, at: datetime) -> None:
        """The case is in this state from then on."""
        found = stage(now)
        departments = tuple(department for _seq, department in now.open_hand_overs) if found == Stage.DEPARTMENT else ()
        running = self.running
        if running and (running.stage, running.handler, running.departments) == (found, now.handler_id, departments):
            return
        # What is written down later may have happened earlier: time doesn't run back for that.
        since = max(at, self.time or at)
        self.end(since)
        self.running = Stretch(found, since, since, now.handler_id, departments) if found else None

    def end(self, at: datetime) -> None:
        """What runs ends."""
        if self.running and at > self.running.since:
            self.walked.append(replace(self.running, until=at))
        self.running, self.time = None, max(at, self.time or at)


_ALWAYS = {
    E.RECEIVED: Meeting.CAME,
    E.WROTE: Meeting.CAME,
    E.CHASED: Meeting.CHASED,
    E.ARRIVED: Meeting.ON_SITE,
    E.WAITED: Meeting.WROTE,
    E.RESOLVED: Meeting.WROTE,
    E.REFUSED: Meeting.WROTE,
    E.DECLINED: Meeting.WROTE,
}


def _meeting(event: Happening) -> Meeting | None:
    kind, data = E(event.kind), event.data
    if kind == E.ANSWERED:
        return Meeting.WROTE if data["public"] else None
    if kind == E.CALLED:
        return Meeting.SPOKE if data["reached"] else None
    if kind in (E.EXTENDED, E.REACHED):
        return Meeting.WROTE if data["told"] else None
    if kind == E.VISITED:
        return Meeting.VISITED if data.get("reached", True) else None
    return _ALWAYS.get(kind)


def _met(event: Happening, meeting: Meeting) -> int | None:
    """What customers write they write to the house, and nobody of ours meets them by it."""
    return None if event.kind == E.WROTE or meeting == Meeting.CHASED else event.actor_id
