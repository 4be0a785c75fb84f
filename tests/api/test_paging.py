"""Lists: filters, and pages that neither lose nor repeat a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.people import Company

from .conftest import Caller, Program


def pages(who: Program, **parameters: Any) -> Iterator[list[str]]:
    """The numbers of each page, to the end."""
    cursor = ""
    while True:
        reply = who.get("/cases", **parameters, **({"cursor": cursor} if cursor else {}))
        assert reply.status == 200, reply.body
        yield [row["number"] for row in reply.body["items"]]
        if reply.body["next"] is None:
            return
        cursor = reply.body["next"]


@pytest.mark.parametrize("wanted", [{}, {"q": "电梯"}, {"status": "received"}])
@pytest.mark.parametrize("limit", [1, 3, 4, 8, 9])
def test_pages_hold_every_case_once_newest_first(desk: Program, limit: int, wanted: dict[str, str]) -> None:
    numbers = [desk.new() for _ in range(8)]
    found = list(pages(desk, limit=limit, **wanted))
    assert [number for page in found for number in page] == numbers[::-1]
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1]


@pytest.mark.parametrize("wanted", [{}, {"q": "电梯"}])
def test_pages_stay_whole_while_cases_come_in(desk: Program, wanted: dict[str, str]) -> None:
    numbers = [desk.new() for _ in range(6)]
    seen: list[str] = []
    for page in pages(desk, limit=2, **wanted):
        seen += page
        desk.new()
    assert seen == numbers[::-1]


def test_an_empty_list_is_an_answer(desk: Program) -> None:
    assert desk.get("/cases", total="true").body == {"items": [], "next": None, "total": 0}


def test_a_total_is_counted_only_when_asked(desk: Program) -> None:
    for _ in range(3):
        desk.new()
    assert desk.get("/cases", limit=2).body["total"] is None
    assert desk.get("/cases", limit=2, total="true").body["total"] == 3
    assert desk.get("/cases", limit=2, q="电梯", total="true").body["total"] == 3


def test_filters_narrow_and_combine(program: Caller, company: Company) -> None:
    lead = program(company.zhaozhuguan)
    at_ljf, at_fly = lead.new(site="LJF"), lead.new(site="FLY", kind="repair")
    praise = lead.new(site="LJF", kind="praise", text="谢谢张师傅", subject="表扬")
    lead.act(at_fly, "accept")
    lead.act(praise, "assign", {"to": "linxiao"})

    def found(**wanted: str) -> set[str]:
        return {row["number"] for row in lead.get("/cases", **wanted).body["items"]}

    assert found(site="LJF") == {at_ljf, praise}
    assert found(site="hq") == {at_ljf, at_fly, praise}
    assert found(status="accepted") == {at_fly}
    assert found(status="accepted,received") == {at_ljf, at_fly, praise}
    assert found(kind="repair, praise") == {at_fly, praise}
    assert found(handler="linxiao") == {praise}
    assert found(q="张师傅") == {praise}
    assert found(q="电梯", site="FLY") == {at_fly}
    assert found(kind="praise", status="accepted") == set()


def test_a_list_shows_what_a_program_needs_to_choose(desk: Program) -> None:
    number = desk.new(category="repair/lift/stopped")
    desk.act(number, "accept")
    (row,) = desk.get("/cases").body["items"]
    case = desk.get(f"/cases/{number}").body
    assert row == {name: case[name] for name in row}
    assert (row["handler"], row["category"], row["site"]) == ("linxiao", "repair/lift/stopped", "LJF")
    assert row["next_due"]["kind"] == "respond"
