"""`Idempotency-Key`: a request sent twice is done once."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from huiyin.api.models import KeptAnswer
from huiyin.api.sweeps import sweep
from huiyin.cases.models import Case, CaseEvent
from huiyin.wiring import SWEEPS
from tests.people import Company, TestClock

from .conftest import Caller, Program

KEY = "c1a5-0001"


def test_the_same_request_gets_the_same_answer(desk: Program, clock: TestClock) -> None:
    body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了"}
    first = desk.post("/cases", body, Idempotency_Key=KEY)
    clock.move(60)
    again = desk.post("/cases", body, Idempotency_Key=KEY)
    assert first.status == again.status == 201
    assert first.content == again.content
    assert [first.headers[name] for name in ("Location", "ETag")] == [
        again.headers[name] for name in ("Location", "ETag")
    ]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_a_verb_is_done_once(desk: Program) -> None:
    number = desk.new()
    first = desk.act(number, "note", {"text": "看过"}, Idempotency_Key=KEY)
    again = desk.act(number, "note", {"text": "看过"}, Idempotency_Key=KEY, If_Match='"1"')
    assert first.body == again.body
    assert CaseEvent.objects.filter(kind="noted", topic="cases").count() == 1


def test_a_form_is_the_same_though_its_boundary_differs(desk: Program) -> None:
    number = desk.new()
    for text, status in (("照片", 200), ("照片", 200), ("别的", 409)):
        photo = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
        sent = desk.client.post(
            f"/api/v1/cases/{number}/files", {"file": photo, "text": text}, headers={"Idempotency-Key": KEY}
        )
        assert sent.status_code == status
    assert CaseEvent.objects.filter(kind="noted", topic="cases").count() == 1


def test_a_key_is_good_for_one_request_only(desk: Program) -> None:
    number, other = desk.new(), desk.new()
    assert desk.act(number, "note", {"text": "a"}, Idempotency_Key=KEY).status == 200
    for changed in (
        desk.act(number, "note", {"text": "b"}, Idempotency_Key=KEY),
        desk.act(other, "note", {"text": "a"}, Idempotency_Key=KEY),
        desk.act(number, "answer", {"text": "a"}, Idempotency_Key=KEY),
    ):
        assert (changed.status, changed.body["reason"]) == (409, "idempotency_key")
    assert desk.get(f"/cases/{number}").body["version"] == 2


def test_each_token_has_keys_of_its_own(program: Caller, company: Company) -> None:
    one, two = program(company.linxiao), program(company.linxiao)
    body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了"}
    numbers = {who.post("/cases", body, Idempotency_Key=KEY).body["number"] for who in (one, two, one)}
    assert len(numbers) == 2


def test_what_was_refused_may_be_tried_again_with_the_same_key(desk: Program) -> None:
    number = desk.new()
    assert desk.act(number, "resume", Idempotency_Key=KEY).status == 409
    assert not KeptAnswer.objects.exists()
    desk.act(number, "accept")
    desk.act(number, "wait", {"for": "third_party", "text": "等厂家"})
    assert desk.act(number, "resume", Idempotency_Key=KEY).status == 200


def test_a_known_outside_number_is_a_conflict_with_a_key_too(desk: Program) -> None:
    body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了", "external_number": "A-1"}
    number = desk.post("/cases", body, Idempotency_Key=KEY).body["number"]
    again = desk.post("/cases", body, Idempotency_Key="another")
    assert (again.status, again.body["number"]) == (409, number)


def test_act_and_answer_are_kept_together_or_not_at_all(desk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError

    body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了"}
    with monkeypatch.context() as patch:
        patch.setattr("huiyin.api.cases.clocks.of_new", broken)
        desk.client.raise_request_exception = False
        assert desk.post("/cases", body, Idempotency_Key=KEY).status == 500
    assert not Case.objects.exists()
    assert not KeptAnswer.objects.exists()
    assert desk.post("/cases", body, Idempotency_Key=KEY).status == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "键", "a\x01b"])
def test_a_malformed_key_is_refused(desk: Program, key: str) -> None:
    number = desk.new()
    assert desk.act(number, "accept", Idempotency_Key=key).status == 400
    assert Case.objects.get().status == "received"


def test_the_database_alone_opens_no_receipt(desk: Program) -> None:
    body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了"}
    created = desk.post("/cases", body, Idempotency_Key=KEY).body
    kept = bytes(KeptAnswer.objects.get().answer)
    assert created["receipt_url"][-44:-1].encode() not in kept
    assert created["number"].encode() not in kept


def test_answers_are_kept_for_48_hours(desk: Program, clock: TestClock) -> None:
    number = desk.new()
    desk.act(number, "note", {"text": "a"}, Idempotency_Key="first")
    begun = clock.now
    clock.move(1)
    desk.act(number, "note", {"text": "b"}, Idempotency_Key="second")
    assert sweep(begun + timedelta(hours=48)) == 0
    # The oldest is a minute over: now all that are over go at once, and no sooner, to write once a minute at most.
    assert sweep(begun + timedelta(hours=48, seconds=59)) == 0
    assert sweep(begun + timedelta(hours=48, seconds=60)) == 2
    assert sweep(begun + timedelta(hours=49)) == 0


def test_the_worker_sweeps_old_answers() -> None:
    assert sweep in SWEEPS


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the database in memory has one connection; see below")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_reads_the_answer_of_the_first(desk: Program) -> None:
    body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "电梯停了"}
    gate = Barrier(8)

    def send(_index: int) -> bytes:
        gate.wait()
        try:
            reply = Program(desk.token).post("/cases", body, Idempotency_Key=KEY)
            assert reply.status == 201, reply.body
            return reply.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))
    assert len(answers) == 1
    assert Case.objects.count() == 1


@pytest.mark.process
def test_processes_that_race_for_a_key_on_sqlite_make_one_case(tmp_path: Path) -> None:
    script = [sys.executable, str(Path(__file__).with_name("racing_process.py")), str(tmp_path)]
    token = subprocess.run([*script, "prepare"], check=True, capture_output=True, text=True).stdout.strip()
    racers = [subprocess.Popen([*script, token], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    rounds = list(zip(*answers, strict=True))
    assert len(rounds) == 20
    assert all(status == 201 for answer in answers for status, _number in answer)
    assert all(len({number for _status, number in one}) == 1 for one in rounds)
    assert len({number for _status, number in answers[0]}) == 20
