"""By when a voice would be answered, before it is received: what is read out while it is written down."""

from __future__ import annotations

from datetime import datetime

from huiyin.cases.models import Case
from huiyin.cases.severity import Complexity
from huiyin.cases.workflow import Snapshot

from . import levels
from .models import ClockKind


def respond_by(case: Case, *, severity: str, going_on: bool = False, at: datetime) -> datetime | None:
    """When we would have to answer `case` (kind, site, category: not saved) if it came in at `at`; None without service
    levels. A deadline from above is not in it: it ends the work, not the waiting for a first answer."""
    policy = levels.levels().policy_at(at)
    if policy is None:
        return None
    now = Snapshot(
        severity=severity, complexity=Complexity.SIMPLE, category_id=case.category_id, going_on=going_on, received_at=at
    )
    found = levels.reckon(policy.pk, ClockKind.RESPOND, case, now, start=at)
    return found.due_at if found else None
