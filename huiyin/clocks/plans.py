"""Projects: milestones instead of a time to finish. Proposed by who handles the case, approved by a supervisor, shown
to the customer. A changed plan is another proposal; the first deadline of each milestone stays.

As in `cases.actions`: one function a verb, with the same arguments and exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.actions import BadInput, By, acting, perhaps_said, require_status, said
from huiyin.cases.change import Change
from huiyin.cases.dispatch import not_own, pending, reason_of
from huiyin.cases.given import perhaps_sent, sent
from huiyin.cases.models import Message
from huiyin.cases.queries import Entry
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.org.access import Verb

from .models import Clock, ClockKind, Outcome

MOST = 20
"""Milestones of a plan."""
LONGEST = 200
"""Letters of a milestone's title."""
STEP = "step"
"""Part of the words of an event that is the title of the milestone with the number behind it."""


@dataclass(frozen=True)
class Wanted:
    """A milestone as it is proposed; `milestone`: its number, when it is one of the present plan."""

    title: str
    due_at: datetime
    milestone: int | None = None


def plan(case_id: int, by: By, *, milestones: Sequence[Wanted], reason: str = "") -> Change:
    """Propose the milestones of a project. What the present plan still has and this one leaves out is dropped, once it
    is approved; a change needs its reason."""
    with acting(Verb.PLAN, case_id, by) as change:
        require_status(change, Verb.PLAN)
        wanted = _checked(change, milestones, by.at)
        words = {f"{STEP}{number}": one.title for number, one in wanted.items()}
        words["text"] = perhaps_said("reason", reason) if change.now.planned_at is None else reason_of(reason)
        steps = [{"milestone": number, "due_at": one.due_at.isoformat()} for number, one in wanted.items()]
        change.add(EventKind.PLANNING, {"steps": steps}, words=words)
    return change


def _checked(change: Change, milestones: Sequence[Wanted], at: datetime) -> dict[int, Wanted]:
    """The milestones by number, in the order of their times; new ones take the next numbers."""
    if not 1 <= len(milestones) <= MOST:
        raise BadInput("milestones", _("Give between one and %(most)d milestones.") % {"most": MOST})
    now, due = change.now, _due_of(change)
    found: dict[int, Wanted] = {}
    fresh = now.milestones
    for one in sorted(milestones, key=lambda one: one.due_at):
        field = f"milestones.{milestones.index(one)}"
        number = one.milestone
        if number is None:
            number = fresh = fresh + 1
        elif number not in now.open_milestones or number in found:
            raise BadInput(f"{field}.milestone", _("This is no open milestone of the plan, or it is named twice."))
        if one.due_at <= at and due.get(number) != one.due_at:
            raise BadInput(f"{field}.due_at", _("This time has passed; choose a later one."))
        title = said(f"{field}.title", one.title)
        if len(title) > LONGEST:
            raise BadInput(f"{field}.title", _("At most %(most)d characters.") % {"most": LONGEST})
        found[number] = Wanted(title, one.due_at, number)
    return found


def _due_of(change: Change) -> dict[int, datetime]:
    """The present deadlines of the open milestones."""
    rows = Clock.objects.filter(case=change.case.pk, kind=ClockKind.MILESTONE, ref__in=change.now.open_milestones)
    return dict(rows.values_list("ref", "due_at")) if change.now.open_milestones else {}


def decide_plan(
    case_id: int, by: By, *, granted: bool, reason: str = "", text: str = "", request: int | None = None
) -> Change:
    """Approve a proposed plan, or send it back with the reason. The customer is told of a plan by `text` and sees its
    steps. Not for whoever proposed it."""
    with acting(Verb.DECIDE_PLAN, case_id, by) as change:
        seq, _about = pending(change, EventKind.PLANNING, request)
        own = not_own(change, by, seq)
        words = {
            "text": sent(change, by, "text", text) if granted else "",
            "reason": perhaps_said("reason", reason) if granted else said("reason", reason),
        }
        steps = _still(change, seq, by.at) if granted else []
        titles = _titles(change, seq, steps)
        data = {"request": seq, "granted": granted, "told": granted, "steps": steps, **own}
        change.add(EventKind.PLANNED, data, words=words | titles, public={"text", *titles} if granted else set())
    return change


