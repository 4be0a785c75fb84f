"""Group complaints by the API."""

from __future__ import annotations

import pytest

from huiyin.cases.models import Case
from huiyin.groups.models import Group
from tests.groups.conftest import Voices, noise, swept, voices, words_anew  # noqa: F401 (fixtures)
from tests.people import Company, TestClock

from .conftest import Caller, Json, Program


@pytest.fixture
def cases(voices: Voices, clock: TestClock) -> list[Case]:  # noqa: F811 (a fixture)
    made = voices(4)
    swept(clock)
    return made


def numbers(cases: list[Case]) -> set[str]:
    return {case.number for case in cases}


def test_groups_are_listed_with_what_they_amount_to(desk: Program, cases: list[Case]) -> None:
    (row,) = desk.get("/groups").body["items"]
    assert row.keys() >= {"id", "stage", "place", "cause", "cases", "customers", "first_at", "last_at"}
    assert (row["stage"], row["customers"], row["cause"]) == ("several", 4, "neighbours/noise/night")
    assert set(row["cases"]) == numbers(cases)
    whole = desk.get(f"/groups/{row['id']}")
    assert (whole.body["first"], sum(day["customers"] for day in whole.body["growth"])) == (cases[0].number, 4)
    assert [line["by"] for line in whole.body["log"]] == [None] * 5
    assert whole.headers["ETag"] == '"1"'


def test_pages_go_on_where_the_last_one_ended(desk: Program, cases: list[Case]) -> None:
    key = Group.objects.get().pk
    part = desk.post(f"/groups/{key}/split", {"cases": [cases[0].number], "reason": "另一处"}).body["id"]
    first = desk.get("/groups", limit=1).body
    assert ([row["id"] for row in first["items"]], first["next"]) == ([part], part)
    second = desk.get("/groups", limit=1, cursor=first["next"]).body
    assert ([row["id"] for row in second["items"]], second["next"]) == ([key], None)


def test_every_act_has_its_address(desk: Program, cases: list[Case]) -> None:
    key, late = Group.objects.get().pk, desk.new()
    one = cases[1].number
    assert set(desk.post(f"/groups/{key}/remove", {"cases": [one], "reason": "不是"}).body["cases"]) == numbers(
        [cases[0], *cases[2:]]
    )
    assert one in desk.post(f"/groups/{key}/add", {"cases": [one], "reason": "还是"}).body["cases"]
    part = desk.post(f"/groups/{key}/split", {"cases": [one], "reason": "拆"}).body["id"]
    assert desk.post(f"/groups/{part}/merge", {"into": key, "reason": "并"}).body["id"] == key
    assert desk.get(f"/groups/{part}").status == 404
    assert desk.post(f"/groups/{key}/lead", {"to": "zhaozhuguan"}).body["lead"]["username"] == "zhaozhuguan"
    named = desk.post(f"/groups/{key}/role", {"case": one, "role": "expert", "reason": "建筑师"})
    assert named.body["roles"] == {one: "expert"}
    assert (named.body["log"][0]["what"], named.body["log"][0]["data"]) == ("role", {"role": "expert"})
    assert desk.post(f"/groups/{key}/aims", {"case": one, "text": "只问赔多少"}).body["log"][0]["what"] == "aims"
    assert desk.post(f"/groups/{key}/remark", {"case": one, "text": "有婴儿"}).status == 200
    assert desk.post(f"/groups/{key}/catch-up").status == 409
    assert desk.post(f"/groups/{key}/incident", {"title": "夜间施工"}).body["incident"]
    assert desk.post(f"/groups/{key}/incident").status == 409
    assert desk.post(f"/groups/{key}/add", {"cases": [late], "reason": "也是"}).status == 200
    assert desk.post(f"/groups/{key}/answer", {"text": "今晚起二十二点停工。"}, Idempotency_Key="k").status == 200
    assert desk.post(f"/groups/{key}/catch-up").status == 200
    timeline = desk.get(f"/cases/{late}").body["timeline"]
    assert [entry["words"].get("text") for entry in timeline if entry["kind"] == "answered"] == ["今晚起二十二点停工。"]
    made = desk.post("/groups", {"cases": [desk.new(), desk.new()], "reason": "人工"})
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/groups/{made.body['id']}")


def test_one_answer_goes_on_to_what_followed_only_when_it_is_asked_for(desk: Program, cases: list[Case]) -> None:
    key = Group.objects.get().pk
    first = desk.post(f"/groups/{key}/incident", {"title": "夜间施工"}).body["incident"]
    second = desk.post("/incidents", {"site": "LJF", "title": "停梯", "cases": [desk.new()]}).body["id"]
    desk.post(f"/incidents/{first}/link", {"cause": "施工", "effect_incident": second})
    desk.post(f"/groups/{key}/answer", {"text": "一"})
    assert desk.get(f"/incidents/{second}").body["words"] == []
    assert desk.post(f"/groups/{key}/answer", {"text": "二", "onward": True}).status == 200
    (word,) = desk.get(f"/incidents/{second}").body["words"]
    assert (word["text"], word["followed"], word["origin"], word["cases"]) == ("二", True, first, 1)
    assert desk.post(f"/groups/{key}/answer", {"text": "三", "onward": "yes"}).status == 422


def test_an_old_version_is_refused_and_what_is_wrong_is_said_with_its_place(desk: Program, cases: list[Case]) -> None:
    key, one = Group.objects.get().pk, cases[0].number
    good = {"cases": [one], "reason": "不是"}
    assert desk.post(f"/groups/{key}/remove", good, If_Match='"9"').status == 412
    wrong: tuple[tuple[str, Json, str], ...] = (
        (f"/groups/{key}/remove", {"cases": [one], "reason": " "}, "/reason"),
        (f"/groups/{key}/remove", {"cases": [], "reason": "x"}, "/cases"),
        (f"/groups/{key}/remove", {"cases": [desk.new()], "reason": "x"}, "/cases"),
        (f"/groups/{key}/remove", {"cases": sorted(numbers(cases)), "reason": "x"}, "/cases"),
        (f"/groups/{key}/merge", {"into": key, "reason": "x"}, "/into"),
        (f"/groups/{key}/merge", {"into": 999, "reason": "x"}, "/into"),
        (f"/groups/{key}/lead", {"to": "nobody"}, "/to"),
        (f"/groups/{key}/answer", {"text": ""}, "/text"),
        (f"/groups/{key}/remark", {"case": "12", "text": "x"}, "/case"),
        ("/groups", {"cases": [one], "reason": "x"}, "/cases"),
    )
    for path, body, pointer in wrong:
        reply = desk.post(path, body)
        assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, pointer), path
    assert set(desk.get(f"/groups/{key}").body["cases"]) == numbers(cases)


def test_who_sees_none_of_its_cases_finds_no_group(company: Company, program: Caller, cases: list[Case]) -> None:
    other = program(company.chenjia)
    key = Group.objects.get().pk
    assert other.get("/groups").body["items"] == []
    assert other.get(f"/groups/{key}").status == 404
    assert other.post(f"/groups/{key}/lead", {"to": "chenjia"}).status == 404
    looking = program(company.auditor)
    assert looking.get(f"/groups/{key}").status == 200
    assert looking.post(f"/groups/{key}/lead", {"to": "chenjia"}).status == 403
