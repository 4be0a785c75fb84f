"""One plan for all open cases of an incident or a group: what failed is named where nobody has done so, the first case
leads, and what is shared is done once. A case in which it can't begin is told by its number and keeps no other from it.

Raises `Incident.DoesNotExist`, `Group.DoesNotExist`, `access.Forbidden`, `NotPossible`, `BadInput`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from huiyin.alerts import queries as incidents
from huiyin.alerts.incidents import NotPossible
from huiyin.base.ids import receipt_number
from huiyin.cases import actions as verbs
from huiyin.cases import queries as cases
from huiyin.cases import timeline, words
from huiyin.cases.actions import BadInput, By, doer
from huiyin.cases.change import Change
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import OPEN_ROW, Case
from huiyin.groups import queries as groups
from huiyin.groups.models import Group
from huiyin.org import reference
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.recovery import failures

from . import actions, kin
from .kin import Fault
from .models import RUNNING, Outcome, Plan, PlanStep, PlaybookVersion, Rollout
from .standing import shelf

_BATCH = 200
_READ = ("version__playbook", "by", "group__incident")
MOST = 2_000
_MOST_TOLD = 5


def for_incident(incident_id: int, by: By, *, failure: str, gravity: str) -> Incident:
    """Begin what is prepared for a failure in all open cases of an incident, but for what came of it."""
    incident = _incident(incident_id, by, Verb.PLAYBOOK)
    _begin(Rollout(incident=incident), by, failure, gravity)
    return incident


def for_group(group_id: int, by: By, *, failure: str, gravity: str) -> Group:
    """The same for all open cases of a group."""
    group = _group(group_id, by, Verb.PLAYBOOK)
    _begin(Rollout(group=group), by, failure, gravity)
    return group


def _incident(key: int, by: By, verb: Verb) -> Incident:
    """An open incident, that is as they saw it."""
    incident = Incident.objects.get(pk=key)
    incidents.require(doer(by), verb, incident)
    if by.expect is not None and by.expect != incident.version:
        raise timeline.Stale(incident.version)
    if incident.closed_at is not None:
        raise NotPossible(_("This incident is closed."))
    return incident


def _group(key: int, by: By, verb: Verb) -> Group:
    group = Group.objects.select_related("incident").get(pk=key)
    groups.require(doer(by), verb, group)
    if by.expect is not None and by.expect != group.version:
        raise timeline.Stale(group.version)
    return group


def _begin(row: Rollout, by: By, failure: str, gravity: str) -> None:
    found = failures.usable(failure, gravity)
    rows = list(_open(row, doer(by)).order_by("pk").values_list("pk", "category")[: MOST + 1])
    if not rows:
        raise NotPossible(_("None of its cases is open and yours to do this with."))
    if len(rows) > MOST:
        raise NotPossible(_("More than %(most)d cases are open.") % {"most": MOST})
    version = shelf().fitting(found.pk, _category([category for _pk, category in rows]), gravity)
    if version is None:
        raise BadInput("failure", _("No recovery plan is in force for this failure."))
    row.version, row.gravity, row.by, row.at = version, gravity, doer(by), by.at
    row.waiting = [pk for pk, _category_id in rows]
    row.save()
    carry_on(row, by.at)
    row.refresh_from_db()
    if not row.begun and row.finished_at is not None:
        told = [f"{receipt_number(pk)}{_(': ')}{why}" for pk, why in row.failed[:_MOST_TOLD]]
        raise NotPossible(_("It could begin in none of its cases. %(why)s") % {"why": _("; ").join(told)})


def _open(row: Rollout, user: User) -> QuerySet[Case]:
    """The open cases of the fault that this person may choose plans for."""
    mine = cases.visible(user, Verb.PLAYBOOK).filter(OPEN_ROW)
    if row.group_id is not None:
        return mine.filter(member__group=row.group_id)
    return mine.filter(incident=row.incident_id, consequence=None)


def _category(categories: Sequence[int | None]) -> str:
    """The category that most of them have."""
    named = Counter(one for one in categories if one is not None).most_common(1)
    return cases.categories().by_id[named[0][0]].code if named else ""


def sweep(now: datetime) -> int:
    """Go on with what was interrupted; how many."""
    waiting = list(Rollout.objects.filter(finished_at__isnull=True).order_by("pk")[:20])
    for row in waiting:
        carry_on(row, now)
    return len(waiting)


def carry_on(row: Rollout, at: datetime) -> None:
    """Begin it in those cases that still wait, some hundred a transaction with the note that it is done there."""
    while row.waiting:
        with reference.pinned(), transaction.atomic():
            row = Rollout.objects.select_for_update(of=("self",)).select_related(*_READ).get(pk=row.pk)
            ids = row.waiting[:_BATCH]
            with timeline.editing_all(ids, at=at, actor=row.by) as changes:
                _in_each(row, [changes[pk] for pk in ids], at)
            row.waiting = row.waiting[_BATCH:]
            row.finished_at = None if row.waiting else at
            row.save(update_fields=["waiting", "begun", "failed", "finished_at"])


def _in_each(row: Rollout, changes: Sequence[Change], at: datetime) -> None:
    """Begin it wherever it can begin; one question for all."""
    ids = [change.case.pk for change in changes]
    mine = set(cases.visible(row.by, Verb.PLAYBOOK).filter(pk__in=ids).values_list("pk", flat=True))
    there = {pk: list[Plan]() for pk in ids}
    for plan in Plan.objects.filter(case__in=ids, failure=row.version.playbook.failure_id):
        there[plan.case_id].append(plan)
    fresh = []
    for change in changes:
        why = _why_not(row.version, change, there[change.case.pk]) if change.case.pk in mine else _("it is not yours")
        if why:
            row.failed = [*row.failed, [change.case.pk, why]]
        else:
            fresh.append(change)
    failure = next(one for one in failures.every() if one.pk == row.version.playbook.failure_id)
    failures.name_all(fresh, failure, row.gravity)
    _begin_in(row, [one for one in fresh if not any(plan.ended_at is None for plan in there[one.case.pk])], at)
    row.begun += len(fresh)
    kin.joined_to(_fault(row), fresh)
    # Whoever leads says with what it was begun for all last.
    here = Plan.objects.filter(RUNNING, version=row.version, case__in=[change.case.pk for change in fresh])
    leads = {lead or pk for pk, lead in here.values_list("pk", "lead")}
    Plan.objects.filter(pk__in=leads).update(rollout=row)


def _why_not(version: PlaybookVersion, change: Change, plans: Sequence[Plan]) -> str:
    if Verb.PLAYBOOK not in verbs.possible(change.now.status):
        return _("it is “%(status)s”") % {"status": words.status(change.now.status)}
    running = next((plan for plan in plans if plan.ended_at is None), None)
    if running is not None and running.version_id != version.pk:
        return _("another plan runs for this failure; replace it there")
    if running is None and any(one.version_id == version.pk and one.outcome == Outcome.DONE for one in plans):
        return _("this plan has been carried out there")
    return ""


def _begin_in(row: Rollout, changes: Sequence[Change], at: datetime) -> None:
    ids = [change.case.pk for change in changes]
    counted = Plan.objects.filter(case__in=ids).order_by().values("case").annotate(last=Max("number"))
    last = dict(counted.values_list("case", "last"))
    failure = row.version.playbook.failure_id
    plans = [
        actions.begun(one, failure, row.version, last.get(one.case.pk, 0) + 1, why="all", at=at) for one in changes
    ]
    for plan in plans:
        plan.rollout = row
    Plan.objects.bulk_create(plans)
    steps = [step for plan in plans for step in actions.rows_of(plan, plan.case)]
    PlanStep.objects.bulk_create(steps, batch_size=500)


def _fault(row: Rollout) -> Fault:
    return kin.of_group(row.group) if row.group is not None else ("incident", row.incident_id or 0)


def step_for_incident(incident_id: int, by: By, *, plan: int, step: int, act: str = "done", text: str = "") -> Incident:
    """Settle a shared step once for all cases of an incident, in the one that leads."""
    incident = _incident(incident_id, by, Verb.STEP)
    _step(("incident", incident_id), by, plan, {"step": step, "act": act, "text": text})
    return incident


def step_for_group(group_id: int, by: By, *, plan: int, step: int, act: str = "done", text: str = "") -> Group:
    """The same for all cases of a group."""
    group = _group(group_id, by, Verb.STEP)
    _step(kin.of_group(group), by, plan, {"step": step, "act": act, "text": text})
    return group


def _step(fault: Fault, by: By, key: int, given: dict[str, Any]) -> None:
    found = kin.of(fault).filter(pk=key, lead=None).first()
    if found is None:
        raise BadInput("target", _("This plan does not lead here any more."))
    if not PlanStep.objects.filter(plan=found, number=given["step"], shared=True).exists():
        raise BadInput("target", _("This step is each case's own."))
    actions.step(found.case_id, By(by.user, by.at), plan=found.number, **given)
