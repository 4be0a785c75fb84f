"""Reading playbooks, and the plans of a case as they stand: what the leading case has done counts here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.org.models import User

from . import steps
from .models import Plan, PlanStep, Playbook, StepState
from .standing import Shelf, shelf
from .steps import Step


@dataclass(frozen=True)
class Line:
    """A step of a plan as it stands. `elsewhere`: it is settled in the case that leads."""

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
    """The plans of a case that the reader was given by `cases.queries`, those that run first: one query, two when
    another case leads."""
    found: dict[int, dict[int, PlanStep]] = {}
    known: dict[int, Plan] = {}
    for row in _rows().filter(plan__case=case).select_related("by", "plan__version", "plan__lead__case"):
        known[row.plan_id] = row.plan
        found.setdefault(row.plan_id, {})[row.number] = row
    leads = [plan.lead_id for plan in known.values() if plan.lead_id is not None]
    for row in _rows().filter(plan__in=leads).select_related("by") if leads else ():
        found.setdefault(row.plan_id, {})[row.number] = row
    plans = [_running(plan, found) for plan in known.values()]
    return sorted(plans, key=lambda one: not one.runs)


def _rows() -> QuerySet[PlanStep]:
    return PlanStep.objects.order_by("plan", "number")


def _running(plan: Plan, found: dict[int, dict[int, PlanStep]]) -> Running:
    told = steps.read(plan.version.steps)
    leading = found[plan.lead_id] if plan.lead_id is not None else {}
    lines = [
        _line(row, told[number - 1], leading.get(number) if row.shared else None)
        for number, row in found[plan.pk].items()
    ]
    book = shelf().by_id[plan.version.playbook_id]
    return Running(plan, book, lines, plan.lead.case if plan.lead else None)


def _line(row: PlanStep, step: Step, leading: PlanStep | None) -> Line:
    by = leading or row
    return Line(row.number, step, row.due_at, by.state, by.at, by.by, row.required, leading is not None)


def required(case: Case) -> list[str]:
    """The steps that must be settled before a case is resolved, and aren't: one query, two when there are some."""
    rows = list(
        PlanStep.objects.filter(plan__case=case, plan__ended_at=None, required=True, state=StepState.OPEN)
        .select_related("plan__version")
        .order_by("plan", "number")
    )
    shared = {row.plan.lead_id for row in rows if row.shared and row.plan.lead_id is not None}
    done = set(
        PlanStep.objects.filter(plan__in=shared).exclude(state=StepState.OPEN).values_list("plan", "number")
        if shared
        else ()
    )
    open_rows = [row for row in rows if not (row.shared and (row.plan.lead_id, row.number) in done)]
    return [steps.read(row.plan.version.steps)[row.number - 1].name for row in open_rows]


def say_first(case: Case) -> str:
    """Why a case isn't resolved yet; empty when nothing is in the way."""
    names = required(case)
    if not names:
        return ""
    words = {"names": _(", ").join(names)}
    return _("These steps of the plan come first: %(names)s. Do them, or pass them over with a reason.") % words
