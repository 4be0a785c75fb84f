"""When somebody comes: at once for P1 and P2, else by appointment, of which a few are missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.cases.actions import APPOINTMENT
from huiyin.cases.workflow import WORKING, EventKind
from huiyin.clocks.models import ClockKind

from .story import Story

ARRIVES = {"P1": (9, 22), "P2": (24, 70)}
"""Median and 95th percentile of the minutes from receipt until somebody is there."""
SETTLED = 0.85
"""Of these visits an hour was settled for; at the others somebody is at home anyway."""
IN_TIME = 0.92
"""Of those visits that have a time; appointments are made within it."""
MISSED = 0.04
"""Of the appointments."""
CONTAINED = (15, 55)
"""Minutes from the arrival until the harm is stopped."""


def plan(story: Story, *, before: datetime, worker: str) -> None:
    """Somebody will come before the department replies at `before`; once for each time the case is worked on."""
    if not story.category.on_site or story.arrivals > story.rounds:
        return
    story.arrivals = story.rounds + 1
    story.later(_at(story, before), lambda: come(story, worker))


def _at(story: Story, before: datetime) -> datetime:
    last = before - timedelta(minutes=1)
    usual = ARRIVES.get(story.change.now.severity)
    if usual is not None:
        since = story.now if story.rounds else story.voice.at
        return min(since + timedelta(minutes=story.spread(*usual)), last)
    return min(_appointment(story, last), last)


def _appointment(story: Story, last: datetime) -> datetime:
    """When they come: for most an hour was settled, and they are there before it."""
    at = story.now + (last - story.now) * story.rng.uniform(0.2, 0.7)
    due = story.due(ClockKind.ARRIVE, story.voice.at)
    if due is not None and not story.rounds and story.more.random() < IN_TIME:
        at = min(at, max(due - story.minutes(2, 15), story.now + timedelta(minutes=1)))
    if story.voice.contact is None or not story.chance(SETTLED):
        return at
    missed = story.chance(MISSED)
    due = at - story.minutes(5, 40) if missed else at + story.minutes(2, 25)
    due = max(due.replace(second=0, microsecond=0), story.now + timedelta(minutes=2))
    data = {"due_at": due.isoformat(), "what": APPOINTMENT}
    text = story.words("promise", at=due)
    event = story.tell(EventKind.COMMITTED, data, actor=story.handler, text=text)
    story.promises[event.seq] = due, text
    return at if missed else min(at, due)


def come(story: Story, worker: str) -> None:
    """Somebody is there, if the case is still worked on; an appointment is kept or broken by that."""
    if story.status not in WORKING:
        return
    story.add(EventKind.ARRIVED, {}, actor=worker)
    for event in story.change.events:
        if event.seq in story.change.now.open_commitments and event.data.get("what") == APPOINTMENT:
            kept = story.now <= datetime.fromisoformat(event.data["due_at"])
            story.broken = story.broken or not kept
            story.add(EventKind.KEPT, {"commitment": event.seq, "kept": kept}, actor=worker)
    if story.urgent and story.change.now.contained_at is None:
        story.later(story.now + timedelta(minutes=story.spread(*CONTAINED)), lambda: _contain(story, worker))


def _contain(story: Story, worker: str) -> None:
    if story.status in WORKING:
        story.add(EventKind.CONTAINED, {}, actor=worker)
