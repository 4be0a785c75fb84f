"""What the demo came out like, to be held against the shares it was made for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Avg, F, Q, Sum

from huiyin.alerts.models import Consequence
from huiyin.cases.models import SUPERVISED_ROW, Case, CaseEvent, Commitment, HandOver, Part
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.clocks.models import Clock, ClockKind, Outcome
from huiyin.fairness.models import Escalation, Repeat
from huiyin.playbooks.models import Plan, PlanStep
from huiyin.recovery.models import Proposal, Remedy, Standing
from huiyin.recovery.wanted import FREE
from huiyin.returns.models import ReturnVisit, State
from huiyin.returns.plan import Mode

K = TypeVar("K", int, str)


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
    arrive_late: float
    contain_late: float
    at_once: float
    hand_overs: dict[int, float]
    reopened: float
    declined: float
    refused: float
    joined: float
    commitments: float
    """Promises a case."""
    kept: float
    chased: dict[int, float]
    """By the customer: cases by how often, 2 meaning more than once."""
    returned: float
    """Of all hand-overs, those that a department applied to give back."""
    returns_granted: float
    asked_back: float
    """Of all hand-overs."""
    assisted: float
    """Of all hand-overs, those to a second department that helps."""
    extensions: float
    """Of all cases, those for which more time was asked."""
    extensions_granted: float
    withdrawn: float
    decided: float
    """Of what was put before the supervisor or manager."""
    transferred: float
    supervised: float
    stepped_aside: int
    to_decide: int
    """Open cases in which somebody waits for a decision."""
    under_supervision: int
    reached: float
    """Of the visits by phone that are over."""
    ratings: dict[int, float]
    satisfied: float
    """4 and 5, of those who rated."""
    average: float
    repeated: float
    """Of all cases, those with which a customer came again."""
    over_head: int
    proposals: int
    words_only: float
    """Of the proposals, those of words and visits alone."""
    yuan: int
    """Granted in all, whoever bears it."""
    waited: int
    """Proposals that waited longer than the clock allows."""
    came_of_it: int
    """Cases that came of an incident and are another matter."""
    plans: int
    led: int
    """Of the plans, those that go by another case's."""
    steps: dict[str, float]
    """Of plans that ended: how their steps stood."""


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _shares(values: Iterable[K]) -> dict[K, float]:
    counts = Counter(values)
    return {key: _share(counts[key], counts.total()) for key in sorted(counts)}


def _late(kind: ClockKind) -> float:
    """Of the clocks of a kind that ran out or ended: an open one past its time counts as late."""
    found = Clock.objects.filter(kind=kind).exclude(outcome=Outcome.CANCELLED)
    late = found.filter(Q(outcome=Outcome.LATE) | Q(outcome="", breached_at__isnull=False)).count()
    return _share(late, late + found.filter(outcome=Outcome.MET).count())


def figures() -> Figures:
    """The figures of all cases in the database."""
    cases = Case.objects.count()
    rated = ReturnVisit.objects.filter(satisfied__isnull=False)
    promises = Commitment.objects.exclude(kept=None)
    overdue = Clock.objects.filter(outcome="", breached_at__isnull=False)
    return Figures(
        cases=cases,
        customers=Case.objects.exclude(customer=None).values("customer").distinct().count(),
        events=CaseEvent.objects.count(),
        open=Case.objects.filter(status__in=OPEN).count(),
        overdue=overdue.values("case").distinct().count(),
        severities=_shares(Case.objects.values_list("severity", flat=True)),
        respond_late=_late(ClockKind.RESPOND),
        resolve_late=_late(ClockKind.RESOLVE),
        reply_late=_late(ClockKind.REPLY),
        arrive_late=_late(ClockKind.ARRIVE),
        contain_late=_late(ClockKind.CONTAIN),
        at_once=_share(_settled_at_once(), cases),
        hand_overs=_shares(min(count, 4) for count in Case.objects.values_list("hand_overs", flat=True)),
        reopened=_share(Case.objects.filter(reopened__gt=0).count(), cases),
        declined=_share(_having(EventKind.DECLINED), cases),
        refused=_share(_having(EventKind.REFUSED), cases),
        joined=_share(_having(EventKind.JOINED), cases),
        commitments=round(Commitment.objects.count() / cases, 2) if cases else 0.0,
        kept=_share(promises.filter(kept=True).count(), promises.count()),
        chased=_chased(cases),
        **_between_offices(cases),
        reached=_reached(),
        ratings=_shares(value for value in rated.values_list("satisfied", flat=True) if value is not None),
        satisfied=_share(rated.filter(satisfied__gte=4).count(), rated.count()),
        average=round(rated.aggregate(value=Avg("satisfied"))["value"] or 0, 2),
        **_made_good(cases),
    )


