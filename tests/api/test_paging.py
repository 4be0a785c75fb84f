"""Lists: filters, and pages that neither lose nor repeat a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from huiyin.cases import listing
from huiyin.clocks import actions as clocks
from tests.people import Company, TestClock

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


@pytest.fixture
def lead(program: Caller, company: Company) -> Program:
    """A program with the rights of 赵主管, who sees everything."""
    return program(company.zhaozhuguan)


@pytest.fixture
def mixed(lead: Program, program: Caller, company: Company, clock: TestClock) -> dict[str, str]:
    """Cases of many sorts by what they are about, each half an hour after the one before."""
    office = program(company.hemin)
    made = {}
    rows: dict[str, dict[str, str]] = {
        "tap": {"kind": "repair", "category": "repair/plumbing/tap", "channel": "letter"},
        "lift": {"kind": "repair", "category": "repair/lift/stopped"},
        "fee": {"kind": "inquiry", "category": "fee/bill/line", "site": "FLY"},
        "conduct": {"category": "service/staff/conduct"},
    }
    for name, values in rows.items():
        made[name] = lead.new(**values)
        clock.move(30)
    office.act(made["lift"], "accept")
    lead.act(made["lift"], "assign", {"to": "linxiao"})
    lead.act(made["lift"], "tag", {"tag": "重点"})
    lead.act(made["tap"], "hand-over", {"department": "工程部", "task": "去看"})
    lead.act(made["tap"], "assign", {"to": "linxiao"})
    lead.act(made["lift"], "refer", {"reason": "责任不清"})
    lead.act(made["fee"], "accept")
    lead.act(made["fee"], "resolve", {"cause": "a", "done": "b", "text": "已说明"})
    return made


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"severity": "P2"}, {"lift"}),
        ({"severity": "P3, P4"}, {"tap", "fee", "conduct"}),
        ({"category": "repair"}, {"tap", "lift"}),
        ({"category": "电梯停运"}, {"lift"}),
        ({"tag": "重点"}, {"lift"}),
        ({"owner": "hemin"}, {"lift"}),
        ({"handler": "linxiao"}, {"tap", "lift"}),
        ({"channel": "letter"}, {"tap"}),
        ({"channel": "letter,phone", "kind": "repair"}, {"tap", "lift"}),
        ({"open": "true"}, {"tap", "lift", "conduct"}),
        ({"open": "false"}, {"tap", "lift", "fee", "conduct"}),
        ({"unassigned": "true"}, {"conduct"}),
        ({"department": "engineering"}, {"tap"}),
        ({"deciding": "true"}, {"lift"}),
        ({"supervised": "true"}, set()),
        ({"overridden": "true"}, set()),
        ({"handovers": "1"}, {"tap"}),
        ({"handovers": "2"}, set()),
        ({"older": "1h"}, {"tap", "lift"}),
        ({"newer": "1h"}, {"conduct", "fee"}),
        ({"since": "2026-03-11T10:30:00+08:00", "until": "2026-03-11T11:00:00+08:00"}, {"lift"}),
        ({"until": "2026-03-10"}, set()),
        ({"due": "late"}, {"conduct", "tap", "lift"}),
        ({"due": "late", "severity": "P2"}, {"lift"}),
        ({"due": "late", "newer": "1h"}, {"conduct"}),
    ],
)
def test_each_filter_of_the_inbox_narrows(
    lead: Program, mixed: dict[str, str], wanted: dict[str, str], names: set[str]
) -> None:
    reply = lead.get("/cases", total="true", **wanted)
    found = {name for name, number in mixed.items() if number in {row["number"] for row in reply.body["items"]}}
    assert (reply.status, found, reply.body["total"]) == (200, names, len(names))


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize(
    ("sort", "field"),
    [("oldest", "received_at"), ("severity", "severity"), ("due", "next_due"), ("changed", ""), ("newest", "")],
)
def test_each_order_goes_through_its_pages_without_loss(
    lead: Program, mixed: dict[str, str], clock: TestClock, sort: str, field: str, limit: int
) -> None:
    clock.move(1)
    lead.act(mixed["lift"], "note", {"text": "记一笔"})
    seen: list[dict[str, Any]] = []
    for page in pages(lead, sort=sort, limit=limit):
        seen += [lead.get(f"/cases/{number}").body for number in page]
    opened = {mixed[name] for name in ("tap", "lift", "conduct")} | ({mixed["fee"]} if sort == "newest" else set())
    assert sorted(row["number"] for row in seen) == sorted(opened)
    if field:
        values = [row[field]["due_at"] if field == "next_due" else row[field] for row in seen]
        assert values == sorted(values)
    if sort == "changed":
        assert seen[0]["number"] == mixed["lift"]


def test_what_is_near_is_what_the_inbox_calls_due_soon(lead: Program, desk: Program, clock: TestClock) -> None:
    number = desk.new(category="repair/lift/stopped")
    assert lead.get("/cases", due="soon").body["items"] == []
    clock.move(14)
    clocks.sweep(clock.now)
    assert [row["number"] for row in lead.get("/cases", due="soon").body["items"]] == [number]
    assert lead.get("/cases", due="late").body["items"] == []
    clock.move(2)
    assert [row["number"] for row in lead.get("/cases", due="late", sort="due").body["items"]] == [number]


def test_a_filter_shows_nothing_of_other_sites(program: Caller, company: Company, lead: Program) -> None:
    at_fly = lead.new(site="FLY")
    for wanted in ({"severity": "P2"}, {"unassigned": "true"}, {"sort": "due"}, {"sort": "severity"}, {"due": "late"}):
        numbers = [row["number"] for row in program(company.linxiao).get("/cases", **wanted).body["items"]]
        assert at_fly not in numbers


def test_a_page_may_end_before_it_is_full_and_says_where_to_go_on(
    lead: Program, mixed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "STRETCHES", (1, 2))
    first = lead.get("/cases", channel="letter", limit=1).body
    assert (first["items"], first["next"]) == ([], mixed["lift"])
    assert [number for page in pages(lead, channel="letter", limit=1) for number in page] == [mixed["tap"]]


def test_a_list_shows_what_a_program_needs_to_choose(desk: Program) -> None:
    number = desk.new(category="repair/lift/stopped")
    desk.act(number, "accept")
    (row,) = desk.get("/cases").body["items"]
    case = desk.get(f"/cases/{number}").body
    assert row == {name: case[name] for name in row}
    assert (row["handler"], row["category"], row["site"]) == ("linxiao", "repair/lift/stopped", "LJF")
    assert row["next_due"]["kind"] == "respond"
