"""What is done to clocks from outside the timeline: the sweep, calendars, levels, and clocks of other domains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from huiyin.base.china import china_days, china_known_until
from huiyin.cases import timeline
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent
from huiyin.cases.workflow import Snapshot
from huiyin.org import reference

from . import levels
from .book import TOPIC, Book, save
from .models import OPEN_CLOCK, Calendar, CalendarDay, CalendarYear, Clock, ClockKind, Level, Policy

_CHUNK = 200


def sweep(now: datetime) -> int:
    """Record every deadline that was missed or is near by `now`; how many cases were touched.

    Asks one cheap question, then locks the cases found and lets the follower look again: a clock that somebody stopped
    in between, or another worker has marked, is left alone.
    """
    touched = 0
    while cases := _due(now):
        with reference.pinned(), timeline.editing_all(cases, at=now, actor=None) as changes:
            pass
        if not any(change.events for change in changes.values()):
            break  # another worker was there first
        touched += sum(bool(change.events) for change in changes.values())
    return touched


def _due(now: datetime) -> list[int]:
    due = Clock.objects.filter(mark_at__lte=now).order_by("mark_at").values_list("case", flat=True)
    return sorted(set(due[:_CHUNK]))


class Turn(NamedTuple):
    """What another domain wants of its clocks at an event: `start` one, or `stop` or `cancel` those that are open.

    `state`: the case after the event.
    """

    change: Change
    event: CaseEvent
    state: Snapshot
    what: str


def follow_for_others(kind: ClockKind, turns: Sequence[Turn]) -> None:
    """Move clocks that another domain decides on (a return visit): of any number of cases, each in the order of its
    events."""
    older = {turn.change.case.pk for turn in turns if not turn.change.new and turn.what != "start"}
    known: dict[int, list[Clock]] = defaultdict(list)
    if older:
        for clock in Clock.objects.filter(OPEN_CLOCK, case__in=older, kind=kind).order_by("pk"):
            known[clock.case_id].append(clock)
    books: dict[int, Book] = {}
    for change, event, state, what in turns:
        book = books.setdefault(change.case.pk, Book(change, known[change.case.pk]))
        book.now = state
        if what == "start":
            book.start(kind, event)
        else:
            book.stop(book.open(), event.at, cancel=what == "cancel")
    for book in books.values():
        book.mark(book.change.at)
    save(books.values())


@dataclass(frozen=True)
class LevelRow:
    """A service level to be: `minutes` in the calendar with code `calendar`."""

    kind: str
    severity: str
    minutes: int
    calendar: str
    condition: str = ""


@transaction.atomic
def set_policy(name: str, rows: Sequence[LevelRow], *, at: datetime, source: str) -> Policy:
    """Make a new version of a set of service levels, valid for clocks that start from `at` on; running ones stay."""
    last = Policy.objects.filter(name=name).order_by("-version").first()
    policy = Policy.objects.create(name=name, version=last.version + 1 if last else 1, valid_from=at, source=source)
    calendars = {calendar.code: calendar for calendar in Calendar.objects.all()}
    Level.objects.bulk_create(
        Level(
            policy=policy,
            kind=row.kind,
            severity=row.severity,
            minutes=row.minutes,
            calendar=calendars[row.calendar],
            condition=row.condition,
        )
        for row in rows
    )
    reference.changed()
    return policy


@transaction.atomic
def set_calendar(code: str, name: str, week: list[list[list[int]]], *, holidays: bool) -> Calendar:
    """Add a calendar or change it; clocks that run keep the deadlines they have."""
    calendar, _new = Calendar.objects.update_or_create(
        code=code, defaults={"name": name, "week": week, "holidays": holidays}
    )
    reference.changed()
    return calendar


@transaction.atomic
def load_china_days(*, at: datetime | None = None) -> None:
    """Fill the table of holidays and make-up working days with what the calendar library knows.

    Years that somebody set by hand stay as they are. With `at`, provisional deadlines are reckoned anew.
    """
    source = "chinese-calendar"
    by_hand = set(CalendarYear.objects.exclude(source=source).values_list("year", flat=True))
    known = {day.date: day for day in china_days() if day.date.year not in by_hand}
    CalendarDay.objects.filter(source=source).exclude(day__in=known).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=d.date, works=d.works, name=d.name, source=source) for d in known.values()],
        ignore_conflicts=True,
    )
    years = range(china_days()[0].date.year, china_known_until().year + 1)
    CalendarYear.objects.bulk_create([CalendarYear(year=y, source=source) for y in years], ignore_conflicts=True)
    reference.changed()
    if at is not None:
        _reckon_provisional(at)


@transaction.atomic
def set_year(year: int, days: dict[date, tuple[bool, str]], *, source: str, at: datetime) -> int:
    """Tell which days of a year differ from the weekly pattern, and reckon provisional deadlines anew.

    `days`: day → (works, name). Gives back how many cases got a new deadline, each as an event.
    """
    CalendarDay.objects.filter(day__year=year).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=day, works=works, name=name, source=source) for day, (works, name) in days.items()]
    )
    CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
    reference.changed()
    return _reckon_provisional(at)


def _reckon_provisional(at: datetime) -> int:
    waiting = OPEN_CLOCK & Q(provisional=True)
    cases = sorted(set(Clock.objects.filter(waiting).values_list("case", flat=True)))
    moved: set[int] = set()
    with timeline.editing_all(cases, at=at, actor=None) as changes:
        for clock in Clock.objects.filter(waiting, case__in=cases).order_by("pk"):
            change, before = changes[clock.case_id], clock.due_at
            book = Book(change, [clock])
            book.miss(at)
            book.reckon(clock, at)
            save([book])
            if clock.due_at != before:
                data = {"what": "reckoned", "clock": str(clock.kind), "ref": clock.ref, "was": before.isoformat()}
                change.note(TOPIC, data | {"due_at": clock.due_at.isoformat()})
                moved.add(clock.case_id)
    return len(moved)


def days_of_data_left(now: datetime) -> int | None:
    """How many days ahead the holidays are known; None when no calendar asks for them."""
    if not Calendar.objects.filter(holidays=True).exists():
        return None
    until = levels.levels().known_until
    return (until - now.date()).days if until else 0
