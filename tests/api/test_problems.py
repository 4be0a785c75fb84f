"""Every error is `application/problem+json`; `Program` checks that of each answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError

from huiyin.api import cases as api_cases
from huiyin.cases.models import Case
from tests.people import Company, TestClock

from .conftest import Caller, Program

WHOLE: dict[str, Any] = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了"}


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/nothing", "/api/", "/api/v2/x", "/api/v1/openapi.json"])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer hy_wrong", "Basic YTpi", "hy_wrong"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_who_shows_no_token_learns_nothing(
    company: Company, clock: TestClock, path: str, header: str | None, method: str
) -> None:
    reply = Program("").send(method, path, headers={"Authorization": header} if header is not None else {})
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_log_in_by_cookie_opens_nothing(company: Company, clock: TestClock) -> None:
    stranger = Program("")
    stranger.client.force_login(company.admin)
    assert stranger.client.get("/api/v1/cases").status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/cases/", "/api/x", "/api/v1/cases/1000017/dance"])
def test_an_unknown_address_is_a_problem(desk: Program, path: str) -> None:
    assert desk.send("GET", path).status == 404


def test_a_wrong_method_names_the_right_one(desk: Program) -> None:
    reply = desk.send("DELETE", "/api/v1/cases")
    assert reply.status == 405
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b'{"text": NaN}', b'{"text": "\\ud800"}', b"[" * 20_000, b"kind=complaint"]
)
def test_what_is_no_json_is_a_bad_request(desk: Program, raw: bytes) -> None:
    assert desk.send("POST", "/api/v1/cases", data=raw, content_type="application/json").status == 400


def test_too_large_a_body_is_refused(desk: Program) -> None:
    raw = json.dumps({**WHOLE, "text": "x" * 2_200_000}).encode()
    assert desk.send("POST", "/api/v1/cases", data=raw, content_type="application/json").status == 413


def test_an_endless_upload_is_refused_before_it_is_read(desk: Program) -> None:
    number = desk.new()
    reply = desk.send("POST", f"/api/v1/cases/{number}/files", CONTENT_LENGTH="2000000000")
    assert reply.status == 413


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"kind": "rant"}, ["/kind"]),
        ({"channel": "pigeon"}, ["/channel"]),
        ({"site": "NOWHERE"}, ["/site"]),
        ({"site": None}, ["/site"]),
        ({"text": "  "}, ["/text"]),
        ({"text": 5}, ["/text"]),
        ({"text": "a\x00b"}, ["/text"]),
        ({"text": "x" * 20_001}, ["/text"]),
        ({"subject": "x" * 201}, ["/subject"]),
        ({"place": "x" * 121}, ["/place"]),
        ({"category": "nothing"}, ["/category"]),
        ({"category": "repair/lift"}, ["/category"]),
        ({"external_number": "x" * 65}, ["/external_number"]),
        ({"customer": {"phone": "abc"}}, ["/customer/phone"]),
        ({"customer": {"phone": "1" * 41}}, ["/customer/phone"]),
        ({"customer": {"name": "x" * 101}}, ["/customer/name"]),
        ({"customer": {"nmae": "x", "a/b~c": 1}}, ["/customer/nmae", "/customer/a~1b~0c"]),
        ({"customer": "王"}, ["/customer"]),
        ({"recieved_at": "2026-03-11T09:00:00+08:00"}, ["/recieved_at"]),
        ({"received_at": "2026-03-11T09:00:00"}, ["/received_at"]),
        ({"received_at": 1741656000}, ["/received_at"]),
        ({"received_at": "0001-01-01T00:00:00+08:00"}, ["/received_at"]),
        ({"received_at": "2026-03-12T09:00:00+08:00"}, ["/received_at"]),
        ({"kind": 1, "channel": 2}, ["/kind", "/channel"]),
    ],
)
def test_a_bad_field_is_named_by_its_pointer(desk: Program, change: dict[str, Any], pointers: list[str]) -> None:
    reply = desk.post("/cases", WHOLE | change)
    assert reply.status == 422
    assert [error["pointer"] for error in reply.body["errors"]] == pointers
    assert all(error["detail"] for error in reply.body["errors"])
    assert not Case.objects.exists()


@pytest.mark.parametrize("raw", [b"[]", b"5", b'"text"', b""])
def test_a_body_must_be_an_object(desk: Program, raw: bytes) -> None:
    reply = desk.send("POST", "/api/v1/cases", data=raw, content_type="application/json")
    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "")


@pytest.mark.parametrize(
    ("verb", "body", "pointers"),
    [
        ("accept", {"to": "me"}, ["/to"]),
        ("assign", {}, ["/to"]),
        ("assign", {"to": "nobody"}, ["/to"]),
        ("assign", {"to": "chenjia"}, ["/to"]),
        ("hand-over", {"department": "nowhere", "task": "x"}, ["/department"]),
        ("hand-over", {"department": "engineering", "task": " "}, ["/task"]),
        (
            "hand-over",
            {"department": "engineering", "task": "x", "reply_by": "2026-03-11T09:00:00+08:00"},
            ["/reply_by"],
        ),
        ("answer", {"text": ""}, ["/text"]),
        ("answer", {"text": "x", "public": "yes"}, ["/public"]),
        ("answer", {"text": "x", "public": 1}, ["/public"]),
        ("phone", {"text": "x", "reached": "true"}, ["/reached"]),
        ("commit", {"text": "x", "due_at": "2026-03-12"}, ["/due_at"]),
        ("commit", {"text": "x", "due_at": "2026-03-10T10:00:00Z"}, ["/due_at"]),
        ("keep", {"commitment": "2", "kept": True}, ["/commitment"]),
        ("wait", {"for": "godot", "text": "x"}, ["/for"]),
        ("wait", {"waiting_for": "customer", "text": "x"}, ["/for", "/waiting_for"]),
        ("grade", {}, ["/taps"]),
        ("grade", {"taps": {}, "severity": "P1"}, ["/taps"]),
        ("grade", {"taps": {"state": 3, "danger": 1}}, ["/taps/danger", "/taps/state"]),
        ("grade", {"severity": "P1", "reason": "短"}, ["/reason"]),
        ("sort", {"category": "nothing"}, ["/category"]),
        ("sort", {"category": ""}, ["/category"]),
        ("resolve", {"text": "x"}, ["/cause", "/done"]),
        ("join", {"into": "1000017"}, ["/into"]),
        ("visit", {"channel": "phone", "reached": True, "satisfied": 6}, ["/satisfied"]),
        ("visit", {"channel": "phone", "reached": True}, ["/solved"]),
    ],
)
def test_a_verb_names_the_field_it_cannot_take(
    desk: Program, verb: str, body: dict[str, Any], pointers: list[str]
) -> None:
    number = desk.new()
    if verb == "visit":
        desk.act(number, "accept")
        desk.act(number, "resolve", {"cause": "a", "done": "b", "text": "c"})
    reply = desk.act(number, verb, body)
    assert reply.status == 422, reply.body
    assert [error["pointer"] for error in reply.body["errors"]] == pointers


def test_a_case_is_not_joined_into_itself(desk: Program) -> None:
    number = desk.new()
    reply = desk.act(number, "join", {"into": number})
    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/into")


def test_what_the_status_forbids_is_a_conflict(desk: Program) -> None:
    number = desk.new()
    assert desk.act(number, "accept").status == 200
    reply = desk.act(number, "accept")
    assert (reply.status, reply.body["case_status"]) == (409, "accepted")
    assert "accepted" in reply.body["detail"]
    assert "hand-over" in reply.allowed
    assert "accept" not in reply.allowed


def test_who_may_not_do_a_verb_is_told_which(program: Caller, company: Company, desk: Program) -> None:
    number = desk.new()
    reply = program(company.auditor).act(number, "accept")
    assert (reply.status, reply.body["verb"]) == (403, "accept")


def test_nobody_visits_the_case_they_handled(desk: Program) -> None:
    number = desk.new()
    desk.act(number, "accept")
    desk.act(number, "resolve", {"cause": "a", "done": "b", "text": "c"})
    reply = desk.act(number, "visit", {"channel": "phone", "reached": True, "solved": True})
    assert (reply.status, reply.body["reason"]) == (403, "own_case")


@pytest.mark.parametrize("number", ["1000017", "12", "abc", "１００", "9" * 40, "1000018"])
def test_a_number_that_leads_nowhere_is_not_found(desk: Program, number: str) -> None:
    assert desk.get(f"/cases/{number}").status == 404
    assert desk.act(number, "accept").status == 404


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "1000018"}, "cursor"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "severity~P1~7"}, "cursor"),
        ({"cursor": "severity~P1~7", "sort": "oldest"}, "cursor"),
        ({"cursor": "severity~P1\x00~7", "sort": "severity"}, "cursor"),
        ({"cursor": "severity~P'~7", "sort": "severity"}, "cursor"),
        ({"cursor": "due~0001-01-01T00:00:00+14:00~7", "sort": "due"}, "cursor"),
        ({"cursor": "due~x~7", "due": "soon"}, "cursor"),
        ({"sort": "best"}, "sort"),
        ({"sort": "oldest", "due": "late"}, "sort"),
        ({"sort": "due", "q": "电梯"}, "sort"),
        ({"due": "late", "q": "电梯"}, "sort"),
        ({"due": "now"}, "due"),
        ({"severity": "P9"}, "severity"),
        ({"channel": "pigeon"}, "channel"),
        ({"category": "nothing"}, "category"),
        ({"tag": "没有"}, "tag"),
        ({"owner": "nobody"}, "owner"),
        ({"department": "nowhere"}, "department"),
        ({"handler": "linxiao", "unassigned": "true"}, "unassigned"),
        ({"open": "perhaps"}, "open"),
        ({"older": "long"}, "older"),
        ({"newer": "3y"}, "newer"),
        ({"since": "yesterday"}, "since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"until": "9999-12-31"}, "until"),
        ({"q": "a"}, "q"),
        ({"q": "…"}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"status": "accepted,done"}, "status"),
        ({"kind": "rant"}, "kind"),
        ({"site": "NOWHERE"}, "site"),
        ({"handler": "nobody"}, "handler"),
        ({"total": "perhaps"}, "total"),
        ({"stauts": "accepted"}, "stauts"),
        ({"status": ["received", "accepted"]}, "status"),
    ],
)
def test_a_bad_parameter_of_a_list_is_named(desk: Program, parameters: dict[str, Any], name: str) -> None:
    reply = desk.get("/cases", **parameters)
    assert (reply.status, [error["parameter"] for error in reply.body["errors"]]) == (422, [name])


def test_a_fault_of_ours_is_a_problem_too(desk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(api_cases, "open_case", broken)
    desk.client.raise_request_exception = False
    reply = desk.create()
    assert reply.status == 500
    assert b"secret" not in reply.content


def test_a_busy_database_asks_to_try_again(desk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_args: object) -> None:
        raise OperationalError("locked")

    monkeypatch.setattr(api_cases, "open_case", busy)
    reply = desk.create()
    assert (reply.status, reply.headers["Retry-After"]) == (503, "1")
