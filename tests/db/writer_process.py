"""A process that writes: `python -m tests.db.writer_process NAME COUNT`, or `… hold` to stop inside a transaction."""

import sys
import time

import django
from django.db import connection, transaction

django.setup()


def next_number() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM line").fetchone()[0])


def add(name: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO line (name, number) VALUES (%s, %s)", [name, number])


def write(name: str, count: int) -> None:
    """Read, then write what was read: a lost update would break the unique number."""
    longest = 0.0
    for turn in range(count):
        start = time.monotonic()
        if turn % 5 == 4:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE total SET writes = writes + 1")  # a statement by itself
        else:
            with transaction.atomic():
                add(name, next_number())
        longest = max(longest, time.monotonic() - start)
    print(f"{longest:.3f}")


def hold() -> None:
    with transaction.atomic():
        add("held", next_number())
        print("holding", flush=True)
        time.sleep(60)


if __name__ == "__main__":
    hold() if sys.argv[1] == "hold" else write(sys.argv[1], int(sys.argv[2]))
