"""What is done with plans: begun, stepped through, replaced, overdue. As in `cases.actions`: one function a verb.

A plan begins by itself when a failure is named (`follow`); a person begins another by hand, with a reason when one
runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.alerts import emergencies, notices
from huiyin.alerts.models import What
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, acting, doer, perhaps_said, require_status, take
from huiyin.cases.change import Change
from huiyin.cases.dispatch import reason_of
from huiyin.cases.models import Case
from huiyin.cases.workflow import OPEN, EventKind, NotAllowed
from huiyin.org import reference
from huiyin.org.access import Verb
from huiyin.org.models import Role, User
from huiyin.recovery.models import FailureType

from . import kin, spreading, steps
from .kin import TOPIC as TOPIC  # noqa: PLC0414  # what reads timelines takes it from here
from .models import RUNNING, Outcome, Plan, PlanStep, PlaybookVersion, StepState
from .standing import deadline, shelf

_CHUNK = 50
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=1)
"""How long after the owner the supervisor is told: as long again as the step had, within these."""


def begin(change: Change, failure_id: int, version: PlaybookVersion, *, why: str, at: datetime) -> Plan:
    """Let a plan run in a case, under its lock, and say so in its timeline. Where another case with the same fault has
    it too it goes by that one."""
    case = change.case
    number = 1 if change.new else Plan.objects.filter(case=case).count() + 1
    plan = begun(change, failure_id, version, number, why=why, at=at)
    plan.save()
    PlanStep.objects.bulk_create(rows_of(plan, case))
    lead = None if change.new else kin.leader(case, change.now.incident_id, failure_id, version)
    if lead is not None:
        kin.link(lead, [plan], {case.pk: change})
    return plan


def begun(change: Change, failure_id: int, version: PlaybookVersion, number: int, *, why: str, at: datetime) -> Plan:
    """The plan as it begins, said in the timeline and still to be written."""
    book = shelf().by_id[version.playbook_id]
    told: dict[str, object] = {"what": "began", "plan": number, "playbook": book.code, "version": version.number}
    event = change.add(EventKind.NOTED, told | {"why": why}, topic=TOPIC, at=at)
    plan = Plan(case=change.case, number=number, failure_id=failure_id, version=version, seq=event.seq, started_at=at)
    change.rows.append(plan)
    return plan


def rows_of(plan: Plan, case: Case) -> list[PlanStep]:
    """The steps of a plan as it begins."""
    told = enumerate(steps.read(plan.version.steps), start=1)
    return [_row(plan, place, one, deadline(one, case, plan.started_at)) for place, one in told]


def _row(plan: Plan, place: int, one: steps.Step, due: datetime) -> PlanStep:
    return PlanStep(plan=plan, number=place, required=one.required, shared=one.shared, due_at=due, notice_at=due)


def choose(case_id: int, by: By, *, playbook: str, reason: str = "") -> Change:
    """Begin a plan by hand. One that runs for the same failure is replaced, which needs a `reason`; with `playbook`
    empty the running plans end."""
    with acting(Verb.PLAYBOOK, case_id, by) as change:
        require_status(change, Verb.PLAYBOOK)
        take(change, by)
        if not playbook:
            _end_by_hand(change, reason)
            return change
        book = shelf().by_code.get(playbook)
        version = shelf().force.get(book.pk) if book else None
        if book is None or version is None or not book.active:
            raise BadInput("playbook", _("There is no such recovery plan in force."))
        old = Plan.objects.filter(RUNNING, case=change.case, failure=book.failure_id).first()
        if old is not None and old.version_id == version.pk:
            raise BadInput("playbook", _("This plan is running already."))
        if old is not None:
            _replace(change, old, reason)
        begin(change, book.failure_id, version, why="hand", at=by.at)
    return change


def _end_by_hand(change: Change, reason: str) -> None:
    rows = list(Plan.objects.filter(RUNNING, case=change.case).order_by("number"))
    if not rows:
        raise BadInput("playbook", _("No plan is running; choose one."))
    for one in rows:
        _replace(change, one, reason)


def _replace(change: Change, old: Plan, reason: str) -> None:
    data = {"what": "replaced", "plan": old.number}
    change.add(EventKind.NOTED, data, words={"text": reason_of(reason)}, topic=TOPIC)
    _end(old, Outcome.REPLACED, change.at)
    kin.succeed([old.pk])


def _end(plan: Plan, outcome: Outcome, at: datetime) -> None:
    plan.ended_at, plan.outcome = at, outcome
    plan.save(update_fields=["ended_at", "outcome"])
    PlanStep.objects.filter(plan=plan, notice_at__isnull=False).update(notice_at=None)


def step(case_id: int, by: By, *, step: int, act: str = "done", plan: int | None = None, text: str = "") -> Change:
    """Tick a step off (`done`), pass it over (`skip`, with its reason in `text`), or take that back (`undo`).

    `plan`: its number in the case, when several run. What was ticked can be taken back while the case is open.
    """
    if act not in _ACTS:
        raise BadInput("act", _("Choose one of: %(choices)s.") % {"choices": ", ".join(_ACTS)})
    with acting(Verb.STEP, case_id, by) as change:
        found = _plan(change, plan, undo=act == "undo")
        row = PlanStep.objects.select_for_update().filter(plan=found, number=step).first()
        if row is None:
            raise BadInput("step", _("There is no such step in this plan."))
        if row.shared and led(found):
            raise BadInput("step", _("This step is done once for all, in the case that leads."))
        take(change, by)
        if act == "undo":
            _undo(change, found, row)
        else:
            words = reason_of(text) if act == "skip" else perhaps_said("text", text)
            settle(change, by, found, row, state=_ACTS[act], text=words)
    if row.spread_at is not None:
        spreading.spread(row, by.at)
    return change


def led(plan: Plan) -> bool:
    """Does it go by another, which still stands?"""
    return plan.lead is not None and plan.lead.outcome not in (Outcome.REPLACED, Outcome.ENDED)


_ACTS = {"done": StepState.DONE, "skip": StepState.SKIPPED, "undo": StepState.OPEN}


def _plan(change: Change, number: int | None, *, undo: bool) -> Plan:
    rows = Plan.objects.filter(case=change.case).select_related("lead").order_by("-number")
    if number is not None:
        rows = rows.filter(number=number)
    if not undo:
        rows = rows.filter(RUNNING)
    found = list(rows[:2])
    if not found and number is not None:
        raise BadInput("plan", _("There is no such plan running in this case."))
    if not found:
        raise NotAllowed(EventKind.NOTED, change.now.status, _("no recovery plan is running"))
    if number is None and len(found) > 1:
        raise BadInput("plan", _("Several plans run in this case: say which."))
    return found[0]


def settle(change: Change, by: By, plan: Plan, row: PlanStep, *, state: StepState, text: str) -> None:
    """Tick a step off or pass it over, under the lock of its case."""
    if row.state != StepState.OPEN:
        raise BadInput("step", _("This step is settled already."))
    data = {"what": state.value, "plan": plan.number, "step": row.number} | ({"late": True} if _late(row, by) else {})
    change.add(EventKind.NOTED, data, words={"text": text}, topic=TOPIC)
    row.state, row.at, row.by, row.notice_at, row.by_lead = state, by.at, doer(by), None, False
    _heard(row, by.at, by.user)
    row.save()
    if not PlanStep.objects.filter(plan=plan, state=StepState.OPEN).exists():
        _end(plan, Outcome.DONE, by.at)


def _heard(row: PlanStep, at: datetime, user: User | None) -> None:
    """Those who go by this plan are to hear of what is done once for all."""
    if row.shared and Plan.objects.filter(lead=row.plan_id).exists():
        spreading.mark(row, at, user)


def _late(row: PlanStep, by: By) -> bool:
    return by.at > row.due_at


def _undo(change: Change, plan: Plan, row: PlanStep) -> None:
    if row.state == StepState.OPEN:
        raise BadInput("step", _("This step is open."))
    if change.now.status not in OPEN or plan.outcome == Outcome.REPLACED:
        raise BadInput("step", _("The work is done: what was written down stays."))
    if plan.ended_at is not None:
        if Plan.objects.filter(RUNNING, case=change.case, failure=plan.failure_id).exists():
            raise BadInput("step", _("Another plan runs for the same failure now."))
        plan.ended_at, plan.outcome = None, ""
        plan.save(update_fields=["ended_at", "outcome"])
    change.add(EventKind.NOTED, {"what": "undone", "plan": plan.number, "step": row.number}, topic=TOPIC)
    row.state, row.at, row.by, row.told, row.by_lead = StepState.OPEN, None, None, 0, False
    row.notice_at = max(row.due_at, change.at)
    _heard(row, change.at, change.actor)
    row.save()


# --- what follows ----------------------------------------------------------------------------------------------------


def named(change: Change, failure: FailureType, gravity: str, *, at: datetime) -> None:
    """A failure was named: what is prepared for it begins, unless a plan for it runs already, or was begun with it."""
    if any(isinstance(row, Plan) and row.failure_id == failure.pk for row in change.rows):
        return
    if Plan.objects.filter(RUNNING, case=change.case, failure=failure).exists():
        return
    category = change.case.category
    version = shelf().fitting(failure.pk, category.code if category else "", gravity)
    if version is not None:
        begin(change, failure.pk, version, why="failure", at=at)


def end_all(over: Mapping[int, datetime]) -> None:
    """These cases are over, each at its time, and so are their plans."""
    rows = list(Plan.objects.filter(RUNNING, case__in=over).only("pk", "case", "ended_at", "outcome"))
    if not rows:
        return
    for plan in rows:
        plan.ended_at, plan.outcome = over[plan.case_id], Outcome.ENDED
    keys = [plan.pk for plan in rows]
    Plan.objects.bulk_update(rows, ["ended_at", "outcome"], batch_size=200)
    PlanStep.objects.filter(plan__in=keys, notice_at__isnull=False).update(notice_at=None)
    kin.succeed(keys)


def resume(change: Change) -> None:
    """The case is taken up again: of what is still open people are told again."""
    rows = PlanStep.objects.filter(plan__case=change.case, plan__ended_at=None, state=StepState.OPEN, notice_at=None)
    for row in rows.exclude(shared=True, plan__lead__isnull=False):
        row.notice_at, row.told = max(row.due_at, change.at), 0
        row.save(update_fields=["notice_at", "told"])


def sweep(now: datetime) -> int:
    """Tell of steps that are overdue: first whoever holds the case, later its supervisors; how many.

    Each is claimed under the lock of its case by a conditional update, so that any number of workers tell it once.
    """
    count = 0
    while found := list(due(now)):
        with reference.pinned():
            count += sum([_tell(row, now) for row in found])
    return count


def due(now: datetime) -> QuerySet[PlanStep]:
    """Some steps of which somebody is to be told now, the longest overdue first."""
    return PlanStep.objects.filter(notice_at__lte=now).select_related("plan").order_by("notice_at")[:_CHUNK]


def _tell(row: PlanStep, now: datetime) -> int:
    plan = row.plan
    with timeline.editing(plan.case_id, at=now, actor=None) as change:
        rest = change.now.status not in OPEN
        last = rest or row.told or not _holders(change)
        wait = min(max(row.due_at - plan.started_at, SOONEST), LATEST)
        claimed = PlanStep.objects.filter(pk=row.pk, notice_at=row.notice_at, state=StepState.OPEN)
        if not claimed.update(told=row.told + 1, notice_at=None if last else now + wait) or rest:
            return 0
        data = {"what": "overdue", "plan": plan.number, "step": row.number} | ({"again": True} if row.told else {})
        event = change.add(EventKind.NOTED, data, topic=TOPIC)
        notices.tell(_whom(change, again=bool(row.told)), What.STEP, at=now, case_id=plan.case_id, seq=event.seq)
    return 1


def _holders(change: Change) -> list[int]:
    return [one for one in (change.now.handler_id or change.now.owner_id,) if one is not None]


def _whom(change: Change, *, again: bool) -> list[int]:
    """Nobody holds it, or it is the second time: those who supervise."""
    held = _holders(change)
    if held and not again:
        return held
    people = emergencies.people_of(change.case.site_id, role=Role.SUPERVISOR)
    return [one for one in people if one not in change.now.about_users]
