"""`huiyin purchases`: what customers paid, and their contracts, from a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from huiyin.base.taking import targets
from huiyin.worth import buying

from .rows import take_in


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
    take_in(
        file,
        failed,
        lambda there: targets(there, wanted) | _given(columns, wanted, there),
        partial(buying.contracts if contracts else buying.purchases, source=source, user=None),
    )


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
