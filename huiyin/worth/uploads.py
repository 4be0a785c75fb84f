"""Purchases and contracts from a file, on the page: kept, looked at, taken in, and what was left given back.

The files lie where those of imports lie and are forgotten with them. Taking in may be killed at any instruction: rows
that are here already are known, so that it is done by doing it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from huiyin.base.tables import TableError, cell_text, csv_lines, read_table, write_rows
from huiyin.base.taking import Taken, targets
from huiyin.cases.actions import BadInput, clean
from huiyin.cases.files import plain_name
from huiyin.imports import store
from huiyin.org import access
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import User

from . import buying
from .models import NOT_TAKEN, Sort, Upload

SORTS = Sort.choices
MOST_ROWS = 20_000
"""So many are taken in while somebody waits; more by `huiyin purchases`."""
MOST_TRIED, SHOWN = 2_000, 8
FORGET = timedelta(days=1)
REASON = "reason"
_NEEDED = {Sort.PURCHASES: ("on", "amount", "reference"), Sort.CONTRACTS: ("began", "fee", "reference")}
_WHOSE = ("phone", "customer", "email")


def may(user: User) -> bool:
    """What customers pay is for those who read the rates of all sites, and bring rows in."""
    return all(access.reach(user, verb).everywhere for verb in (Verb.MEASURE, Verb.IMPORT))


def require(user: User) -> None:
    """Raise `Forbidden` for all others."""
    if not may(user):
        raise Forbidden(Verb.IMPORT)


def targets_of(sort: str) -> Mapping[str, tuple[str, ...]]:
    """What a column can be taken as."""
    return buying.CONTRACT if sort == Sort.CONTRACTS else buying.PURCHASE


@dataclass(frozen=True)
class Given:
    """Who brings a file in, when, what its rows are, and of which system."""

    user: User
    at: datetime
    sort: str
    source: str


def upload(file: store.Upload, given: Given) -> Upload:
    """Keep a file. Raises `Forbidden`, and `BadInput` for what can't be read."""
    require(given.user)
    source = clean(given.source)
    if given.sort not in Sort.values or not 0 < len(source) <= 64:
        raise BadInput("source", _("Give the source a name of at most %(most)d letters.") % {"most": 64})
    Upload.objects.filter(NOT_TAKEN, made_at__lt=given.at - FORGET).delete()
    try:
        stored, found = store.keep(file)
    except TableError as error:
        raise BadInput("file", _(error.template).format(**error.values)) from error
    if found.rows > MOST_ROWS:
        store.drop(stored)
        words = _("The file has %(rows)d rows; more than %(most)d are taken in by huiyin purchases.")
        raise BadInput("file", words % {"rows": found.rows, "most": MOST_ROWS})
    return Upload.objects.create(
        sort=given.sort,
        source=source,
        made_by=given.user,
        made_at=given.at,
        file_name=plain_name(file.name or ""),
        stored=stored,
        header=found.columns,
        columns=targets(found.columns, targets_of(given.sort)),
        rows=found.rows,
    )


def get(user: User, pk: int) -> Upload:
    """One file, or `Upload.DoesNotExist`. Raises `Forbidden`."""
    require(user)
    return Upload.objects.select_related("made_by").get(pk=pk)


def recent(user: User, limit: int = 20) -> list[Upload]:
    """The last files. Raises `Forbidden`."""
    require(user)
    return list(Upload.objects.select_related("made_by").order_by("-pk")[:limit])


def describe(one: Upload, columns: Mapping[str, str]) -> None:
    """Say which column is what; one that isn't in the file is no column."""
    known = targets_of(one.sort)
    one.columns = {name: column for name, column in columns.items() if name in known and column in one.header}
    Upload.objects.filter(NOT_TAKEN, pk=one.pk).update(columns=one.columns)


def lacking(one: Upload) -> list[str]:
    """The targets that no column was named for and without which no row can be taken."""
    found = [name for name in _NEEDED[Sort(one.sort)] if name not in one.columns]
    return found if any(name in one.columns for name in _WHOSE) else ["phone", *found]


@dataclass(frozen=True)
class Failed:
    """A row that can't be taken: its number in the file, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class Preview:
    """What would become of the first rows. `examples`: some of them as they stand in the file."""

    taken: Taken
    failures: Sequence[Failed]
    examples: Sequence[Sequence[str]]
    whole: bool


def rehearse(user: User, one: Upload) -> Preview:
    """Try the first rows; writes nothing. Raises `Forbidden`, `FileNotFoundError`."""
    read = list(islice(_rows(one), MOST_TRIED))
    contracts = one.sort == Sort.CONTRACTS
    taken = buying.rehearse([row.given for row in read], source=one.source, user=user, contracts=contracts)
    failures = [Failed(read[bad.place].number, bad.text) for bad in taken.bad[:SHOWN]]
    examples = [[row.cells.get(column, "") for column in one.columns.values()] for row in read[:SHOWN]]
    return Preview(taken, failures, examples, len(read) >= one.rows)


@dataclass(frozen=True)
class _Row:
    number: int
    cells: dict[str, str]
    given: dict[str, str]


def _rows(one: Upload) -> Iterator[_Row]:
    for row in read_table(store.path_of(one.stored)).rows:
        cells = {name: cell_text(cell) for name, cell in row.values.items()}
        yield _Row(row.number, cells, {target: cells.get(column, "") for target, column in one.columns.items()})


def take_in(user: User, one: Upload, at: datetime) -> None:
    """Take the rows in; those that can't be taken are kept with their reasons. One that was taken in stays as it is.
    Raises `Forbidden`, `FileNotFoundError`."""
    require(user)
    take = buying.contracts if one.sort == Sort.CONTRACTS else buying.purchases
    read = list(_rows(one))
    done = take([row.given for row in read], source=one.source, user=user)
    left = store.new_name() if done.bad else ""
    if left:
        rows: list[dict[str, Any]] = [{**read[bad.place].cells, REASON: bad.text} for bad in done.bad]
        write_rows(store.path_of(left), [*one.header, REASON], rows)
    numbers = {"new": done.new, "corrected": done.corrected, "known": done.known, "failed": len(done.bad)}
    if Upload.objects.filter(NOT_TAKEN, pk=one.pk).update(taken_at=at, left=left, **numbers):
        store.drop(one.stored)


def failed_lines(one: Upload) -> Iterator[str]:
    """The rows that were not taken, as a table. Raises `FileNotFoundError` when they are forgotten."""
    if not one.left or not store.path_of(one.left).is_file():
        raise FileNotFoundError
    table = read_table(store.path_of(one.left))
    return csv_lines(table.columns, (row.values for row in table.rows))
