"""Looking at an uploaded file before anything of it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from huiyin.base.tables import CellError, Row, TableError, cell_text, parse_instant, read_table
from huiyin.base.unpack import repeated
from huiyin.cases import imports as rows
from huiyin.cases.actions import By
from huiyin.cases.imports import Part
from huiyin.cases.letters import Failure, Letter

from . import queries, store
from .models import Import

MOST_ROWS = 2000
"""So many rows are tried: about a second's work."""
SHOWN = 8
_LONG_HEAD = 60


def first_rows(one: Import, most: int = 20) -> list[dict[str, str]]:
    """The first rows as text. Raises `FileNotFoundError`."""
    return [{name: cell_text(cell) for name, cell in row.values.items()} for row in islice(_rows(one), most)]


def _rows(one: Import) -> Iterator[Row]:
    return read_table(store.path_of(one.stored)).rows


def repeated_heads(one: Import) -> list[str]:
    """Heads that more than one column carries. Raises `FileNotFoundError`."""
    return repeated(store.path_of(one.stored))


def headless(one: Import) -> bool:
    """Do the names of the columns look like a row of data?"""
    return any(_is_data(name) for name in one.header)


def _is_data(head: str) -> bool:
    try:
        parse_instant(head, ZoneInfo("UTC"))
    except CellError:
        return len(head) > _LONG_HEAD or (head.isdigit() and len(head) > 3)
    return True


@dataclass
class Preview:
    """What would become of the rows that were tried."""

    tally: Part = field(default_factory=Part)
    letters: list[Letter] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    whole: bool = True
    """Were all rows tried?"""
    broken: str = ""
    """Why the file could not be read to its end."""


def rehearse(one: Import, by: By) -> Preview:
    """Try the first rows as `by` would import them; writes nothing. Raises `FileNotFoundError`."""
    found = Preview(whole=one.rows <= MOST_ROWS)
    try:
        for part, new in rows.rehearse(islice(_rows(one), MOST_ROWS), queries.recipe(one), by):
            found.tally += part
            found.letters += new[: SHOWN - len(found.letters)]
            found.failures += part.failures[: SHOWN - len(found.failures)]
    except TableError as error:
        found.broken = _(error.template).format(**error.values)
    return found
