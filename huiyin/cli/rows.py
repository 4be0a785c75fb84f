"""What commands that take in a file have in common: rows at once, those that failed in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import click

from huiyin.base import tables
from huiyin.base.tables import Row, TableError
from huiyin.base.taking import Taken

from .progress import progress

_AT_ONCE = 500
_REASON = "reason"


def take_in(
    file: Path,
    failed: Path | None,
    columns: Callable[[list[str]], Mapping[str, str]],
    take: Callable[[Sequence[Mapping[str, str]]], Taken],
) -> None:
    """Give the rows of FILE to `take` and say what became of them. `columns`: target → column, of those there are."""
    try:
        table = tables.read_table(file)
        mapped = columns(table.columns)
        total = tables.count_rows(file)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    done, left = Taken(), list[dict[str, object]]()
    with progress("rows", total) as step:
        for rows in _batches(table.rows):
            done += _some(rows, mapped, take, left)
            step(len(rows))
    if left:
        path = failed or file.with_name(f"{file.stem}.failed.csv")
        tables.write_rows(path, [*table.columns, _REASON], left)
        click.echo(f"Rows that were not taken, with their reasons: {path}", err=True)
    click.echo(f"new {done.new}, corrected {done.corrected}, already known {done.known}, failed {len(left)}")


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _AT_ONCE)):
        yield batch


def _some(
    rows: list[Row],
    mapped: Mapping[str, str],
    take: Callable[[Sequence[Mapping[str, str]]], Taken],
    left: list[dict[str, object]],
) -> Taken:
    left += [{**row.values, _REASON: str(row.problem)} for row in rows if row.problem is not None]
    good = [row.values for row in rows if row.problem is None]
    done = take([{target: tables.cell_text(row.get(name, "")) for target, name in mapped.items()} for row in good])
    left += [{**good[bad.place], _REASON: f"{bad.field}: {bad.text}"} for bad in done.bad]
    return done
