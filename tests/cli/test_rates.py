"""`huiyin rates` counts the days that the page and the API count."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from huiyin import cli
from huiyin.cases import actions
from huiyin.org.actions import issue_token
from huiyin.rates import summing
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ALL = timedelta(days=30)


def by_command() -> int:
    """How many were due to be solved at once."""
    shown = CliRunner().invoke(cli.huiyin, ["rates"], prog_name="huiyin").stdout
    found = re.search(r"solved at the first attempt +│ +\d+ +│ +(\d+)", shown)
    assert found, shown
    return int(found[1])


def by_page(company: Company, clock: TestClock) -> int:
    client = Client()
    client.force_login(company.admin)
    cells = client.get("/rates/").context["cells"]
    return int(next(one.figure.due for one in cells if one.figure.rate == "once"))


def by_program(company: Company, clock: TestClock) -> int:
    token = issue_token(company.admin, "test", at=clock.now)
    answer = Client().get("/api/v1/rates", headers={"Authorization": f"Bearer {token}"}).json()
    return int(next(row["denominator"] for row in answer["items"] if row["rate"] == "once"))


@pytest.mark.parametrize(
    ("later", "counted"),
    [(timedelta(), 1), (ALL - timedelta(days=1), 1), (ALL - timedelta(minutes=90), 1), (ALL, 0)],
    ids=["the same night", "on the thirtieth day", "late on the thirtieth day", "on the day after"],
)
def test_every_door_counts_the_same_thirty_days_of_the_company(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, later: timedelta, counted: int
) -> None:
    clock.now = datetime(2026, 3, 9, 16, 40, tzinfo=UTC)  # twenty to one at night in China, where it is the tenth
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    summing.sweep(clock.now)
    clock.now += later
    doors = by_command(), by_page(company, clock), by_program(company, clock)
    assert doors == (counted, counted, counted)
