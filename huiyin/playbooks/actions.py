"""What is done with plans: begun, stepped through, replaced, overdue. As in `cases.actions`: one function a verb.

A plan begins by itself when a failure is named (`follow`); a person begins another by hand, with a reason when one
runs.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from huiyin.org.models import Role
from huiyin.recovery.models import FailureType

from . import steps
from .models import RUNNING, Outcome, Plan, PlanStep, PlaybookVersion, StepState
from .standing import deadline, shelf

TOPIC = "playbooks"
_CHUNK = 50
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=1)
"""How long after the owner the supervisor is told: as long again as the step had, within these."""


def begin(
    change: Change, failure_id: int, version: PlaybookVersion, *, why: str, at: datetime, lead: Plan | None = None
) -> Plan:
    """Let a plan run in a case, under its lock, and say so in its timeline."""
    case = change.case
    number = 1 if change.new else Plan.objects.filter(case=case).count() + 1
    book = shelf().by_id[version.playbook_id]
    told: dict[str, object] = {"what": "began", "plan": number, "playbook": book.code, "version": version.number}
    event = change.add(EventKind.NOTED, told | {"why": why}, topic=TOPIC, at=at)
    plan = Plan(case=case, number=number, failure_id=failure_id, version=version, seq=event.seq, started_at=at)
    plan.lead = lead
    plan.save()
    rows = [_row(plan, place, one, case, at) for place, one in enumerate(steps.read(version.steps), start=1)]
    PlanStep.objects.bulk_create(rows)
    return plan


def _row(plan: Plan, place: int, one: steps.Step, case: Case, at: datetime) -> PlanStep:
    due = deadline(one, case, at)
    row = PlanStep(plan=plan, number=place, required=one.required, shared=one.shared, due_at=due)
    # What is done once for all is looked after in the case that leads.
    row.notice_at = None if one.shared and plan.lead_id is not None else due
    return row


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
        row = PlanStep.objects.filter(plan=found, number=step).first()
        if row is None:
            raise BadInput("step", _("There is no such step in this plan."))
        if row.shared and found.lead_id is not None:
            raise BadInput("step", _("This step is done once for all, in the case that leads."))
        take(change, by)
        if act == "undo":
            _undo(change, found, row)
        else:
            settle(change, by, found, row, _ACTS[act], reason_of(text) if act == "skip" else perhaps_said("text", text))
    return change


_ACTS = {"done": StepState.DONE, "skip": StepState.SKIPPED, "undo": StepState.OPEN}


def _plan(change: Change, number: int | None, *, undo: bool) -> Plan:
    rows = Plan.objects.filter(case=change.case).order_by("-number")
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


def settle(change: Change, by: By, plan: Plan, row: PlanStep, state: StepState, text: str) -> None:
    """Tick a step off or pass it over, under the lock of its case."""
    if row.state != StepState.OPEN:
        raise BadInput("step", _("This step is settled already."))
    data = {"what": state.value, "plan": plan.number, "step": row.number} | ({"late": True} if _late(row, by) else {})
    change.add(EventKind.NOTED, data, words={"text": text}, topic=TOPIC)
    row.state, row.at, row.by, row.notice_at = state, by.at, doer(by), None
    row.save()
    if not PlanStep.objects.filter(plan=plan, state=StepState.OPEN).exists():
        _end(plan, Outcome.DONE, by.at)


def _late(row: PlanStep, by: By) -> bool:
    return by.at > row.due_at


def _undo(change: Change, plan: Plan, row: PlanStep) -> None:
    if row.state == StepState.OPEN:
        raise BadInput("step", _("This step is open."))
    if change.now.status not in OPEN or plan.outcome == Outcome.REPLACED:
        raise BadInput("step", _("The work is done: what was written down stays."))
    change.add(EventKind.NOTED, {"what": "undone", "plan": plan.number, "step": row.number}, topic=TOPIC)
    row.state, row.at, row.by, row.told = StepState.OPEN, None, None, 0
    row.notice_at = max(row.due_at, change.at)
    row.save()
    if plan.ended_at is not None:
        other = Plan.objects.filter(RUNNING, case=change.case, failure=plan.failure_id)
        if other.exists():
            raise BadInput("step", _("Another plan runs for the same failure now."))
        plan.ended_at, plan.outcome = None, ""
        plan.save(update_fields=["ended_at", "outcome"])


# --- what follows ----------------------------------------------------------------------------------------------------


def named(change: Change, failure: FailureType, gravity: str, *, at: datetime) -> None:
    """A failure was named: what is prepared for it begins, unless a plan for it runs already."""
    if Plan.objects.filter(RUNNING, case=change.case, failure=failure).exists():
        return
    category = change.case.category
    version = shelf().fitting(failure.pk, category.code if category else "", gravity)
    if version is not None:
        begin(change, failure.pk, version, why="failure", at=at)


def end_all(case_ids: Sequence[int], at: datetime) -> None:
    """These cases are over, and so are their plans."""
    keys = list(Plan.objects.filter(RUNNING, case__in=case_ids).values_list("pk", flat=True))
    if keys:
        Plan.objects.filter(pk__in=keys).update(ended_at=at, outcome=Outcome.ENDED)
        PlanStep.objects.filter(plan__in=keys, notice_at__isnull=False).update(notice_at=None)


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
