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
    (part,) = answer["parts"]
    assert part["code"] == str(company.hemin.pk)
    assert [(one["name"], one["striking"]) for one in answer["askers"]] == [(company.hemin.name, False)]
    address = answer["items"][2]["cases"].removeprefix("/api/v1/")
    behind = get(company.zhaozhuguan, f"{address}&good=false", clock).json()
    assert [(row["number"], row["mark"]) for row in behind["items"]] == [(solved, "unsolved")]


def opened(user: User, parts: list[Any], clock: TestClock) -> int:
    """How many rows the figures of these parts open: of each as many as it says, and as many of them good."""
    found = 0
    for part in parts:
        for figure in part["items"]:
            rows = get(user, figure["cases"].removeprefix("/api/v1/"), clock).json()["items"]
            good = sum(row["good"] for row in rows)
            assert (len(rows), good) == (figure["denominator"], figure["numerator"]), (part["code"], figure["rate"])
            found += len(rows)
    return found


@pytest.mark.parametrize("by_what", ["site", "person", "method"])
def test_each_figure_of_a_part_opens_as_many_rows_as_it_counts(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, by_what: str
) -> None:
    for site, asker, solved in ((company.ljf, company.hemin, False), (company.fly, company.zhaozhuguan, True)):
        case = open_case(site=site, by=by(company.admin)).case
        actions.accept(case.pk, by(company.admin))
        actions.resolve(case.pk, by(company.admin, 31), cause="老化", done="更换", text="已修好")
        returns.visit(case.pk, by(asker, 300), Result("phone", True, solved=solved, satisfied=5))
    while summing.sweep(clock.now):
        pass
    month = "from=2026-03-01&to=2026-04-30"
    parts = get(company.admin, f"rates/validity?{month}&by={by_what}", clock).json()["parts"]
    assert len(parts) == (1 if by_what == "method" else 2)
    assert (
        opened(company.admin, parts, clock) == 7
    )  # of each answer response, willing and credible; of the doubtful one its grade


@pytest.mark.parametrize(("by_what", "count"), [("department", 1), ("category", 2), ("channel", 2), ("tier", 0)])
def test_a_part_of_the_rates_opens_its_own_rows(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, by_what: str, count: int
) -> None:
    ways = ({"category": company.lift, "channel": "phone"}, {"category": company.tap, "channel": "portal"})
    for more in ways:
        case = open_case(**more).case
        actions.accept(case.pk, by(company.linxiao))
        if more["channel"] == "phone":
            actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
            actions.reply(case.pk, by(company.zhougong), text="好了")
        actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    while summing.sweep(clock.now):
        pass
    parts = get(company.zhaozhuguan, f"rates?from=2026-03-01&to=2026-03-31&by={by_what}", clock).json()["parts"]
    assert len(parts) == count
    assert bool(opened(company.zhaozhuguan, parts, clock)) == bool(count)


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("once/cases?by=person&value=1", "by"),
        ("once/cases?by=method&value=keypress", "by"),
        ("credible/cases?by=category&value=1", "by"),
        ("credible/cases?by=method&value=smoke", "value"),
        ("credible/cases?by=person", "value"),
        ("credible/cases?by=person&value=hemin", "value"),
        ("once/cases?by=channel&value=smoke", "value"),
        ("once/cases?value=phone", "value"),
        ("response/cases?mark=smoke", "mark"),
    ],
)
def test_no_other_part_opens_rows(company: Company, clock: TestClock, asked: str, parameter: str) -> None:
    answer = get(company.zhaozhuguan, f"rates/{asked}", clock)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_a_doubt_about_an_answer_is_overruled_and_raised_again(
    company: Company, solved: str, by: Mover, clock: TestClock
) -> None:
    returns.visit(Case.objects.get().pk, by(company.hemin, 300), Result("phone", True, solved=False, satisfied=5))
    while summing.sweep(clock.now):
        pass
    month = "from=2026-03-01&to=2026-03-31"

    def post(user: User, fact: int, **body: object) -> Any:
        headers = {"Authorization": f"Bearer {issue_token(user, 'test', at=clock.now)}"}
        path = f"/api/v1/rates/facts/{fact}/trust"
        return Client().post(path, body, content_type="application/json", headers=headers)

    (row,) = get(company.zhaozhuguan, f"rates/credible/cases?{month}", clock).json()["items"]
    believed = {"trusted": True, "reason": "录音核过"}
    assert post(company.linxiao, row["id"], **believed).status_code == 404
    assert post(company.auditor, row["id"], **believed).status_code == 403
    assert post(company.hemin, row["id"], **believed).status_code in (403, 404)
    assert post(company.zhaozhuguan, row["id"], trusted=True, reason=" ").status_code == 422
    assert post(company.zhaozhuguan, row["id"], trusted="yes", reason="x").status_code == 422
    assert post(company.zhaozhuguan, 999_999, **believed).status_code == 404
    done = post(company.zhaozhuguan, row["id"], **believed)
    assert (done.status_code, done.json()["events"][0]["data"]["what"]) == (200, "trusted")
    again = post(company.zhaozhuguan, row["id"], **believed)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/trusted")
    while summing.sweep(clock.now):
        pass
    (row,) = get(company.zhaozhuguan, f"rates/credible/cases?{month}", clock).json()["items"]
    assert (row["good"], row["mark"]) == (True, "trusted")
    assert post(company.zhaozhuguan, row["id"], trusted=False, reason="再听一遍").status_code == 200


def test_those_who_gave_no_answer_are_behind_their_number(
    company: Company, solved: str, by: Mover, clock: TestClock
) -> None:
    returns.visit(Case.objects.get().pk, by(company.hemin, 300), Result("phone", True, declined=True))
    while summing.sweep(clock.now):
        pass
    answer = get(company.zhaozhuguan, "rates/validity?from=2026-03-01&to=2026-04-30", clock).json()
    assert answer["unanswered"] == {"declined": 1, "unreached": 0, "silent": 0}
    for mark, address in answer["unanswered_cases"].items():
        rows = get(company.zhaozhuguan, address.removeprefix("/api/v1/"), clock).json()["items"]
        assert [row["number"] for row in rows] == [solved][: answer["unanswered"][mark]]


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
