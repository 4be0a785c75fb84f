"""Tables of PostgreSQL as a whole: taken from those who go on with them."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction

from huiyin.db import postgres

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="this is about PostgreSQL"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]
FIRST, SECOND = "org_site", "org_user"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"


def held(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")


def asked_to_look_for_deadlocks_after(span: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL deadlock_timeout = '{span}'")


def wait_until_somebody_waits_for(table: str) -> None:
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute(WAITING, [table])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError(f"nobody waited for {table}")


def test_tables_are_taken_though_another_wants_them_in_another_order() -> None:
    has, ends = threading.Event(), list[str]()

    def other() -> None:
        with transaction.atomic():
            asked_to_look_for_deadlocks_after("60s")
            held(SECOND)
            has.set()
            wait_until_somebody_waits_for(SECOND)
            held(FIRST)
        ends.append("finished")
        connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    assert has.wait(timeout=30)
    with transaction.atomic(), connection.cursor() as cursor:
        asked_to_look_for_deadlocks_after("2s")  # by then the other waits too, and this one is given up
        postgres.take([FIRST, SECOND])
        cursor.execute("SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = %s::regclass", [FIRST])
        assert ("AccessExclusiveLock",) in cursor.fetchall()
    thread.join(timeout=60)
    assert ends == ["finished"]


def test_what_is_no_deadlock_is_told_at_once() -> None:
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {SECOND} IN ROW EXCLUSIVE MODE")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '10ms'")
            postgres.take([FIRST, SECOND])
    finally:
        other.rollback()
        other.close()


def test_no_table_needs_no_statement() -> None:
    postgres.take([])
