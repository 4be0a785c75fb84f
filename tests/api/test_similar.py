"""`GET /similar` and `GET /cases/{number}/similar`."""

from __future__ import annotations

from huiyin.cases import actions
from tests.conftest import Mover, Opener
from tests.people import Company

from .conftest import Caller

TOLD = "三号楼的电梯今天早上又停了，家里有老人，下不了楼。"


def test_a_text_finds_what_is_probably_the_same_and_what_was_solved(
    program: Caller, company: Company, open_case: Opener, by: Mover
) -> None:
    old = open_case(text=TOLD, place="3号楼", take=True).case
    actions.resolve(old.pk, by(company.linxiao, 59), cause="门机", done="更换板件", text="已修好")
    case = open_case(text=TOLD, place="3号楼", category=company.lift).case
    reply = program(company.linxiao).get("/similar", text="三号楼电梯停了", site="LJF", place="三号楼")
    assert reply.status == 200
    assert [row["number"] for row in reply.body["likely"]] == [case.number, old.number]
    first = reply.body["likely"][0]
    assert (first["site"], first["category"], first["status"]) == ("LJF", company.lift.code, "received")
    assert 0.28 <= first["score"] <= 1
    (past,) = reply.body["past"]
    told = (past["number"], past["minutes"], past["done"], past["told"], past["solved"])
    assert told == (old.number, 59, "更换板件", "已修好", None)


def test_a_case_is_not_like_itself(program: Caller, company: Company, open_case: Opener) -> None:
    one, other = open_case(text=TOLD).case, open_case(text=TOLD).case
    reply = program(company.linxiao).get(f"/cases/{one.number}/similar")
    assert [row["number"] for row in reply.body["likely"]] == [other.number]
    assert reply.body["past"] == []


def test_only_of_sites_and_cases_that_the_caller_sees(program: Caller, company: Company, open_case: Opener) -> None:
    case = open_case(text=TOLD).case
    other = program(company.chenjia)
    assert other.get(f"/cases/{case.number}/similar").status == 404
    assert other.get("/similar", text=TOLD, site="LJF").status == 422
    assert other.get("/similar", text=TOLD, site="FLY").body == {"likely": [], "past": []}
    assert program(company.zhougong).get("/similar", text=TOLD, site="LJF").body["likely"] == []
    assert program(company.auditor).get("/similar", text=TOLD, site="LJF").body["likely"] != []


def test_what_is_missing_or_unknown_is_named(program: Caller, company: Company) -> None:
    desk = program(company.linxiao)
    assert desk.get("/similar", site="LJF").status == 422
    assert desk.get("/similar", text=TOLD).status == 422
    assert desk.get("/similar", text=TOLD, site="XXX").body["errors"][0]["parameter"] == "site"
