"""A database as it stands at one moment, to be kept or put back, while others go on reading and writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, transaction

from huiyin.db.sqlite3.writer import WriterLock

_PAGES = 2048
BESIDE = ("", "-wal", "-shm", "-journal", ".queue", ".writer")
"""What stands beside the file of a SQLite database, by the end of its name."""

Advance = Callable[[int], None]


@contextmanager
def pointed_at(path: Path) -> Iterator[None]:
    """Inside, everything reads and writes this SQLite file instead of the one in the settings."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def snapshot(copy: Path, advance: Advance) -> Iterator[None]:
    """Inside, everything reads the database as it was when this began. On SQLite that is a copy, in the file `copy`;
    nobody waits for it, on either database."""
    if connection.vendor == "sqlite":
        copy_sqlite(Path(connection.settings_dict["NAME"]), copy, advance)
        with pointed_at(copy):
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def copy_sqlite(source: Path, target: Path, advance: Advance) -> None:
    """Copy a database that is in use. The transaction keeps the copy at one moment: without it SQLite would begin anew
    at each write of somebody else, and never end."""
    done = 0

    def progress(_status: int, remaining: int, total: int) -> None:
        nonlocal done
        advance((total - remaining) - done)
        done = total - remaining

    with closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target)) as writing:
            reading.backup(writing, pages=_PAGES, progress=progress)
            writing.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def put_in_place(source: Path, target: Path) -> None:
    """Make a SQLite database the content of another, at once and as a whole; processes that use it go on with the new
    content. Raises OperationalError when others don't stop writing."""
    if not target.exists():
        with closing(sqlite3.connect(source)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        source.replace(target)
        return
    lock = WriterLock(str(target), 30)
    lock.acquire()
    try:
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target, timeout=30)) as writing:
            writing.execute("PRAGMA synchronous = FULL")
            reading.backup(writing)  # one step, one transaction
            writing.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    finally:
        lock.close()


def remove_sqlite(path: Path) -> None:
    """Remove a database and what stands beside it."""
    for end in BESIDE:
        Path(f"{path}{end}").unlink(missing_ok=True)
