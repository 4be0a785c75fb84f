"""How many statements a request costs, exactly: more is a decision, not an accident. And none reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import Company

from .conftest import Caller, Program

ON_SQLITE = connection.vendor == "sqlite"
GROWING = ("cases_", "customers_", "clocks_clock", "returns_", "api_", "org_apitoken")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent inside, without BEGIN and COMMIT of the test around."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [re.sub(r"^\d+ times: ", "", query["sql"]) for query in captured.captured_queries]


@pytest.fixture
def warm(program: Caller, company: Company) -> Program:
    """A program whose user, organisation, categories and levels are known to this process already."""
    who = program(company.linxiao)
    number = who.new(customer={"name": "李", "phone": "13900000000"})
    who.get("/cases")
    who.get(f"/cases/{number}")
    return who


def test_a_creation_costs_few_statements(warm: Program) -> None:
    # Token with revision; savepoint, customer, key, clocks, case, event, its wait for a seal, words, search text and
    # index, release. A new customer adds a row; its key comes with the case's. PostgreSQL gets all inserts as one
    # statement, and all keys come along with the customer, if one is asked for.
    with statements() as known:
        warm.create(customer={"name": "李", "phone": "13900000000"})
    with statements() as new:
        warm.create(customer={"name": "赵", "phone": "13900000001"})
    with statements() as unnamed:
        warm.create(customer=None)
    assert (len(known), len(unnamed)) == ((12, 11) if ON_SQLITE else (5, 5)), "\n".join(known)
    assert len(new) - len(known) == (1 if ON_SQLITE else 0), "\n".join(new)


def test_an_address_costs_one_row_and_only_where_mail_is_set_up(warm: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    person = {"name": "李", "phone": "13900000000", "email": "li@example.com"}
    warm.create(customer=person)  # the customer has no address yet and gets it
    with statements() as silent:
        warm.create(customer=person)
    monkeypatch.setattr(settings, "HUIYIN_SMTP_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "HUIYIN_SMTP_FROM", "service@huiyin.example")
    with statements() as mailing:
        warm.create(customer=person)
    assert len(silent) == (12 if ON_SQLITE else 5), "\n".join(silent)
    assert len(mailing) - len(silent) == (1 if ON_SQLITE else 0), "\n".join(mailing)


def test_a_key_costs_two_statements_and_a_savepoint(warm: Program) -> None:
    body = {"kind": "praise", "channel": "letter", "site": "LJF", "text": "谢谢"}
    with statements() as plain:
        warm.post("/cases", body)
    with statements() as keyed:
        warm.post("/cases", body, Idempotency_Key="k1")
    with statements() as again:
        warm.post("/cases", body, Idempotency_Key="k1")
    assert len(keyed) - len(plain) == 4
    assert len(again) == 5, "\n".join(again)


@pytest.mark.parametrize(
    ("ask", "counts"),
    [
        (lambda who: who.get("/cases"), {3}),
        (lambda who: who.get("/cases", total="true", limit=100), {4}),
        # PostgreSQL is asked once more for what is older than four thousand cases, if numbers have gone so far.
        (lambda who: who.get("/cases", q="电梯", limit=100), {5} if ON_SQLITE else {6, 7}),
    ],
)
def test_a_list_costs_the_same_however_long_it_is(
    warm: Program, ask: Callable[[Program], object], counts: set[int]
) -> None:
    with statements() as short:
        ask(warm)
    for _ in range(8):
        warm.new()
    with statements() as long:
        ask(warm)
    assert len(short) == len(long), "\n".join(long)
    assert len(long) in counts, "\n".join(long)


def test_a_case_costs_the_same_however_long_it_is(warm: Program) -> None:
    number = warm.new()
    with statements() as short:
        warm.get(f"/cases/{number}")
    for _ in range(8):
        warm.act(number, "note", {"text": "记一笔"})
    with statements() as long:
        warm.get(f"/cases/{number}")
    assert len(short) == len(long) == 8, "\n".join(long)


@pytest.mark.skipif(not ON_SQLITE, reason="PostgreSQL reads a small table whole, and rightly so")
def test_no_request_reads_a_whole_table(warm: Program) -> None:
    number = warm.new(external_number="A-1")
    given = {"department": "engineering", "task": "请检查"}
    with statements() as sent:
        warm.create(external_number="A-1")
        warm.create(external_number="A-2")
        warm.act(number, "hand-over", given, Idempotency_Key="k1")
        warm.act(number, "commit", {"text": "今晚", "due_at": "2026-03-12T10:00:00Z"}, Idempotency_Key="k2")
        warm.act(number, "resolve", {"cause": "a", "done": "b", "text": "c"})
        warm.act(number, "reopen", {"reason": "又坏了"})
        warm.get(f"/cases/{number}")
        warm.get("/cases", external_number="A-1")
        warm.get("/cases", q="电梯", total="true")
        warm.get("/cases", handler="linxiao")
    reading = [one for one in sent if one.startswith(("SELECT", "UPDATE", "DELETE"))]
    assert len(reading) > 40
    for one in reading:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {one.replace('%', '%%')}")
            plan = [row[3] for row in cursor.fetchall()]
        bad = [
            step
            for step in plan
            if re.match(rf"SCAN (?!customers_tier)({'|'.join(GROWING)})", step) and "INDEX" not in step
        ]
        assert not bad, f"{bad}\n{one}"
