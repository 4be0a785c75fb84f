"""The rows of PostgreSQL's tables as text, out and in again, by COPY: no other program is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from django.db import OperationalError, connection, transaction

_COLUMNS = """SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
_SIZE = """SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"""
_CHUNK = 256 * 1024
_DEADLOCK = "40P01"
_TRIES = 30

Columns = dict[str, list[str]]
Sequences = dict[str, tuple[int, bool]]


class Source(Protocol):
    """What can be read."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


class Target(Protocol):
    """What can be written."""

    def write(self, data: bytes, /) -> int:
        """Some bytes more."""


def columns() -> Columns:
    """The tables of the current schema with the columns that hold something of their own."""
    found: Columns = {}
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column in cursor.fetchall():
            if table in tables:
                found.setdefault(table, []).append(column)
    return found


def sequences() -> Sequences:
    """Where each counter stands, and whether that number was given out."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES)
        names = [name for (name,) in cursor.fetchall()]
        found: Sequences = {}
        for name in names:
            cursor.execute(f"SELECT last_value, is_called FROM {quoted(name)}")  # noqa: S608
            found[name] = cursor.fetchone()
    return found


def size() -> int:
    """About how many bytes the rows take."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        return int(cursor.fetchone()[0])


def write_rows(table: str, names: list[str], target: Target) -> None:
    """All rows of a table."""
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {_of(table, names)} TO STDOUT") as rows:
        for data in rows:
            target.write(data)


def read_rows(table: str, names: list[str], source: Source) -> None:
    """Add rows to a table."""
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {_of(table, names)} FROM STDIN") as rows:
        for data in _pieces(source):
            rows.write(data)


def _pieces(source: Source) -> Iterator[bytes]:
    while data := source.read(_CHUNK):
        yield data


def set_sequences(found: Sequences) -> None:
    """Let counters go on from where they stood."""
    with connection.cursor() as cursor:
        for name, (last, called) in found.items():
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [quoted(name), last, called])


def take(tables: list[str]) -> None:
    """Keep everybody else away from tables until the transaction ends.

    Others go on meanwhile and take the same tables in another order, so that each may wait for the other. PostgreSQL
    then gives one of the two up; when it is this one, it lets go of what it has, which lets the other finish, and asks
    again.
    Raises `OperationalError` when that happens thirty times.
    """
    if not tables:
        return
    statement = f"LOCK TABLE {', '.join(map(quoted, tables))} IN ACCESS EXCLUSIVE MODE"
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                return
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _DEADLOCK or not left:
                raise


def drop(tables: list[str]) -> None:
    """Remove tables with all that hangs on them."""
    if tables:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(map(quoted, tables))} CASCADE")


def empty(tables: list[str]) -> None:
    """Remove all rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(quoted, tables))} CASCADE")


def check_references(*, at_once: bool) -> None:
    """Look at foreign keys now and after each statement, or when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL {'IMMEDIATE' if at_once else 'DEFERRED'}")


def quoted(name: str) -> str:
    """A name that is nothing but a name, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _of(table: str, names: list[str]) -> str:
    return f"{quoted(table)} ({', '.join(map(quoted, names))})"
