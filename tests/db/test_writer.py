"""Writers of one SQLite file take turns, whatever happens to any of them."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from huiyin.settings import sqlite_database

SCHEMA = (
    "CREATE TABLE line (id INTEGER PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL UNIQUE)",
    "CREATE TABLE total (id INTEGER PRIMARY KEY, writes INTEGER NOT NULL)",
    "CREATE TABLE child (line INTEGER REFERENCES line (id) DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO total (writes) VALUES (0)",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "queue.sqlite3"


@pytest.fixture
def db(file: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a file of its own under the alias `queue`, whatever database the suite runs on."""
    own = sqlite_database(str(file))
    own["OPTIONS"]["timeout"] = 0.5
    connections.settings["queue"] = {**connections.settings["default"], **own, "CONN_HEALTH_CHECKS": False}
    with django_db_blocker.unblock():
        connection = connections["queue"]
        for statement in SCHEMA:
            connection.cursor().execute(statement)
        yield connection
        connection.close()
    del connections["queue"]
    del connections.settings["queue"]


def is_free(file: Path) -> bool:
    with Path(f"{file}.writer").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def add(db: BaseDatabaseWrapper, number: int) -> None:
    db.cursor().execute("INSERT INTO line (name, number) VALUES ('a', %s)", [number])


def numbers(db: BaseDatabaseWrapper) -> list[int]:
    return [number for (number,) in db.cursor().execute("SELECT number FROM line ORDER BY number").fetchall()]


def start(file: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huiyin.settings",
        "HUIYIN_DATABASE_URL": f"sqlite:///{file}",
    }
    command = [sys.executable, "-m", "tests.db.writer_process", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_file_is_durable_and_keeps_a_write_ahead_log(db: BaseDatabaseWrapper) -> None:
    values = [
        db.cursor().execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert values == ["wal", 2, 1]


def test_the_lock_is_held_from_the_outermost_block_to_its_end(db: BaseDatabaseWrapper, file: Path) -> None:
    assert is_free(file)
    with transaction.atomic("queue"):
        assert not is_free(file)
        with transaction.atomic("queue"):
            add(db, 1)
        assert not is_free(file)
        with pytest.raises(IntegrityError), transaction.atomic("queue"):
            add(db, 1)
        assert not is_free(file)
    assert is_free(file)
    assert numbers(db) == [1]


def test_an_exception_gives_the_lock_back(db: BaseDatabaseWrapper, file: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic("queue"):
        add(db, 1)
        raise RuntimeError
    assert is_free(file)
    assert numbers(db) == []


def test_a_commit_that_fails_gives_the_lock_back(db: BaseDatabaseWrapper, file: Path) -> None:
    with pytest.raises(IntegrityError), transaction.atomic("queue"):
        db.cursor().execute("INSERT INTO child (line) VALUES (99)")
    assert is_free(file)


def test_closing_inside_a_block_gives_the_lock_back_and_the_next_block_works(
    db: BaseDatabaseWrapper, file: Path
) -> None:
    with transaction.atomic("queue"):
        add(db, 1)
        db.close()
        assert is_free(file)
    with transaction.atomic("queue"):
        add(db, 2)
    assert is_free(file)
    assert numbers(db) == [2]


def test_a_rollback_by_sqlite_itself_does_no_harm(db: BaseDatabaseWrapper, file: Path) -> None:
    with pytest.raises(IntegrityError), transaction.atomic("queue"):
        add(db, 1)
        db.cursor().execute("INSERT OR ROLLBACK INTO line (name, number) VALUES ('b', 1)")
    assert is_free(file)
    with transaction.atomic("queue"):
        add(db, 3)
    assert numbers(db) == [3]


def test_autocommit_switched_off_holds_the_lock_until_commit(db: BaseDatabaseWrapper, file: Path) -> None:
    transaction.set_autocommit(False, "queue")
    add(db, 1)
    assert not is_free(file)
    transaction.commit("queue")
    assert is_free(file)
    add(db, 2)
    transaction.rollback("queue")
    assert is_free(file)
    transaction.set_autocommit(True, "queue")
    assert numbers(db) == [1]


def test_a_single_statement_takes_a_turn_of_its_own(db: BaseDatabaseWrapper, file: Path) -> None:
    with Path(f"{file}.writer").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert numbers(db) == []  # reading waits for nobody
        with pytest.raises(OperationalError, match=r"Others have been writing .* 0\.5 seconds"):
            add(db, 1)
    add(db, 1)
    assert is_free(file)


def test_waiting_too_long_for_a_transaction_is_a_clear_error_and_leaves_no_trace(
    db: BaseDatabaseWrapper, file: Path
) -> None:
    with Path(f"{file}.writer").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OperationalError, match="Others have been writing"), transaction.atomic("queue"):
            add(db, 1)
    with transaction.atomic("queue"):
        add(db, 2)
    assert numbers(db) == [2]


def test_a_begin_that_fails_gives_the_lock_back(db: BaseDatabaseWrapper, file: Path) -> None:
    stranger = connections.create_connection("queue")  # one that knows nothing of the queue
    stranger.ensure_connection()
    stranger.connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), transaction.atomic("queue"):
        add(db, 1)
    assert is_free(file)
    stranger.close()


def test_threads_take_turns_too(db: BaseDatabaseWrapper, file: Path) -> None:
    connections.settings["queue"]["OPTIONS"]["timeout"] = 30

    def write(first: int) -> None:
        for number in range(first, first + 40):
            with transaction.atomic("queue"):
                add(connections["queue"], number)
        connections["queue"].close()

    threads = [threading.Thread(target=write, args=(1000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(numbers(db)) == 160


def test_four_processes_write_at_once_and_nothing_is_lost_or_refused(db: BaseDatabaseWrapper, file: Path) -> None:
    processes = [start(file, f"p{n}", "150") for n in range(4)]
    outcomes = [(*process.communicate(timeout=120), process.returncode) for process in processes]
    assert [(error, status) for _, error, status in outcomes] == [("", 0)] * 4
    assert numbers(db) == list(range(1, 481))
    assert db.cursor().execute("SELECT writes FROM total").fetchone()[0] == 120
    assert max(float(longest) for longest, _, _ in outcomes) < 5


def test_a_killed_writer_frees_the_lock_and_its_half_work_is_gone(db: BaseDatabaseWrapper, file: Path) -> None:
    process = start(file, "hold")
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    assert not is_free(file)
    process.kill()
    process.communicate(timeout=10)
    before = time.monotonic()
    with transaction.atomic("queue"):
        add(db, 1)
    assert time.monotonic() - before < 0.5
    assert numbers(db) == [1]


def test_a_database_in_memory_needs_no_lock(db: BaseDatabaseWrapper, tmp_path: Path) -> None:
    memory = type(db)({**db.settings_dict, "NAME": ":memory:"}, "memory")
    memory.ensure_connection()
    assert getattr(memory, "writer", None) is None
