"""Reading what is done once for all cases of an incident or a group: a few questions, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from huiyin.cases import queries as cases
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import kin, steps
from .kin import Fault
from .models import Outcome, Plan, PlanStep, Playbook, Rollout
from .queries import Line, line
from .standing import shelf

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


def of_fault(user: User, fault: Fault) -> list[Shared]:
    """The plans that lead in an incident or a group."""
    found = kin.of(fault).filter(kin.STANDS, Exists(PlanStep.objects.filter(plan=OuterRef("pk"), shared=True)))
    theirs, doing = (cases.visible(user, verb).filter(pk=OuterRef("case")) for verb in (Verb.VIEW, Verb.STEP))
    rows = found.filter(lead=None).annotate(seen=Exists(theirs), may=Exists(doing))
    plans = list(rows.select_related("case", "version").order_by("ended_at", "pk")[:_MOST])
    if not plans:
        return []
    lines: dict[int, list[Line]] = defaultdict(list)
    known = {plan.pk: steps.read(plan.version.steps) for plan in plans}
    for row in PlanStep.objects.filter(plan__in=known, shared=True).select_related("by").order_by("number"):
        lines[row.plan_id].append(line(row, known[row.plan_id][row.number - 1]))
    led = Plan.objects.filter(lead__in=known).order_by().values("lead")
    counted = led.annotate(count=Count("pk"), done=Count("pk", filter=Q(outcome=Outcome.DONE)))
    counts = {lead: (count, done) for lead, count, done in counted.values_list("lead", "count", "done")}
    return [_shared(plan, lines[plan.pk], *counts.get(plan.pk, (0, 0))) for plan in plans]


def _shared(plan: Plan, lines: Sequence[Line], others: int, done: int) -> Shared:
    book = shelf().by_id[plan.version.playbook_id]
    seen, may = bool(getattr(plan, "seen", False)), bool(getattr(plan, "may", False))
    return Shared(plan, book, lines, others, done, seen, may)


def latest(fault: Fault) -> Rollout | None:
    """What was begun last for all of an incident or a group."""
    name, key = fault
    return Rollout.objects.filter(**{name: key}).select_related("by").order_by("-pk").first()
