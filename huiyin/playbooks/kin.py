"""Whose plan leads where several cases have one fault: linked by itself when a case comes to others with the same plan,
alone again when it leaves. Of one fault are the cases of an incident, but for what came of it, or of a group that
somebody leads. Each case keeps rows of its own, so that reading one asks nothing of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from huiyin.alerts.models import Consequence
from huiyin.cases import timeline
from huiyin.cases.change import Change
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind
from huiyin.groups.models import LIVING, Group, Member

from . import steps
from .models import RUNNING, Outcome, Plan, PlanStep, PlaybookVersion, StepState

TOPIC = "playbooks"
STANDS = RUNNING | Q(outcome=Outcome.DONE)
"""A plan by which others may go: what was done by it is done."""
_LED = Q(lead__isnull=False) | Q(incident__isnull=False)
Fault = tuple[str, int]
"""What cases have in common: an incident or a group, and its key."""


def shares(version: PlaybookVersion) -> bool:
    """Is anything of it done once for all?"""
    return any(one.shared for one in steps.read(version.steps))


def of_group(group: Group) -> Fault:
    """Once there is an incident of a group, all of its cases are those of one fault."""
    running = group.incident is not None and group.incident.closed_at is None
    return ("incident", group.incident_id or 0) if running else ("group", group.pk)


def leader(case: Case, incident: int | None, failure: int, version: PlaybookVersion) -> Plan | None:
    """The plan of another case with the same fault, by which one that begins now goes; one question."""
    if not shares(version):
        return None
    alone = Consequence.objects.filter(case=case)
    if incident is not None:
        rows = of(("incident", incident)).filter(~Exists(alone))
    else:
        mine = Group.objects.filter(LIVING, _LED, member__case=case)
        rows = Plan.objects.filter(case__member__group__in=mine)
    return _first(rows.exclude(case=case), failure, version.pk)


def of(fault: Fault) -> QuerySet[Plan]:
    """The plans of the cases of an incident or a group."""
    name, key = fault
    if name == "group":
        return Plan.objects.filter(case__member__group=key)
    return Plan.objects.filter(case__incident=key, case__consequence=None)


def _first(rows: QuerySet[Plan], failure: int, version: int) -> Plan | None:
    """One that runs before one that is done, the oldest first."""
    found = rows.filter(STANDS, lead=None, failure=failure, version=version)
    return found.order_by(F("ended_at").asc(nulls_first=True), "pk").first()


def joined(changes: Sequence[Change]) -> None:
    """These cases have come to others: their plans go by the one that leads there, or the oldest of them leads."""
    known = {change.case.pk: change for change in changes}
    plans = _free(known)
    faults = _faults([known[plan.case_id] for plan in plans]) if plans else {}
    for fault in dict.fromkeys(faults.values()):
        _by_one(fault, [plan for plan in plans if faults.get(plan.case_id) == fault], known)


def joined_to(fault: Fault, changes: Sequence[Change]) -> None:
    """These cases, all of one fault, have the same plan now."""
    known = {change.case.pk: change for change in changes}
    _by_one(fault, _free(known), known)


def _free(known: Collection[int]) -> list[Plan]:
    """The plans of these cases that go by no other and might."""
    rows = Plan.objects.filter(RUNNING, lead=None, case__in=known).select_related("version").order_by("pk")
    return [plan for plan in rows if shares(plan.version)]


def _by_one(fault: Fault, plans: Sequence[Plan], known: Mapping[int, Change]) -> None:
    alike: dict[tuple[int, int], list[Plan]] = defaultdict(list)
    for plan in plans:
        alike[plan.failure_id, plan.version_id].append(plan)
    for (failure, version), mine in alike.items():
        lead = _first(of(fault).exclude(pk__in=[plan.pk for plan in mine]), failure, version)
        link(lead or mine[0], mine if lead else mine[1:], known)


def _faults(changes: Sequence[Change]) -> dict[int, Fault]:
    """What each of these cases has in common with others."""
    found: dict[int, Fault] = {}
    for change in changes:
        if change.now.incident_id is not None:
            found[change.case.pk] = ("incident", change.now.incident_id)
    rest = [change.case.pk for change in changes if change.case.pk not in found]
    rows = Group.objects.filter(LIVING, _LED, member__case__in=rest) if rest else Group.objects.none()
    return found | {case: ("group", key) for key, case in rows.values_list("pk", "member__case")}


def link(lead: Plan, plans: Sequence[Plan], changes: Mapping[int, Change]) -> None:
    """Let plans of other cases, under the locks of these, go by one: what was done there counts here."""
    if not plans:
        return
    keys = [plan.pk for plan in plans]
    # Held: whoever settles one in the case that leads waits, and then sees who is led.
    shared = PlanStep.objects.select_for_update().filter(shared=True, plan__in=[lead.pk, *keys])
    own: dict[int, list[PlanStep]] = defaultdict(list)
    for row in shared.order_by("plan", "number"):
        own[row.plan_id].append(row)
    # Asked again now: of two cases that came at once each may have taken the other for the one that leads.
    head = Plan.objects.filter(plan=lead.pk).first()
    if head is not None:
        link(head, [plan for plan in plans if plan.pk != head.pk], changes)
        return
    there = {row.number: row for row in own[lead.pk]}
    for plan in plans:
        change = changes[plan.case_id]
        change.note(TOPIC, {"what": "linked", "plan": plan.number, "case": lead.case_id})
        for row in own[plan.pk]:
            row.notice_at = None
            if row.state == StepState.OPEN and there[row.number].state != StepState.OPEN:
                settle(change, plan, row, there[row.number], lead.case_id)
    Plan.objects.filter(Q(pk__in=keys) | Q(lead__in=keys)).update(lead=lead)
    save([row for plan in plans for row in own[plan.pk]])
    finish(plans, changes)


def settle(change: Change, plan: Plan, row: PlanStep, lead: PlanStep, case_id: int) -> None:
    """What was done in the case that leads is done in this one; said in its timeline."""
    late = {"late": True} if lead.at is not None and lead.at > row.due_at else {}
    told = {"what": str(lead.state), "plan": plan.number, "step": row.number, "case": case_id} | late
    change.add(EventKind.NOTED, told, topic=TOPIC, actor=lead.by)
    row.state, row.at, row.by, row.by_lead, row.notice_at = lead.state, lead.at, lead.by, True, None


def save(rows: Sequence[PlanStep]) -> None:
    """Write how these steps stand."""
    fields = ["state", "at", "by", "by_lead", "notice_at", "told"]
    PlanStep.objects.bulk_update(rows, fields, batch_size=100)


def finish(plans: Sequence[Plan], changes: Mapping[int, Change]) -> None:
    """Those of these running plans in which nothing is left to do are done."""
    keys = [plan.pk for plan in plans if plan.ended_at is None]
    still = set(PlanStep.objects.filter(plan__in=keys, state=StepState.OPEN).values_list("plan", flat=True))
    over = [plan for plan in plans if plan.pk in keys and plan.pk not in still]
    for plan in over:
        plan.ended_at, plan.outcome = changes[plan.case_id].at, Outcome.DONE
    Plan.objects.bulk_update(over, ["ended_at", "outcome"], batch_size=200)


def left(changes: Sequence[Change]) -> None:
    """These cases have left the others: what was done stays done, and each goes on alone; where one led, the next
    does."""
    known = {change.case.pk: change for change in changes}
    plans = list(Plan.objects.filter(STANDS, case__in=known).order_by("pk"))
    led = [plan for plan in plans if plan.lead_id is not None]
    for plan in led:
        if plan.ended_at is None:
            known[plan.case_id].note(TOPIC, {"what": "alone", "plan": plan.number})
    alone([plan.pk for plan in led], changes[0].at)
    succeed([plan.pk for plan in plans if plan.lead_id is None])


def alone(keys: Collection[int], at: datetime) -> None:
    """These plans go by no other any more: what is open of them is looked after in their own case."""
    if not keys:
        return
    Plan.objects.filter(pk__in=keys).update(lead=None)
    rows = PlanStep.objects.filter(plan__in=keys, plan__ended_at=None, shared=True, state=StepState.OPEN)
    rows.update(notice_at=Greatest(F("due_at"), Value(at)), told=0)


def succeed(keys: Collection[int]) -> None:
    """These plans lead no longer: of those that went by each the oldest does."""
    rows = Plan.objects.filter(RUNNING, lead__in=keys).order_by("pk") if keys else Plan.objects.none()
    heirs: dict[int | None, int] = {}
    for lead, pk in rows.values_list("lead", "pk"):
        heirs.setdefault(lead, pk)
    for lead, heir in heirs.items():
        Plan.objects.filter(pk=heir).update(lead=None)
        # Nobody is told anew of what is overdue since: it is told as soon as it is due.
        PlanStep.objects.filter(plan=heir, shared=True, state=StepState.OPEN).update(notice_at=F("due_at"), told=0)
        Plan.objects.filter(lead=lead).update(lead=heir)


def look(case_ids: Collection[int], now: datetime) -> None:
    """The machine has put these cases to others, or taken them away: nothing of that stands in their timelines."""
    strays = set(_strays(case_ids))
    mine = Group.objects.filter(LIVING, _LED, member__case=OuterRef("case"))
    rows = Plan.objects.filter(RUNNING, Exists(mine), lead=None, case__in=case_ids, case__incident=None)
    coming = set(rows.values_list("case", flat=True))
    if not (coming | strays):
        return
    with timeline.editing_all(coming | strays, at=now, actor=None) as changes:
        if strays:
            left([changes[pk] for pk in strays])
        joined([changes[pk] for pk in coming | strays])


def _strays(case_ids: Collection[int]) -> list[int]:
    """Those whose plan goes by one of a case with which they have nothing in common now."""
    led = Plan.objects.filter(RUNNING, case__in=case_ids, lead__isnull=False, case__incident=None)
    group = Member.objects.filter(case=OuterRef("lead__case"), group__member__case=OuterRef("case"))
    return list(led.exclude(Exists(group)).values_list("case", flat=True))