def _still(change: Change, seq: int, at: datetime) -> list[dict[str, Any]]:
    """The steps of a proposal but those reached meanwhile. Raises `NotAllowed` when it came too late."""
    now, due = change.now, _due_of(change)
    proposed: list[dict[str, Any]] = change.case.caseevent_set.get(seq=seq).data["steps"]
    steps = [one for one in proposed if one["milestone"] > now.milestones or one["milestone"] in now.open_milestones]
    for one in steps:
        until = datetime.fromisoformat(one["due_at"])
        if until <= at and due.get(one["milestone"]) != until:
            raise NotAllowed(EventKind.PLANNED, now.status, _("a time of this plan has passed; propose it anew"))
    if not steps:
        raise NotAllowed(EventKind.PLANNED, now.status, _("all of this plan is reached already"))
    return steps


def _titles(change: Change, seq: int, steps: Iterable[dict[str, Any]]) -> dict[str, str]:
    parts = [f"{STEP}{one['milestone']}" for one in steps]
    rows = Message.objects.filter(case=change.case, seq=seq, part__in=parts)
    return dict(rows.values_list("part", "text"))


def reach(case_id: int, by: By, *, milestone: int, text: str = "", at: datetime | None = None) -> Change:
    """A milestone is reached since `at`, or now. With `text` the customer is told."""
    with acting(Verb.REACH, case_id, by) as change:
        require_status(change, Verb.REACH)
        moment = at or by.at
        if moment > by.at:
            raise BadInput("at", _("This lies in the future."))
        if change.now.planned_at is not None and moment < change.now.planned_at:
            raise BadInput("at", _("This lies before the plan was approved."))
        words = {"text": perhaps_sent(change, by, "text", text)}
        data = {"milestone": milestone, "told": bool(words["text"])}
        change.add(EventKind.REACHED, data, words=words, public={"text"}, at=moment)
    return change


@dataclass(frozen=True)
class Milestone:
    """A milestone of an approved plan. `dropped`: a later plan, or the end of the project, did without it."""

    milestone: int
    title: str
    due_at: datetime
    first_due_at: datetime
    missed_at: datetime | None
    reached_at: datetime | None
    dropped: bool

    @property
    def open(self) -> bool:
        """Is it still to come?"""
        return self.reached_at is None and not self.dropped

    @property
    def state(self) -> str:
        """`done`, `late` or `todo`."""
        return "done" if self.reached_at is not None else "late" if self.missed_at is not None else "todo"


def milestones(entries: Iterable[Entry], clocks: Iterable[Clock]) -> list[Milestone]:
    """The milestones of a case by their deadlines, out of its timeline and clocks; dropped ones too."""
    titles: dict[int, str] = {}
    for entry in entries:
        if entry.event.kind == EventKind.PLANNED:
            for part, message in entry.words.items():
                if part.startswith(STEP):
                    titles[int(part.removeprefix(STEP))] = message.text
    rows = [_milestone(clock, titles.get(clock.ref, "")) for clock in clocks if clock.kind == ClockKind.MILESTONE]
    return sorted(rows, key=lambda row: (row.due_at, row.milestone))


def _milestone(clock: Clock, title: str) -> Milestone:
    dropped = clock.outcome == Outcome.CANCELLED
    return Milestone(
        milestone=clock.ref,
        title=title,
        due_at=clock.due_at,
        first_due_at=clock.first_due_at,
        missed_at=clock.breached_at,
        reached_at=None if dropped else clock.stopped_at,
        dropped=dropped,
    )
