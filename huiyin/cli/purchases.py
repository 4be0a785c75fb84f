"""`huiyin purchases`: what customers paid, and their contracts, from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from huiyin.base import tables
from huiyin.base.tables import Cell, TableError
from huiyin.worth import buying
from huiyin.worth.buying import Taken

from .progress import progress

_AT_ONCE = 500
REASON = "reason"
Take = Callable[..., Taken]


@click.command("purchases")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--contracts", is_flag=True, help="The rows are contracts: began, ended, fee of a year.")
@click.option("--map", "columns", multiple=True, metavar="TARGET=COLUMN", help="Take a column as one of the targets.")
@click.option("--source", default="import", show_default=True, help="The system that the references belong to.")
@click.option("--failed", type=click.Path(path_type=Path), help="Where rows that can't be taken are written.")
def command(file: Path, contracts: bool, columns: tuple[str, ...], source: str, failed: Path | None) -> None:
    """Take in purchases from FILE (CSV or XLSX): phone, email or customer; on, amount, what, reference.

    Each row comes in once: it is known again by source and reference, and given again it corrects itself. Rows that
    can't be taken are written to a file of their own with the reason of each.
    """
    wanted = buying.CONTRACT if contracts else buying.PURCHASE
    try:
        table = tables.read_table(file)
        mapped = buying.targets(table.columns, wanted) | _given(columns, wanted, table.columns)
        total = tables.count_rows(file)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    take, done, left = (buying.contracts if contracts else buying.purchases), Taken(), list[dict[str, object]]()
    with progress("rows", total) as step:
        rows: list[dict[str, Cell]] = []
        for row in table.rows:
            if row.problem is not None:
                left.append({**row.values, REASON: str(row.problem)})
                continue
            rows.append(row.values)
            if len(rows) == _AT_ONCE:
                done += _take(take, rows, mapped, source, left)
                step(len(rows))
                rows = []
        done += _take(take, rows, mapped, source, left)
    if left:
        path = failed or file.with_name(f"{file.stem}.failed.csv")
        tables.write_rows(path, [*table.columns, REASON], left)
        click.echo(f"Rows that were not taken, with their reasons: {path}", err=True)
    click.echo(f"new {done.new}, corrected {done.corrected}, already known {done.known}, failed {len(left)}")


def _given(columns: tuple[str, ...], wanted: Mapping[str, object], there: list[str]) -> dict[str, str]:
    found = {}
    for one in columns:
        target, _sign, column = one.partition("=")
        if target not in wanted:
            raise click.UsageError(f"{target!r} is no target; there are {', '.join(wanted)}.")
        if column not in there:
            raise click.UsageError(f"The file has no column {column!r}; it has {', '.join(there)}.")
        found[target] = column
    return found


def _take(
    take: Take, rows: list[dict[str, Cell]], mapped: Mapping[str, str], source: str, left: list[dict[str, object]]
) -> Taken:
    given = [{t: tables.cell_text(row.get(c, "")) for t, c in mapped.items()} for row in rows]
    done = take(given, source=source, user=None)
    left += [{**rows[bad.place], REASON: f"{bad.field}: {bad.text}"} for bad in done.bad]
    return done
