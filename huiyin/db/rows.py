"""Inserting rows without the cost of model instances: one statement, its text and its converters worked out once.

For the few paths that write many rows a request (a case with its events, clocks and words) or millions (imports). The
caller gives every column that has no default in the database; model defaults, `auto_now` and `save()` play no part.
"""

import datetime
import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.base import ModelState

Converter = Callable[[Any], Any]
M = TypeVar("M", bound=Model)

MOST_ROWS = 500  # longer statements are no faster
# What both drivers take as it is, provided that the caller gives the column's own type.
PLAIN = {
    *("AutoField", "BigAutoField", "SmallAutoField", "BigIntegerField", "IntegerField", "SmallIntegerField"),
    *("PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "BooleanField"),
    *("CharField", "SlugField", "TextField", "FloatField", "BinaryField"),
}


def insert_rows(
    table: type[Model], fields: tuple[str, ...], rows: Sequence[Sequence[object]], *, returning: bool = False
) -> list[int]:
    """Insert rows whose values stand in the order of `fields` (attribute names: `case_id`, not `case`).

    Returns the primary keys in the order of the rows when asked to, else an empty list. Constraints raise as ever.
    """
    return _insert(table, fields, rows, _returning(table) if returning else "")


def _returning(table: type[Model]) -> str:
    return f" RETURNING {connection.ops.quote_name(str(table._meta.pk.column))}"


def _insert(table: type[Model], fields: tuple[str, ...], rows: Sequence[Sequence[object]], tail: str) -> list[int]:
    if not rows:
        return []
    waiting = _waiting.get()
    if waiting is not None and not tail:
        waiting.insert(table, fields, rows)
        return []
    here = connections[connection.alias]
    chunks = _chunks(here.vendor, fields, rows)
    if len(chunks) == 1 or waiting is not None:
        with transaction.mark_for_rollback_on_error(here.alias):
            return [key for chunk in chunks for key in insert_chunk(here, table, fields, chunk, tail)]
    with transaction.atomic(savepoint=False):
        return [key for chunk in chunks for key in insert_chunk(here, table, fields, chunk, tail)]


def _chunks(vendor: str, fields: tuple[str, ...], rows: Sequence[Sequence[object]]) -> list[Sequence[Sequence[object]]]:
    most = rows_at_once(vendor, len(fields))
    return [rows] if len(rows) <= most else [rows[start : start + most] for start in range(0, len(rows), most)]


class Waiting:
    """Statements that are put together and wait to be sent. `copying`: rows by the thousand go by COPY."""

    def __init__(self, *, copying: bool = False) -> None:
        self.statements: list[tuple[str, Sequence[Any], bool]] = []
        self.vendor = connection.vendor  # asking the thread's connection for it costs more than the rest of a small row
        self.copying = copying and self.vendor == "postgresql"
        self.copies: dict[str, list[Sequence[Any]]] = {}

    def insert(self, table: type[Model], fields: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """Let rows wait for their insert."""
        if self.copying:
            self.copy(table, fields, rows)
            return
        for chunk in _chunks(self.vendor, fields, rows):
            values = converted(self.vendor, table, fields, chunk)
            self.statements.append((insert_text(self.vendor, table, fields, len(chunk)), values, False))

    def copy(self, table: type[Model], fields: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """Let rows wait for a COPY: no statement with a hole for each value, which the driver takes apart in Python."""
        converters = converters_for("copy", table, fields)
        made = [list(row) for row in rows]
        for row in made:
            for index, convert in converters:
                if row[index] is not None:
                    row[index] = convert(row[index])
        quote = connection.ops.quote_name
        columns = [quote(str(column(table, name).column)) for name in fields]
        self.copies.setdefault(copy_text(table._meta.db_table, columns), []).extend(made)

    def send(self) -> None:
        """Send them in their order; to be called in a transaction."""
        if (outer := _waiting.get()) is not None:
            outer.statements += self.statements
            return
        with connection.cursor() as cursor:  # one for all: making a cursor costs as much as a small insert
            for statement, rows in self.copies.items():
                with cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
            for statement, values, many in self.statements:
                if many:
                    cursor.executemany(statement, values)
                else:
                    cursor.execute(statement, values)

    def send_as_one(self) -> None:
        """Send them as parts of one statement, which is a transaction by itself (PostgreSQL).

        Each must be a plain insert; foreign keys are looked at when it commits, so their order doesn't matter.
        """
        if not self.statements:
            return
        *before, last = [statement for statement, _values, _many in self.statements]
        parts = ", ".join(f"part{number} AS ({statement})" for number, statement in enumerate(before))
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH {parts} {last}" if parts else last,
                [value for _statement, values, _many in self.statements for value in values],
            )


_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


def copy_text(table: str, columns: Sequence[str]) -> str:
    return f"COPY {connection.ops.quote_name(table)} ({', '.join(columns)}) FROM STDIN"


def send_copy(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """Let rows wait for a COPY where that is what the caller's `deferred` is for, else do nothing: whether it did."""
    waiting = _waiting.get()
    if waiting is None or not waiting.copying:
        return False
    waiting.copies.setdefault(copy_text(table, columns), []).extend(rows)
    return True


@contextmanager
def deferred(*, copying: bool = False) -> Iterator[Waiting]:
    """Inside, inserts are put together but not sent, so that the transaction that sends them later is a short one.

    Inserts that return keys are sent at once. `copying`: PostgreSQL is given the rows by COPY, a table at a time.
    """
    waiting = Waiting(copying=copying)
    mark = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(mark)


@contextmanager
def one_write() -> Iterator[None]:
    """A transaction whose inserts are put together and sent at its end, all or none.

    On PostgreSQL, where each statement is a way to go and to come back, they are one statement that needs no BEGIN and
    no COMMIT around it. What is read inside is then not yet in a transaction: two callers may both find nothing and
    insert the same unique values, and one of them gets `IntegrityError`. On SQLite nobody else writes meanwhile.
    """
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with nullcontext() if alone else transaction.atomic():
        with deferred() as waiting:
            yield
        if connection.vendor == "postgresql":
            waiting.send_as_one()
        else:
            waiting.send()


def send(statement: str, values: Sequence[Any], *, many: bool = False) -> None:
    """Send an insert that the caller has put together; inside `deferred`, let it wait. `many`: once for each value."""
    waiting = Waiting()
    waiting.statements.append((statement, values, many))
    waiting.send()


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No search for circular garbage while some thousand rows are made: they are all in use, so it finds nothing and
    takes a sixth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def new_row(model: type[M], **values: object) -> M:
    """An instance as `model(**values)` makes it, in a tenth of the time: for rows by the thousand.

    Values go by attribute name (`case_id`, not `case`) and are not checked.
    """
    fixed, made = defaults_of(model)
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(fixed)
    for name, make in made:
        row.__dict__[name] = make()
    row.__dict__.update(values)
    return row


@lru_cache(maxsize=256)
def defaults_of(model: type[Model]) -> tuple[dict[str, object], tuple[tuple[str, Callable[[], object]], ...]]:
    """What a new instance holds: values that all may share, and those that each has to itself (a list, say)."""
    columns = model._meta.concrete_fields
    own = {field.attname: field.get_default for field in columns if callable(field.default) and field.has_default()}
    return {field.attname: field.get_default() for field in columns if field.attname not in own}, tuple(own.items())


def insert_objects(table: type[Model], fields: tuple[str, ...], objects: Sequence[Model]) -> None:
    """`insert_rows` for instances: of each the attributes named by `fields`, of which there are two or more."""
    if objects:
        values = itemgetter(*fields)  # not attrgetter: a foreign key's attribute is a function of Django's
        insert_rows(table, fields, [values(row.__dict__) for row in objects])


def insert_chunk(
    here: BaseDatabaseWrapper, table: type[Model], fields: tuple[str, ...], rows: Sequence[Sequence[object]], tail: str
) -> list[int]:
    values = converted(here.vendor, table, fields, rows)
    statement = insert_text(here.vendor, table, fields, len(rows)) + tail
    if not tail:
        send(statement, values)
        return []
    with here.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def converted(vendor: str, table: type[Model], fields: tuple[str, ...], rows: Sequence[Sequence[object]]) -> list[Any]:
    """The values of all rows one after the other, as the driver takes them."""
    converters = converters_for(vendor, table, fields)
    values: list[Any] = []
    for row in rows:
        start = len(values)
        values.extend(row)
        for index, convert in converters:
            if (value := values[start + index]) is not None:
                values[start + index] = convert(value)
    return values


@lru_cache(maxsize=256)
def rows_at_once(vendor: str, columns: int) -> int:
    limit = connection.features.max_query_params or 65535
    return max(1, min(MOST_ROWS, limit // columns))


@lru_cache(maxsize=1000)
def insert_text(vendor: str, table: type[Model], fields: tuple[str, ...], count: int) -> str:
    quote = connection.ops.quote_name
    columns = [column(table, name) for name in fields]
    row = f"({', '.join(placeholder(field) for field in columns)})"
    return (
        f"INSERT INTO {quote(table._meta.db_table)} ({', '.join(quote(str(field.column)) for field in columns)})"  # noqa: S608 (names of ours)
        f" VALUES {', '.join([row] * count)}"
    )


@lru_cache(maxsize=256)
def converters_for(vendor: str, table: type[Model], fields: tuple[str, ...]) -> tuple[tuple[int, Converter], ...]:
    """Which columns of a row must be converted for this database, and how. Refuses when a column would stay empty."""
    if missing := missing_columns(table, fields):
        raise TypeError(f"insert_rows({table.__name__}): no value for {', '.join(missing)}")
    found = ((index, converter(vendor, column(table, name))) for index, name in enumerate(fields))
    return tuple((index, convert) for index, convert in found if convert is not None)


def missing_columns(table: type[Model], fields: tuple[str, ...]) -> list[str]:
    given = {column(table, name) for name in fields}
    return [
        field.attname
        for field in table._meta.concrete_fields
        if field not in given and not (field.primary_key or field.null or field.has_db_default() or field.generated)
    ]


def column(table: type[Model], name: str) -> "Field[Any, Any]":
    field = table._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"insert_rows({table.__name__}): {name} is not a column")
    return field


def placeholder(field: "Field[Any, Any]") -> str:
    special = getattr(field, "get_placeholder", None)
    return str(special(b"", None, connection)) if special else "%s"


def converter(vendor: str, field: "Field[Any, Any]") -> Converter | None:
    """How a value of this column reaches the driver; None when it needs nothing. NULL is never converted."""
    field = getattr(field, "target_field", field)
    kind = field.get_internal_type()
    if kind in PLAIN:
        return None
    if special := SPECIAL.get(vendor, {}).get(kind):
        return special(field)
    return partial(prepared, field)


def prepared(field: "Field[Any, Any]", value: object) -> object:
    return field.get_db_prep_save(value, connection)


def aware(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is None:
        raise ValueError(f"insert_rows: {value} has no time zone")
    return value


@lru_cache(maxsize=8192)  # most instants stand in several columns and rows
def utc_text(value: datetime.datetime) -> str:
    """As Django writes it on SQLite."""
    return str(aware(value).astimezone(datetime.UTC).replace(tzinfo=None))


def json_text(encoder: type[json.JSONEncoder] | None, value: object) -> str:
    """As Django writes it; most columns of a new row hold an empty list."""
    return json.dumps(value, cls=encoder) if value or not isinstance(value, list | tuple) else "[]"


def jsonb(field: "Field[Any, Any]") -> Converter:
    """What psycopg sends as jsonb; the backend's own function looks at nothing but the value."""
    return partial(connection.ops.adapt_json_value, encoder=getattr(field, "encoder", None))


# Quicker than asking the field, with the same result.
SPECIAL: dict[str, dict[str, Callable[["Field[Any, Any]"], Converter]]] = {
    "postgresql": {"DateTimeField": lambda _field: aware, "JSONField": jsonb},
    "copy": {
        "DateTimeField": lambda _field: aware,
        "JSONField": lambda field: partial(json_text, getattr(field, "encoder", None)),
    },
    "sqlite": {
        "DateTimeField": lambda _field: utc_text,
        "DateField": lambda _field: datetime.date.isoformat,
        "UUIDField": lambda _field: lambda value: value.hex,
        "JSONField": lambda field: partial(json_text, getattr(field, "encoder", None)),
    },
}
