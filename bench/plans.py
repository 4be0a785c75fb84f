"""Which large tables the statements of a page read whole, by the plans that the database makes with what it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

LARGE = 50_000
"""Rows from which on reading a table whole is a fault: smaller ones are read so because that is quicker."""


def whole(statements: Sequence[str]) -> list[str]:
    """Names of large tables that one of these statements reads from beginning to end, each once.

    On SQLite a statement with a limit that walks along the key isn't counted: its time shows when it walks far.
    """
    asked = [statement for statement in statements if statement.startswith(("SELECT", "WITH", "("))]
    return sorted({table for statement in asked for table in _read(statement) if table in large()})


def _read(statement: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}")
            plan = cursor.fetchone()[0]
            yield from _scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.replace('%', '%%')}")
        for *_, step in cursor.fetchall():
            found = re.match(r"SCAN (\w+)(?! USING)", step)
            if found and "LIMIT" not in statement:
                yield found[1]


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part)


@lru_cache(maxsize=1)
def large() -> frozenset[str]:
    """Tables of so many rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE])
        else:  # ANALYZE was run: the first number of an index' statistics is that of its table's rows
            cursor.execute("SELECT tbl FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) >= %s", [LARGE])
        return frozenset(name for (name,) in cursor.fetchall())
