"""What the demo came out like, to be held against the shares it was made for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Avg, Q

from huiyin.cases.models import Case, CaseEvent, Commitment
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.clocks.models import Clock, ClockKind, Outcome
from huiyin.returns.models import ReturnVisit, State


@dataclass(frozen=True)
class Figures:
    """Counts, and shares in per cent."""

    cases: int
    customers: int
    events: int
    open: int
    overdue: int
    severities: dict[str, float]
    respond_late: float
    resolve_late: float
    reply_late: float
    at_once: float
    hand_overs: dict[int, float]
    reopened: float
    declined: float
    refused: float
    joined: float
    commitments: float
    """Promises a case."""
    kept: float
    chased: float
    reached: float
    """Of the visits by phone that are over."""
    ratings: dict[int, float]
    satisfied: float
    """4 and 5, of those who rated."""
    average: float


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _shares(values: Counter[int] | Counter[str]) -> dict[int, float] | dict[str, float]:
    whole = sum(values.values())
    return {key: _share(count, whole) for key, count in sorted(values.items())}  # type: ignore[return-value]


def _late(kind: ClockKind) -> float:
    """Of the clocks of a kind that ran out or ended: an open one past its time counts as late."""
    found = Clock.objects.filter(kind=kind).exclude(outcome=Outcome.CANCELLED)
    late = found.filter(Q(outcome=Outcome.LATE) | Q(outcome="", breached_at__isnull=False)).count()
    return _share(late, late + found.filter(outcome=Outcome.MET).count())


def figures() -> Figures:
    """The figures of all cases in the database."""
    cases = Case.objects.count()
    visits = ReturnVisit.objects.filter(mode="phone").exclude(state__in=[State.OPEN, State.CANCELLED])
    rated = ReturnVisit.objects.filter(satisfied__isnull=False)
    promises = Commitment.objects.exclude(kept=None)
    once = CaseEvent.objects.filter(kind=EventKind.ACCEPTED, case__hand_overs=0, case__resolved_at__isnull=False)
    statuses = Counter(Case.objects.values_list("status", flat=True))
    return Figures(
        cases=cases,
        customers=Case.objects.exclude(customer=None).values("customer").distinct().count(),
        events=CaseEvent.objects.count(),
        open=sum(statuses[status] for status in OPEN),
        overdue=Clock.objects.filter(outcome="", breached_at__isnull=False).values("case").distinct().count(),
        severities=dict(_shares(Counter(Case.objects.values_list("severity", flat=True)))),  # type: ignore[arg-type]
        respond_late=_late(ClockKind.RESPOND),
        resolve_late=_late(ClockKind.RESOLVE),
        reply_late=_late(ClockKind.REPLY),
        at_once=_share(sum(a == r for a, r in once.values_list("at", "case__resolved_at")), cases),
        hand_overs=dict(_shares(Counter(min(n, 4) for n in Case.objects.values_list("hand_overs", flat=True)))),  # type: ignore[arg-type]
        reopened=_share(Case.objects.filter(reopened__gt=0).count(), cases),
        declined=_share(CaseEvent.objects.filter(kind=EventKind.DECLINED).count(), cases),
        refused=_share(CaseEvent.objects.filter(kind=EventKind.REFUSED).count(), cases),
        joined=_share(statuses[Status.JOINED], cases),
        commitments=round(Commitment.objects.count() / cases, 2),
        kept=_share(promises.filter(kept=True).count(), promises.count()),
        chased=_share(CaseEvent.objects.filter(kind=EventKind.WROTE).values("case").distinct().count(), cases),
        reached=_share(visits.filter(state=State.DONE).count(), visits.count()),
        ratings=dict(_shares(Counter(rated.values_list("satisfied", flat=True)))),  # type: ignore[arg-type]
        satisfied=_share(rated.filter(satisfied__gte=4).count(), rated.count()),
        average=round(rated.aggregate(value=Avg("satisfied"))["value"] or 0, 2),
    )
