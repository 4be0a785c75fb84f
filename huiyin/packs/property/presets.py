"""What the property pack brings along: departments, categories, calendars and service levels, as rows to be edited.

The files in `data/` are starting values. Loading adds what is missing and never touches a row that is there: whatever a
manager has changed stays changed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from huiyin.alerts import emergencies
from huiyin.alerts.models import CallRule
from huiyin.cases.models import Category
from huiyin.clocks import actions as clocks
from huiyin.clocks.actions import LevelRow
from huiyin.clocks.models import Calendar, CalendarYear, Policy
from huiyin.org import actions as org
from huiyin.org import queries, reference
from huiyin.org.models import Site, Stage

DATA = Path(__file__).parent / "data"
POLICY = "zh-property"
SOURCE = "Property preset 2026-02: usual practice in China, not a legal standard"

WORKDAY_MINUTES = 9 * 60
"""A working day of the calendar `work`: 09:00 to 18:00."""
UNITS = {
    "min": (1, "always"),
    "h": (60, "always"),
    "day": (24 * 60, "always"),
    "service min": (1, "service"),
    "service h": (60, "service"),
    "workday": (WORKDAY_MINUTES, "work"),
}
"""Unit of a level → minutes, and the calendar in which they count."""


def rows(name: str, folder: Path = DATA) -> Iterator[dict[str, str]]:
    """The lines of a table of the pack, by column name."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(site: Site, *, at: datetime) -> dict[str, int]:
    """Add what is missing to the company with root `site`; how many rows of each sort were added."""
    with transaction.atomic():
        return {
            "departments": add_departments(site),
            "categories": add_categories(),
            "calendars": add_calendars(),
            "service levels": add_policy(at),
            "call rules": add_calls(site),
        }


def add_departments(site: Site) -> int:
    """Departments that serve the whole company."""
    known = {department.code for department in queries.organisation().departments.values()}
    missing = [row for row in rows("departments.csv") if row["code"] not in known]
    for row in missing:
        org.add_department(row["code"], row["name"], stage=Stage(row["stage"]), site=site)
    return len(missing)


def add_categories() -> int:
    """Categories of three levels; the last one knows its kind, usual severity and department."""
    known = {category.code: category for category in Category.objects.all()}
    before = len(known)
    departments = {department.code: department for department in queries.organisation().departments.values()}
    for row in rows("categories.csv"):
        parent: Category | None = None
        parts = row["code"].split("/")
        for level in (1, 2, 3):
            code = "/".join(parts[:level])
            if code not in known:
                leaf = {} if level < 3 else _leaf(row)
                category = Category(code=code, name=row[f"zh{level}"], name_en=row[f"en{level}"], parent=parent, **leaf)
                category.department = departments.get(row["department"]) if leaf else None
                category.save()
                known[code] = category
            parent = known[code]
    reference.changed()
    return len(known) - before


def _leaf(row: dict[str, str]) -> dict[str, object]:
    return {
        "kind": row["kind"],
        "severity": row["severity"],
        "floor": row["floor"],
        "on_site": row["on_site"] == "yes",
        "conduct": row["conduct"] == "yes",
    }


def add_calendars() -> int:
    """Round the clock, service hours of the desks, and working days with the holidays of China."""
    known = set(Calendar.objects.values_list("code", flat=True))
    missing = [row for row in rows("calendars.csv") if row["code"] not in known]
    for row in missing:
        spans = [[_minute(row["start"]), _minute(row["end"])]]
        open_days = range(int(row["first_day"]), int(row["last_day"]) + 1)
        week = [spans if day in open_days else [] for day in range(1, 8)]
        clocks.set_calendar(row["code"], row["name"], week, holidays=row["holidays"] == "yes")
    if not CalendarYear.objects.exists():
        clocks.load_china_days()
    return len(missing)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def levels() -> list[LevelRow]:
    """The service levels of the preset."""
    return [_level(row) for row in rows("levels.csv")]


def _level(row: dict[str, str]) -> LevelRow:
    minutes, calendar = UNITS[row["unit"]]
    return LevelRow(row["clock"], row["severity"], int(row["amount"]) * minutes, calendar, row["condition"])


def add_policy(at: datetime) -> int:
    """The service levels, when the company has none under this name."""
    if Policy.objects.filter(name=POLICY).exists():
        return 0
    found = levels()
    clocks.set_policy(POLICY, found, at=at, source=SOURCE)
    return len(found)


def add_calls(site: Site) -> int:
    """Who is called at once for P1, in which order, and whom to call first outside; when the company has no rule."""
    if CallRule.objects.exists():
        return 0
    departments = {department.code: department for department in queries.organisation().departments.values()}
    branches = {category.code: category for category in Category.objects.all()}
    made = [
        CallRule(
            site=site,
            category=branches[branch["category"]] if branch["category"] else None,
            order=int(row["order"]),
            department=departments.get(row["department"]),
            role=row["role"],
            minutes=int(row["minutes"]),
            rescue=branch["rescue"],
        )
        for branch in rows("rescue.csv")
        for row in rows("calls.csv")
    ]
    emergencies.add_rules(made)
    return len(made)
