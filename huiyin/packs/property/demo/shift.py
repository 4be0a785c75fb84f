"""小孙 goes: her open cases are handed to a colleague by a signed list that names each open promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.cases.workflow import OPEN, EventKind

from .organisation import LEAVER, SUCCESSOR
from .story import DUTY, HER_LAST, Story
from .texts import clock_words

LEFT_OVER = 0.95
"""Of her last cases so many are still open when she goes, without being late."""


def left_over(story: Story, at: datetime, due: datetime) -> datetime:
    """When it will be done instead of `at`: in her last days she begins much and ends little."""
    left = story.world.leaves_at - story.now
    hers = story.change.now.handler_id == story.user(LEAVER).pk
    if not hers or not timedelta() < left < HER_LAST or due <= story.world.leaves_at or not story.chance(LEFT_OVER):
        return at
    return max(at, story.world.leaves_at + (due - story.world.leaves_at) * story.rng.uniform(0.2, 0.9))


def watch(story: Story) -> None:
    """A case from before that day is on the list, if it is hers then."""
    if story.now < story.world.leaves_at:
        story.later(story.world.leaves_at, lambda: _change_hands(story))


def _change_hands(story: Story) -> None:
    if story.status not in OPEN or story.change.now.handler_id != story.user(LEAVER).pk:
        return
    story.world.shift_list.append(story.change.case.pk)
    promises = _promises(story)
    text = story.words(
        "shift_list_promises" if promises else "shift_list",
        k=str(len(story.world.shift_list)),
        name=story.user(LEAVER).name,
        other=story.user(SUCCESSOR).name,
        promises=promises,
    )
    story.note(text, DUTY)
    story.add(EventKind.ASSIGNED, {"to": story.user(SUCCESSOR).pk}, actor=DUTY)


def _promises(story: Story) -> str:
    """Each promise that stands, by its number in the case, its time and its words."""
    local = story.now.astimezone(story.world.zone)
    found = []
    for seq in story.change.now.open_commitments:
        due, text = story.promises[seq]
        found.append(f"第{seq}条，{clock_words(due.astimezone(story.world.zone), local)}到期，“{text}”")
    return "；".join(found)
