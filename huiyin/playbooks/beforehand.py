"""What comes before the cases of an incident are resolved together: the required steps, as in a single case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, doer
from huiyin.cases.change import Change
from huiyin.cases.dispatch import reason_of
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case
from huiyin.cases.workflow import OPEN, EventKind

from . import kin, spreading, steps
from .models import Plan, PlanStep, PlaybookVersion, StepState

_BATCH = 200
_MOST_NAMED = 10


def first(incident: Incident, kept: Collection[int], by: By, skip: str) -> None:
    """Raise `BadInput` that names the steps still required in the cases of an incident but `kept`; with the reason
    `skip` pass them over, in each case for itself."""
    left = _left(incident, kept)
    counted = Counter(left.values_list("plan__version", "number"))
    if not counted:
        return
    if not skip.strip():
        raise BadInput("skip", _say(counted))
    reason = _reason(skip)
    ids = sorted(set(left.values_list("plan__case", flat=True)))
    spread: list[PlanStep] = []
    for start in range(0, len(ids), _BATCH):
        with timeline.editing_all(ids[start : start + _BATCH], at=by.at, actor=by.user) as changes:
            spread += _pass_over(changes, by, reason)
    for row in spread:
        spreading.spread(row, by.at)


def _reason(skip: str) -> str:
    try:
        return reason_of(skip)
    except BadInput as error:
        raise BadInput("skip", error.text) from error


def _left(incident: Incident, kept: Collection[int]) -> QuerySet[PlanStep]:
    members = Case.objects.filter(incident=incident, status__in=OPEN).exclude(pk__in=kept)
    return _required().filter(plan__case__in=members.values("pk"))


def _required() -> QuerySet[PlanStep]:
    return PlanStep.objects.filter(plan__ended_at=None, required=True, state=StepState.OPEN)


def _say(counted: Counter[tuple[int, int]]) -> str:
    books = {row.pk: row for row in PlaybookVersion.objects.filter(pk__in={version for version, _n in counted})}
    names = [
        _("%(name)s (%(count)d)") % {"name": steps.read(books[version].steps)[number - 1].name, "count": count}
        for (version, number), count in sorted(counted.items())[:_MOST_NAMED]
    ]
    told = _("These steps come first, in so many cases: %(names)s. Do them, or say why they are passed over.")
    return told % {"names": _(", ").join(names)}


def _pass_over(changes: dict[int, Change], by: By, reason: str) -> Sequence[PlanStep]:
    """Under the locks of the cases; those by which cases go that stay open are given back."""
    rows = list(_required().filter(plan__case__in=changes).select_related("plan").order_by("plan", "number"))
    leads = set(Plan.objects.filter(lead__in={row.plan_id for row in rows}).values_list("lead", flat=True))
    plans: dict[int, Plan] = {}
    spread = []
    for row in rows:
        change = changes[row.plan.case_id]
        data = {"what": "skipped", "plan": row.plan.number, "step": row.number}
        data |= {"late": True} if by.at > row.due_at else {}
        change.add(EventKind.NOTED, data, words={"text": reason}, topic=kin.TOPIC)
        row.state, row.at, row.by, row.notice_at = StepState.SKIPPED, by.at, doer(by), None
        plans[row.plan_id] = row.plan
        if row.shared and row.plan_id in leads:
            spreading.mark(row, by.at, by.user)
            spread.append(row)
    kin.save(rows)
    kin.finish(list(plans.values()), changes)
    return spread
