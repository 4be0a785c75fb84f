"""Turns at what no single row stands for: who has one keeps the others waiting until the transaction ends.

To be taken before any row is locked: whoever waits for a turn then holds nothing that the one who has it may want.
"""

from enum import IntEnum

from django.db import connection


class Turn(IntEnum):
    """What there are turns at: numbers of PostgreSQL's advisory locks, of which nobody else takes any."""

    SEALS = 0x5EA1
    CHAINS = 0x5EA2


def take(turn: Turn, *, wait: bool = True) -> bool:
    """Take a turn, in a transaction; without `wait` only when it is free. Whether it was had. SQLite has one writer
    anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)" if wait else "SELECT pg_try_advisory_xact_lock(%s)", [turn])
        return wait or bool(cursor.fetchone()[0])
