"""Who may do what, asked of the API: every role × every verb × a case of the own and of another site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from huiyin.cases.models import CaseEvent
from huiyin.org import actions as org
from huiyin.org.history import Editor
from huiyin.org.house import Rules, change
from huiyin.org.models import Role
from tests.people import NOW, Company, TestClock

from .conftest import Caller, Program
from .test_verbs import BODIES

DESK = {
    *("get", "create", "accept", "assign", "hand-over", "answer", "note", "phone", "commit", "keep", "wait", "resume"),
    *("arrive", "contain"),
    *("grade", "sort", "resolve", "decline", "reopen", "join", "visit", "rating", "close", "files"),
    *(
        "tell",
        "judge-answer",
        "ask-department",
        "decide-return",
        "extend",
        "decide-extension",
        "chase",
        "refer",
        "concern",
        "transfer",
        "split",
    ),
    *("failure", "playbook", "step", "remedy", "choose", "promise", "deliver", "confirm", "cancel-remedy"),
    *("escalate", "propose-refusal", "expectation"),
    *("withdraw", "plan", "reach", "check", "fill", "relate", "contact", "tag", "untag"),
}
DEPARTMENT = {"explain", "sign", "reply", "ask-back", "return", "pass-on"}
LEAD = (
    {"decide-refusal"}
    | DESK
    | DEPARTMENT
    | {"approve", "refuse", "review", "override", "supervise", "decide", "decide-plan", "tier"}
)
MAY = {
    "agent": DESK,
    "back_office": DEPARTMENT
    | {"get", "note", "check", "fill", "files", "extend", "arrive", "contain", "deliver", "step"},
    "supervisor": LEAD,
    "manager": LEAD,
    "auditor": {"get"},
    "administrator": LEAD - {"approve"},
}
"""Written out here, apart from the table in the code."""
WAYS = sorted(LEAD)
DEPARTMENTS = {
    "tell": ["ask-back"],
    "decide-return": ["return"],
    "decide-extension": ["extend"],
    "decide-plan": ["grade", "plan"],
    "decide-refusal": ["propose-refusal"],
    "promise": ["remedy"],
    "deliver": ["remedy"],
    "confirm": ["remedy", "deliver"],
    "choose": ["remedy"],
    "cancel-remedy": ["remedy"],
    "step": ["playbook"],
}
"""What somebody else asks first."""
STEPS = {
    **DEPARTMENTS,
    "decide": ["refer"],
    "plan": ["grade"],
    "reach": ["grade", "plan", "decide-plan"],
    "resume": ["wait"],
    "reopen": ["resolve"],
    "review": ["resolve"],
    "visit": ["resolve"],
    "rating": ["resolve"],
    "expectation": ["resolve"],
    "close": ["decline"],
    "untag": ["tag"],
    "approve": ["remedy"],
}
SENT = {
    **BODIES,
    "extend": BODIES["extend"] | {"clock": "reply"},
    "grade": BODIES["grade"] | {"complexity": "project"},
}
_CHOICE = [{"label": name, "remedies": [{"kind": "apology"}]} for name in ("上门致歉", "书面致歉")]
"""A department may ask for more time for its own reply, and the desk may give it."""
UNTOUCHED = {"accept"}


@dataclass(frozen=True)
class Prepared:
    """A case in the state that a verb needs, what is sent, and a case to join it into."""

    number: str
    body: dict[str, Any]


def _prepare(lead: Program, asker: Program, way: str, site: str) -> Prepared:
    change(Rules(review=way == "review"), Editor(None, NOW))
    number = lead.new(site=site)
    body = dict(SENT.get(way, {}))
    if way == "close":
        lead.act(number, "hand-over", BODIES["hand-over"])
        lead.act(number, "decline", BODIES["decline"])
    elif way not in UNTOUCHED:
        given = lead.act(number, "hand-over", BODIES["hand-over"]).body
        promised = lead.act(number, "commit", BODIES["commit"]).body
        body |= {"hand_over": given["hand_overs"][0]["hand_over"]} if way == "reply" else {}
        body |= {"commitment": promised["commitments"][0]["commitment"]} if way == "keep" else {}
        for step in STEPS.get(way, []):
            who = asker if way in DEPARTMENTS else lead
            sent = {"options": _CHOICE} if way == "choose" else SENT[step]
            assert who.act(number, step, sent).status == 200
    if way == "judge-answer":  # not that of the own department, which nobody judges
        given = lead.act(number, "hand-over", BODIES["hand-over"] | {"department": "security"}).body
        lead.act(number, "reply", BODIES["reply"] | {"hand_over": given["hand_overs"][-1]["hand_over"]})
    if way in ("ask-department", "explain"):  # of one that worked on it, after a bad answer
        lead.act(number, "reply", BODIES["reply"] | {"hand_over": given["hand_overs"][0]["hand_over"]})
        lead.act(number, "resolve", BODIES["resolve"])
        assert lead.act(number, "visit", BODIES["visit"] | {"solved": False}).status == 200
    if way == "explain":
        assert lead.act(number, "ask-department", BODIES["ask-department"]).status == 200
    if way == "assign":
        body = {"to": "hemin"}
    if way == "relate":
        body = {"to": lead.new(site=site)}
        lead.act(body["to"], "hand-over", BODIES["hand-over"])
    if way == "join":
        body = {"into": lead.new(site=site)}
        lead.act(body["into"], "hand-over", BODIES["hand-over"])
    return Prepared(number, body)


def _go(who: Program, way: str, site: str, case: Prepared) -> int:
    """The status of the answer; whatever it did is undone."""
    with transaction.atomic():
        if way == "create":
            status = who.create(site=site).status
        elif way == "get":
            status = who.get(f"/cases/{case.number}").status
        elif way == "files":
            photo = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
            status = who.client.post(f"/api/v1/cases/{case.number}/files", {"file": photo}).status_code
        else:
            status = who.act(case.number, way, case.body).status
        transaction.set_rollback(True)
    return status


def _expected(role: str, way: str, *, own: bool) -> int:
    if way == "create":
        return 201 if own and way in MAY[role] else 403
    if not own:
        return 404
    # Nobody took it yet, so it was handed over to no department: the back office doesn't see it.
    if role == "back_office" and way in UNTOUCHED:
        return 404
    return 200 if way in MAY[role] else 403


@pytest.mark.once
@pytest.mark.slow
def test_every_role_may_do_just_its_verbs_and_only_where_it_belongs(
    program: Caller, company: Company, clock: TestClock, capsys: pytest.CaptureFixture[str]
) -> None:
    lead, asker = program(company.admin), program(company.zhaozhuguan)
    people = {
        role: program(
            org.add_user(
                f"one-{role}", str(role), password=None, department=company.engineering, grants=((role, company.ljf),)
            )
        )
        for role in Role
    }
    tried = 0
    for way in WAYS:
        for site in ("LJF", "FLY"):
            case = _prepare(lead, asker, way, site)
            before = CaseEvent.objects.count()
            for role, who in people.items():
                status = _go(who, way, site, case)
                assert status == _expected(role, way, own=site == "LJF"), (role.value, way, site)
                tried += 1
            assert CaseEvent.objects.count() == before
    assert tried == len(Role) * 2 * len(WAYS)
    with capsys.disabled():
        print(f" [{tried} combinations of role, verb and site]", end="")


def test_the_back_office_sees_only_what_was_handed_to_its_department(program: Caller, company: Company) -> None:
    desk, worker = program(company.linxiao), program(company.zhougong)
    theirs, others = desk.new(), desk.new()
    desk.act(theirs, "hand-over", BODIES["hand-over"])
    desk.act(others, "hand-over", BODIES["hand-over"] | {"department": "security"})
    assert [row["number"] for row in worker.get("/cases", total="true").body["items"]] == [theirs]
    assert worker.get("/cases", q="电梯", total="true").body["total"] == 1
    assert worker.get(f"/cases/{others}").status == 404
    assert worker.act(others, "reply", {"text": "x"}).status == 404


def test_lists_search_and_counts_end_where_the_role_ends(program: Caller, company: Company) -> None:
    lead = program(company.zhaozhuguan)
    at_ljf, at_fly = lead.new(site="LJF"), lead.new(site="FLY")
    for who, seen in ((company.linxiao, {at_ljf}), (company.chenjia, {at_fly}), (company.hemin, {at_ljf, at_fly})):
        for wanted in ({}, {"q": "电梯"}, {"site": "HQ"}):
            reply = program(who).get("/cases", total="true", **wanted)
            assert {row["number"] for row in reply.body["items"]} == seen
            assert reply.body["total"] == len(seen)


def test_a_case_of_another_site_is_not_a_target_to_join(program: Caller, company: Company) -> None:
    here, there = program(company.linxiao).new(), program(company.chenjia).new(site="FLY")
    reply = program(company.linxiao).act(here, "join", {"into": there})
    assert (reply.status, reply.body["errors"][0]["pointer"]) == (422, "/into")
