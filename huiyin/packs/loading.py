"""Rows that a pack brings along, read from its tables and added where they are missing.

The files in a pack's `data/` are starting values. Loading adds what is missing and never touches a row that is there:
whatever a manager has changed stays changed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.db import transaction

from huiyin.alerts import emergencies
from huiyin.alerts.models import CallRule
from huiyin.cases import outside_editing
from huiyin.cases.models import Category
from huiyin.clocks import actions as clocks
from huiyin.clocks.actions import LevelRow
from huiyin.clocks.models import Calendar, CalendarYear
from huiyin.fairness import rules as fairness
from huiyin.groups import rules as groups
from huiyin.messages import sheets
from huiyin.messages.sheets import MARK, SheetValues
from huiyin.org import actions as org
from huiyin.org import queries, reference
from huiyin.org.models import Site, Stage
from huiyin.standards import editing as standards
from huiyin.standards import practices

WORKDAY_MINUTES = 9 * 60
"""A working day of the calendar `work`: 09:00 to 18:00."""
UNITS = {
    "min": (1, "always"),
    "h": (60, "always"),
    "day": (24 * 60, "always"),
    "service min": (1, "service"),
    "service h": (60, "service"),
    "work h": (60, "work"),
    "workday": (WORKDAY_MINUTES, "work"),
}
"""Unit of a level → minutes, and the calendar in which they count."""
_SHARED = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Preset:
    """A set of service levels with its origin. `table`: its lines; `pack`: what else it can bring to a new house."""

    name: str
    pack: str
    zh: str
    en: str
    source: str
    source_zh: str
    date: str
    table: Path

    @property
    def told(self) -> str:
        """Source and date in one line, as the version of the set keeps it."""
        return f"{self.source} ({self.date})"

    @property
    def told_zh(self) -> str:
        """The same for Chinese pages."""
        return f"{self.source_zh}（{self.date}）"

    def levels(self) -> list[LevelRow]:
        """The service levels of the table."""
        return [_level(row) for row in rows(self.table.name, self.table.parent)]


@dataclass(frozen=True)
class Pack:
    """What an industry brings along, as tables in `data`: sets of service levels, and rows for a new house."""

    name: str
    house: str
    """What the company is called until somebody renames it."""
    data: Path
    review: bool = False
    """Does somebody else look at a result before the customer is asked?"""
    group_days: int = 0
    """At most so many days apart voices are of one group; 0: as usual."""
    repeat_days: int = fairness.DAYS
    """Within so many days the same matter of the same customer is a repetition."""

    @cached_property
    def presets(self) -> tuple[Preset, ...]:
        """The sets of service levels that `presets.csv` names."""
        names = ("name", "zh", "en", "source", "source_zh", "date")
        return tuple(
            Preset(pack=self.name, table=self.data / row["table"], **{name: row[name] for name in names})
            for row in rows("presets.csv", self.data)
        )

    @cached_property
    def words(self) -> Mapping[str, tuple[str, str]]:
        """What is called otherwise in this trade: code → Chinese and English."""
        if not (self.data / "words.csv").exists():
            return {}
        return {row["code"]: (row["zh"], row["en"]) for row in rows("words.csv", self.data)}

    def load(self, site: Site) -> dict[str, int]:
        """Add what is missing, but for service levels, to the company with root `site`; how many rows of each sort."""
        with transaction.atomic():
            return {
                "departments": add_departments(self.data, site),
                "categories": add_categories(self.data),
                "call rules": add_calls(self.data, site),
                "phrases and words not to say": add_words(self.data),
                "work standards": add_standards(),
                "outside bodies": add_outside(self.data, site),
                "sheets": add_sheet(self.data, site),
                "rules of fairness": fairness.furnish(self.repeat_days) + groups.furnish(site, self.group_days),
            }


def rows(name: str, folder: Path) -> Iterator[dict[str, str]]:
    """The lines of a table, by column name."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _level(row: dict[str, str]) -> LevelRow:
    minutes, calendar = UNITS[row["unit"]]
    return LevelRow(row["clock"], row["severity"], int(row["amount"]) * minutes, calendar, row["condition"])


def add_departments(folder: Path, site: Site) -> int:
    """Departments that serve the whole company."""
    known = {department.code for department in queries.organisation().departments.values()}
    missing = [row for row in rows("departments.csv", folder) if row["code"] not in known]
    for row in missing:
        org.add_department(row["code"], row["name"], stage=Stage(row["stage"]), site=site)
    return len(missing)


def add_categories(folder: Path) -> int:
    """Categories of three levels; the last one knows its kind, usual severity and department."""
    known = {category.code: category for category in Category.objects.all()}
    before = len(known)
    departments = {department.code: department for department in queries.organisation().departments.values()}
    for row in rows("categories.csv", folder):
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
    """Round the clock, service hours of the desks, and working days with the holidays of China: the same for all packs,
    so that sets of several packs can be compared."""
    known = set(Calendar.objects.values_list("code", flat=True))
    missing = [row for row in rows("calendars.csv", _SHARED) if row["code"] not in known]
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


def add_words(folder: Path) -> int:
    """Phrases, and words that had better not be said: those of all trades, and those of this pack where it has any."""
    folders = (_SHARED, folder)
    phrases = [row for one in folders if (one / "phrases.csv").exists() for row in rows("phrases.csv", one)]
    found = [row for one in folders if (one / "forbidden.csv").exists() for row in rows("forbidden.csv", one)]
    patterns = [{**row, "timeless": row["timeless"] == "yes"} for row in found]
    return standards.furnish(phrases, patterns)


def add_standards() -> int:
    """How each step of the work is done, for all trades."""
    return practices.furnish(rows("practices.csv", _SHARED))


def add_calls(folder: Path, site: Site) -> int:
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
        for branch in rows("rescue.csv", folder)
        for row in rows("calls.csv", folder)
    ]
    emergencies.add_rules(made)
    return len(made)


def add_outside(folder: Path, site: Site) -> int:
    """Whom customers may turn to outside: the public numbers that hold everywhere, and examples to be put right."""
    folders = (_SHARED, folder)
    table = [row for one in folders if (one / "outside.csv").exists() for row in rows("outside.csv", one)]
    return outside_editing.furnish(table, site)


_OFFICE = "服务中心每天 8:00—20:00 有人接待；客服电话铃响三声内接听，号码见服务中心公示栏。"
_OFFICE_EN = "The service desk is open from 8:00 to 20:00 every day; its phone is answered by the third ring."


def add_sheet(folder: Path, site: Site) -> int:
    """What customers read beforehand, when no site says anything yet: a draft for the manager to put right."""
    if not (folder / "sheet.csv").exists():
        return 0
    table = [*rows("sheet.csv", folder)]
    zh, en = (
        "\n".join(f"{row[f'{code}_wrong']} {MARK} {row[f'{code}_gets']}" for row in table) for code in ("zh", "en")
    )
    return sheets.furnish(site, SheetValues(_OFFICE, _OFFICE_EN, zh, en))
