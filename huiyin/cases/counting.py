"""How many cases a list has, as far as it matters: counted to a hundred, among the first few hundred rows of an index.

All lists of a page in one statement. Why not kept as numbers: docs/decisions/0019-counts-in-the-rail.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from huiyin.org import reference
from huiyin.org.models import User

from .filters import Filter
from .listing import allowed, newest

MOST = 100
"""So many are counted; more are “99+”."""
LOOKED_AT = 500
"""Among so many rows of an index."""


@dataclass(frozen=True)
class Counted:
    """Rows of one column to count, and the rows of the index among which they are looked for, one more than are looked
    at; None when the index has no others."""

    rows: QuerySet[Any, Any]
    window: QuerySet[Any, Any] | None


class Statement(NamedTuple):
    """The columns of a list's counts, and their values."""

    text: str
    values: tuple[Any, ...]


def of_list(user: User, wanted: Filter) -> Counted:
    """How many cases pass."""
    walk, served = newest(user, wanted)
    rows = allowed(user, wanted).order_by().values("pk")
    if served:
        return Counted(rows, None)
    window = walk.rows.values(walk.fields[-1])[: LOOKED_AT + 1]
    return Counted(rows.filter(pk__in=window), window)


def read(lists: Mapping[str, Counted | Statement]) -> dict[str, str]:
    """The counts as they are shown: `7`, `99+`, or `7+` when more may be further on. Empty for none."""
    parts, values = list[str](), list[Any]()
    for one in lists.values():
        made = one if isinstance(one, Statement) else statement(one)
        parts.append(made.text)
        values += made.values
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        found = cursor.fetchone()
    pairs = zip(found[::2], found[1::2], strict=True)
    return {name: shown(count, looked > LOOKED_AT) for name, (count, looked) in zip(lists, pairs, strict=True)}


def statement(one: Counted) -> Statement:
    """Both counts as columns of a statement."""
    (rows, given), (window, more) = _count(one.rows[:MOST]), _count(one.window)
    return Statement(f"{rows}, {window}", (*given, *more))


def kept(user: User, wanted: Filter) -> Statement:
    """`of_list` as a statement, kept until somebody changes the organisation: putting it together takes several times
    as long as answering it. For filters that don't depend on the time."""
    return _kept(reference.current(), user, wanted, MOST, LOOKED_AT)


@lru_cache(maxsize=10_000)
def _kept(revision: str, user: User, wanted: Filter, most: int, looked_at: int) -> Statement:
    return statement(of_list(user, wanted))


def shown(count: int, more: bool) -> str:
    """A count as it stands beside its list."""
    if count >= MOST:
        return f"{MOST - 1}+"
    return f"{count}{'+' if more else ''}" if count else ""


def _count(rows: QuerySet[Any, Any] | None) -> tuple[str, tuple[Any, ...]]:
    if rows is None:
        return "0", ()
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({text}) AS counted)", values  # noqa: S608 (a statement of ours)


def only_open(wanted: Filter) -> Filter:
    """The same among open cases."""
    return replace(wanted, open=True)
