"""Reading rows without the cost of building a query: its text and its converters are worked out once.

Django spends more on putting together a query of one row than SQLite on answering it. For the few that every request
or every new case asks; all others are written with the ORM.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from .keys import Ahead

M = TypeVar("M", bound=Model)
Convert = Callable[[Any], Any]


def read_rows(table: type[M], condition: str, values: Sequence[int | str], *, ahead: Ahead | None = None) -> list[M]:
    """The rows of `table` for which `condition` (what follows WHERE, in the project's own words, with %s) holds.

    `values` are what the driver takes as it is: numbers and texts. The instances are those the ORM would give.
    `ahead`: keys that come along, if they are still wanted.
    """
    vendor = connection.vendor
    statement = select_text(vendor, table, condition)
    keys = ahead.columns() if ahead is not None else []
    if keys:
        statement = _beside(statement, tuple(keys))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    if ahead is not None and keys:
        ahead.came(found[0][: len(keys)])
        found = [row[len(keys) + 1 :] for row in found if row[len(keys)]]
    names, converters = reading(vendor, table)
    if not converters:
        return [table.from_db(connection.alias, names, row) for row in found]
    rows = []
    for row in found:
        values_of_row = list(row)
        for index, convert in converters:
            values_of_row[index] = convert(values_of_row[index])
        rows.append(table.from_db(connection.alias, names, values_of_row))
    return rows


@lru_cache(maxsize=256)
def _beside(statement: str, keys: tuple[str, ...]) -> str:
    """`statement` with the keys before its columns, once for each row, and once when there is none."""
    return (
        f"SELECT * FROM (SELECT {', '.join(keys)}) AS ahead({', '.join(f'key{n}' for n in range(len(keys)))})"  # noqa: S608
        f" LEFT JOIN (SELECT true AS found, one.* FROM ({statement}) AS one) AS two ON true"
    )


@lru_cache(maxsize=256)
def select_text(vendor: str, table: type[Model], condition: str) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in table._meta.concrete_fields)
    return f"SELECT {columns} FROM {quote(table._meta.db_table)} WHERE {condition}"  # noqa: S608 (names of ours)


@lru_cache(maxsize=256)
def reading(vendor: str, table: type[Model]) -> tuple[list[str], tuple[tuple[int, Convert], ...]]:
    """The attribute names of a row, and how its columns come from this database; most come as they are."""
    fields = table._meta.concrete_fields
    converters: list[tuple[int, Convert]] = []
    for index, field in enumerate(fields):
        expression = field.get_col(table._meta.db_table)
        found = (*connection.ops.get_db_converters(expression), *field.get_db_converters(connection))
        converters += [(index, bound(convert, expression)) for convert in found]
    return [field.attname for field in fields], tuple(converters)


def bound(convert: Callable[..., Any], expression: Any) -> Convert:
    return lambda value: convert(value, expression, connection)
