"""Words that had better not be said, asked and refused by the API."""

from __future__ import annotations

import pytest

from huiyin.cases.models import CaseEvent
from huiyin.standards import editing
from tests.people import Company
from tests.standards.conftest import CALM, DELETE

from .conftest import Caller

BAD, RUDE = "照片先删了吧。", "您冷静一点。"


@pytest.fixture(autouse=True)
def words(company: Company) -> None:
    """Two patterns: one warns, one blocks."""
    editing.furnish([], [CALM, DELETE])


def test_a_text_is_checked_without_keeping_anything(program: Caller, company: Company) -> None:
    before = CaseEvent.objects.count()
    reply = program(company.auditor).post("/check-words", {"text": f"您好。{RUDE}{{原因}}"})
    assert reply.status == 200
    calm, blank = reply.body["findings"]
    assert {name: calm[name] for name in ("start", "end", "said", "level", "better")} == {
        "start": 3,
        "end": 6,
        "said": "您冷静",
        "level": "warn",
        "better": "您慢慢说。",
    }
    assert (blank["said"], blank["key"], blank["level"]) == ("{原因}", 0, "warn")
    assert CaseEvent.objects.count() == before


@pytest.mark.parametrize("body", [{}, {"text": "a" * 20_001}, {"text": "a", "more": 1}, {"text": None}])
def test_a_body_that_is_none_is_refused(program: Caller, company: Company, body: dict[str, object]) -> None:
    assert program(company.linxiao).post("/check-words", body).status == 422


def test_nobody_asks_without_a_token(program: Caller, company: Company) -> None:
    stranger = program(company.linxiao).client.post(
        "/api/v1/check-words", {"text": "a"}, "application/json", headers={"Authorization": ""}
    )
    assert stranger.status_code == 401


def test_what_is_blocked_is_refused_with_what_was_found(program: Caller, company: Company) -> None:
    desk = program(company.linxiao)
    number = desk.new()
    for path in ("answer", "answer?anyway=true"):
        reply = desk.act(number, path, {"text": BAD})
        assert (reply.status, reply.body["anyway"]) == (422, False)
        assert reply.body["errors"][0]["pointer"] == "/text"
        assert "Better: “您慢慢说。”" in reply.body["detail"]
        assert [one["level"] for one in reply.body["findings"]] == ["block"]
    assert desk.get(f"/cases/{number}").body["status"] == "received"


def test_a_warning_is_passed_over_by_saying_so_and_the_event_keeps_it(program: Caller, company: Company) -> None:
    desk = program(company.linxiao)
    number = desk.new()
    reply = desk.act(number, "answer", {"text": RUDE}, Idempotency_Key="k")
    assert (reply.status, reply.body["anyway"]) == (422, True)
    again = desk.act(number, "answer?anyway=true", {"text": RUDE}, Idempotency_Key="k")
    assert again.status == 200
    assert [event["data"].get("anyway") is not None for event in again.body["events"]] == [False, True]


def test_the_field_that_holds_the_words_is_named(program: Caller, company: Company) -> None:
    desk = program(company.linxiao)
    reply = desk.act(desk.new(), "decline", {"reason": "不在范围", "right_door": BAD})
    assert reply.body["errors"][0]["pointer"] == "/right_door"


def test_a_word_to_an_incident_is_checked_too(program: Caller, company: Company) -> None:
    desk = program(company.linxiao)
    found = desk.post("/incidents", {"site": "LJF", "title": "停电", "cases": [desk.new()]}).body["id"]
    assert desk.post(f"/incidents/{found}/tell", {"text": RUDE}).status == 422
    assert desk.post(f"/incidents/{found}/tell?anyway=true", {"text": RUDE}).status == 200
    assert desk.post(f"/incidents/{found}/tell?anyway=true", {"text": BAD}).status == 422
