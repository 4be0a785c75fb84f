"""What is worth warning of, by program."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.org.models import SettingsEntry
from tests.conftest import Opener
from tests.people import Company, TestClock
from tests.standards.test_foreseeing import look, meet

from .conftest import Caller, Program

pytestmark = pytest.mark.tampers


def test_what_is_foreseen_comes_in_pages(company: Company, open_case: Opener, program: Caller) -> None:
    meet(company, open_case, ago=5)
    meet(company, open_case, ago=4, first=20, category=company.tap)
    look()
    lead: Program = program(company.zhaozhuguan)
    first = lead.get("/warnings", limit=1).body
    assert [one["category"] for one in first["items"]] == ["repair/lift/stopped"]
    assert first["items"][0]["product"] == 18
    second = lead.get("/warnings", limit=1, cursor=first["next"]).body
    assert [one["category"] for one in second["items"]] == ["repair/plumbing/tap"]
    assert second["next"] is None


def test_one_is_put_off_until_a_day_and_taken_up_again(
    company: Company, open_case: Opener, program: Caller, clock: TestClock
) -> None:
    meet(company, open_case, ago=5)
    look()
    lead = program(company.zhaozhuguan)
    one = f"/warnings/{lead.get('/warnings').body['items'][0]['id']}"
    until = (clock.now + timedelta(days=20)).date().isoformat()
    for _ in range(2):
        off = lead.post(f"{one}/put-off", {"until": until, "reason": "下周换主板"}, Idempotency_Key="k")
        assert (off.status, off.body["off_until"], off.body["off_reason"]) == (200, until, "下周换主板")
    assert SettingsEntry.objects.filter(area="warnings").count() == 1
    assert lead.get("/warnings").body["items"][0]["off_until"] == until
    again = lead.post(f"{one}/take-up")
    assert (again.status, again.body["off_until"], again.body["off_reason"]) == (200, None, "")
    for body, pointer in (
        ({"until": "soon", "reason": "x"}, "/until"),
        ({"until": 20260401, "reason": "x"}, "/until"),
        ({"until": "2020-01-01", "reason": "x"}, "/until"),
        ({"until": until, "reason": " "}, "/reason"),
        ({"until": until}, "/reason"),
    ):
        reply = lead.post(f"{one}/put-off", body)
        assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, pointer)
    assert lead.get("/warnings").body["items"][0]["off_until"] is None
    for who, status in ((company.linxiao, 403), (company.auditor, 403), (company.chenjia, 404)):
        assert program(who).post(f"{one}/put-off", {"until": until, "reason": "x"}).status == status
        assert program(who).post(f"{one}/take-up").status == status
    assert lead.post("/warnings/999999/take-up").status == 404


def test_an_agent_is_refused(desk: Program) -> None:
    assert desk.get("/warnings").status == 403
