"""Database triggers that refuse to change or remove an event, a seal, a posting of the ledger, an entry of the history
of the settings, of the log of groups or of that of marks, or a record of who was given a file.

Put in place after every migrate: a table remade by a migration on SQLite silently loses its triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

_EVENTS, _SEALS, _SETTINGS, _CUSTODY = "cases_caseevent", "cases_seal", "org_settingsentry", "evidence_handling"
_GROUPS, _LEDGER, _MARKS = "groups_entry", "recovery_entry", "fairness_markentry"
_SQLITE = {
    "timeline_no_update": (_EVENTS, "BEFORE UPDATE", ""),
    "timeline_no_delete": (_EVENTS, "BEFORE DELETE", ""),
    # INSERT OR REPLACE would remove the older row without asking the trigger above.
    "timeline_no_replace": (
        _EVENTS,
        "BEFORE INSERT",
        "WHEN EXISTS (SELECT 1 FROM cases_caseevent WHERE id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq))",
    ),
    "seal_no_update": (_SEALS, "BEFORE UPDATE", ""),
    "seal_no_delete": (_SEALS, "BEFORE DELETE", ""),
    "seal_no_replace": (_SEALS, "BEFORE INSERT", "WHEN EXISTS (SELECT 1 FROM cases_seal WHERE id = NEW.id)"),
    "settings_no_update": (_SETTINGS, "BEFORE UPDATE", ""),
    "settings_no_delete": (_SETTINGS, "BEFORE DELETE", ""),
    "settings_no_replace": (
        _SETTINGS,
        "BEFORE INSERT",
        "WHEN EXISTS (SELECT 1 FROM org_settingsentry WHERE id = NEW.id)",
    ),
    "groups_no_update": (_GROUPS, "BEFORE UPDATE", ""),
    "groups_no_delete": (_GROUPS, "BEFORE DELETE", ""),
    "groups_no_replace": (_GROUPS, "BEFORE INSERT", "WHEN EXISTS (SELECT 1 FROM groups_entry WHERE id = NEW.id)"),
    "ledger_no_update": (_LEDGER, "BEFORE UPDATE", ""),
    "ledger_no_delete": (_LEDGER, "BEFORE DELETE", ""),
    "ledger_no_replace": (_LEDGER, "BEFORE INSERT", "WHEN EXISTS (SELECT 1 FROM recovery_entry WHERE id = NEW.id)"),
    "marks_no_update": (_MARKS, "BEFORE UPDATE", ""),
    "marks_no_delete": (_MARKS, "BEFORE DELETE", ""),
    "marks_no_replace": (_MARKS, "BEFORE INSERT", "WHEN EXISTS (SELECT 1 FROM fairness_markentry WHERE id = NEW.id)"),
    "custody_no_update": (_CUSTODY, "BEFORE UPDATE", ""),
    "custody_no_delete": (_CUSTODY, "BEFORE DELETE", ""),
    "custody_no_replace": (
        _CUSTODY,
        "BEFORE INSERT",
        "WHEN EXISTS (SELECT 1 FROM evidence_handling WHERE id = NEW.id)",
    ),
}
_POSTGRESQL = {
    "timeline_no_change": (_EVENTS, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "timeline_no_truncate": (_EVENTS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    "seal_no_change": (_SEALS, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "seal_no_truncate": (_SEALS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    "settings_no_change": (_SETTINGS, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "settings_no_truncate": (_SETTINGS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    "groups_no_change": (_GROUPS, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "groups_no_truncate": (_GROUPS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    "ledger_no_change": (_LEDGER, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "ledger_no_truncate": (_LEDGER, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    "marks_no_change": (_MARKS, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "marks_no_truncate": (_MARKS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    "custody_no_change": (_CUSTODY, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    "custody_no_truncate": (_CUSTODY, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
}
"""Trigger → its table, when it fires, on what."""
_REFUSAL = "the timeline is append-only"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION timeline_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(using: str = "default", **_signal: Any) -> None:
    """Put the triggers in place; harmless when they are there."""
    connection = connections[using]
    wanted = _wanted(using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if wanted:
                cursor.execute(_FUNCTION)
            for name, (table, when, rows) in wanted.items():
                on = f"{when} ON {table} {rows}"
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {on} EXECUTE FUNCTION timeline_refuse()")
        else:
            for name, (table, when, rows) in wanted.items():
                body = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {when} ON {table} {rows} {body}")


def _wanted(using: str) -> dict[str, tuple[str, str, str]]:
    """The triggers that should stand: those of tables that are there."""
    connection = connections[using]
    every = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    tables = set(connection.introspection.table_names())
    return {name: trigger for name, trigger in every.items() if trigger[0] in tables}


def remove(using: str = "default") -> None:
    """Take the triggers away: for emptying a database on purpose, and for nothing else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, (table, _when, _rows) in _wanted(using).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
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
    from a table that isn't there yet."""
    connection = connections[using]
    wanted = _wanted(using)
    if not wanted:
        return []
    # A trigger of the right name that refuses nothing is none.
    postgresql = (
        "SELECT tgname, relname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_class ON"
        " pg_class.oid = tgrelid WHERE relnamespace = current_schema()::regnamespace"
        " AND tgenabled IN ('O', 'A') AND prosrc LIKE '%RAISE EXCEPTION%'"
    )
    sqlite = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    with connection.cursor() as cursor:
        cursor.execute(postgresql if connection.vendor == "postgresql" else sqlite)
        present = set(cursor.fetchall())
    return [name for name, (table, _when, _rows) in wanted.items() if (name, table) not in present]
