"""Who leaves, and what is done about it, as programs ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.recovery import failures
from huiyin.worth import priors
from huiyin.worth.models import Leaving
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

from .conftest import Caller, Program

PEOPLE = (Person("王芳", "13800000001"), Person("李强", "13800000002"))


@pytest.fixture
def leaving(company: Company, open_case: Opener, by: Mover) -> list[Leaving]:
    """Two whose contracts ended after something had gone wrong, the later one last."""
    priors.furnish("property")
    made = []
    for days, person in enumerate(PEOPLE):
        case = open_case(person=person).case
        failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
        row: dict[str, Any] = {"customer": case.customer, "site": case.site, "case": case, "stake": 1234_00}
        made.append(Leaving.objects.create(since=date(2026, 3, 1 + days), why="contract", found_at=NOW, **row))
    return made


@pytest.fixture
def lead(program: Caller, company: Company) -> Program:
    return program(company.zhaozhuguan)


def test_who_leaves_is_listed_page_by_page_the_newest_first(
    lead: Program, company: Company, leaving: list[Leaving]
) -> None:
    first = lead.get("/reports/winback", limit=1).body
    (row,) = first["items"]
    assert (row["customer"], row["since"], row["why"], row["state"], row["stake"]) == (
        *("李强", "2026-03-02", "contract", "open"),
        1234_00,
    )
    assert (row["case"], row["marked"], row["asker"]) == (leaving[1].case.number, False, None)
    second = lead.get("/reports/winback", limit=1, cursor=first["next"]).body
    assert ([one["id"] for one in second["items"]], second["next"]) == ([leaving[0].pk], None)
    assert lead.get("/reports/winback", site="FLY").body["items"] == []
    assert lead.get("/reports/winback").body["win_back"]["share"] is None


def test_each_act_answers_with_how_it_stands_and_the_rate_opens_its_rows(lead: Program, leaving: list[Leaving]) -> None:
    day = (NOW + timedelta(days=3)).date().isoformat()
    first, second = (f"/reports/winback/{row.pk}" for row in leaving)
    called = lead.post(f"{first}/call", {"call_on": day})
    assert (called.status, called.body["state"], called.body["call_on"]) == (200, "asked", day)
    assert called.body["asker"]["username"] == "zhaozhuguan"
    for _ in range(2):
        won = lead.post(f"{first}/won", {"words": "答应续约", "cost": 50_00}, Idempotency_Key="k")
        assert (won.status, won.body["state"], won.body["cost"], won.body["evidence"]) == (200, "won", 50_00, "said")
    lost = lead.post(f"{second}/lost", {"reason": "price"}).body
    assert (lost["state"], lost["reason"]) == ("lost", "price")
    month = won.body["settled_at"][:7]
    rate = lead.get("/reports/winback", month=month, site="LJF").body["win_back"]
    assert (rate["won"], rate["lost"], rate["share"], rate["cost"]) == (1, 1, 0.5, 50_00)
    for name, row in zip(("won_rows", "lost_rows"), leaving, strict=True):
        behind = lead.send("GET", rate[name], headers={"Authorization": f"Bearer {lead.token}"}).body
        assert [one["id"] for one in behind["items"]] == [row.pk]
    assert lead.get("/reports/winback", state="won", month="2025-01").body["items"] == []


def test_what_is_settled_or_can_not_be_taken_is_refused_with_its_place(lead: Program, leaving: list[Leaving]) -> None:
    one = f"/reports/winback/{leaving[0].pk}"
    for path, body, pointer in (
        (f"{one}/call", {"call_on": "soon"}, "/call_on"),
        (f"{one}/call", {"call_on": "2020-01-01"}, "/call_on"),
        (f"{one}/won", {"words": " "}, "/words"),
        (f"{one}/won", {"words": "好", "cost": -1}, "/cost"),
        (f"{one}/lost", {"reason": "boredom"}, "/reason"),
        ("/reports/winback/says", {"number": "999", "words": "x"}, "/number"),
    ):
        reply = lead.post(path, body)
        assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, pointer), path
    assert Leaving.objects.filter(state="open").count() == 2
    assert lead.post(f"{one}/lost", {"reason": "objects"}).status == 200
    assert lead.post(f"{one}/lost", {"reason": "moved"}).status == 422
    assert lead.post("/reports/winback/999999/lost", {"reason": "moved"}).status == 404
    for name, value in (("state", "gone"), ("month", "March"), ("site", "NO"), ("cursor", "x"), ("nonsense", "1")):
        reply = lead.get("/reports/winback", **{name: value})
        assert (reply.status, reply.body["errors"][0]["parameter"]) == (422, name)


def test_who_says_that_they_leave_stands_in_the_list_under_the_case_where_it_went_wrong(
    lead: Program, leaving: list[Leaving]
) -> None:
    number = leaving[0].case.number
    leaving[0].delete()
    said = lead.post("/reports/winback/says", {"number": number, "words": "年底就搬"})
    assert (said.status, said.body["why"], said.body["case"]) == (201, "said", number)
    assert lead.post("/reports/winback/says", {"number": number, "words": "年底就搬"}).status == 422


def test_those_who_measure_read_it_and_those_who_make_good_act(
    program: Caller, company: Company, leaving: list[Leaving]
) -> None:
    def statuses(user: User) -> tuple[int, int, int]:
        who, said = program(user), {"number": leaving[0].case.number, "words": "x"}
        act = who.post(f"/reports/winback/{leaving[0].pk}/call", {"call_on": "2020-01-01"})
        return who.get("/reports/winback").status, act.status, who.post("/reports/winback/says", said).status

    assert statuses(company.linxiao) == (403, 404, 403)
    assert statuses(company.auditor) == (200, 403, 403)
    assert statuses(company.zhaozhuguan) == (200, 422, 422)
