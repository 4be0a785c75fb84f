"""Plans of projects: proposed within days, approved by somebody else, reached step by step, once put off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from huiyin.cases.workflow import WORKING, EventKind
from huiyin.clocks.plans import STEP
from huiyin.packs.property.presets import rows

from .organisation import DATA, MANAGER, SUPERVISOR
from .story import Story
from .tales import Days

SHARES = (0.3, 0.7, 1.0)
"""When the steps of an ordinary project are due, of the time it takes."""
SHORTEST = timedelta(days=6)


@dataclass(frozen=True)
class Step:
    """A milestone to be: by when it is said to be reached, and when it will be; None: not any more in the demo."""

    title: str
    due_at: datetime
    reached_at: datetime | None = None


def plan(story: Story) -> None:
    """An ordinary project: a plan of three steps after a day or three."""
    rng = Random(f"{story.voice.at}/plan")  # noqa: S311 (of its own, so that nothing else in the story changes)
    at = story.open_hours(story.now + timedelta(hours=rng.uniform(20, 70)))
    length = max(story.finish_at - at, SHORTEST)
    titles = [story.world.texts.words[f"plan_step{number}"][0] for number in range(1, len(SHARES) + 1)]
    steps = []
    for title, share in zip(titles, SHARES, strict=True):
        due = at + length * share
        steps.append(Step(title, due, due - length * rng.uniform(-0.02, 0.1)))
    story.later(at, lambda: _propose(story, steps, decide_after=timedelta(hours=rng.uniform(3, 20))))


def plan_tale(story: Story, tale: str) -> None:
    """The steps of a tale, by its table; where the table tells of a second time, they are put off once."""
    days = Days(story.world.until, story.world.zone)
    table = [row for row in rows("milestones.csv", DATA) if row["tale"] == tale]
    first = [Step(row["title"], days.at(int(row["due"]), "18:00"), _at(days, row["reached"])) for row in table]
    story.later(days.at(58, "10:30"), lambda: _propose(story, first, decide_after=timedelta(hours=5)))
    later = [(number, days.at(int(row["put_off"]), "18:00")) for number, row in enumerate(table, 1) if row["put_off"]]
    steps = [(number, Step(first[number - 1].title, due)) for number, due in later]
    story.later(days.at(16, "10:30"), lambda: _put_off(story, steps))


def _at(days: Days, day: str) -> datetime | None:
    return days.at(int(day), "16:20") if day else None


def _decider(story: Story) -> str:
    return MANAGER if story.handler == SUPERVISOR else SUPERVISOR


def _possible(story: Story) -> bool:
    waits = any(kind == EventKind.PLANNING for _seq, kind, _about in story.change.now.open_requests)
    return story.status in WORKING and story.change.now.complexity == "project" and not waits


def _propose(story: Story, steps: Sequence[Step], *, decide_after: timedelta) -> None:
    if not _possible(story):
        return
    numbered = list(enumerate(steps, start=story.change.now.milestones + 1))
    at = story.open_hours(story.now + decide_after)
    _ask(story, numbered, at, "")
    for number, step in numbered:
        if step.reached_at is not None:
            story.later(max(step.reached_at, at + timedelta(hours=1)), lambda n=number: _reach(story, n))  # type: ignore[misc]


def _put_off(story: Story, steps: Sequence[tuple[int, Step]]) -> None:
    if _possible(story) and {number for number, _step in steps} <= set(story.change.now.open_milestones):
        _ask(story, steps, story.open_hours(story.now + timedelta(hours=4)), story.words("plan_put_off"))


def _ask(story: Story, steps: Sequence[tuple[int, Step]], decided_at: datetime, reason: str) -> None:
    data = {"steps": [{"milestone": number, "due_at": step.due_at.isoformat()} for number, step in steps]}
    titles = {f"{STEP}{number}": step.title for number, step in steps}
    event = story.add(EventKind.PLANNING, data, actor=story.handler, text=reason, **titles)
    text = story.world.texts.words["plan_put_off_told" if reason else "plan_told"][0]
    by = _decider(story)

    def decide() -> None:
        if event.seq in [seq for seq, _kind, _about in story.change.now.open_requests] and story.status in WORKING:
            told = {"request": event.seq, "granted": True, "told": True}
            story.tell(EventKind.PLANNED, data | told, actor=by, text=text, **titles)

    story.later(decided_at, decide)


def _reach(story: Story, number: int) -> None:
    if number in story.change.now.open_milestones:
        story.add(EventKind.REACHED, {"milestone": number, "told": False}, actor=story.handler)
