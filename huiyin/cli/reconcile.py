"""`huiyin reconcile`: the list of another system beside what is here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from huiyin.base import tables
from huiyin.base.tables import TableError
from huiyin.cases.actions import BadInput
from huiyin.imports import reconciling
from huiyin.imports.reconciling import Compared, Span

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("reconcile")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", default="", help="The source under which its cases come in; without it, only what came from above."
)
@click.option("--from", "first", type=DAY, help="The first day of the list; with --to also what is here and not on it.")
@click.option("--to", "last", type=DAY, help="The last day of the list.")
def command(file: Path, source: str, first: datetime | None, last: datetime | None) -> None:
    """Compare FILE (CSV or XLSX: numbers, and whether each is finished) with the cases here. Nothing is changed.

    Prints what is missing here, what is on the list twice, what is finished on one side alone, and, with the days of
    the list, what is here and not on it. Exit status 1 when anything differs.
    """
    if (first is None) != (last is None):
        raise click.UsageError("Give both --from and --to, or neither.")
    span = Span(first.date(), last.date()) if first and last else None
    try:
        table = tables.read_table(file)
        lines = reconciling.listed(table.columns, table.rows)
        found = reconciling.compare(None, source, lines, span)
    except (TableError, BadInput) as error:
        raise click.ClickException(str(error)) from error
    _print(found)
    raise SystemExit(0 if found.clean else 1)


def _print(found: Compared) -> None:
    console = Console()
    console.print(f"{found.listed} numbers on the list, {found.agree} agree.", highlight=False)
    for title, numbers in (
        ("On the list and not here", found.missing),
        ("On the list more than once", found.twice),
        ("Finished there, open here", [case.number for case in found.open_here]),
        ("Finished here, open there", [case.number for case in found.over_here]),
        ("Here and not on the list", [case.number for case in found.extra]),
    ):
        if numbers:
            table = Table(f"{title}: {len(numbers)}", title_justify="left")
            for number in numbers:
                table.add_row(number)
            console.print(table)
