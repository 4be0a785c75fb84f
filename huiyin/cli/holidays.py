"""`huiyin holidays`: the days of a year on which the weekly pattern doesn't hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from django.utils import timezone

from huiyin.base.tables import Row, TableError, cell_text, parse_instant, read_table
from huiyin.clocks import actions, calendars
from huiyin.org.history import BadSetting, Editor

WARN_BEFORE = timedelta(days=60)
_UTC = ZoneInfo("UTC")
_COLUMNS = {"day", "works"}
_WORKS = {"yes": True, "no": False, "1": True, "0": False, "true": True, "false": False, "是": True, "否": False}


@click.command("holidays")
@click.argument("year", type=click.IntRange(2000, 2199))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="by hand", show_default=True, help="Where the days were published.")
def command(year: int, file: Path, source: str) -> None:
    """Fill in holidays and make-up working days of YEAR from FILE, and reckon provisional deadlines anew.

    FILE is a CSV or XLSX table with the columns day (2027-01-01), works (yes for a weekend day worked, no for a
    holiday) and name. The days that were known of this year are replaced.
    """
    try:
        days = dict(_days(file, year))
    except TableError as error:
        raise click.ClickException(str(error)) from error
    if not days:
        raise click.ClickException(f"{file} has no day of {year}; nothing was changed.")
    try:
        moved = calendars.change_year(year, days, source[:64], Editor(None, timezone.now()))
    except BadSetting as error:
        raise click.ClickException(error.text) from error
    click.echo(f"{year}: {len(days)} days; {moved} cases got another deadline.")


def _days(file: Path, year: int) -> Iterator[tuple[date, tuple[bool, str]]]:
    table = read_table(file)
    if missing := _COLUMNS - set(table.columns):
        raise click.ClickException(f"{file} has no column {' and no column '.join(sorted(missing))}.")
    for row in table.rows:
        yield _day(row, year)


def _day(row: Row, year: int) -> tuple[date, tuple[bool, str]]:
    if row.problem:
        raise row.problem
    day = parse_instant(row.values["day"], _UTC).date()
    if day.year != year:
        raise click.ClickException(f"Row {row.number}: {day} is not a day of {year}.")
    works = _WORKS.get(cell_text(row.values["works"]).strip().lower())
    if works is None:
        raise click.ClickException(f"Row {row.number}: works is yes or no.")
    return day, (works, cell_text(row.values.get("name", ""))[:64])


def warning() -> str:
    """A line for whoever looks after the installation, when the holidays known end soon; empty otherwise."""
    left = actions.days_of_data_left(timezone.now())
    if left is None or left >= WARN_BEFORE.days:
        return ""
    when = f"in {left} days" if left > 0 else "already"
    return f"The holidays that are known end {when}: fill in the next year with `huiyin holidays YEAR FILE`."
