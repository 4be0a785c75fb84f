"""Django's SQLite backend, durable, and with a queue for writers instead of SQLite's sleep-and-retry.

Every transaction begins as IMMEDIATE and with the writer lock; a writing statement outside a transaction takes the lock
for itself. The lock is given back when SQLite says that no transaction is open any more: after COMMIT, ROLLBACK, a
failed BEGIN, or when the connection is closed. Readers never wait.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures

from huiyin.db.sqlite3.writer import WriterLock

# What was answered "saved" survives a power cut. Each connection keeps 2 MB of pages; the system keeps the others.
PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -2000",
    # 32 MB of log between two copies into the database: a page that many writes touch is copied once.
    "PRAGMA wal_autocheckpoint = 8000",
)
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLAC", "CREATE", "ALTER ", "DROP T", "VACUUM"})


@lru_cache(maxsize=1000)
def question_marks(query: str) -> str:
    """`%s` as `?`. The ORM writes the same few hundred texts again and again."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """Takes the writer lock for a writing statement that stands alone."""

    writer: WriterLock | None = None

    def execute(self, query: str, params: Any = None) -> Any:
        if self.writer is None or self.connection.in_transaction or query[:6].upper() not in WRITES:
            return super().execute(query, params)
        with self.turn(self.writer):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        if self.writer is None or self.connection.in_transaction:
            return super().executemany(query, param_list)
        with self.turn(self.writer):
            return super().executemany(query, param_list)

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None and len(query) < 5000:
            return question_marks(query)
        converted: str = super().convert_query(query, param_names=param_names)
        return converted

    @contextmanager
    def turn(self, writer: WriterLock) -> Iterator[None]:
        writer.acquire()
        try:
            yield
        finally:
            if not self.connection.in_transaction:  # with autocommit off the statement has begun one
                writer.release()


class Features(DatabaseFeatures):
    """Django assumes the limit of SQLite before 3.32."""

    max_query_params = 32766 if sqlite3.sqlite_version_info >= (3, 32) else 999


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; `writer` is None for a database in memory, which no other process can see."""

    features_class = Features
    writer: WriterLock | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            self.writer = WriterLock(str(conn_params["database"]), conn_params["timeout"])
            self._use_log(connection, self.writer)
            for pragma in PRAGMAS:
                connection.execute(pragma)
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.writer = self.writer
        return cursor

    @staticmethod
    def _use_log(connection: sqlite3.Connection, writer: WriterLock) -> None:
        """Readers and the writer don't wait for each other. The file remembers it; only one at a time may change it."""
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        writer.acquire()
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        finally:
            writer.release()

    def _start_transaction_under_autocommit(self) -> None:
        if self.writer is not None:
            self.writer.acquire()
        try:
            super()._start_transaction_under_autocommit()
        finally:
            self._release_writer()

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            self._release_writer()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._release_writer()

    def _set_autocommit(self, autocommit: bool) -> None:
        try:
            super()._set_autocommit(autocommit)
        finally:
            self._release_writer()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            if self.writer is not None:
                self.writer.close()

    def _release_writer(self) -> None:
        """Give the lock back unless a transaction is open: SQLite knows best, also after a rollback of its own."""
        if self.writer is not None and self.writer.held and not self.connection.in_transaction:
            self.writer.release()
