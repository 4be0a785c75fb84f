"""What is done to clocks from outside the timeline: the sweep, calendars, levels, and clocks of other domains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from huiyin.base.china import china_days, china_known_until
from huiyin.cases import timeline
from huiyin.cases.models import CaseEvent
from huiyin.cases.timeline import Change
from huiyin.org import reference

from . import follow, levels
from .models import Calendar, CalendarDay, CalendarYear, Clock, ClockKind, Level, Policy

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
        touched += len(changes)
    return touched


def _due(now: datetime) -> list[int]:
    running = Clock.objects.filter(outcome="", paused=False, breached_at=None)
    missed = running.filter(due_at__lte=now).order_by("due_at").values_list("case", flat=True)[:_CHUNK]
    near = running.filter(warned_at=None, warn_at__lte=now).order_by("warn_at").values_list("case", flat=True)[:_CHUNK]
    return sorted(set(missed) | set(near))


def start_for_others(kind: ClockKind, started: Iterable[tuple[Change, CaseEvent]]) -> None:
    """Start clocks that another domain decides on (a return visit), each with the event that calls for it."""
    books = []
    for change, event in started:
        book = follow.Book(change, ())
        book.start(kind, event)
        books.append(book)
    follow.save(books)


def stop_for_others(change: Change, kind: ClockKind, at: datetime, *, cancel: bool = False) -> None:
    """End the open clocks of a kind that another domain started."""
    book = follow.Book(change, Clock.objects.filter(case=change.case, kind=kind, outcome=""))
    book.stop(book.open(), at, cancel=cancel)
    follow.save([book])


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
    """Make a new version of a set of service levels, valid for clocks that start from now on; running ones stay."""
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
def load_china_days() -> None:
    """Fill the table of holidays and make-up working days with what the calendar library knows."""
    source = "chinese-calendar"
    known = {day.date: day for day in china_days()}
    CalendarDay.objects.filter(source=source).exclude(day__in=known).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=d.date, works=d.works, name=d.name, source=source) for d in known.values()],
        ignore_conflicts=True,
    )
    years = range(min(known).year, china_known_until().year + 1)
    CalendarYear.objects.bulk_create([CalendarYear(year=y, source=source) for y in years], ignore_conflicts=True)
    reference.changed()


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
    waiting = Q(outcome="", provisional=True)
    cases = sorted(set(Clock.objects.filter(waiting).values_list("case", flat=True)))
    moved = 0
    with timeline.editing_all(cases, at=at, actor=None) as changes:
        for clock in Clock.objects.filter(waiting, case__in=cases).order_by("pk"):
            change, before = changes[clock.case_id], clock.due_at
            book = follow.Book(change, [clock])
            book.reckon(clock)
            follow.save([book])
            if clock.due_at != before:
                data = {"what": "reckoned", "clock": str(clock.kind), "ref": clock.ref, "was": before.isoformat()}
                change.note(follow.TOPIC, data | {"due_at": clock.due_at.isoformat()})
                moved += 1
    return moved


def days_without_data(now: datetime) -> int | None:
    """How many days ahead the holidays are known; None when no calendar asks for them."""
    if not Calendar.objects.filter(holidays=True).exists():
        return None
    until = levels.levels().known_until
    return (until - now.date()).days if until else 0
