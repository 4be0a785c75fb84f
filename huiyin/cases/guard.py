"""Database triggers that refuse to change or remove an event. Put in place after every migrate: a table remade by a
migration on SQLite silently loses its triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

_SQLITE = {
    "timeline_no_update": "BEFORE UPDATE ON cases_caseevent",
    "timeline_no_delete": "BEFORE DELETE ON cases_caseevent",
    # INSERT OR REPLACE would remove the older row without asking the trigger above.
    "timeline_no_replace": "BEFORE INSERT ON cases_caseevent WHEN EXISTS (SELECT 1 FROM cases_caseevent"
    " WHERE id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq))",
}
_POSTGRESQL = {
    "timeline_no_change": "BEFORE UPDATE OR DELETE ON cases_caseevent FOR EACH ROW",
    "timeline_no_truncate": "BEFORE TRUNCATE ON cases_caseevent FOR EACH STATEMENT",
}
_TABLE = "cases_caseevent"
_REFUSAL = "the timeline is append-only"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION timeline_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(using: str = "default", **_signal: Any) -> None:
    """Put the triggers in place; harmless when they are there."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            for name, when in _POSTGRESQL.items():
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION timeline_refuse()")
        else:
            for name, when in _SQLITE.items():
                body = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {when} {body}")


def remove(using: str = "default") -> None:
    """Take the triggers away: for emptying a test database, and for nothing else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in _names(connection.vendor):
            on = " ON cases_caseevent" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """The triggers away for a moment, in tests."""
    remove(using)
    try:
        yield
    finally:
        install(using)


def missing(using: str = "default") -> list[str]:
    """Names of triggers that should stand and don't (on PostgreSQL also those that were disabled). None is missing
    where there is no table of events yet."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return []
    # A trigger of the right name that refuses nothing is none.
    postgresql = (
        "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = 'cases_caseevent'::regclass"
        " AND tgenabled IN ('O', 'A') AND prosrc LIKE '%RAISE EXCEPTION%'"
    )
    sqlite = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cases_caseevent'"
        " AND sql LIKE '%RAISE(ABORT%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(postgresql if connection.vendor == "postgresql" else sqlite)
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in _names(connection.vendor) if name not in present]


def _names(vendor: str) -> tuple[str, ...]:
    return tuple(_POSTGRESQL if vendor == "postgresql" else _SQLITE)
