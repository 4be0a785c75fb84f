"""The priors of this house: rows with source, date and history, read by every formula through `book()`.

Presets add what is missing and never touch a row that is there. Every change is an entry of the settings' history, and
makes a new `version`, under which values are reckoned anew.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.org import history, reference
from huiyin.org.editing import said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area
from huiyin.org.reference import Reference

from .definitions import MOST, PRIORS, STEPS, Known, Unit, typed
from .models import Prior
from .preset_words import CAVEATS, SOURCES

__all__ = ["Book", "PriorValues", "Range", "Row", "book", "change", "every", "find", "furnish", "values_of"]
MOST_TEXT = 300


class Range(NamedTuple):
    """What is likely, and between what it lies."""

    low: float
    value: float
    high: float


@dataclass(frozen=True)
class PriorValues:
    """What can be changed of a prior, in steps of its unit; `said_on` as 2026-03-31."""

    value: int
    low: int
    high: int
    source: str
    said_on: str
    caveat: str = ""


@dataclass(frozen=True)
class Row:
    """A prior as it stands, with what is known of it."""

    prior: Prior
    known: Known

    @property
    def texts(self) -> tuple[str, str, str]:
        """Low, likely, high as people write them."""
        unit = self.prior.unit
        return typed(unit, self.prior.low), typed(unit, self.prior.value), typed(unit, self.prior.high)


@dataclass(frozen=True)
class Book:
    """All priors at one time."""

    rows: Mapping[str, Prior]

    def range(self, code: str) -> Range:
        """A prior as a number of whole ones; a share lies between 0 and 1, money is in the smallest unit."""
        row = self.rows[code]
        steps = 1 if row.unit == Unit.MONEY else STEPS[row.unit]
        return Range(row.low / steps, row.value / steps, row.high / steps)

    @cached_property
    def version(self) -> str:
        """A short name for these very numbers: sources and dates play no part."""
        return history.version({code: [row.low, row.value, row.high] for code, row in sorted(self.rows.items())})

    @property
    def complete(self) -> bool:
        """Is there a row for every prior that a formula uses?"""
        return all(code in self.rows for code, known in PRIORS.items() if known.used)


def _load() -> Book:
    return Book({row.code: row for row in Prior.objects.all() if row.code in PRIORS})


_book = Reference(_load)


def book() -> Book:
    """The priors of now."""
    return _book.get()


def every() -> list[Row]:
    """All of them, in the order of the definitions."""
    found = book().rows
    return [Row(found[code], known) for code, known in PRIORS.items() if code in found]


def find(code: str) -> Row:
    """The prior of this code, or `Prior.DoesNotExist`."""
    found = book().rows.get(code)
    if found is None:
        raise Prior.DoesNotExist
    return Row(found, PRIORS[code])


def values_of(row: Prior) -> PriorValues:
    """The values of a prior as it is."""
    return PriorValues(row.value, row.low, row.high, row.source, row.said_on.isoformat(), row.caveat)


@transaction.atomic
def change(code: str, values: PriorValues, by: Editor) -> None:
    """Change a prior; whatever is reckoned with it is reckoned anew by the next run."""
    begin(by)
    row = find(code).prior
    before = values_of(row)
    same(by, before)
    _check(row.unit, values)
    after = PriorValues(
        **asdict(values) | {"source": said("source", values.source, MOST_TEXT), "caveat": values.caveat.strip()}
    )
    Prior.objects.filter(pk=row.pk).update(**asdict(after) | {"said_on": date.fromisoformat(after.said_on)})
    record(Area.PRIORS, code, before, after, by)


def _check(unit: str, values: PriorValues) -> None:
    most = STEPS[unit] if unit == Unit.SHARE else MOST
    for field in ("low", "value", "high"):
        if not 0 <= getattr(values, field) <= most:
            text = _("Give a number from 0 to %(most)s.") % {"most": typed(unit, most)}
            raise BadSetting(field, text)
    if values.low > values.value:
        raise BadSetting("low", _("The lowest can't be above the likely one."))
    if values.high < values.value:
        raise BadSetting("high", _("The highest can't be below the likely one."))
    if len(values.caveat.strip()) > MOST_TEXT:
        raise BadSetting("caveat", _("At most %(most)d characters.") % {"most": MOST_TEXT})
    try:
        date.fromisoformat(values.said_on)
    except ValueError as error:
        raise BadSetting("said_on", _("Give a day like 2026-03-31.")) from error


def furnish(pack: str) -> int:
    """Add the priors that are missing, those of a pack before the general ones; how many."""
    path = Path(__file__).parent / "data" / "priors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = {row["code"]: row for row in sorted(rows, key=lambda row: row["pack"]) if row["pack"] in ("", pack)}
    there = set(Prior.objects.values_list("code", flat=True))
    made = [_preset(code, row) for code, row in wanted.items() if code not in there]
    Prior.objects.bulk_create(made)
    if made:
        reference.changed()
    return len(made)


def _preset(code: str, row: Mapping[str, str]) -> Prior:
    unit = PRIORS[code].unit
    numbers = {name: _steps(unit, row[name]) for name in ("low", "value", "high")}
    texts = {"source": SOURCES[row["source"]], "caveat": CAVEATS[row["caveat"]]}
    return Prior(code=code, unit=unit, said_on=date.fromisoformat(row["said_on"]), **numbers, **texts)


def _steps(unit: str, text: str) -> int:
    return int(Decimal(text) * (STEPS[unit] // (100 if unit == Unit.SHARE else 1)))
