"""Cases through the API: taken in, found again, read whole."""

from __future__ import annotations

from typing import get_args

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.api import bodies
from huiyin.cases.models import Case, CaseEvent, Channel, Kind
from huiyin.cases.queries import by_link
from huiyin.cases.severity import Complexity, Severity
from huiyin.org import actions as org
from huiyin.returns.actions import REASONS, VISITS
from tests.people import Company, TestClock

from .conftest import Caller, Program

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def test_a_created_case_answers_with_all_that_a_program_needs(desk: Program) -> None:
    reply = desk.create(category="repair/lift/stopped", place="3 号楼", external_number="A-1")
    assert reply.status == 201
    assert set(reply.body) == {"number", "receipt_url", "status", "version", "clocks"}
    # Received, and put before the supervisor: it is a complaint of P2.
    assert (reply.body["status"], reply.body["version"]) == ("received", 2)
    assert reply.headers["ETag"] == '"2"'
    assert reply.headers["Location"] == f"/api/v1/cases/{reply.body['number']}"
    assert reply.headers["Cache-Control"] == "no-store"
    due = {clock["kind"]: clock["due_at"] for clock in reply.body["clocks"]}
    assert due["respond"] == "2026-03-11T02:15:00Z"


def test_the_receipt_address_leads_to_the_case(desk: Program) -> None:
    created = desk.create().body
    address, _slash, link = created["receipt_url"].removesuffix("/").rpartition("/")
    assert address == f"{settings.HUIYIN_PUBLIC_URL}/r"
    assert by_link(link).number == created["number"]
    page = Client().get(created["receipt_url"].removeprefix(settings.HUIYIN_PUBLIC_URL))
    assert page.status_code == 200


def test_a_case_needs_neither_customer_nor_subject(desk: Program) -> None:
    number = desk.post("/cases", {"kind": "praise", "channel": "letter", "site": "ljf", "text": "谢谢张师傅"}).body[
        "number"
    ]
    case = desk.get(f"/cases/{number}").body
    assert (case["customer"], case["subject"], case["site"]) == (None, "谢谢张师傅", "LJF")


def test_null_is_the_same_as_left_out(desk: Program) -> None:
    person = {"name": "王女士", "phone": None}
    names = ("subject", "category", "place", "external_number", "received_at")
    number = desk.new(customer=person, **dict.fromkeys(names))
    found = desk.get(f"/cases/{number}").body
    assert (found["customer"], found["place"]) == ({"name": "王女士", "phone": "", "email": "", "tier": None}, "")
    assert desk.create(text=None).body["errors"][0]["pointer"] == "/text"


def test_a_category_is_known_by_code_and_by_name(desk: Program) -> None:
    numbers = [desk.new(category=wanted) for wanted in ("repair/lift/stopped", "电梯停运", "stopped")]
    assert {desk.get(f"/cases/{number}").body["category"] for number in numbers} == {"repair/lift/stopped"}


def test_a_voice_may_be_older_than_its_entry(desk: Program) -> None:
    number = desk.new(received_at="2026-03-11T09:00:00+08:00")
    assert desk.get(f"/cases/{number}").body["received_at"] == "2026-03-11T01:00:00Z"


def test_an_outside_number_is_taken_once_for_each_user(desk: Program, program: Caller, company: Company) -> None:
    number = desk.new(external_number="A-1")
    again = desk.create(external_number="A-1")
    assert (again.status, again.body["number"]) == (409, number)
    assert program(company.hemin).create(external_number="A-1").status == 201
    assert Case.objects.count() == 2


def test_an_outside_number_finds_the_callers_case(desk: Program, program: Caller, company: Company) -> None:
    number = desk.new(external_number="A-1")
    other = program(company.hemin)
    other.new(external_number="A-1")
    desk.new(external_number="A-2")
    assert [row["number"] for row in desk.get("/cases", external_number="A-1").body["items"]] == [number]


