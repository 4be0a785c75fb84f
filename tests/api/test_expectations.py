"""What was expected, of a month, by program."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from huiyin.cases import expecting
from tests.cases.test_expecting import end, say
from tests.conftest import Mover, Opener
from tests.people import Company

from .conftest import Caller, Program


@pytest.fixture
def lead(company: Company, open_case: Opener, by: Mover, program: Caller) -> Program:
    """Three cases of which something was found, of one of them that the sales had promised too much."""
    rows: tuple[dict[str, Any], ...] = ({}, {"category": company.lift}, {"category": company.tap, "channel": "portal"})
    for place, more in enumerate(rows):
        case = end(open_case(**{"channel": "phone", "category": None} | more).case, company, by)
        late = {"kind": "over-promised", "settled": "agreed", "promiser": "sales", "department": company.finance}
        say(case, by(company.linxiao), **(late if place == 2 else {}))
    return program(company.zhaozhuguan)


def behind(program: Program, address: str) -> int:
    reply = program.send("GET", f"{address}&total=true", headers={"Authorization": f"Bearer {program.token}"})
    assert reply.status == 200
    return int(reply.body["total"])


def test_every_figure_opens_as_many_cases_as_it_counts(lead: Program) -> None:
    report = lead.get("/reports/expectations", month="2026-03").body
    figures = {one["kind"]: one["count"] for one in report["items"]}
    assert figures == {"all": 3, "too-high": 2, "mistaken": 0, "unreasonable": 0, "over-promised": 1}
    groups = [*report["sites"], *report["categories"], *report["channels"]]
    opened = 0
    for one in [*report["items"], *(item for group in groups for item in group["items"])]:
        if one["cases"] is not None:
            assert behind(lead, one["cases"]) == one["count"], one["cases"]
            opened += one["count"]
    assert opened == 2 * (
        3 + 3 * len(report["sites"]) + 2 + 3
    )  # of each group all, and each kind; without the unsorted
    assert {group["code"] for group in report["channels"]} == {"phone", "portal"}
    (unsorted,) = (group for group in report["categories"] if not group["code"])
    assert {item["cases"] for item in unsorted["items"]} == {None}


def test_it_says_by_whose_promise_and_of_another_month_nothing(lead: Program, company: Company) -> None:
    (promise,) = lead.get("/reports/expectations", month="2026-03").body["promised"]
    assert (promise["promiser"], promise["department"]) == ("sales", company.finance.code)
    assert lead.get(f"/cases/{promise['case']}").status == 200
    other = lead.get("/reports/expectations", month="2026-02").body
    assert (other["items"][0]["count"], other["sites"], other["promised"]) == (0, [], [])


def test_a_month_begins_and_ends_with_the_days_of_the_company(company: Company) -> None:
    since, before = expecting.bounds(date(2026, 12, 1))
    assert (since.isoformat(), before.isoformat()) == ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00")


def test_those_who_may_not_measure_are_refused_and_nonsense_is_named(
    lead: Program, program: Caller, company: Company
) -> None:
    assert program(company.linxiao).get("/reports/expectations").status == 403
    assert program(company.auditor).get("/reports/expectations").status == 200
    for name, value in (("month", "soon"), ("site", "LJF")):
        reply = lead.get("/reports/expectations", **{name: value})
        assert (reply.status, reply.body["errors"][0]["parameter"]) == (422, name)
