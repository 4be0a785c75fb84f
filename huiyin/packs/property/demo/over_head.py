"""Customers who go over the handler's head: to the manager, the company, an authority. Somebody else takes the case."""

from __future__ import annotations

from datetime import timedelta

from huiyin.cases.dispatch import transferred
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.fairness import escalations
from huiyin.fairness.models import Origin

from . import handling
from .organisation import MANAGER, SUPERVISOR
from .story import Story

SHARE, SHARE_LATE = 0.05, 0.12
"""Of the times when a customer asks again."""
ORIGINS = {
    Origin.MANAGER: 30,
    Origin.COMPANY: 20,
    Origin.AUTHORITY: 22,
    Origin.IN_PERSON: 10,
    Origin.PORTAL: 14,
    Origin.MEDIA: 4,
}
OUTSIDE_DAYS = 5
NO_MANAGER = "YGZ"


def perhaps(story: Story) -> None:
    """Somebody who had to ask again goes higher, now and then."""
    if story.more.random() < (SHARE_LATE if story.late or story.broken else SHARE):
        wait = timedelta(minutes=story.more.uniform(60, 900))
        story.later(story.waking_hours(story.now + wait), lambda: _go(story))


def _go(story: Story) -> None:
    if story.status not in OPEN or story.above_head or (other := _other(story)) is None:
        return
    story.above_head = True
    origin = story.more.choices(list(ORIGINS), list(ORIGINS.values()))[0]
    text = story.words(f"over_{origin}")
    actor = None if origin == Origin.PORTAL else story.handler
    if origin == Origin.PORTAL:
        story.tell(EventKind.WROTE, {}, text=text)
    elif origin == Origin.AUTHORITY:
        _from_above(story)
    with story.written_by(actor):
        escalations.write_down(story.change, origin, story.user(other), text if actor else "")
    story.later(story.now + story.minutes(15, 120), lambda: _call(story))


def _other(story: Story) -> str | None:
    """Who takes it: the supervisor, and from her the manager; at the site without one nobody is left."""
    if story.handler != SUPERVISOR:
        return SUPERVISOR
    return None if story.voice.site == NO_MANAGER else MANAGER


def _from_above(story: Story) -> None:
    day = (story.now + timedelta(days=OUTSIDE_DAYS)).astimezone(story.world.zone)
    due = day.replace(hour=17, minute=0, second=0, microsecond=0)
    number = f"SL{story.now:%y%m%d}{story.more.randint(100, 99999):05d}"
    with story.written_by(story.handler):
        transferred(story.change, body=story.words("outside"), number=number, due_at=due)


def _call(story: Story) -> None:
    if story.status in OPEN and story.voice.contact:
        story.add(EventKind.CALLED, {"reached": True}, actor=story.handler, text=story.words("over_call"))
        handling.expect_word(story)
