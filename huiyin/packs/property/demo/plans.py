"""What went wrong in a case, and the recovery plan that is carried out for it: steps done, late, passed over, left."""

from __future__ import annotations

from datetime import timedelta

from huiyin.cases.workflow import LIVE, OPEN, Status
from huiyin.playbooks import actions, standing, steps
from huiyin.playbooks.models import PlanStep, PlaybookVersion, StepState
from huiyin.recovery import failures

from .story import Story

NAMED = {"leak": 0.3, "conduct": 0.95, "outage": 0.4, "damage": 0.5, "bill": 0.3, "appointment": 0.8}
"""How often the desk says what went wrong, without anything that has to be made good. What is said of the storm is told
with the storm."""
MAJOR = 0.2
LATELY, MORE = timedelta(days=3), 2.5
"""Of the newest cases more are named, so that plans run in what is open."""
LATE, SKIPPED, LEFT = 0.08, 0.14, 0.09
"""Of the steps of a plan; those that come before the end of the work are never left or passed over."""
SLOW = timedelta(hours=4)
"""What has more time than this is done while the desk is open."""
_OVER = (Status.CLOSED, Status.WITHDRAWN, Status.JOINED)


def begin(story: Story) -> None:
    """What begins with the first word of a case of such a category."""
    if story.voice.tale:
        return
    found = standing.starting(story.category.code)
    if found is not None and story.status in OPEN:
        story.change.at = story.now
        _carry_out(story, *found, why="category")


def name_perhaps(story: Story) -> None:
    """The desk says what went wrong."""
    found = failures.fitting(story.category.code, failures.types())
    if found is None or story.voice.tale or not story.voice.contact:
        return
    share = NAMED.get(found.code, 0.0) * (MORE if story.world.until - story.now < LATELY else 1)
    if story.more.random() < share:
        gravity = "major" if story.more.random() < MAJOR else "minor"
        story.later(story.now + story.minutes(5, 90), lambda: name(story, found.code, gravity))


def name(story: Story, code: str, gravity: str) -> None:
    """What went wrong is said, or said anew; a plan that is prepared for it begins."""
    found = failures.find(code)
    if found is None or story.status not in LIVE or story.failed == (code, gravity):
        return
    story.failed = (code, gravity)
    with story.written_by(story.handler):
        failures.named(story.change, found, gravity)
        category = story.category.code
        version = standing.shelf().fitting(found.pk, category, gravity)
        if version is not None and story.plan is None and story.status in OPEN:
            _carry_out(story, found.pk, version, why="failure")


def _carry_out(story: Story, failure: int, version: PlaybookVersion, *, why: str) -> None:
    story.plan = actions.begin(story.change, failure, version, why=why, at=story.now)
    for row, told in zip(story.plan.steps.order_by("number"), steps.read(version.steps), strict=True):
        story.steps.append(row)
        draw = story.more.random()
        window = row.due_at - story.now
        at = story.now + window * (story.more.uniform(1.1, 1.9) if draw < LATE else story.more.uniform(0.1, 0.9))
        at = story.open_hours(at) if timedelta(minutes=told.minutes) > SLOW else at
        skipped = not row.required and draw > 1 - SKIPPED
        state = StepState.SKIPPED if skipped else StepState.DONE
        if row.required or skipped or draw < 1 - SKIPPED - LEFT:
            story.later(at, lambda row=row, state=state: _settle(story, row, state))  # type: ignore[misc]
        story.later(row.due_at, lambda row=row: _overdue(story, row, again=False))  # type: ignore[misc]


def do_own(story: Story) -> None:
    """Of a plan that others share, each case's own steps are done in it; whoever leads is told of what is overdue."""
    for row in story.steps:
        if not row.shared:
            at = story.open_hours(story.now + (row.due_at - story.now) * story.more.uniform(0.3, 0.95))
            story.later(at, lambda row=row: _settle(story, row, StepState.DONE))  # type: ignore[misc]
        if not row.shared or story.plan is None or story.plan.lead is None:
            story.later(row.due_at, lambda row=row: _overdue(story, row, again=False))  # type: ignore[misc]


def _settle(story: Story, row: PlanStep, state: StepState) -> None:
    plan = story.plan
    if plan is None or plan.ended_at is not None or row.state != StepState.OPEN or story.status not in LIVE:
        return
    text = story.words("step_skip") if state == StepState.SKIPPED else ""
    if state == StepState.DONE and story.more.random() < 0.3:
        text = story.words("step_done")
    with story.written_by(story.handler) as by:
        actions.settle(story.change, by, plan, row, state=state, text=text)


def _overdue(story: Story, row: PlanStep, *, again: bool) -> None:
    """What the sweep would have written: whoever holds the case is told, later who leads."""
    plan = story.plan
    if plan is None or plan.ended_at is not None or row.state != StepState.OPEN or story.status not in OPEN:
        return
    more: dict[str, object] = {"again": True} if again else {}
    story.log(actions.TOPIC, {"what": "overdue", "plan": plan.number, "step": row.number} | more)
    wait = min(max(row.due_at - plan.started_at, actions.SOONEST), actions.LATEST)
    row.told, row.notice_at = row.told + 1, None if again else story.now + wait
    row.save(update_fields=["told", "notice_at"])
    if not again:
        story.later(story.now + wait, lambda: _overdue(story, row, again=True))


def before_the_end(story: Story) -> None:
    """What must be done before the work is: done now at the latest. What others still do for all is passed over."""
    for row in story.steps:
        if row.required:
            led = row.shared and story.plan is not None and story.plan.lead is not None
            _settle(story, row, StepState.SKIPPED if led else StepState.DONE)


def over(story: Story) -> None:
    """A plan ends with its case."""
    if story.plan is not None and story.plan.ended_at is None and story.status in _OVER:
        actions.end_all({story.change.case.pk: story.change.now.changed_at or story.now})
