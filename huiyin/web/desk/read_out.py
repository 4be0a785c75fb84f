"""What is read out to the customer at the end of a call: by when we answer, and the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.cases.workflow import OPEN, Status
from huiyin.clocks import queries as clocks

from .joined import common
from .sheet import Sheet

_ANSWERS = ("respond", "update")
"""Clocks that end when the customer hears from us; the others are no time by which we answer."""
_SPOKEN = ("phone", "walk_in")
_FRESH = timedelta(minutes=30)


@dataclass(frozen=True)
class ReadOut:
    """The time of the sentence; None when none is running."""

    due_at: datetime | None


def answer_by(sheet: Sheet) -> datetime | None:
    """By when this customer hears from us; of a joined case by the clocks of the one that is worked on."""
    target = common(sheet)
    running = sheet.open_clocks if target is None else [one for one in clocks.of_case(target) if not one.outcome]
    due = [clock.due_at for clock in running if clock.kind in _ANSWERS and not clock.paused]
    return min(due, default=None)


def fresh(sheet: Sheet) -> ReadOut | None:
    """For the page of a case that somebody is telling us right now: later it is in the way."""
    case = sheet.case
    just = case.channel in _SPOKEN and sheet.now - case.received_at < _FRESH and case.answered_at is None
    return ReadOut(answer_by(sheet)) if just and case.status in OPEN | {Status.JOINED} else None