def test_a_case_is_read_with_everything_about_it(desk: Program, company: Company) -> None:
    number = desk.new()
    desk.act(number, "hand-over", {"department": "工程部", "task": "请检查"})
    desk.act(number, "commit", {"text": "今晚回复", "due_at": "2026-03-11T20:00:00+08:00"})
    reply = desk.get(f"/cases/{number}")
    case = reply.body
    assert reply.headers["ETag"] == f'"{case["version"]}"'
    kinds = [entry["kind"] for entry in case["timeline"] if entry["kind"] != "noted"]
    assert kinds == ["received", "accepted", "handed_over", "committed"]
    assert [entry["seq"] for entry in case["timeline"]] == list(range(1, case["version"] + 1))
    assert case["timeline"][0]["words"] == {"text": "三号楼电梯又停了，家里有老人。"}
    assert case["timeline"][0]["actor"]["username"] == "linxiao"
    assert case["customer"] == {"name": "王女士", "phone": "+8613800138000", "email": "", "tier": None}
    assert [given["department"] for given in case["hand_overs"]] == ["engineering"]
    assert [promise["due_at"] for promise in case["commitments"]] == ["2026-03-11T12:00:00Z"]
    assert (case["owner"], case["handler"], case["department"]) == ("linxiao", "linxiao", "engineering")
    assert case["next_due"]["due_at"] == min(clock["due_at"] for clock in case["clocks"])


def test_a_number_may_be_written_in_groups(desk: Program) -> None:
    number = desk.new()
    for written in (f"{number[:4]} {number[4:]}", f"{number[:4]}-{number[4:]}"):
        assert desk.get(f"/cases/{written}").body["number"] == number
        assert desk.act(written, "note", {"text": "看过"}).status == 200


def test_a_file_is_added_listed_and_read_again(desk: Program, program: Caller, company: Company) -> None:
    number = desk.new()
    photo = SimpleUploadedFile("门口.png", PNG)
    sent = desk.client.post(f"/api/v1/cases/{number}/files", {"file": photo, "text": "现场照片"})
    assert sent.status_code == 200, sent.content
    entry = desk.get(f"/cases/{number}").body["timeline"][-1]
    file = entry["files"][0]
    assert (entry["words"]["text"], file["name"], file["media_type"]) == ("现场照片", "门口.png", "image/png")
    reply = desk.get(f"/cases/{number}/files/{file['id']}")
    assert (reply.status, reply.content) == (200, PNG)
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert program(company.chenjia).get(f"/cases/{number}/files/{file['id']}").status == 404


def test_a_file_of_an_unknown_type_is_refused_and_names_its_field(desk: Program) -> None:
    number = desk.new()
    script = SimpleUploadedFile("x.png", b"#!/bin/sh\n")
    reply = desk.send("POST", f"/api/v1/cases/{number}/files")
    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/file")
    sent = desk.client.post(f"/api/v1/cases/{number}/files", {"file": script})
    assert (sent.status_code, sent.json()["errors"][0]["pointer"]) == (422, "/file")


def test_lists_of_what_cases_refer_to(desk: Program, program: Caller, company: Company) -> None:
    assert [site["code"] for site in desk.get("/sites").body] == ["LJF"]
    assert [site["code"] for site in program(company.zhougong).get("/sites").body] == ["FLY", "LJF"]
    everywhere = program(company.hemin).get("/sites").body
    assert {site["code"]: site["parent"] for site in everywhere} == {"HQ": None, "FLY": "HQ", "LJF": "HQ"}
    assert "engineering" in [department["code"] for department in desk.get("/departments").body]
    codes = [category["code"] for category in desk.get("/categories").body]
    assert "repair/lift/stopped" in codes
    assert "repair/lift" not in codes


def test_who_has_left_gets_no_answer(desk: Program, company: Company) -> None:
    assert desk.get("/sites").status == 200
    org.set_active(company.linxiao, active=False)
    assert desk.get("/sites").status == 401


def test_an_expired_token_gets_no_answer(desk: Program, clock: TestClock) -> None:
    clock.move(365 * 24 * 60)
    assert desk.get("/sites").status == 401


def test_events_happen_at_the_one_moment_of_the_request(desk: Program, clock: TestClock) -> None:
    desk.new()
    assert set(CaseEvent.objects.values_list("at", "recorded_at")) == {(clock.now, clock.now)}


def test_the_closed_sets_of_the_api_are_those_of_the_house() -> None:
    assert set(get_args(bodies.Kind)) == set(Kind.values)
    assert set(get_args(bodies.Channel)) == set(Channel.values)
    assert set(get_args(bodies.Severity)) == set(Severity.values)
    assert set(get_args(bodies.Complexity)) == set(Complexity.values)
    assert set(get_args(bodies.VisitChannel)) == set(VISITS)
    assert set(get_args(bodies.Reason)) == set(dict(REASONS))
