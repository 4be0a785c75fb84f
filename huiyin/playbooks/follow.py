"""Plans follow the timeline: they begin when a failure is named, or with a case whose category says what failed, and
end with the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from huiyin.cases import queries as cases
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.groups.actions import TOPIC as GROUPS
from huiyin.recovery import failures
from huiyin.recovery.failures import TOPIC as RECOVERY

from . import actions, kin
from .models import Plan
from .standing import starting

_OVER = frozenset({EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.JOINED})
FRESH = timedelta(hours=1)
"""A case with a longer past is history that is written down: nothing begins with it."""


def follow(changes: Sequence[Change]) -> None:
    """Look at what happened; a change that has nothing to do with plans costs nothing, nor does a new case of a
    category for which nothing is prepared."""
    over: dict[int, datetime] = {}
    coming, going = list[Change](), list[Change]()
    for change in changes:
        if change.new:
            _with_the_case(change)
            continue
        for event in list(change.events):
            _hear(event, change)
            if event.kind in _OVER:
                over[change.case.pk] = event.at
            coming += [change] if _comes(event) else []
            going += [change] if _goes(event, change) else []
    if over:
        actions.end_all(over)
    if going:
        kin.left(going)
    if coming:
        kin.joined(coming)


def _hear(event: CaseEvent, change: Change) -> None:
    if event.topic == RECOVERY and event.data.get("what") == "failure":
        failure = failures.find(event.data["failure"])
        if failure is not None:
            actions.named(change, failure, event.data["gravity"], at=event.at)
    elif event.kind == EventKind.REOPENED:
        actions.resume(change)


def _comes(event: CaseEvent) -> bool:
    """Has the case come to others with the same fault? What came of an incident is another matter."""
    if event.kind == EventKind.GATHERED:
        return not event.data.get("effect")
    return event.topic == GROUPS and event.data.get("what") in ("grouped", "split")


def _goes(event: CaseEvent, change: Change) -> bool:
    """Has it left them? In an incident it stays with the others, whatever becomes of its group."""
    if event.kind == EventKind.RELEASED:
        return True
    out = event.topic == GROUPS and event.data.get("what") in ("ungrouped", "split")
    return out and change.now.incident_id is None


def _with_the_case(change: Change) -> None:
    category = change.now.category_id
    if category is None or change.now.status not in OPEN or _has_begun(change):
        return
    found = starting(cases.categories().by_id[category].code)
    if found is not None and change.events[-1].at - change.events[0].at < FRESH and _is_now(change):
        actions.begin(change, *found, why="category", at=change.events[-1].at)


def _has_begun(change: Change) -> bool:
    """Whoever writes down a whole story at once has begun its plan already."""
    return any(isinstance(row, Plan) for row in change.rows)


def _is_now(change: Change) -> bool:
    return change.at - change.events[0].at < FRESH
