"""`huiyin answers`: what a third party's survey found out, from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from django.utils import timezone

from huiyin.base import tables
from huiyin.base.tables import TableError
from huiyin.returns import samples

from .progress import progress

_REASON = "reason"


@click.command("answers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--asked-by", default="", help="Who asked, where the file has no column for it: the institute.")
@click.option("--failed", type=click.Path(path_type=Path), help="Where rows that can't be taken are written.")
def command(file: Path, asked_by: str, failed: Path | None) -> None:
    """Take in answers from FILE (CSV or XLSX): number, on, asked_by, satisfied (1 to 5), solved (yes or no), words.

    Each row comes in once: it is known again by case, day and who asked, and given again it corrects itself. Rows that
    can't be taken are written to a file of their own with the reason of each.
    """
    try:
        table = tables.read_table(file)
        columns = _columns(table.columns)
        total = tables.count_rows(file)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    now, done, left = timezone.now(), samples.Taken(), list[dict[str, object]]()
    with progress("rows", total) as step:
        for row in table.rows:
            given = {target: tables.cell_text(row.values.get(name, "")) for target, name in columns.items()}
            found = samples.take([{"asked_by": asked_by} | given], now) if row.problem is None else samples.Taken()
            reasons = [f"{bad.field}: {bad.text}" for bad in found.bad] or ([str(row.problem)] if row.problem else [])
            left += [{**row.values, _REASON: reason} for reason in reasons]
            done += found
            step(1)
    if left:
        path = failed or file.with_name(f"{file.stem}.failed.csv")
        tables.write_rows(path, [*table.columns, _REASON], left)
        click.echo(f"Rows that were not taken, with their reasons: {path}", err=True)
    click.echo(f"new {done.new}, corrected {done.corrected}, already known {done.known}, failed {len(left)}")


def _columns(there: list[str]) -> Mapping[str, str]:
    """Target → column, for columns that carry its name or a usual one."""
    named = {column.strip().casefold(): column for column in there}
    found = {}
    for target, usual in samples.TARGETS.items():
        name = next((one for one in (target, *usual) if one.casefold() in named), None)
        if name is not None:
            found[target] = named[name.casefold()]
    return found
