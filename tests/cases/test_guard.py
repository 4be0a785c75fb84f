"""The database itself refuses to change the timeline."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.cases import guard, seals
from huiyin.cases.models import CaseEvent, Seal
from tests.conftest import Opener
from tests.people import company

COLUMNS = "(case_id, seq, kind, topic, at, recorded_at, data, digest)"
WRONGS = {
    "update": "UPDATE cases_caseevent SET kind = 'closed' WHERE seq = 1",
    "delete": "DELETE FROM cases_caseevent WHERE seq = 1",
    "update of nothing that matters": "UPDATE cases_caseevent SET topic = topic",
    "insert of a number that exists": f"INSERT INTO cases_caseevent {COLUMNS}"
    " SELECT case_id, seq, 'closed', topic, at, recorded_at, data, digest FROM cases_caseevent",
    "insert or update": f"INSERT INTO cases_caseevent {COLUMNS}"
    " SELECT case_id, seq, 'closed', topic, at, recorded_at, data, digest FROM cases_caseevent WHERE true"
    " ON CONFLICT (case_id, seq) DO UPDATE SET kind = excluded.kind",
}
SEAL = "INSERT INTO cases_seal (id, at, cases, events, entries, digest) SELECT id, at, 0, 0, entries, digest"
WRONGS_WITH_SEALS = {
    "update": "UPDATE cases_seal SET events = 0",
    "delete": "DELETE FROM cases_seal WHERE id = 1",
    "insert of a number that exists": f"{SEAL} FROM cases_seal",
    "insert or update": f"{SEAL} FROM cases_seal WHERE true ON CONFLICT (id) DO UPDATE SET events = 0",
    "only": {
        "sqlite": f"{SEAL.replace('INSERT', 'INSERT OR REPLACE')} FROM cases_seal",
        "postgresql": "TRUNCATE cases_seal",
    }[connection.vendor],
}
ONLY = {
    "sqlite": {
        "insert or replace": f"INSERT OR REPLACE INTO cases_caseevent {COLUMNS}"
        " SELECT case_id, seq, 'closed', topic, at, recorded_at, data, digest FROM cases_caseevent",
        "replace by key": "REPLACE INTO cases_caseevent (id, case_id, seq, kind, topic, at, recorded_at, data, digest)"
        " SELECT id, case_id, seq + 7, 'closed', topic, at, recorded_at, data, digest FROM cases_caseevent",
        "update or replace": "UPDATE OR REPLACE cases_caseevent SET seq = 2",
    },
    "postgresql": {"truncate": "TRUNCATE cases_caseevent", "truncate from above": "TRUNCATE cases_case CASCADE"},
}


@pytest.mark.parametrize("wrong", [*WRONGS, *ONLY[connection.vendor]])
def test_the_database_refuses(wrong: str, open_case: Opener) -> None:
    case = open_case().case
    statement = (WRONGS | ONLY[connection.vendor])[wrong]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(CaseEvent.objects.filter(case=case).values_list("seq", "kind")) == [(1, "received")]


@pytest.mark.parametrize("wrong", WRONGS_WITH_SEALS)
def test_the_database_refuses_to_change_a_seal(wrong: str, open_case: Opener, now: datetime) -> None:
    open_case()
    seal = seals.seal_now(now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRONGS_WITH_SEALS[wrong])
    assert seal is not None
    assert list(Seal.objects.values_list("pk", "events", "digest")) == [(1, seal.events, seal.digest)]


def test_a_missing_guard_is_named(db: None) -> None:
    assert guard.missing() == []
    with connection.cursor() as cursor:
        name = "timeline_no_update" if connection.vendor == "sqlite" else "timeline_no_change"
        on = "" if connection.vendor == "sqlite" else " ON cases_caseevent"
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert guard.missing() == [name]
    guard.install()
    assert guard.missing() == []


@pytest.mark.django_db(transaction=True)
def test_an_emptied_test_database_has_its_guards_and_its_company_again() -> None:
    assert guard.missing() == []
    assert company().hq.code == "HQ"


@pytest.mark.django_db(transaction=True)
def test_the_flush_takes_cases_away(open_case: Opener) -> None:
    """Twice in a row, so that the flush after a test with events is seen to work."""
    assert CaseEvent.objects.count() == 0
    open_case()
