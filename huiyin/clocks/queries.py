"""Reading clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.change import Change
from huiyin.cases.models import Case, Kind
from huiyin.cases.severity import Complexity, Severity
from huiyin.cases.workflow import Snapshot
from huiyin.db.reading import read_rows
from huiyin.org.models import User

from . import levels
from .models import OPEN_CLOCK, RUNNING_CLOCK, Clock, ClockKind

KINDS = dict(ClockKind.choices)
"""What each kind of clock is called."""


def of_case(case: Case) -> list[Clock]:
    """All clocks of a case, as they were started."""
    return read_rows(Clock, "case_id = %s ORDER BY id", [case.pk])


def of_new(change: Change) -> list[Clock]:
    """The clocks of a case that was just made, without asking the database again."""
    return [row for row in change.rows if isinstance(row, Clock)]


def next_due(case_ids: Collection[int]) -> dict[int, Clock]:
    """The running clock of each case that is due first."""
    first: dict[int, Clock] = {}
    for clock in Clock.objects.filter(RUNNING_CLOCK, case__in=case_ids).order_by("-due_at", "-pk"):
        first[clock.case_id] = clock
    return first


def open_by_case(case_ids: Collection[int]) -> dict[int, list[Clock]]:
    """All open clocks of these cases, the earliest due first."""
    found: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(OPEN_CLOCK, case__in=case_ids).order_by("due_at", "pk"):
        found[clock.case_id].append(clock)
    return found


_HEARD = (ClockKind.UPDATE, ClockKind.COMMITMENT, ClockKind.ARRIVE, ClockKind.RESOLVE, ClockKind.MILESTONE)
"""What the customer is told a time of, but for the first response: whoever speaks to them gives it."""


def heard_by(case: Case, at: datetime) -> datetime | None:
    """By when the customer of a case hears from us next after `at`."""
    running = Clock.objects.filter(RUNNING_CLOCK, case=case.pk, kind__in=_HEARD, due_at__gt=at)
    return running.order_by("due_at").values_list("due_at", flat=True).first()


def heard_among(rows: Collection[Clock], at: datetime) -> datetime | None:
    """The same, among all clocks of the case, which the caller has read."""
    running = (one for one in rows if one.stopped_at is None and not one.paused and one.kind in _HEARD)
    return min((one.due_at for one in running if one.due_at > at), default=None)


@dataclass(frozen=True)
class DuePage:
    """Clocks with their cases, earliest due first; `next` goes on after the last."""

    items: list[Clock]
    next: tuple[datetime, int] | None


def due_soon(user: User, now: datetime, *, after: tuple[datetime, int] | None = None, limit: int = 50) -> DuePage:
    """The cases of `user` whose next deadline is near or missed, each once, by its earliest clock."""
    rows = near(user, now)
    if after is not None:
        due, pk = after
        rows = rows.filter(due_at__gte=due).exclude(due_at=due, pk__lte=pk)
    found = list(rows.select_related("case__site", "case__customer", "case__handler", "case__department")[: limit + 1])
    hiding.hide(user, [clock.case for clock in found])
    last = found[limit - 1] if len(found) > limit else None
    return DuePage(found[:limit], (last.due_at, last.pk) if last else None)


def near(user: User, now: datetime) -> QuerySet[Clock]:
    """The earliest clock of each case that is due soon, the earliest first."""
    # A pause moves the deadline away again, so being near once is not enough.
    rows = Clock.objects.filter(RUNNING_CLOCK, near_at__isnull=False, warn_at__lte=now)
    earlier = rows.filter(case=OuterRef("case")).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    )
    mine = cases.visible(user).filter(pk=OuterRef("case"))
    return rows.filter(~Exists(earlier), Exists(mine)).order_by(F("due_at"), F("pk"))


def running() -> int:
    """How many clocks have a warning or a miss still before them."""
    return Clock.objects.filter(mark_at__isnull=False).count()


def provisional() -> int:
    """How many open deadlines are reckoned without knowing the holidays."""
    return Clock.objects.filter(OPEN_CLOCK, provisional=True).count()


def first_answer(site: int, at: datetime) -> datetime | None:
    """By when somebody who speaks up at a site at `at` hears from us, before anybody knows how urgent it is.

    Urgency and the caps for complaints only make it earlier. None without service levels.
    """
    policy = levels.levels().policy_at(at)
    if policy is None:
        return None
    case, unknown = Case(kind=Kind.INQUIRY, site_id=site), Snapshot(severity=Severity.P4, complexity=Complexity.SIMPLE)
    found = levels.reckon(policy.pk, ClockKind.RESPOND, case, unknown, start=at)
    return found.due_at if found else None


def decision_due(site: int, at: datetime) -> datetime | None:
    """By when somebody decides on what is asked at a site at `at` and belongs to no case; None without levels."""
    policy = levels.levels().policy_at(at)
    if policy is None:
        return None
    case, unknown = Case(kind=Kind.INQUIRY, site_id=site), Snapshot(severity=Severity.P4, complexity=Complexity.SIMPLE)
    found = levels.reckon(policy.pk, ClockKind.DECIDE, case, unknown, start=at)
    return found.due_at if found else None


def backlog(now: datetime, *, most: int) -> tuple[int, float]:
    """How many clocks the sweep should have looked at by now (counted up to `most`), and for how many seconds the
    oldest of them waits."""
    due = Clock.objects.filter(mark_at__lte=now).order_by("mark_at")
    oldest = due.values_list("mark_at", flat=True).first()
    return due[:most].count(), (now - oldest).total_seconds() if oldest else 0.0
