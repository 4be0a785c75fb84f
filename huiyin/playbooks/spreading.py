"""What is done once for all: a deed in the case that leads is written into every case that goes by it, some hundred a
transaction. What was interrupted is gone on with by the worker, and nothing is written twice."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from huiyin.cases import timeline
from huiyin.cases.change import Change
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.org.models import User

from . import kin
from .models import RUNNING, Outcome, Plan, PlanStep, StepState

_BATCH = 200
_MANY = 20


def mark(row: PlanStep, at: datetime, by: User | None) -> None:
    """A shared step of a plan that leads stands otherwise than before: those who are led are to hear of it. To be
    called with the lock of its case, before the row is saved."""
    row.spread_at, row.spread_by = at, by


def sweep(now: datetime) -> int:
    """Go on with what was interrupted; how many deeds."""
    waiting = list(PlanStep.objects.filter(spread_at__isnull=False).order_by("spread_at")[:_MANY])
    for row in waiting:
        spread(row, now)
    return len(waiting)


def spread(lead: PlanStep, at: datetime) -> None:
    """Let every case that is led hear how a step stands."""
    done = 0
    while keys := _next(lead, done):
        with timeline.editing_all(keys.values(), at=at, actor=None) as changes:
            _write(lead.pk, list(keys), changes)
        done = max(keys)
    PlanStep.objects.filter(pk=lead.pk, spread_at=lead.spread_at).update(spread_at=None, spread_by=None)


def _next(lead: PlanStep, after: int) -> dict[int, int]:
    """The next plans that stand otherwise, each with its case."""
    led = PlanStep.objects.filter(plan__lead=lead.plan_id, plan__gt=after, number=lead.number)
    standing = Q(plan__ended_at__isnull=True) | Q(plan__outcome=Outcome.DONE)
    rows = led.filter(standing).exclude(state=lead.state).order_by("plan")
    return dict(rows.values_list("plan", "plan__case")[:_BATCH])


def _write(key: int, plans: list[int], changes: dict[int, Change]) -> None:
    """Under the locks of their cases. The deed is read again and held: somebody may have taken it back meanwhile."""
    lead = PlanStep.objects.select_for_update(of=("self",)).select_related("plan", "by", "spread_by").get(pk=key)
    rows = PlanStep.objects.filter(plan__in=plans, plan__lead=lead.plan_id, number=lead.number).select_related("plan")
    other = Q(case__in=list(changes), failure=lead.plan.failure_id)
    busy = set(Plan.objects.filter(RUNNING, other).values_list("case", flat=True))
    moved = [row for row in rows if _moved(changes[row.plan.case_id], row, lead, busy)]
    kin.save(moved)
    reopened = [row.plan for row in moved if row.state == StepState.OPEN and row.plan.ended_at is not None]
    Plan.objects.filter(pk__in=[plan.pk for plan in reopened]).update(ended_at=None, outcome="")
    kin.finish([row.plan for row in moved if row.state != StepState.OPEN], changes)


def _moved(change: Change, row: PlanStep, lead: PlanStep, busy: set[int]) -> bool:
    """Let one follow; whether anything came of it. What a case has done by itself is its own."""
    plan = row.plan
    if row.state == lead.state or (row.state != StepState.OPEN and not row.by_lead):
        return False
    if row.state != StepState.OPEN:
        # The work is done where the case is over; and another plan may run for the same failure now.
        if change.now.status not in OPEN or (plan.ended_at is not None and change.case.pk in busy):
            return False
        told = {"what": "undone", "plan": plan.number, "step": row.number, "case": lead.plan.case_id}
        change.add(EventKind.NOTED, told, topic=kin.TOPIC, actor=lead.spread_by)
        row.state, row.at, row.by, row.by_lead = StepState.OPEN, None, None, False
    elif plan.outcome == Outcome.DONE:
        return False
    if lead.state != StepState.OPEN:
        kin.settle(change, plan, row, lead, lead.plan.case_id)
    return True
