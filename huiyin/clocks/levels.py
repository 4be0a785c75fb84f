"""Which service level applies, and the deadline it gives. Reads policies and calendars as one cached object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from huiyin.base.worktime import Pause, Span, WorkCalendar
from huiyin.cases import queries as cases
from huiyin.cases.models import Case, Kind
from huiyin.cases.severity import Complexity
from huiyin.cases.workflow import Because, Snapshot
from huiyin.org import queries as org
from huiyin.org.reference import Reference

from .models import Calendar, CalendarDay, CalendarYear, ClockKind, Level, Policy

WARN_SHARE = 0.8
WARN_AT_LEAST = timedelta(minutes=5)
_SEVERAL_FACTOR = 2


class Deadline(NamedTuple):
    """When a clock is due, when to warn, and whether holidays of that time are not known yet."""

    due_at: datetime
    warn_at: datetime
    provisional: bool


@dataclass(frozen=True)
class Levels:
    """All policies and calendars, read-only."""

    policies: tuple[Policy, ...]
    """All of them, by the time from which they are valid."""
    by_key: dict[tuple[int, str, str, str], tuple[Level, ...]]
    """(policy id, clock kind, severity, condition) → levels."""
    calendars: dict[int, Calendar]
    days: dict[date, bool]
    known_until: date | None
    _made: dict[tuple[int, str], WorkCalendar] = field(default_factory=dict)

    def policy_at(self, at: datetime) -> Policy | None:
        """The one that a clock is started under at this time. Asked by time and not kept, so that one that is made
        beforehand holds from its own time on; the first holds for what happened before there was any."""
        begun = [policy for policy in self.policies if policy.valid_from <= at]
        return begun[-1] if begun else next(iter(self.policies), None)

    def calendar(self, calendar: int, zone: str) -> WorkCalendar:
        """A calendar in a time zone."""
        made = self._made.get((calendar, zone))
        if made is None:
            made = self._made[calendar, zone] = self._make(self.calendars[calendar], ZoneInfo(zone))
        return made

    def _make(self, row: Calendar, zone: ZoneInfo) -> WorkCalendar:
        week = tuple(_spans(day) for day in row.week)
        # A make-up working day behaves like a Monday.
        days = {day: week[0] if works else () for day, works in self.days.items()} if row.holidays else {}
        return WorkCalendar(zone=zone, week=week, days=days, known_until=self.known_until if row.holidays else None)

    def of(self, policy: int, kind: str, case: Case, now: Snapshot) -> tuple[Level, ...]:
        """The levels for a clock of a case: the severity's own, then caps."""
        if now.complexity == Complexity.PROJECT and kind in (ClockKind.RESOLVE, ClockKind.UPDATE):
            # A project has milestones instead of a resolution time, and a word every week. How soon somebody answers
            # first is a matter of urgency all the same.
            return self.by_key.get((policy, kind, "", "project"), ())
        if kind == ClockKind.PLAN:
            return self.by_key.get((policy, kind, "", "project"), ()) if now.complexity == Complexity.PROJECT else ()
        if kind == ClockKind.ARRIVE and not _on_site(now.category_id):
            return ()
        if kind == ClockKind.DISPATCH and case.kind in (Kind.INQUIRY, Kind.PRAISE):
            return ()  # whoever took it down may well answer it
        levels = self._instead(policy, kind, case, now) or self.by_key.get((policy, kind, now.severity, ""), ())
        if kind == ClockKind.DECIDE and now.referred == Because.RETURNED:
            return levels + self.by_key.get((policy, kind, "", "consult"), ())
        if (
            levels
            and kind != ClockKind.DECIDE
            and case.kind in (Kind.COMPLAINT, Kind.REPORT)
            and not _on_site(now.category_id)
        ):
            levels += self.by_key.get((policy, kind, "", "complaint"), ())
        return levels

    def _instead(self, policy: int, kind: str, case: Case, now: Snapshot) -> tuple[Level, ...]:
        """The level for the state of things, where there is one."""
        if kind == ClockKind.RESOLVE and now.complexity == Complexity.SEVERAL:
            return self.by_key.get((policy, kind, "", "several"), ())
        if kind == ClockKind.RESOLVE and case.kind == Kind.INQUIRY:
            return self.by_key.get((policy, kind, "", "inquiry"), ())
        if kind == ClockKind.ARRIVE and now.going_on:
            return self.by_key.get((policy, kind, now.severity, "going_on"), ())
        if kind == ClockKind.UPDATE and now.contained_at is None:
            return self.by_key.get((policy, kind, now.severity, "uncontained"), ())
        return ()


def _spans(day: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in day)


def _on_site(category: int | None) -> bool:
    found = cases.categories().by_id.get(category) if category is not None else None
    return found is not None and found.on_site


def reckon(
    policy: int, kind: ClockKind, case: Case, now: Snapshot, *, start: datetime, pauses: Sequence[Pause] = ()
) -> Deadline | None:
    """The deadline of a clock under a policy: the earliest of its levels; None when the policy has none for it."""
    zone, known = org.organisation().sites[case.site_id].time_zone, levels()
    found = []
    for level in known.of(policy, kind, case, now):
        amount = timedelta(minutes=level.minutes)
        # A cap is what the customer waits at most, however many departments there are.
        if kind == ClockKind.RESOLVE and now.complexity == Complexity.SEVERAL and not level.condition:
            amount *= _SEVERAL_FACTOR
        found.append(_one(known.calendar(level.calendar_id, zone), start, amount, pauses))
    return min(found, default=None)


def _one(calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: Sequence[Pause]) -> Deadline:
    due = calendar.deadline(start, amount, pauses)
    warn = min(calendar.deadline(start, amount * WARN_SHARE, pauses), due - WARN_AT_LEAST)
    return Deadline(due, max(warn, start), calendar.provisional(start, due))


def explicit(start: datetime, due: datetime) -> Deadline:
    """The deadline of a clock whose time a person named: warned at 80 % of the time by the clock on the wall."""
    warn = min(start + (due - start) * WARN_SHARE, due - WARN_AT_LEAST)
    return Deadline(due, max(warn, start), provisional=False)


def _load() -> Levels:
    by_key: dict[tuple[int, str, str, str], tuple[Level, ...]] = defaultdict(tuple)
    for level in Level.objects.order_by("pk"):
        by_key[level.policy_id, level.kind, level.severity, level.condition] += (level,)
    return Levels(
        policies=tuple(Policy.objects.order_by("valid_from", "pk")),
        by_key=dict(by_key),
        calendars={row.pk: row for row in Calendar.objects.all()},
        days=dict(CalendarDay.objects.values_list("day", "works")),
        known_until=_known_until(list(CalendarYear.objects.order_by("year").values_list("year", flat=True))),
    )


def _known_until(years: Sequence[int]) -> date | None:
    """The last day of the first run of years without a gap: beyond a gap nothing is certain."""
    run = [year for year, expected in zip(years, count(years[0] if years else 0), strict=False) if year == expected]
    return date(run[-1], 12, 31) if run else None


_levels = Reference(_load)


def levels() -> Levels:
    """Policies and calendars as they are now."""
    return _levels.get()