def _made_good(cases: int) -> dict[str, Any]:
    """The figures of what went wrong and was made good."""
    proposals = Proposal.objects.count()
    paying = Remedy.objects.exclude(kind__in=FREE).values("proposal").distinct().count()
    granted = Proposal.objects.filter(standing=Standing.GRANTED).aggregate(sum=Sum("amount"))["sum"] or 0
    return {
        "repeated": _share(Repeat.objects.count(), cases),
        "over_head": Escalation.objects.count(),
        "proposals": proposals,
        "words_only": _share(proposals - paying, proposals),
        "yuan": granted // 100,
        "waited": Proposal.objects.filter(escalated_at__isnull=False).count(),
        "came_of_it": Consequence.objects.count(),
        "plans": Plan.objects.count(),
        "led": Plan.objects.filter(lead__isnull=False).count(),
        "steps": _shares(PlanStep.objects.filter(plan__ended_at__isnull=False).values_list("state", flat=True)),
    }


def _chased(cases: int) -> dict[int, float]:
    """How many cases the customer never, once or more often asked about."""
    chases = CaseEvent.objects.filter(kind=EventKind.CHASED, data__by="customer").values_list("case", flat=True)
    counts = Counter(min(count, 2) for count in Counter(chases).values())
    counts[0] = cases - counts.total()
    return {times: _share(counts[times], cases) for times in (0, 1, 2)}


def _between_offices(cases: int) -> dict[str, Any]:
    """The figures of what passes between front and back office, and from above."""
    events, tasks = CaseEvent.objects, HandOver.objects.count()
    kinds = Counter(events.values_list("kind", flat=True))
    return {
        "returned": _share(kinds[EventKind.RETURNING], tasks),
        "returns_granted": _granted(EventKind.RETURNED),
        "asked_back": _share(kinds[EventKind.ASKED], tasks),
        "assisted": _share(HandOver.objects.filter(part=Part.ASSIST).count(), tasks),
        "extensions": _share(_having(EventKind.EXTENDING), cases),
        "extensions_granted": _granted(EventKind.EXTENDED),
        "withdrawn": _share(_having(EventKind.WITHDRAWN), cases),
        "decided": _share(kinds[EventKind.DECIDED], kinds[EventKind.REFERRED]),
        "transferred": _share(_having(EventKind.TRANSFERRED), cases),
        "supervised": _share(_having(EventKind.SUPERVISED), cases),
        "stepped_aside": _having(EventKind.CONCERNED),
        "to_decide": Case.objects.filter(decide_since__isnull=False).count(),
        "under_supervision": Case.objects.filter(SUPERVISED_ROW).count(),
    }


def _granted(kind: EventKind) -> float:
    decided = CaseEvent.objects.filter(kind=kind)
    return _share(decided.filter(data__granted=True).count(), decided.count())


def _having(kind: EventKind) -> int:
    """Cases in which this happened."""
    return CaseEvent.objects.filter(kind=kind).values("case").distinct().count()


def _settled_at_once() -> int:
    plain = CaseEvent.objects.filter(kind=EventKind.ACCEPTED, case__hand_overs=0)
    return plain.filter(at=F("case__resolved_at")).count()


def _reached() -> float:
    over = ReturnVisit.objects.filter(mode=Mode.PHONE).exclude(state__in=[State.OPEN, State.CANCELLED])
    return _share(over.filter(state=State.DONE).count(), over.count())
