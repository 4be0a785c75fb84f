"""The way of a case through the departments: tasks, replies in time and late, and "not ours"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from huiyin.cases.models import CaseEvent, Unusable
from huiyin.cases.workflow import RULES, WORKING, EventKind
from huiyin.clocks.models import ClockKind
from huiyin.org.models import Department

from . import arrival, dispatch
from .dispatch import ASSIST, ASSISTED, LEAD, Task
from .story import WORKERS, Story

HAND_OVERS = {0: 5, 1: 77, 2: 12, 3: 4, 4: 2}
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
JUDGED, UNUSABLE, UNUSABLE_POOR = 0.6, 0.06, 0.7
"""Of so many answers the desk says whether it can use them; of these so many it can't, of the poor ones so many."""
LAST_DAY, UNANSWERED = timedelta(hours=20), 0.45
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
    story.lead = first(story)

    def begin(by: str | None) -> None:
        if story.hand_overs_left:
            _hand_over(story, done, by)
        else:
            done()

    if story.change.now.referred:
        dispatch.decide_later(story, begin)
    elif story.hand_overs_left:
        soon = story.now + (story.minutes(1, 8) if story.urgent else story.minutes(3, 40))
        story.later(soon, lambda: begin(None))
    else:
        done()


def _other(story: Story, code: str) -> Department:
    """The department that a matter goes to by mistake, or second."""
    return _at_site(story, "supervisor" if story.category.conduct else PING_PONG.get(code, "engineering"))


def _hand_over(story: Story, done: Callable[[], None], by: str | None = None) -> None:
    if story.status not in WORKING:
        story.hand_overs_left = 0
        return
    # The last one is the right one; those before it alternate.
    lead = story.lead or first(story)
    right = story.hand_overs_left % 2 == 1
    department = lead if right else _other(story, lead.code)
    situation = "task" if story.change.now.hand_overs == 0 else "task_again" if story.rounds else "task_other"
    assisted = right and story.hand_overs_left == 1 and story.chance(ASSISTED)
    data = {"department": department.pk, "reply_by": None, "part": LEAD}
    event = story.add(EventKind.HANDED_OVER, data, actor=by or story.handler, text=story.words(situation))
    until = _reply_at(story)
    arrival.plan(story, before=until, worker=WORKERS[department.code])

    def reply() -> None:
        _reply(story, event.seq, department, done)

    story.later(until, reply)
    again = _again(story, done)
    dispatch.on_the_way(story, Task(event.seq, department, story.hand_overs_left == 1, until, reply, again))
    if assisted:
        _assist(story, _other(story, lead.code), done)


def _again(story: Story, done: Callable[[], None]) -> Callable[[str | None], None]:
    """What follows a task that was taken back: the next department, at once when the supervisor named it."""

    def again(by: str | None) -> None:
        story.hand_overs_left -= 1
        soon = story.now + story.minutes(2, 20)
        if by:
            _hand_over(story, done, by)
        else:
            story.later(soon if story.urgent else story.open_hours(soon), lambda: _hand_over(story, done))

    return again


def _assist(story: Story, department: Department, done: Callable[[], None]) -> None:
    """A second department helps the one that leads, and says what it did."""
    data = {"department": department.pk, "reply_by": None, "part": ASSIST}
    event = story.add(EventKind.HANDED_OVER, data, actor=story.handler, text=story.words("task_assist"))

    def reply() -> None:
        if story.status in WORKING and dispatch.is_open(story, event.seq):
            text = story.words("reply_assist")
            story.add(EventKind.REPLIED, {"hand_over": event.seq}, actor=WORKERS[department.code], text=text)
            if not story.hand_overs_left:
                done()

    story.later(_reply_at(story), reply)


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
    if not dispatch.is_open(story, number) or dispatch.waits_for_decision(story, number):
        return
    story.hand_overs_left -= 1
    worker = WORKERS[department.code]
    words = _words(story, worker)
    event = story.add(EventKind.REPLIED, {"hand_over": number}, actor=worker, text=words)
    _judge(story, event, department, poor=words in story.world.texts.words["reply_poor"])
    if story.hand_overs_left:
        soon = story.now + story.minutes(4, 45)
        story.later(soon if story.urgent else story.open_hours(soon), lambda: _hand_over(story, done))
        return
    soon = story.now + story.minutes(3, 25)
    story.finish_at = max(story.finish_at, soon if story.urgent else story.open_hours(soon))
    done()


def _judge(story: Story, event: CaseEvent, department: Department, *, poor: bool) -> None:
    """The desk says whether it can use an answer; chance of its own, so that all else stays as it was."""
    number = event.data["hand_over"]
    rng = Random(f"{story.voice.at}/{number}/judged")  # noqa: S311
    why = ""
    if rng.random() < (UNUSABLE_POOR if poor else UNUSABLE):
        short = [one for one in Unusable.values if one != Unusable.OTHER]
        why = Unusable.INCOMPLETE.value if poor else rng.choice(short)
    data = {"hand_over": number, "usable": not why, "why": why, "department": department.pk, "of": event.actor_id}

    def judge() -> None:
        if story.status in RULES[EventKind.JUDGED][0] and story.user(story.handler).department_id != department.pk:
            story.add(EventKind.JUDGED, data, actor=story.handler)

    if rng.random() < JUDGED:
        story.later(story.now + timedelta(minutes=rng.uniform(1, 4)), judge)


def _words(story: Story, worker: str) -> str:
    name = story.user(worker).name
    if story.hand_overs_left:
        return story.words("reply_part")
    if story.chance(POOR):
        return story.words("reply_poor")
    if story.finish_at - story.now > PLAN_AHEAD:
        return story.words("reply_plan", at=story.finish_at, name=name)
    return story.words("reply_good", name=name)
