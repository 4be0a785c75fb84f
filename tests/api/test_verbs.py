"""One case through every verb of the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huiyin.cases import categories
from huiyin.cases.actions import possible
from huiyin.cases.workflow import Status
from huiyin.customers.tiers import TierValues, add
from huiyin.org.access import Verb
from huiyin.org.history import Editor
from huiyin.org.house import Rules, change
from tests.people import NOW, Company, TestClock

from .conftest import Caller, Program


class Loop:
    """Does verbs on one case, a minute apart, and remembers which."""

    def __init__(self, number: str, clock: TestClock) -> None:
        self.number, self.clock, self.done = number, clock, set[str]()

    def act(self, who: Program, verb: str, **body: Any) -> dict[str, Any]:
        """The answer, which must be a success with new events in a row up to the version."""
        self.clock.move(1)
        reply = who.act(self.number, verb, {name.rstrip("_"): value for name, value in body.items()} or None)
        assert reply.status == 200, reply.body
        assert set(reply.body) - {"part", "remedies", "plans"} == {
            *("number", "status", "version", "events", "clocks", "hand_overs", "commitments"),
        }
        assert reply.headers["ETag"] == f'"{reply.body["version"]}"'
        assert reply.body["number"] == self.number
        assert reply.body["events"][-1]["seq"] == reply.body["version"]
        self.done.add(verb)
        found: dict[str, Any] = reply.body
        return found


def _kinds(answer: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in answer["events"] if event["kind"] != "noted"]


def test_a_case_goes_through_every_verb(program: Caller, company: Company, clock: TestClock) -> None:
    agent, worker, caller = program(company.linxiao), program(company.zhougong), program(company.hemin)
    lead = program(company.zhaozhuguan)
    case = Loop(agent.new(), clock)
    assert case.act(agent, "accept")["status"] == "accepted"
    assert _kinds(case.act(agent, "assign", to="hemin")) == ["assigned"]
    assert _kinds(case.act(agent, "grade", taps={"state": 1, "scope": 2, "impact": 2, "care": 1})) == [
        "graded",
        "referred",
    ]
    assert _kinds(case.act(agent, "grade", severity="P3", reason="业主说可以等到下午再来")) == ["graded"]
    assert _kinds(case.act(agent, "sort", category="电梯停运")) == ["sorted"]
    given = case.act(agent, "hand-over", department="engineering", task="请检查", reply_by="2026-03-11T18:00:00+08:00")
    number = given["hand_overs"][0]["hand_over"]
    assert [c["due_at"] for c in given["clocks"] if c["kind"] == "reply"] == ["2026-03-11T10:00:00Z"]
    assert _kinds(case.act(worker, "arrive", text="到了")) == ["arrived"]
    assert _kinds(case.act(worker, "contain", text="已断电")) == ["contained"]
    assert case.act(worker, "reply", hand_over=number, text="换了门机开关")["hand_overs"][0]["replied_at"] is not None
    _judged(case, agent, number)
    case.act(worker, "note", text="备件用完了")
    assert _kinds(case.act(agent, "answer", text="师傅已经到了", public=True)) == ["answered"]
    assert _kinds(case.act(agent, "phone", text="电话里说了进度", reached=True)) == ["called"]
    promised = case.act(agent, "commit", text="今晚前恢复", due_at="2026-03-11T20:00:00+08:00")
    promise = promised["commitments"][0]["commitment"]
    kept = case.act(agent, "keep", commitment=promise, kept=True, text="提前了")
    assert kept["commitments"][0]["kept"] is True
    waiting = case.act(agent, "wait", for_="customer", text="请确认在家时间")
    assert waiting["status"] == "waiting"
    assert {c["kind"] for c in waiting["clocks"] if c["paused"]} == {"resolve", "update"}
    assert case.act(agent, "resume")["status"] == "accepted"
    assert case.act(agent, "resolve", cause="开关老化", done="更换", text="修好了")["status"] == "resolved"
    bad = case.act(lead, "visit", channel="phone", reached=True, answered=True, solved=False)
    assert (bad["status"], _kinds(bad)) == ("accepted", ["visited", "reopened", "graded", "referred"])
    _heard(case, caller, worker)
    case.act(agent, "resolve", cause="接触不良", done="再换", text="这次好了")
    good = {"channel": "phone", "reached": True, "answered": True, "solved": True, "satisfied": 5, "promise_kept": True}
    assert case.act(lead, "visit", **good, words="谢谢")["status"] == "resolved"
    _filed(case, agent, caller)
    assert case.act(lead, "refuse", reason="不能赔偿误工", basis="合同第八条")["status"] == "refused"
    case.act(agent, "reopen", reason="客户补充了材料")
    assert case.act(agent, "decline", reason="属于电梯厂保修", right_door="厂家 400 电话")["status"] == "declined"
    case.act(agent, "reopen", reason="厂家转回")
    other = agent.new()
    assert case.act(agent, "join", into=other)["status"] == "joined"
    assert agent.get(f"/cases/{case.number}").body["joined_into"] == other
    _between_front_and_back(Loop(agent.new(), clock), agent, worker, lead)
    _particulars(Loop(agent.new(), clock), agent, lead, company)
    _reviewed(Loop(agent.new(), clock), agent, lead, company)
    _through_a_project(Loop(agent.new(), clock), agent, lead)
    assert _kinds(case.act(agent, "tag", tag="回访重点")) == ["tagged"]
    assert agent.get(f"/cases/{case.number}").body["tags"] == agent.get("/tags").body == ["回访重点"]
    assert _kinds(case.act(agent, "untag", tag="回访重点")) == ["untagged"]
    done = case.done | DISPATCH | PROJECT | RECOVERY | PLANS | {"review", "check", "fill", "relate", "contact", "tier"}
    # A call can only be acknowledged in an emergency: see test_emergencies.
    assert done == {verb.value for verb in Verb} - {
        "view",
        "create",
        "import",
        "administer",
        "acknowledge",
        "identify",
        "mark",
        "marks",
        "notice",
        "share",
        "measure",
        "exclude",
        "export",
    }


def _heard(case: Loop, caller: Program, worker: Program) -> None:
    """After a bad answer."""
    case.act(caller, "ask-department", **BODIES["ask-department"])
    case.act(worker, "explain", **BODIES["explain"])


def _judged(case: Loop, agent: Program, number: int) -> None:
    """The answer of a department."""
    no = case.act(agent, "judge-answer", usable=False, why="incomplete", text="没写原因")["hand_overs"][0]
    assert (no["usable"], no["unusable"]) == (False, "incomplete")
    yes = case.act(agent, "judge-answer", hand_over=number, usable=True)["hand_overs"][0]
    assert (yes["usable"], yes["unusable"]) == (True, "")


def _particulars(case: Loop, agent: Program, lead: Program, company: Company) -> None:
    """Tasks, fields and links."""
    lift = categories.values_of(company.lift)
    categories.change(company.lift.code, replace(lift, extra_fields="梯号"), Editor(company.admin, NOW))
    case.act(agent, "sort", category=company.lift.code)
    case.act(agent, "check", add=["量导轨"])
    case.act(agent, "check", done=[agent.get(f"/cases/{case.number}").body["tasks"][0]["key"]])
    case.act(agent, "fill", values={"梯号": 2})
    see_also = agent.new()
    case.act(agent, "relate", to=see_also)
    case.act(agent, "contact", name="王芳", phone="13900000003", email="Wang@Example.com", place="7-2-1203")
    whole = agent.get(f"/cases/{case.number}").body
    assert (whole["related"], whole["fields"]) == ([see_also], {"梯号": "2"})
    assert whole["customer"] == {"name": "王芳", "phone": "+8613900000003", "email": "wang@example.com", "tier": None}
    add("gold", TierValues("金卡"), Editor(company.admin, NOW))
    case.act(lead, "tier", tier="gold")
    assert agent.get(f"/cases/{case.number}").body["customer"]["tier"] == "gold"
    assert (whole["place"], whole["timeline"][-1]["words"]["old_name"]) == ("7-2-1203", "王女士")
    assert [(task["text"], task["done"]) for task in whole["tasks"]] == [("量导轨", True)]


DISPATCH = {
    *("sign", "ask-back", "tell", "return", "decide-return", "extend", "decide-extension", "override", "chase"),
    *("supervise", "pass-on"),
    *("propose-refusal", "decide-refusal"),
    *("refer", "decide", "concern", "transfer", "split", "withdraw", "escalate"),
}


def _reviewed(case: Loop, agent: Program, lead: Program, company: Company) -> None:
    change(Rules(review=True), Editor(company.admin, case.clock.now))
    case.act(agent, "accept")
    case.act(agent, "resolve", cause="老化", done="更换", text="好了")
    assert agent.get(f"/cases/{case.number}").body["review_since"] is not None
    again = case.act(lead, "review", ok=False, text="没有写明更换的部件")
    assert (again["status"], _kinds(again)) == ("accepted", ["reviewed", "reopened"])
    case.act(agent, "resolve", cause="老化", done="更换门机皮带", text="好了")
    assert _kinds(case.act(lead, "review", ok=True)) == ["reviewed"]


def _filed(case: Loop, agent: Program, caller: Program) -> None:
    assert _kinds(case.act(caller, "rating", method="keypress", satisfied=5, solved=True)) == ["visited"]
    assert case.act(agent, "close")["status"] == "closed"
    case.act(agent, "expectation", **BODIES["expectation"])
    found = agent.get("/cases?expectation=over-promised").body["items"]
    assert [one["number"] for one in found] == [case.number]
    assert case.act(caller, "reopen", reason="第二天又停了")["status"] == "accepted"


def _between_front_and_back(case: Loop, agent: Program, worker: Program, lead: Program) -> None:
    case.act(agent, "hand-over", department="engineering", task="请检查")
    (task,) = case.act(worker, "sign", text="老周去")["hand_overs"]
    assert task["signed_at"] is not None
    case.act(worker, "ask-back", text="几号梯？")
    case.act(agent, "tell", text="3 号梯")
    case.act(worker, "return", **BODIES["return"])
    refused = case.act(agent, "decide-return", granted=False, reason="保修期已过")
    assert refused["hand_overs"][0]["dropped"] is False
    case.act(worker, "extend", clock="reply", until="2026-03-12T18:00:00+08:00", reason="要等维保单位明天到场")
    case.act(agent, "decide-extension", granted=True)
    case.act(agent, "extend", **BODIES["extend"])
    longer = case.act(lead, "decide-extension", granted=True, text="配件在路上，25 日前修好")
    (clock,) = [c for c in longer["clocks"] if c["kind"] == "resolve"]
    assert clock["first_due_at"] < clock["due_at"] == "2026-03-25T12:00:00Z"
    case.act(lead, "override", clock="resolve", due_at="2026-03-24T20:00:00+08:00", reason="可以早一天，按新的排期")
    case.act(agent, "chase", by="customer")
    case.act(lead, "supervise", reason="第三次反映", due_at="2026-03-15T12:00:00+08:00")
    case.act(lead, "supervise", reason="已经见效", end=True)
    case.act(agent, "refer", reason="工程部与保安部互相推")
    given = case.act(
        lead, "decide", measure="先关停再查", text="我们先停梯检查", department="security", assist=["finance"]
    )
    assert [(h["department"], h["part"]) for h in given["hand_overs"][1:]] == [
        ("security", "lead"),
        ("finance", "assist"),
    ]
    gone = case.act(worker, "pass-on", department="quality", reason="要先由品质部验收才能开工")
    assert [(h["department"], h["passed_from"]) for h in gone["hand_overs"]][-1] == ("quality", task["hand_over"])
    assert agent.get(f"/cases/{case.number}").body["passed"] == [gone["hand_overs"][-1]["hand_over"]]
    case.act(agent, "transfer", body="12345", number="A-1", due_at="2026-03-20T20:00:00+08:00")
    case.act(agent, "propose-refusal", **BODIES["propose-refusal"])
    case.act(lead, "decide-refusal", **BODIES["decide-refusal"])
    case.act(agent, "escalate", origin="media", reason="电视台来问")
    part = case.act(agent, "split", subject="车库的灯", text="车库的灯也坏了")["part"]
    assert agent.get(f"/cases/{part}").body["subject"] == "车库的灯"
    case.act(agent, "concern", users=["chenjia"], departments=["security"], reason="投诉对象是保安部")
    assert case.act(agent, "withdraw", text="电话里说不用了")["status"] == "withdrawn"
    assert case.done == DISPATCH | {"hand-over"}


PROJECT = {"plan", "decide-plan", "reach"}


def _through_a_project(case: Loop, agent: Program, lead: Program) -> None:
    case.act(agent, "accept")
    assert {
        c["kind"] for c in case.act(agent, "grade", taps={}, complexity="project")["clocks"] if not c["outcome"]
    } == {
        "respond",
        "plan",
    }
    case.act(agent, "plan", **BODIES["plan"])
    assert _kinds(case.act(lead, "decide-plan", granted=True, text="分两步做")) == ["planned"]
    case.act(agent, "reach", milestone=1, text="方案定了")
    later = [{"title": "更换", "due_at": "2026-05-20T18:00:00+08:00", "milestone": 2}]
    case.act(agent, "plan", milestones=later, reason="厂家推迟发货，书面通知已收到")
    case.act(lead, "decide-plan", granted=True, text="推迟到五月二十日")
    found = agent.get(f"/cases/{case.number}").body["milestones"]
    assert [(one["milestone"], one["title"], one["first_due_at"], one["due_at"]) for one in found] == [
        (1, "方案", "2026-03-31T10:00:00Z", "2026-03-31T10:00:00Z"),
        (2, "更换", "2026-04-30T10:00:00Z", "2026-05-20T10:00:00Z"),
    ]
    assert [one["reached_at"] is not None for one in found] == [True, False]


PLANS = {"playbook", "step"}
"""Done in a test of their own."""
RECOVERY = {"failure", "remedy", "approve", "choose", "promise", "deliver", "confirm", "cancel-remedy"}
CHOICE = [
    {"label": "重做并送 50 元服务券", "remedies": [{"kind": "redo"}, {"kind": "voucher", "amount": 50_00}]},
    {"label": "退费 80 元", "remedies": [{"kind": "refund", "amount": 80_00}]},
]


def test_what_makes_good_is_chosen_approved_promised_and_given(
    program: Caller, company: Company, clock: TestClock
) -> None:
    agent, lead = program(company.linxiao), program(company.zhaozhuguan)
    case = Loop(agent.new(), clock)
    assert "again" in {one["code"] for one in agent.get("/failures").body["items"]}
    case.act(agent, "failure", failure="again", gravity="major", text="同一处修了三次")
    case.act(agent, "remedy", options=CHOICE)
    chosen = case.act(agent, "choose", option=2)
    assert [one["state"] for one in chosen["remedies"]] == ["cancelled", "cancelled", "approved"]
    more = [{"remedies": [{"kind": "goodwill", "amount": 200_00}]}]
    asked = case.act(agent, "remedy", options=more, reason="约好上午九点，十一点半才到")
    assert _kinds(asked) == ["approving"]
    assert [one["state"] for one in case.act(lead, "approve", granted=True)["remedies"]][3:] == ["approved"]
    due = "2026-03-20T20:00:00+08:00"
    told = case.act(agent, "promise", remedies=[3, 4], due_at=due, text="退费和补偿本周到账")
    assert [one["commitment"] for one in told["remedies"]][2:] == [told["version"]] * 2
    assert _kinds(case.act(agent, "deliver", remedy=3)) == []
    assert _kinds(case.act(agent, "deliver", remedy=4, paid=180_00)) == ["kept"]
    assert case.act(agent, "confirm", remedy=4)["remedies"][3]["state"] == "confirmed"
    case.act(agent, "remedy", options=[{"remedies": [{"kind": "apology"}]}])
    case.act(agent, "cancel-remedy", remedy=5, reason="已经当面致歉，不必再写")
    book = agent.get(f"/cases/{case.number}/remedies").body
    assert [one["standing"] for one in book["proposals"]] == ["granted"] * 3
    assert (book["failure"], book["gravity"], book["comparable"]["count"]) == ("again", "major", 0)
    (budget,) = lead.get("/budgets", month="2026-03").body["items"]
    assert (budget["spent"], budget["reserved"], budget["free"]) == (260_00, 0, 9740_00)
    assert agent.get("/budgets", month="2026-03").body["items"] == []
    assert case.done == RECOVERY
    assert lead.get("/budgets", month="March").body["errors"][0]["parameter"] == "month"


def test_a_recovery_plan_is_chosen_and_stepped_through(program: Caller, company: Company, clock: TestClock) -> None:
    agent = program(company.linxiao)
    case = Loop(agent.new(), clock)
    (book,) = agent.get("/playbooks").body["items"]
    assert (book["playbook"], book["failure"], book["gravity"], len(book["steps"])) == ("worst", "again", "critical", 1)
    (begun,) = case.act(agent, "playbook", playbook="worst")["plans"]
    assert (begun["steps"][0]["state"], begun["outcome"]) == ("open", "")
    assert case.act(agent, "step", step=1)["plans"][0]["outcome"] == "done"
    assert case.act(agent, "step", step=1, act="undo")["plans"][0]["outcome"] == ""
    case.act(agent, "step", step=1, act="skip", text="经理已经在现场，不用再去一趟")
    (plan,) = agent.get(f"/cases/{case.number}/plan").body["items"]
    assert (plan["steps"][0]["state"], plan["steps"][0]["by"]) == ("skipped", "linxiao")
    assert case.done == PLANS


@pytest.mark.parametrize("verb", ["accept", "close"])
@pytest.mark.parametrize("raw", [b"", b"{}", b"null"])
def test_a_verb_without_arguments_takes_an_empty_body(desk: Program, verb: str, raw: bytes) -> None:
    number = desk.new()
    if verb == "close":
        desk.act(number, "decline", {"reason": "不归我们", "right_door": "街道"})
    reply = desk.send("POST", f"/api/v1/cases/{number}/{verb}", data=raw, content_type="application/json")
    assert reply.status == 200


BODIES: dict[str, dict[str, Any]] = {
    "accept": {},
    "assign": {"to": "hemin"},
    "hand-over": {"department": "engineering", "task": "请检查"},
    "sign": {},
    "reply": {"text": "查过了"},
    "answer": {"text": "已安排"},
    "note": {"text": "记一笔"},
    "check": {"add": ["查机房"]},
    "fill": {"values": {}},
    "relate": {"to": ""},
    "contact": {"phone": "13900000003"},
    "tier": {"tier": ""},
    "phone": {"text": "打过电话"},
    "commit": {"text": "明天回复", "due_at": "2026-03-20T20:00:00+08:00"},
    "keep": {"commitment": 0, "kept": True},
    "wait": {"for": "third_party", "text": "等厂家"},
    "resume": {},
    "arrive": {},
    "contain": {"text": "已关总阀"},
    "grade": {"taps": {"state": 2}},
    "sort": {"category": "repair/lift/stopped"},
    "resolve": {"cause": "老化", "done": "更换", "text": "好了"},
    "decline": {"reason": "不归我们", "right_door": "街道"},
    "refuse": {"reason": "不行", "basis": "合同"},
    "reopen": {"reason": "又坏了"},
    "join": {},
    "review": {"ok": True},
    "visit": {"channel": "phone", "reached": True, "solved": True},
    "rating": {"method": "asked", "satisfied": 5},
    "close": {},
    "ask-back": {"text": "几号梯？"},
    "tell": {"text": "3 号梯"},
    "return": {"reason": "这是开发商保修的部分，不归工程部"},
    "pass-on": {"department": "security", "reason": "这是门岗的事，请秩序维护部去看"},
    "judge-answer": {"usable": True},
    "ask-department": {"department": "engineering", "text": "缺什么？", "due_at": "2026-03-25T20:00:00+08:00"},
    "explain": {"helps": "parts", "text": "配件要提前备"},
    "decide-return": {"granted": True, "reason": "说得对"},
    "extend": {"clock": "resolve", "until": "2026-03-25T20:00:00+08:00", "reason": "配件从外地运来，要等一周"},
    "decide-extension": {"granted": True, "text": "配件在路上，25 日前修好"},
    "plan": {
        "milestones": [
            {"title": "方案", "due_at": "2026-03-31T18:00:00+08:00"},
            {"title": "更换", "due_at": "2026-04-30T18:00:00+08:00"},
        ]
    },
    "decide-plan": {"granted": True, "text": "分两步做"},
    "reach": {"milestone": 1},
    "override": {"clock": "resolve", "due_at": "2026-03-25T20:00:00+08:00", "reason": "节前系统停机，按实际顺延"},
    "chase": {"text": "还没有消息"},
    "supervise": {"reason": "第三次反映"},
    "refer": {"reason": "两个部门都说不归自己"},
    "decide": {"measure": "由工程部先查", "text": "由工程部先查明原因"},
    "concern": {"departments": ["security"], "reason": "投诉对象"},
    "escalate": {"origin": "manager"},
    "expectation": {"kind": "over-promised", "settled": "informed", "promiser": "sales", "department": "finance"},
    "propose-refusal": {"mode": "excessive", "reason": "超出标准，按标准办理", "basis": "服务合同第七条"},
    "decide-refusal": {"granted": False, "reason": "再查一次"},
    "transfer": {"body": "12345", "number": "A-1", "due_at": "2026-03-20T20:00:00+08:00"},
    "split": {"subject": "另一件事", "text": "车库的灯也坏了"},
    "withdraw": {"text": "电话里说不用了"},
    "remedy": {
        "options": [{"remedies": [{"kind": "voucher", "amount": 30_00}]}],
        "reason": "约好上午九点，十一点半才到",
    },
    "failure": {"failure": "again", "gravity": "minor"},
    "playbook": {"playbook": "worst"},
    "step": {"step": 1},
    "approve": {"granted": True},
    "choose": {"option": 1},
    "promise": {"remedies": [1], "due_at": "2026-03-20T20:00:00+08:00", "text": "本周内把服务券送到您家"},
    "deliver": {"remedy": 1},
    "confirm": {"remedy": 1},
    "cancel-remedy": {"remedy": 1, "reason": "客户说不需要，修好就行"},
    "tag": {"tag": "回访重点"},
    "untag": {"tag": "回访重点"},
}
TO_STATUS: dict[str, list[str]] = {
    "received": [],
    "accepted": ["accept", "hand-over", "commit"],
    "waiting": ["accept", "hand-over", "commit", "wait"],
    "resolved": ["accept", "commit", "resolve", "visit"],
    "closed": ["accept", "resolve", "visit", "close"],
    "declined": ["accept", "commit", "decline"],
    "refused": ["accept", "commit", "refuse"],
    "joined": ["join"],
    "withdrawn": ["accept", "commit", "withdraw"],
}


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("status", TO_STATUS)
def test_a_refusal_lists_just_what_is_possible(
    program: Caller, company: Company, clock: TestClock, status: str
) -> None:
    desk, lead = program(company.admin), program(company.zhaozhuguan)
    other, works, refused = desk.new(), set(), {}
    for verb, usual in BODIES.items():
        number = desk.new()
        promise = 0
        for step in TO_STATUS[status]:
            body = {"into": other} if step == "join" else BODIES[step]
            reply = desk.act(number, step, body)
            assert reply.status == 200, (step, reply.body)
            promise = promise or next((one["commitment"] for one in reply.body["commitments"]), 0)
        special: dict[str, dict[str, Any]] = {
            "join": {"into": other},
            "relate": {"to": other},
            "keep": {"commitment": promise, "kept": True},
        }
        body = special.get(verb, usual)
        # Whoever keeps the installation running gives no money away.
        reply = (lead if verb == "approve" else desk).act(number, verb, body)
        if reply.status == 200:
            works.add(verb)
        else:
            assert reply.status == 409, (verb, reply.body)
            assert reply.body["case_status"] == status
            refused[verb] = set(reply.allowed)
    allowed = {verb.value for verb in possible(status)}
    assert all(named == allowed for named in refused.values())
    # What the status allows may still lack its object: an open hand-over, an open promise.
    assert works <= allowed
    needing = (
        {
            "sign",
            "review",
            "reply",
            "keep",
            "ask-back",
            "tell",
            "return",
            "pass-on",
            "judge-answer",
            "ask-department",
            "explain",
            "decide-return",
            "decide-extension",
            "decide",
        }
        | {"untag", "decide-refusal", "step"}
        | PROJECT
        | (RECOVERY - {"remedy", "failure"})
        | ({"override"} if status == "resolved" else set())
    )
    assert allowed - works <= needing
    assert refused


def test_every_status_was_tried() -> None:
    assert set(TO_STATUS) == set(Status.values)
