"""Rates by program."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.actions import issue_token
from huiyin.org.models import User
from huiyin.rates import summing
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock


@pytest.fixture
def solved(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> str:
    """The number of a case that was solved at once, and has been counted."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    summing.sweep(clock.now)
    return case.number


def get(user: User, path: str, clock: TestClock) -> Any:
    token = issue_token(user, "test", at=clock.now)
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


def test_every_rate_has_numerator_denominator_formula_and_the_cases_behind_it(
    company: Company, solved: str, clock: TestClock
) -> None:
    answer = get(company.zhaozhuguan, "rates?from=2026-03-01&to=2026-03-31", clock)
    assert answer.status_code == 200
    rates = {row["rate"]: row for row in answer.json()["items"]}
    assert set(rates) >= {"respond", "resolve", "commitment", "once", "satisfied"}
    assert (rates["once"]["numerator"], rates["once"]["denominator"], rates["once"]["share"]) == (1, 1, 1.0)
    assert rates["satisfied"]["share"] is None
    assert all(row["formula"] and row["question"] and row["source"] for row in rates.values())
    behind = get(company.zhaozhuguan, rates["once"]["cases"].removeprefix("/api/v1/"), clock)
    assert [row["number"] for row in behind.json()["items"]] == [solved]
    bad = get(company.zhaozhuguan, rates["once"]["cases"].removeprefix("/api/v1/") + "&good=false", clock)
    assert bad.json() == {"items": [], "next": None}


def test_another_site_has_figures_of_its_own(company: Company, solved: str, clock: TestClock) -> None:
    answer = get(company.admin, f"rates?site={company.fly.code}&from=2026-03-01&to=2026-03-31", clock).json()
    assert answer["site"] == company.fly.code
    assert all(row["denominator"] == 0 for row in answer["items"])


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("site=NOWHERE", "site"),
        ("until=2026-03-01", "until"),
    ],
)
def test_what_cannot_be_asked_is_named(company: Company, clock: TestClock, asked: str, parameter: str) -> None:
    answer = get(company.zhaozhuguan, f"rates?{asked}", clock)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_the_cursor_is_taken_as_it_was_given_and_no_other(company: Company, solved: str, clock: TestClock) -> None:
    assert get(company.zhaozhuguan, "rates/once/cases?cursor=7", clock).status_code == 422
    assert get(company.zhaozhuguan, "rates/nothing/cases", clock).status_code == 404


def test_a_cursor_stands_in_an_address_as_it_is(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    for subject in ("电梯停运", "漏水"):
        case = open_case(subject=subject).case
        actions.accept(case.pk, by(company.linxiao))
        actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    summing.sweep(clock.now)
    days = "from=2026-03-01&to=2026-03-31&limit=1"
    first = get(company.zhaozhuguan, f"rates/once/cases?{days}", clock).json()
    assert re.fullmatch(r"[\w.~:-]+", first["next"])
    second = get(company.zhaozhuguan, f"rates/once/cases?{days}&cursor={first['next']}", clock).json()
    assert second["items"]
    assert second["items"] != first["items"]
    assert second["next"] is None


def test_who_may_not_measure_is_told_so(company: Company, solved: str, clock: TestClock) -> None:
    assert get(company.linxiao, "rates", clock).status_code == 403
    assert get(company.linxiao, "rates/once/cases", clock).status_code == 403


# --- answers ---------------------------------------------------------------------------------------------------------


def test_how_far_answers_can_be_trusted_with_the_cases_behind(
    company: Company, solved: str, by: Mover, clock: TestClock
) -> None:
    case = Case.objects.get()
    returns.visit(case.pk, by(company.hemin, 300), Result("phone", True, solved=False, satisfied=5))
    while summing.sweep(clock.now):
        pass
    answer = get(company.zhaozhuguan, "rates/validity?from=2026-03-01&to=2026-03-31&by=person", clock).json()
    items = {row["rate"]: (row["numerator"], row["denominator"]) for row in answer["items"]}
    assert items == {"response": (1, 1), "willing": (1, 1), "credible": (0, 1), "doubtful": (1, 1)}
    assert (answer["satisfied"]["denominator"], answer["believed"]["denominator"]) == (1, 0)
    assert [part["name"] for part in answer["parts"]] == [company.hemin.name]
    assert [(one["name"], one["striking"]) for one in answer["askers"]] == [(company.hemin.name, False)]
    address = answer["items"][2]["cases"].removeprefix("/api/v1/")
    behind = get(company.zhaozhuguan, f"{address}&good=false", clock).json()
    assert [(row["number"], row["mark"]) for row in behind["items"]] == [(solved, "unsolved")]


def test_how_long_an_answer_took_is_taken_down(company: Company, solved: str, clock: TestClock) -> None:
    body = {"method": "keypress", "satisfied": 5, "solved": True, "seconds": 1}
    token = issue_token(company.hemin, "test", at=clock.now)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/api/v1/cases/{solved}/rating"
    answer = Client().post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    assert Case.objects.get().caseevent_set.get(kind="visited").data["doubt"] == "hasty"
    refused = Client().post(path, body | {"seconds": -1}, content_type="application/json", headers=headers)
    assert refused.status_code == 422
