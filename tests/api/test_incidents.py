"""Incidents by the API."""

from __future__ import annotations

from dataclasses import replace

from huiyin.cases import categories
from huiyin.org.history import Editor
from tests.people import NOW, Company

from .conftest import Caller, Json, Program

WORDS = {"cause": "控制箱进水", "done": "更换", "text": "已恢复"}


def _storm(who: Program) -> tuple[int, list[str]]:
    numbers = [who.new() for _ in range(3)]
    reply = who.post("/incidents", {"site": "LJF", "title": "暴雨", "cases": numbers})
    assert (reply.status, reply.headers["ETag"]) == (201, '"1"')
    assert reply.headers["Location"] == f"/api/v1/incidents/{reply.body['id']}"
    return reply.body["id"], numbers


def test_a_storm_is_opened_told_resolved_and_closed(desk: Program) -> None:
    key, numbers = _storm(desk)
    late = desk.new()
    assert desk.post(f"/incidents/{key}/tell", {"text": "正在抢修"}).body["words"][0]["cases"] == 3
    joined = desk.post(f"/incidents/{key}/gather", {"cases": [late]}).body
    assert (joined["cases"], joined["words"][0]["cases"], joined["version"]) == (4, 4, 3)
    assert desk.post(f"/incidents/{key}/release", {"cases": [late]}).body["cases"] == 3
    assert desk.post(f"/incidents/{key}/close").status == 409
    done = desk.post(f"/incidents/{key}/resolve", {**WORDS, "keep_open": numbers[:1]}).body
    assert done["by_status"] == {"accepted": 1, "resolved": 2}
    assert desk.post(f"/incidents/{key}/close", {"reason": "余下单独处理"}).body["closed_at"]
    assert desk.get("/incidents").body["items"] == []
    assert [row["cases"] for row in desk.get("/incidents", closed="true").body["items"]] == [3]
    again = desk.get(f"/incidents/{key}")
    assert {row["number"] for row in again.body["members"]} == set(numbers)
    assert desk.post(f"/incidents/{key}/tell", {"text": "x"}).status == 409


def test_cases_with_empty_fields_are_named_and_may_stay_open(desk: Program, company: Company) -> None:
    key, numbers = _storm(desk)
    values = replace(categories.values_of(company.lift), extra_fields="梯号 *")
    categories.change(company.lift.code, values, Editor(None, NOW))
    for number in numbers:
        desk.post(f"/cases/{number}/sort", {"category": company.lift.code})
    desk.post(f"/cases/{numbers[0]}/fill", {"values": {"梯号": "3"}})
    reply = desk.post(f"/incidents/{key}/resolve", WORDS)
    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/keep_open")
    told = reply.body["errors"][0]["detail"]
    assert [number in told for number in numbers] == [False, True, True]
    words = {**WORDS, "prevention": "每月检查", "keep_unfilled": True}
    done = desk.post(f"/incidents/{key}/resolve", words).body
    assert done["by_status"] == {"received": 2, "resolved": 1}
    assert done["words"][0]["prevention"] == "每月检查"
    assert sorted(done["words"][0]["unfilled"]) == sorted(numbers[1:])


def test_a_word_goes_on_to_what_followed_only_when_that_is_wanted(desk: Program) -> None:
    first, _numbers = _storm(desk)
    second, _others = _storm(desk)
    desk.post(f"/incidents/{first}/link", {"cause": "水泵停", "effect_incident": second})
    desk.post(f"/incidents/{first}/tell", {"text": "一"})
    assert desk.get(f"/incidents/{second}").body["words"] == []
    desk.post(f"/incidents/{first}/tell", {"text": "二", "onward": True})
    (word,) = desk.get(f"/incidents/{second}").body["words"]
    assert (word["text"], word["followed"], word["origin"]) == ("二", True, first)
    here = desk.get(f"/incidents/{first}").body["words"][0]
    assert (here["text"], here["followed"], here["origin"]) == ("二", False, None)


def test_the_same_key_tells_once_and_an_old_version_is_refused(desk: Program) -> None:
    key, _numbers = _storm(desk)
    for _ in range(2):
        assert desk.post(f"/incidents/{key}/tell", {"text": "一"}, Idempotency_Key="k").status == 200
    assert len(desk.get(f"/incidents/{key}").body["words"]) == 1
    assert desk.post(f"/incidents/{key}/tell", {"text": "二"}, If_Match='"1"').status == 412


def test_what_is_wrong_is_said_with_its_place(desk: Program) -> None:
    key, numbers = _storm(desk)
    wrong: tuple[tuple[str, Json, str], ...] = (
        ("/incidents", {"site": "LJF", "title": "", "cases": [desk.new()]}, "/title"),
        ("/incidents", {"site": "LJF", "title": "x", "cases": []}, "/cases"),
        ("/incidents", {"site": "LJF", "title": "x", "cases": numbers}, "/cases"),
        ("/incidents", {"site": "nowhere", "title": "x", "cases": numbers}, "/site"),
        (f"/incidents/{key}/gather", {"cases": ["12345"]}, "/cases"),
        (f"/incidents/{key}/lead", {"to": "nobody"}, "/to"),
        (f"/incidents/{key}/tell", {"text": " "}, "/text"),
        (f"/incidents/{key}/resolve", WORDS | {"cause": ""}, "/cause"),
    )
    for path, body, pointer in wrong:
        reply = desk.post(path, body)
        assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, pointer), path


def test_each_sees_and_does_what_is_theirs(program: Caller, company: Company) -> None:
    key, numbers = _storm(program(company.linxiao))
    acts: dict[str, Json] = {
        "gather": {"cases": numbers},
        "release": {"cases": [program(company.linxiao).new()]},
        "lead": {"to": "linxiao"},
        "tell": {"text": "x"},
        "resolve": WORDS,
    }
    expected = {"chenjia": 404, "zhougong": 404, "auditor": 403, "hemin": 200, "zhaozhuguan": 200, "admin": 200}
    for name, status in expected.items():
        who = program(getattr(company, name))
        assert who.get(f"/incidents/{key}").status == (404 if status == 404 else 200), name
        assert len(who.get("/incidents").body["items"]) == (0 if status == 404 else 1), name
        for act, body in acts.items():
            assert who.post(f"/incidents/{key}/{act}", body).status == status, (name, act)
    assert program(company.auditor).post("/incidents", {"site": "LJF", "title": "x", "cases": numbers}).status == 403
    assert program(company.linxiao).get("/incidents/999999").status == 404
