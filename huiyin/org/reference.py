"""Reference data (sites, roles, categories, service levels), kept in each process until somebody changes them.

They are read by every request and changed a few times a month. One row, `Revision`, holds a random value that every
change replaces; a process that sees another value reads anew. The value is random and not a counter, so that a change
that was rolled back can't share its number with a later one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from django.db import connection

from .models import Revision

T = TypeVar("T")
# Asked by every request; building this query by the ORM takes ten times as long as answering it.
_REVISION = "SELECT value FROM org_revision ORDER BY id LIMIT 1"
_pinned: ContextVar[list[str] | None] = ContextVar("pinned_revision", default=None)
"""Inside `pinned`: a list with the revision, empty until somebody asks."""


def current() -> str:
    """The value of the revision row: one cheap query, asked once inside `pinned`."""
    kept = _pinned.get()
    if kept:
        return kept[0]
    with connection.cursor() as cursor:
        cursor.execute(_REVISION)
        found: tuple[str] | None = cursor.fetchone()
    value = found[0] if found else ""
    seen(value)
    return value


def seen(value: str) -> None:
    """Another query has brought the revision along."""
    kept = _pinned.get()
    if kept is not None and not kept:
        kept.append(value)


@contextmanager
def pinned() -> Iterator[None]:
    """Look at the revision once for all that happens inside (a request, a sweep)."""
    if _pinned.get() is not None:
        yield
        return
    mark = _pinned.set([])
    try:
        yield
    finally:
        _pinned.reset(mark)


def changed() -> None:
    """Tell every process to read reference data again. To be called in the transaction that changed them."""
    value = secrets.token_hex(16)
    Revision.objects.update_or_create(pk=1, defaults={"value": value})
    kept = _pinned.get()
    if kept is not None:
        kept[:] = [value]


def look_again() -> None:
    """Forget what was seen inside `pinned`: whoever has waited for a lock must not decide by what was before."""
    kept = _pinned.get()
    if kept is not None:
        kept.clear()


class Reference(Generic[T]):
    """A set of rows as one read-only object: `Reference(load).get()`."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._kept: tuple[str, T] | None = None

    def get(self) -> T:
        """The object as of the current revision."""
        revision = current()
        kept = self._kept
        if kept is None or kept[0] != revision:
            kept = self._kept = (revision, self._load())
        return kept[1]
