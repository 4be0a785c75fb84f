"""Keys of rows to come, so that all that refers to a new row can be made in memory and sent together with it."""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

_NEXT = "nextval(pg_get_serial_sequence('{}', 'id'))"
_MANY = f"SELECT {_NEXT} FROM generate_series(1, %s)"  # noqa: S608 (names of ours)


def take(*tables: type[Model]) -> list[int]:
    """One key of each table; on PostgreSQL with one statement. To be called where the rows are written."""
    with connection.cursor() as cursor:
        if cursor.db.vendor != "postgresql":
            return _take_lite(cursor, tables)
        cursor.execute("SELECT " + ", ".join(_NEXT.format(table._meta.db_table) for table in tables))
        return list(cursor.fetchone())


def _take_lite(cursor: CursorWrapper, tables: Sequence[type[Model]]) -> list[int]:
    names = [table._meta.db_table for table in tables]
    holes = ", ".join(["%s"] * len(names))
    cursor.execute(f"UPDATE sqlite_sequence SET seq = seq + 1 WHERE name IN ({holes}) RETURNING name, seq", names)  # noqa: S608
    found = dict(cursor.fetchall())
    for name in names:
        if name not in found:  # no row ever
            found[name] = 1
            cursor.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (1, %s)", [name])
    return [found[name] for name in names]


class Ahead:
    """Keys of some tables that come along with the next question, where each question is a way to a server.

    `read_rows` fetches them; whoever takes keys that did not come along takes them then. One not used is lost, so
    only for tables whose numbers may have gaps.
    """

    def __init__(self, *tables: type[Model]) -> None:
        self.wanted: Sequence[type[Model]] = tables if connection.vendor == "postgresql" else ()
        self._come: dict[type[Model], int] = {}

    def columns(self) -> list[str]:
        """What a statement must select so that they come along."""
        return [_NEXT.format(table._meta.db_table) for table in self.wanted]

    def came(self, found: Sequence[int]) -> None:
        """They came, in the order of `columns`, and need not come again."""
        self._come.update(zip(self.wanted, found, strict=True))
        self.wanted = ()

    def take(self, *tables: type[Model]) -> list[int]:
        """One key of each table."""
        missing = [table for table in tables if table not in self._come]
        self._come.update(zip(missing, take(*missing) if missing else (), strict=True))
        return [self._come.pop(table) for table in tables]


def take_many(table: type[Model], count: int) -> list[int]:
    """Keys of one table, in a transaction; once it is committed nobody else gets them."""
    if not count:
        return []
    name = table._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_MANY.format(name), [count])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, name])
        last = cursor.fetchone()
        if last is None:  # no row ever
            last = (count,)
            cursor.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", [count, name])
    return list(range(last[0] - count + 1, last[0] + 1))


def start_after(table: type[Model], last: int) -> None:
    """Let the next row of an empty table get key `last` + 1."""
    name = table._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [name, last])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            cursor.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", [last, name])
