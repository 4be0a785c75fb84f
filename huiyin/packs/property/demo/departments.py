"""The way of a case through the departments: tasks, replies in time and late, and "not ours"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from huiyin.cases.workflow import WORKING, EventKind
from huiyin.clocks.models import ClockKind
from huiyin.org.models import Department

from .story import WORKERS, Story

HAND_OVERS = {0: 5, 1: 71, 2: 16, 3: 5, 4: 3}
"""How many a case that needs work takes; those settled at once have none."""
PING_PONG = {
    "engineering": "cleaning",
    "cleaning": "engineering",
    "security": "engineering",
    "finance": "manager",
    "manager": "finance",
}
LATE = 0.11
POOR = 0.12
NOT_OURS = 0.5
"""How often a department that is not the last one says that it isn't theirs."""
LAST_DAY, UNANSWERED = timedelta(hours=20), 0.3
"""So many tasks of the last hours are still open, so that a department finds something to do."""
PLAN_AHEAD = timedelta(hours=6)
INSTEAD = {"frontdesk": "security", "supervisor": "manager"}
"""The front desk hands over to those who can act: it doesn't hand over to itself."""
RUN_BY_SUPERVISOR = "YGZ"
"""The site without a manager of its own."""


def first(story: Story) -> Department:
    """The department that a matter belongs to."""
    found = story.category.department
    code = found.code if found else "engineering"
    return _at_site(story, INSTEAD.get(code, code))


def _at_site(story: Story, code: str) -> Department:
    return story.department("supervisor" if code == "manager" and story.voice.site == RUN_BY_SUPERVISOR else code)


def route(story: Story, *, done: Callable[[], None]) -> None:
    """Send the case through its departments, beginning soon; `done` is called after the last reply."""
    count = 1 if story.rounds else story.rng.choices(list(HAND_OVERS), list(HAND_OVERS.values()))[0]
    story.hand_overs_left = max(count, 1 if story.refused else 0) + story.extra_hand_overs
    if not story.hand_overs_left:
        done()
    else:
        soon = story.now + (story.minutes(1, 8) if story.urgent else story.minutes(3, 40))
        story.later(soon, lambda: _hand_over(story, done))


def _hand_over(story: Story, done: Callable[[], None]) -> None:
    if story.status not in WORKING:
        story.hand_overs_left = 0
        return
    # The last one is the right one; those before it alternate.
    right = first(story)
    odd = story.hand_overs_left % 2 == 1
    department = right if odd else _at_site(story, PING_PONG.get(right.code, "engineering"))
    situation = "task" if story.change.now.hand_overs == 0 else "task_again" if story.rounds else "task_other"
    event = story.add(
        EventKind.HANDED_OVER,
        {"department": department.pk, "reply_by": None},
        actor=story.handler,
        text=story.words(situation),
    )
    story.later(_reply_at(story), lambda: _reply(story, event.seq, department, done))


def _reply_at(story: Story) -> datetime:
    due = story.due(ClockKind.REPLY, story.now) or story.now + timedelta(hours=2)
    if story.world.until - story.now < LAST_DAY and story.chance(UNANSWERED):
        return max(due, story.world.until) + story.minutes(10, 60)
    if story.chance(LATE):
        return due + story.minutes(10, 60 if story.urgent else 400)
    end = max(min(due, story.finish_at), story.now + timedelta(minutes=4))
    at = story.now + (end - story.now) * story.rng.uniform(0.3, 0.9)
    if story.urgent:
        return at
    return min(story.open_hours(at), max(due - timedelta(minutes=2), at))


def _reply(story: Story, number: int, department: Department, done: Callable[[], None]) -> None:
    if number not in [seq for seq, _department in story.change.now.open_hand_overs]:
        return
    story.hand_overs_left -= 1
    worker = WORKERS[department.code]
    story.add(EventKind.REPLIED, {"hand_over": number}, actor=worker, text=_words(story, department, worker))
    if story.hand_overs_left:
        soon = story.now + story.minutes(4, 45)
        story.later(soon if story.urgent else story.open_hours(soon), lambda: _hand_over(story, done))
        return
    soon = story.now + story.minutes(3, 25)
    story.finish_at = max(story.finish_at, soon if story.urgent else story.open_hours(soon))
    done()


def _words(story: Story, department: Department, worker: str) -> str:
    name = story.user(worker).name
    if story.hand_overs_left and story.chance(NOT_OURS):
        other = _at_site(story, PING_PONG.get(department.code, "engineering"))
        return story.words("reply_not_ours", department=other.name)
    if story.chance(POOR):
        return story.words("reply_poor")
    if story.finish_at - story.now > PLAN_AHEAD:
        return story.words("reply_plan", at=story.finish_at, name=name)
    return story.words("reply_good", name=name)
