"""Reading what is done once for all cases of an incident or a group: a few questions, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from huiyin.base.ids import receipt_number
from huiyin.cases import queries as cases
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import kin, steps
from .kin import Fault
from .models import Outcome, Plan, PlanStep, Playbook
from .queries import Line, line
from .standing import shelf
from .steps import MOST_STEPS

_MOST = 10


@dataclass(frozen=True)
class Shared:
    """A plan that leads, with the steps that are done once for all. `others`: how many cases go by it, of which `done`
    have carried it out. `seen`: may the reader see the case in which it leads, and `may`: settle its steps?"""

    plan: Plan
    playbook: Playbook
    lines: Sequence[Line]
    others: int
    done: int
    seen: bool
    may: bool
    failed: Sequence[tuple[str, str]]
    """Number and reason of the cases in which it did not begin."""

    @property
    def settled(self) -> int:
        """How many of its shared steps are settled."""
        return sum(not line.open for line in self.lines)


def of_fault(user: User, fault: Fault) -> list[Shared]:
    """The plans that lead in an incident or a group: one question."""
    rows: dict[int, list[PlanStep]] = defaultdict(list)
    for row in _rows(user, fault):
        rows[row.plan_id].append(row)
    return sorted((_shared(mine) for mine in rows.values()), key=lambda one: one.plan.ended_at is not None)


def _rows(user: User, fault: Fault) -> QuerySet[PlanStep]:
    theirs, doing = (cases.visible(user, verb).filter(pk=OuterRef("plan__case")) for verb in (Verb.VIEW, Verb.STEP))
    led = Plan.objects.filter(lead=OuterRef("plan")).order_by().values("lead")
    over = led.filter(outcome=Outcome.DONE)
    leads = kin.of(fault).filter(kin.STANDS, lead=None)
    rows = PlanStep.objects.filter(shared=True, plan__in=leads.values("pk")).annotate(
        seen=Exists(theirs),
        may=Exists(doing),
        others=Subquery(led.annotate(count=Count("pk")).values("count")),
        over=Subquery(over.annotate(count=Count("pk")).values("count")),
    )
    related = ("by", "plan__case", "plan__version", "plan__rollout__by")
    return rows.select_related(*related).order_by("plan", "number")[: _MOST * MOST_STEPS]


def _shared(rows: Sequence[Any]) -> Shared:
    first, plan = rows[0], rows[0].plan
    told = steps.read(plan.version.steps)
    lines = [line(row, told[row.number - 1]) for row in rows]
    book = shelf().by_id[plan.version.playbook_id]
    others, over = first.others or 0, first.over or 0
    failed = [(receipt_number(pk), why) for pk, why in plan.rollout.failed] if plan.rollout else []
    return Shared(plan, book, lines, others, over, first.seen, first.may, failed)
