"""Return visits follow the timeline: planned when a case is resolved, dropped when it is taken up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from huiyin.cases.models import CaseEvent
from huiyin.cases.timeline import Change
from huiyin.cases.workflow import EventKind, Status
from huiyin.clocks.actions import start_for_others, stop_for_others
from huiyin.clocks.models import ClockKind
from huiyin.db.rows import insert_rows

from .models import ReturnVisit, State
from .plan import Mode, Subject, mode_of

QUIET = timedelta(hours=4)
"""A customer is not asked in the first hours after the work was done."""
KEEP_LINK = timedelta(days=7)
KEEP_UNASKED = timedelta(days=3)
HISTORY = timedelta(days=28)
_FIELDS = tuple(field.attname for field in ReturnVisit._meta.concrete_fields if not field.primary_key)


def follow(changes: Sequence[Change]) -> None:
    """Plan visits for what was resolved, cancel those of cases that were reopened or joined."""
    planned: list[ReturnVisit] = []
    timed: list[tuple[Change, CaseEvent]] = []
    for change in changes:
        for event in _resolutions(change):
            visit = _plan(change, event)
            planned.append(visit)
            if visit.mode == Mode.PHONE:
                timed.append((change, event))
        if not change.new and any(event.kind in (EventKind.REOPENED, EventKind.CLOSED) for event in change.events):
            _end(change)
    if planned:
        insert_rows(ReturnVisit, _FIELDS, [[getattr(visit, name) for name in _FIELDS] for visit in planned])
        start_for_others(ClockKind.VISIT, timed)


def _resolutions(change: Change) -> Iterator[CaseEvent]:
    """The event that resolved the case, if the change leaves it resolved."""
    if change.now.status == Status.RESOLVED:
        yield from [event for event in change.events if event.kind == EventKind.RESOLVED][-1:]


def _plan(change: Change, event: CaseEvent) -> ReturnVisit:
    case, now = change.case, change.now
    mode = mode_of(
        Subject(
            number=case.number,
            kind=case.kind,
            severity=now.severity,
            reachable=case.customer_id is not None,
            settled_at_once=now.hand_overs == 0 and now.accepted_at == now.resolved_at,
            history=change.at - event.at > HISTORY,
        )
    )
    keep = {Mode.PHONE: None, Mode.LINK: KEEP_LINK, Mode.NONE: KEEP_UNASKED}[mode]
    return ReturnVisit(
        case_id=case.pk,
        seq=event.seq,
        mode=mode,
        state=State.NOT_REQUIRED if mode == Mode.NONE else State.OPEN,
        handler_id=now.handler_id,
        next_at=event.at + QUIET,
        close_at=event.at + keep if keep else None,
    )


def _end(change: Change) -> None:
    cancelled = change.now.status != Status.CLOSED
    visits = ReturnVisit.objects.filter(case=change.case)
    if cancelled:
        visits.filter(state=State.OPEN).update(state=State.CANCELLED)
        stop_for_others(change, ClockKind.VISIT, change.at, cancel=True)
    visits.filter(close_at__isnull=False).update(close_at=None)
