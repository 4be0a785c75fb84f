"""Reading playbooks, and the plans of a case as they stand: what the leading case has done counts here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.org.models import User

from . import actions, steps
from .models import Plan, PlanStep, Playbook, StepState
from .standing import Shelf, shelf
from .steps import Step


@dataclass(frozen=True)
class Line:
    """A step of a plan as it stands. `elsewhere`: it is done once for all, in the case that leads."""

    number: int
    step: Step
    due_at: datetime
    state: str
    at: datetime | None
    by: User | None
    required: bool
    elsewhere: bool

    @property
    def open(self) -> bool:
        """Is it still to be done?"""
        return self.state == StepState.OPEN


@dataclass(frozen=True)
class Running:
    """A plan of a case. `lead`: the case by which shared steps are done."""

    plan: Plan
    playbook: Playbook
    lines: Sequence[Line]
    lead: Case | None

    @property
    def settled(self) -> int:
        """How many steps are settled."""
        return sum(not line.open for line in self.lines)

    @property
    def runs(self) -> bool:
        """Has it not ended?"""
        return self.plan.ended_at is None


def in_force() -> list[tuple[Playbook, int, list[Step]]]:
    """Every usable playbook with the number and the steps of its version in force."""
    known: Shelf = shelf()
    rows = [(row, known.force[row.pk]) for row in known.rows if row.active and row.pk in known.force]
    return [(row, version.number, steps.read(version.steps)) for row, version in rows]


def playbooks() -> list[Playbook]:
    """All playbooks, those out of use too."""
    return list(shelf().rows)


def of_case(case: Case) -> list[Running]:
    """The plans of a case that the reader was given by `cases.queries`, those that run first: one query."""
    found: dict[int, list[PlanStep]] = {}
    for row in _rows().filter(plan__case=case).select_related("by", "plan__version", "plan__lead__case"):
        found.setdefault(row.plan_id, []).append(row)
    return sorted((_running(rows) for rows in found.values()), key=lambda one: not one.runs)


def _rows() -> QuerySet[PlanStep]:
    return PlanStep.objects.order_by("plan", "number")


def _running(rows: Sequence[PlanStep]) -> Running:
    plan = rows[0].plan
    told = steps.read(plan.version.steps)
    led = actions.led(plan)
    lines = [line(row, told[row.number - 1], elsewhere=led and row.shared) for row in rows]
    return Running(plan, shelf().by_id[plan.version.playbook_id], lines, plan.lead.case if plan.lead and led else None)


def line(row: PlanStep, step: Step, *, elsewhere: bool = False) -> Line:
    """A step as it stands."""
    return Line(row.number, step, row.due_at, row.state, row.at, row.by, row.required, elsewhere)


def required(case: Case) -> list[str]:
    """The steps that must be settled before a case is resolved, and aren't."""
    rows = PlanStep.objects.filter(plan__case=case, plan__ended_at=None, required=True, state=StepState.OPEN)
    found = rows.select_related("plan__version").order_by("plan", "number")
    return [steps.read(row.plan.version.steps)[row.number - 1].name for row in found]


def say_first(case: Case) -> str:
    """Why a case isn't resolved yet; empty when nothing is in the way."""
    names = required(case)
    if not names:
        return ""
    words = {"names": _(", ").join(names)}
    return _("These steps of the plan come first: %(names)s. Do them, or pass them over with a reason.") % words
