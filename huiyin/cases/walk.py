"""Walking an index: rows in an order that an index serves, from one place on, so many of them and no more.

A list whose filter no index serves is looked for along an index that serves its order: a stretch of it at a time, of a
length that is settled before, so that what nobody finds costs no more than what stands on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateField, DateTimeField, F, Func, Model, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

EVERY = Q()
Place = tuple[Any, ...]
"""The values of a row in the columns of the order."""


class Beyond(Func):
    """`(a, b) < (x, y)`: a comparison of rows, which both databases find in an index that begins with `a, b`."""

    output_field = BooleanField()

    def __init__(self, fields: Sequence[str], place: Place, sign: str) -> None:
        super().__init__(*map(F, fields), *map(Value, place))
        self.sign = sign

    def as_sql(  # type: ignore[override]  # the stubs name options that nobody gives
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_options: Any
    ) -> tuple[str, list[Any]]:
        """Both sides in brackets."""
        parts = [compiler.compile(one) for one in self.source_expressions]
        half = len(parts) // 2
        left, right = (", ".join(text for text, _values in side) for side in (parts[:half], parts[half:]))
        return f"({left}) {self.sign} ({right})", [value for _text, values in parts for value in values]


def _moment(at: datetime) -> str:
    """With a Z: the plus sign of an offset is a blank to whoever reads an address."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@dataclass(frozen=True)
class Walk:
    """An order: the columns of an index, the last of which is a key; `down` from the highest."""

    model: type[Model]
    fields: tuple[str, ...]
    down: bool
    where: Q = EVERY
    """The rows that stand in the index, or in the part of it that is looked at."""

    @property
    def rows(self) -> QuerySet[Any]:
        """All rows, in this order."""
        return QuerySet(self.model).filter(self.where).order_by(*self.order)

    @property
    def order(self) -> tuple[str, ...]:
        """For `order_by`."""
        return tuple(f"-{name}" for name in self.fields) if self.down else self.fields

    def after(self, place: Place | None) -> Q:
        """Rows that come after a place."""
        return self._compare("<" if self.down else ">", place)

    def until(self, place: Place | None) -> Q:
        """Rows up to a place and on it."""
        return self._compare(">=" if self.down else "<=", place)

    def _compare(self, sign: str, place: Place | None) -> Q:
        return Q(Beyond(self.fields, place, sign)) if place is not None else EVERY

    def end(self, place: Place | None, size: int) -> Place | None:
        """The place of the last of `size` rows after a place; None when there are fewer than one more."""
        found = self.rows.filter(self.after(place)).values_list(*self.fields)
        return next(iter(found[size - 1 : size]), None)

    def place_of(self, row: Model) -> Place:
        """Where a row stands."""
        return tuple(getattr(row, name) for name in self.fields)

    def text(self, place: Place) -> str:
        """A place as an address can hold it, also by whoever forgets to escape it."""
        return "~".join(_moment(one) if isinstance(one, datetime) else str(one) for one in place)

    def read(self, text: str) -> Place | None:
        """The other way round; None for one of another order, or no place at all."""
        parts = text.split("~")
        key = parts[-1]
        if len(parts) != len(self.fields) or not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        if len(parts) == 1:
            return (int(key),)
        first = _value(self.model._meta.get_field(self.fields[0]), parts[0])
        return (first, int(key)) if first is not None else None


def _value(field: Any, text: str) -> datetime | date | str | None:
    """What a column holds, from its text; None for what it can't."""
    try:
        if isinstance(field, DateTimeField):
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) if moment.tzinfo else None
        if isinstance(field, DateField):
            return date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return text if text.isascii() and text.isalnum() else None
