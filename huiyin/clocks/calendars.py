"""What is edited of calendars: working hours of the week, and the days of a year that differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.org.editing import new_code, said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area

from . import actions
from .levels import levels
from .models import Calendar, CalendarDay, CalendarYear

_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_ALIKE = str.maketrans(
    {"：": ":", "–": "-", "—": "-", "~": "-", "～": "-", "－": "-", "，": ",", "、": ",", ";": ",", "；": ","}
)
FIRST, LAST = 2000, 2199
Days = dict[date, tuple[bool, str]]
"""Day → does it work, and its name."""


@dataclass(frozen=True)
class CalendarValues:
    """What can be changed of a calendar. `week`: seven texts, Monday first, as `09:00-12:00, 13:00-18:00`."""

    name: str
    week: tuple[str, ...]
    holidays: bool


def calendar(code: str) -> Calendar:
    """The calendar with this code, or `Calendar.DoesNotExist`."""
    found = next((row for row in levels().calendars.values() if row.code == code), None)
    if found is None:
        raise Calendar.DoesNotExist
    return found


def calendar_values(row: Calendar) -> CalendarValues:
    """The values of a calendar as it is."""
    return CalendarValues(row.name, tuple(spans_text(day) for day in row.week), row.holidays)


def spans_text(day: list[list[int]]) -> str:
    """[[540, 720]] → `09:00-12:00`."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in day)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def spans(text: str, field: str) -> list[list[int]]:
    """The other way round, from what people type; an empty text is a day of rest."""
    plain = re.sub(r"\s+", "", text.translate(_ALIKE))
    day, last = list[list[int]](), 0
    for part in filter(None, plain.split(",")):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise BadSetting(field, _("Write hours as 09:00-12:00, 13:00-18:00; nothing for a day of rest."))
        hours = [int(found[n] or 0) for n in range(1, 5)]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] > 59 or hours[3] > 59 or not last <= start < end <= 1440:
            raise BadSetting(field, _("Hours go from 00:00 to 24:00, one after the other; a night has two parts."))
        day.append([start, end])
        last = end
    return day


def _week(values: CalendarValues) -> list[list[list[int]]]:
    week = [spans(text, f"day{number}") for number, text in enumerate(values.week)]
    if not any(week):
        raise BadSetting("day0", _("A week without working time would never reach a deadline."))
    return week


@transaction.atomic
def add_calendar(code: str, values: CalendarValues, by: Editor) -> Calendar:
    """Add a calendar."""
    begin(by)
    code = new_code(code, (row.code for row in levels().calendars.values()))
    week, name = _week(values), said("name", values.name, 64)
    made = actions.set_calendar(code, name, week, holidays=values.holidays)
    record(Area.CALENDAR, code, None, calendar_values(made), by)
    return made


@transaction.atomic
def change_calendar(code: str, values: CalendarValues, by: Editor) -> None:
    """Change working hours; clocks that run keep their deadline until something has it reckoned anew."""
    begin(by)
    before = calendar_values(calendar(code))
    same(by, before)
    week, name = _week(values), said("name", values.name, 64)
    actions.set_calendar(code, name, week, holidays=values.holidays)
    after = replace(values, name=name, week=tuple(spans_text(day) for day in week))
    record(Area.CALENDAR, code, before, after, by)


def levels_in(calendar: Calendar, at: datetime) -> int:
    """How many of the service levels in force count in a calendar."""
    policy = levels().policy_at(at)
    found = levels().by_key.items()
    return sum(
        row.calendar_id == calendar.pk
        for key, rows in found
        for row in rows
        if policy is not None and key[0] == policy.pk
    )


def years() -> list[CalendarYear]:
    """The years whose holidays are known, the newest first."""
    return list(CalendarYear.objects.order_by("-year"))


def days_of(year: int) -> Days:
    """The days of a year that differ from the week."""
    rows = CalendarDay.objects.filter(day__range=(date(year, 1, 1), date(year, 12, 31))).order_by("day")
    return {row.day: (row.works, row.name) for row in rows}


def source_of(year: int) -> str:
    """Where the days of a year come from; empty while they aren't known."""
    found = CalendarYear.objects.filter(year=year).first()
    return found.source if found else ""


def year_values(year: int, days: Mapping[date, tuple[bool, str]], source: str) -> dict[str, str]:
    """A year as codes: one entry a day."""
    codes = {
        f"{day}": f"{'works' if works else 'holiday'} {name}".strip() for day, (works, name) in sorted(days.items())
    }
    return {"source": source} | codes


@transaction.atomic
def change_year(year: int, days: Days, source: str, by: Editor) -> int:
    """Tell which days of a year differ; provisional deadlines are reckoned anew. How many cases got another one."""
    begin(by)
    before = year_values(year, days_of(year), source_of(year))
    same(by, before)
    if not FIRST <= year <= LAST or any(day.year != year for day in days):
        raise BadSetting("days", _("Only days of this year."))
    source = said("source", source, 64)
    moved = actions.set_year(year, days, source=source, at=by.at)
    record(Area.YEAR, str(year), before if len(before) > 1 else None, year_values(year, days, source), by)
    return moved


_LINE = re.compile(r"(\S+?)(?:\s*(?:\.\.|~|～|至|to)\s*(\S+?))?[\s,，;]+(\S+?)(?:[\s,，;]+(.*))?")
_HOLIDAY = frozenset({"holiday", "rest", "no", "0", "false", "否", "休", "放假", "假"})
_WORKS = frozenset({"works", "work", "yes", "1", "true", "是", "班", "上班", "补班"})
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


def read_days(text: str, year: int) -> Days:
    """The days of a year from lines like `2027-01-01 holiday 元旦`; `2027-02-05..2027-02-11` is a row of days."""
    found: Days = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found |= dict.fromkeys(*_read(line.strip(), number, year))
    return found


def _read(line: str, number: int, year: int) -> tuple[list[date], tuple[bool, str]]:
    found = _LINE.fullmatch(line)
    word = found[3].lower() if found else ""
    if found is None or word not in _HOLIDAY | _WORKS:
        raise BadSetting("days", _("Line %(line)d: write a day, `holiday` or `works`, and a name.") % {"line": number})
    first, last = _date(found[1], number, year), _date(found[2] or found[1], number, year)
    if not first <= last:
        raise BadSetting("days", _("Line %(line)d: ends before it begins.") % {"line": number})
    run = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return run, (word in _WORKS, (found[4] or "").strip()[:64])


def _date(text: str, number: int, year: int) -> date:
    found = _DATE.fullmatch(text)
    try:
        day = date(int(found[1] or year), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None or day.year != year:
        names = {"line": number, "text": text, "year": year}
        raise BadSetting("days", _("Line %(line)d: %(text)s is not a day of %(year)d.") % names)
    return day


def write_days(days: Days) -> str:
    """The other way round: a line a day."""
    lines = (f"{day} {'works' if works else 'holiday'} {name}".strip() for day, (works, name) in sorted(days.items()))
    return "\n".join(lines)
