"""Customers who come again with the same matter, as the rule of repetitions finds them: linked, and more urgent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from huiyin.cases import details
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.fairness import repeats
from huiyin.fairness.models import Why
from huiyin.fairness.rules import rule

from .story import Story

MOMENT = timedelta(seconds=75)
"""So soon after a case came in it is looked at."""
_NOT = (Status.JOINED, Status.WITHDRAWN)


def expect(stories: Sequence[Story]) -> None:
    """Find which cases are a matter again, before any of them is lived: the earlier one hears of the later too."""
    last = dict[tuple[int, int | None], Story]()
    within = timedelta(days=rule().repeat_days)
    for story in stories:
        contact = story.voice.contact
        if contact is None or story.voice.tale or story.voice.twin is not None:
            continue
        if story.change.case.kind not in repeats.KINDS:
            continue
        key = (contact.customer.pk, story.category.parent_id)
        before = last.get(key)
        if before is not None and repeats.SECOND_WORD <= story.now - before.voice.at < within:
            before.later(story.voice.at + MOMENT, lambda story=story, before=before: _link(before, story))  # type: ignore[misc]
            story.later(story.voice.at + MOMENT, lambda story=story, before=before: _come(story, before))  # type: ignore[misc]
            story.begins = story.voice.at + MOMENT
        last[key] = story


def _link(before: Story, story: Story) -> None:
    """In the earlier case, which is lived first."""
    if before.status not in _NOT:
        _related(before, story)
        before.came_again.add(story.change.case.pk)


def _related(story: Story, other: Story) -> None:
    story.log(details.TOPIC, {"what": "related", "case": other.change.case.pk})


def _come(story: Story, before: Story) -> None:
    change = story.change
    if story.change.case.pk not in before.came_again or story.status not in OPEN:
        return
    had = before.change.now.handler_id or before.change.now.owner_id
    change.at = story.now
    free = change.now.handler_id in (None, had)
    chosen = story.user(story.other_than(before.handler)) if free else None
    why = Why.CATEGORY if before.category.pk == story.category.pk else Why.BRANCH
    taken = had is not None and change.now.handler_id == had
    repeats.write_down(change, (before.change.case.pk, had), why, chosen)
    _related(story, before)
    stored = [event.data["grade"] for event in change.events if event.kind in repeats.GRADING]
    repeats.urge(change, stored[-1])
    if taken and chosen is not None:
        story.add(EventKind.ASSIGNED, {"to": chosen.pk})
