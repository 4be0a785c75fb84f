"""Notices to customers by program."""

from __future__ import annotations

from huiyin.org import actions as org
from huiyin.org.models import Role
from huiyin.standards import editing
from huiyin.standards.models import CustomerNotice
from tests.people import Company
from tests.standards.conftest import CALM

from .conftest import Caller


def test_a_program_writes_another_approves_and_anybody_reads(company: Company, program: Caller) -> None:
    grants = ((Role.MANAGER, company.ljf),)
    another = org.add_user("qian", "钱经理", password=None, department=company.frontdesk, grants=grants)
    lead, other, agent = (program(one) for one in (company.zhaozhuguan, another, company.linxiao))
    sent = {
        "kind": "statement",
        "site": "LJF",
        "title": "说明",
        "text": "水浑。",
        "cause": "在查。",
        "doing": "已取样。",
        "until": "2026-03-20T10:00:00+08:00",
        "next_at": "2026-03-12T10:00:00+08:00",
    }
    assert agent.post("/notices", sent).status == 403
    assert lead.post("/notices", sent | {"cause": ""}).body["errors"][0]["pointer"] == "/cause"
    made = lead.post("/notices", sent)
    assert (made.status, made.body["state"]) == (201, "draft")
    number = made.body["id"]
    assert agent.post(f"/notices/{number}/approve", {}).status == 404
    assert lead.post(f"/notices/{number}/approve", {}).status == 422
    assert other.post(f"/notices/{number}/approve", {}).body["state"] == "approved"
    assert [row["id"] for row in agent.get("/notices", site="LJF").body["items"]] == [number]
    assert agent.get("/notices", site="FLY").body["items"] == []
    assert agent.get("/notices", site="NOPE").status == 422
    assert agent.get("/notices").status == 422
    assert agent.post(f"/notices/{number}/withdraw", {"reason": "x"}).status == 403
    assert other.post(f"/notices/{number}/withdraw", {"reason": "x"}).body["state"] == "withdrawn"
    assert agent.get("/notices", site="LJF").body["items"] == []


def test_the_same_draft_sent_twice_with_one_key_is_one_and_words_are_read(company: Company, program: Caller) -> None:
    editing.furnish([], [CALM])
    lead = program(company.zhaozhuguan)
    sent = {"kind": "season", "site": "HQ", "title": "台风", "text": "请您冷静。", "until": "2026-03-20T10:00:00+08:00"}
    refused = lead.post("/notices", sent)
    assert (refused.status, refused.body["anyway"]) == (422, True)
    first, second = (lead.post("/notices?anyway=true", sent, Idempotency_Key="a") for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert CustomerNotice.objects.count() == 1
