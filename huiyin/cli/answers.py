"""`huiyin answers`: what a third party's survey found out, from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from django.utils import timezone

from huiyin.base.taking import Taken, targets
from huiyin.returns import samples

from .rows import take_in


@click.command("answers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--asked-by", default="", help="Who asked, where the file has no column for it: the institute.")
@click.option("--failed", type=click.Path(path_type=Path), help="Where rows that can't be taken are written.")
def command(file: Path, asked_by: str, failed: Path | None) -> None:
    """Take in answers from FILE (CSV or XLSX): number, on, asked_by, satisfied (1 to 5), solved (yes or no), words.

    Each row comes in once: it is known again by case, day and who asked, and given again it corrects itself. Rows that
    can't be taken are written to a file of their own with the reason of each.
    """
    now = timezone.now()

    def take(rows: Sequence[Mapping[str, str]]) -> Taken:
        return samples.take([{"asked_by": asked_by, **row} for row in rows], now)

    take_in(file, failed, lambda there: targets(there, samples.TARGETS), take)
