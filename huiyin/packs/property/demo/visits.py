"""The return visit: who is asked, what they say, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from huiyin.cases.models import CaseEvent
from huiyin.cases.workflow import EventKind, Status
from huiyin.returns import follow
from huiyin.returns.actions import Result
from huiyin.returns.models import State
from huiyin.returns.plan import MOST_TRIES, Mode

from . import heard
from .organisation import SUPERVISOR
from .story import VISITOR, Story

REACHED = {1: 58, 2: 20, 3: 9, 0: 9}
"""At which try somebody picks up; 0: never."""
DECLINED = 4
LINK_ANSWERED = 0.21
UNASKED = 0.12
"""So many of those who are not asked say by themselves how it was, on their own page."""
NO_KEEP = timedelta(hours=2)
RATINGS = {5: 48, 4: 34, 3: 13, 2: 3.5, 1: 1.5}
RATINGS_LATE = {5: 14, 4: 26, 3: 33, 2: 17, 1: 10}
RATINGS_UNSOLVED = {5: 2, 4: 6, 3: 17, 2: 30, 1: 45}
UNSOLVED, UNSOLVED_LATE = 0.035, 0.08
LATE = 0.05
BY_HAND = 0.06
"""After a call that nobody answered so many cases are closed by hand."""
HOURS = ((9, 12), (14, 20))
"""When people may be called, local time."""
Again = Callable[[], None]


def plan(story: Story, event: CaseEvent, *, again: Again) -> None:
    """What follows a resolution: a visit by phone, an answer by the link, or nothing."""
    mode = follow.mode(story.change.case, event, story.change.now)
    if mode == Mode.PHONE:
        tries = {**REACHED, -1: DECLINED}
        wanted = story.answers[0][0] if story.answers else story.rng.choices(list(tries), list(tries.values()))[0]
        first = story.now + follow.QUIET + story.minutes(5, 120 if story.urgent else 900)
        if story.chance(LATE):
            first += timedelta(days=story.rng.uniform(1, 2.5))
        story.later(_calling_time(story, story.visit_at or first), lambda: _call(story, 1, wanted, again))
        return
    keep = follow.KEEP[mode] or timedelta()
    if mode == Mode.NONE and story.voice.contact and story.more.random() < UNASKED:
        after = timedelta(hours=story.more.uniform(0.2, 0.9) * (keep or NO_KEEP) / timedelta(hours=1))
        story.later(story.now + after, lambda: _answer_by_link(story, again))
    if mode == Mode.LINK and story.chance(LINK_ANSWERED):
        after = min(timedelta(hours=story.spread(6, 60)), keep * 0.95)
        story.later(story.now + after, lambda: _answer_by_link(story, again))
        return
    outcome = "link_unanswered" if mode == Mode.LINK else State.NOT_REQUIRED.value
    story.later(story.now + keep, lambda: story.close(outcome))


def _calling_time(story: Story, at: datetime) -> datetime:
    """`at` or the next moment when a visitor may call."""
    local = at.astimezone(story.world.zone)
    for hours in range(48):
        probe = local + timedelta(hours=hours)
        if any(start <= probe.hour < end for start, end in HOURS):
            return at + timedelta(hours=hours)
    return at


def _call(story: Story, attempt: int, wanted: int, again: Again) -> None:
    if story.status != Status.RESOLVED:
        return
    if wanted == -1:
        _visited(story, Result("phone", True, declined=True), again, actor=VISITOR)
    elif wanted == attempt:
        _visited(story, _result(story, "phone"), again, actor=VISITOR)
    else:
        story.add(EventKind.VISITED, Result("phone", False).data(), actor=VISITOR)
        if attempt == 1 and _closed_by_hand(story):
            return
        if attempt == MOST_TRIES:
            story.later(story.now + follow.EDITABLE, lambda: story.close(State.UNREACHED.value))
            return
        next_try = story.now + follow.TRY_AGAIN + story.minutes(5, 300 if story.urgent else 900)
        story.later(_calling_time(story, next_try), lambda: _call(story, attempt + 1, wanted, again))


def _closed_by_hand(story: Story) -> bool:
    """The supervisor knows already that it went well; chance of its own, so that all else stays as it was."""
    rng = Random(f"{story.voice.at}/by hand")  # noqa: S311
    if story.answers or story.owed or story.change.now.open_requests or rng.random() >= BY_HAND:
        return False
    data = {"outcome": "overridden", "override": True}
    story.add(EventKind.CLOSED, data, actor=SUPERVISOR, text=story.words("by_hand"))
    return True


def _answer_by_link(story: Story, again: Again) -> None:
    if story.status == Status.RESOLVED:
        _visited(story, _result(story, "link"), again)


def _visited(story: Story, result: Result, again: Again, *, actor: str | None = None) -> None:
    story.first_handler = story.handler
    visit = story.tell(EventKind.VISITED, result.data(), actor=actor, text=result.words)
    if result.bad:
        story.add(EventKind.REOPENED, {"because": "visit", "handler": None}, actor=actor)
        heard.perhaps_ask(story, visit)
        again()
        return
    outcome = State.DECLINED if result.declined else State.DONE
    story.later(story.now + follow.EDITABLE, lambda: story.close(outcome.value))


def _result(story: Story, channel: str) -> Result:
    """What the customer says: worse when it took too long, when a promise was broken, when it isn't solved."""
    if story.answers:
        return _settled(story, channel)
    late = story.late
    solved = story.rounds > 0 or not story.chance(UNSOLVED_LATE if late else UNSOLVED)
    shares = RATINGS_UNSOLVED if not solved else RATINGS_LATE if late and not story.rounds else RATINGS
    rating = story.rng.choices(list(shares), list(shares.values()))[0]
    if story.broken and rating > 1 and story.chance(0.4):
        rating -= 1
    if story.rounds:
        rating = max(rating, 3)
    kind = "good_words" if rating >= 4 else "fair_words" if rating == 3 else "bad_words"
    words = story.words(kind) if story.chance(0.5) else ""
    return Result(channel, True, True, solved, rating, not story.broken, words=words)


def _settled(story: Story, channel: str) -> Result:
    """The answer that the tale gives to this customer."""
    _attempt, solved, rating = story.answers.pop(0)
    words = story.words("night_bad" if not solved else "night_good" if rating >= 4 else "night_fair")
    return Result(channel, True, True, solved, rating, True, words=words)
