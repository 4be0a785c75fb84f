"""By when a voice would be answered, before it is received: what is read out while it is written down."""

from __future__ import annotations

from datetime import datetime

from huiyin.cases.models import Case
from huiyin.cases.severity import Complexity, Grade
from huiyin.cases.workflow import Snapshot

from . import levels
from .models import ClockKind


def respond_by(kind: str, site: int, category: int | None, grade: Grade, at: datetime) -> datetime | None:
    """When we would have to answer what comes in at `at`; None without service levels. A deadline from above is not in
    it: it ends the work, not the waiting for a first answer."""
    policy = levels.levels().policy_at(at)
    if policy is None:
        return None
    going_on = grade.taps is not None and (grade.taps.danger or grade.taps.state > 0)
    now = Snapshot(severity=grade.severity, complexity=Complexity.SIMPLE, category_id=category, going_on=going_on)
    case = Case(kind=kind, site_id=site)
    found = levels.reckon(policy.pk, ClockKind.RESPOND, case, now, start=at)
    return found.due_at if found else None
