"""Many people ask of one budget at the same moment: never a cent more than there is. On PostgreSQL in threads, on a
file of SQLite in threads of two processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, connections

from huiyin.cases.actions import By
from huiyin.org import reference
from huiyin.org.models import Role
from huiyin.recovery import giving, ledger
from huiyin.recovery.models import Budget, Limit, Proposal, Remedy, Running
from tests import people
from tests.people import NOW

from .crowd import AMOUNT, approve_all, at_once, cases_that_wait, set_budget

ASKERS, FITTING = 50, 20
ENOUGH = FITTING * AMOUNT + AMOUNT - 1
"""A cent less than would do for one more."""


@pytest.fixture
def shared(transactional_db: None) -> Iterator[None]:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection; below the same is done to a file")
    yield
    connections.close_all()


def test_fifty_approvals_at_once_take_what_the_budget_has_and_no_cent_more(shared: None) -> None:
    keys = cases_that_wait(ASKERS)
    set_budget(ENOUGH)
    assert approve_all(keys) == FITTING
    row = Budget.objects.get()
    assert (row.reserved, row.free) == (FITTING * AMOUNT, AMOUNT - 1)
    assert Proposal.objects.filter(standing="granted").count() == FITTING
    assert Running.objects.get(role=Role.MANAGER).used == FITTING * AMOUNT
    assert list(ledger.faults()) == []


def test_one_customer_gets_no_more_a_year_by_many_cases_at_once(shared: None) -> None:
    keys = cases_that_wait(20, one_customer=True)
    Limit.objects.filter(role=Role.MANAGER).update(per_customer=5 * AMOUNT + 1)
    reference.changed()
    assert approve_all(keys) == 5
    assert Running.objects.get(role="").used == 5 * AMOUNT
    assert list(ledger.faults()) == []


def test_giving_and_cancelling_at_once_lose_nothing(shared: None) -> None:
    keys = cases_that_wait(16)
    approve_all(keys)
    by = By(people.company().linxiao, NOW + timedelta(minutes=2))
    acts = [
        partial(giving.deliver, key, by, remedy=1, paid=AMOUNT - number)
        if number % 2
        else partial(giving.cancel, key, by, remedy=1, reason="客户说不需要,只要修好就行")
        for number, key in enumerate(keys)
    ]
    assert at_once(acts) == 16
    spent = sum(AMOUNT - number for number in range(1, 16, 2))
    row = Budget.objects.get()
    assert (row.reserved, row.spent) == (0, spent)
    assert sum(paid or 0 for paid in Remedy.objects.values_list("paid", flat=True)) == spent
    assert list(ledger.faults()) == []


PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests import people
people.found()
from tests.recovery.crowd import cases_that_wait, set_budget
keys = cases_that_wait(%d)
set_budget(%d)
print(*keys)
"""
FAULTS = "import django; django.setup()\nfrom huiyin.recovery import ledger\nprint(list(ledger.faults()))"


@pytest.mark.process
def test_fifty_approvals_of_two_processes_on_one_file_take_no_cent_more(tmp_path: Path) -> None:
    file = tmp_path / "huiyin.sqlite3"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huiyin.settings",
        "HUIYIN_DATA_DIR": str(tmp_path),
        "HUIYIN_DATABASE_URL": f"sqlite:///{file}",
    }

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    keys = python(PREPARE % (ASKERS, ENOUGH)).split()
    crowds = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.recovery.crowd", *half],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for half in (keys[::2], keys[1::2])
    ]
    for crowd in crowds:
        assert crowd.stdout is not None
        assert crowd.stdout.readline() == "ready\n"
    for crowd in crowds:
        assert crowd.stdin is not None
        crowd.stdin.write("go\n")
        crowd.stdin.flush()
    assert sum(int(crowd.communicate(timeout=120)[0]) for crowd in crowds) == FITTING
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT reserved, total - reserved FROM recovery_budget").fetchall() == [
            (FITTING * AMOUNT, AMOUNT - 1)
        ]
    assert python(FAULTS) == "[]"
