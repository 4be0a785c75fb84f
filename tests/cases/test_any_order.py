"""Verbs in any order, by anybody, at any time: whatever happens, the record stays whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huiyin.cases import actions, customer_side, dispatch, intake, judging, tags, verify
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import OPEN_ROW, OVERRIDDEN_ROW, Case, CaseEvent, Commitment, HandOver, Unusable
from huiyin.cases.severity import Taps
from huiyin.cases.tag_models import CaseTag
from huiyin.cases.workflow import OPEN, NotAllowed, Status
from huiyin.clocks import actions as clocks
from huiyin.clocks import extensions, plans
from huiyin.clocks.models import Clock, Outcome
from huiyin.clocks.plans import Wanted
from huiyin.org.access import Forbidden
from huiyin.org.models import User
from huiyin.rates import rebuild as rates
from huiyin.returns import actions as returns
from huiyin.returns.actions import OwnCase, Result
from tests.people import NOW, Company, voice

MOST = 18
REFUSALS = (NotAllowed, Forbidden, BadInput, OwnCase, Case.DoesNotExist)
# The administrator most often: who may do nothing shows nothing.
WHO = st.sampled_from(["admin", "linxiao", "admin", "zhougong", "admin", "hemin", "zhaozhuguan", "chenjia"])
MINUTES = st.sampled_from([0, 1, 7, 60, 600, 3000])
WAITING_FOR = st.sampled_from(["customer", "third_party"])
RESULTS = st.sampled_from(
    [
        Result("phone", reached=False),
        Result("phone", reached=True, declined=True),
        Result("phone", reached=True, solved=True, satisfied=5),
        Result("phone", reached=True, solved=False),
        Result("link", reached=True, satisfied=1),
    ]
)


class AnyOrder(RuleBasedStateMachine):
    """Two cases of LJF and everything that can be done to them."""

    company: Company

    @initialize(so_far=st.sampled_from(["received", "accepted", "resolved"]))
    def two_cases(self, so_far: str) -> None:
        self.at = NOW
        by = By(self.company.linxiao, self.at)
        self.ids = [intake.open_case(voice(self.company.ljf), by).case.pk for _ in range(2)]
        if so_far != "received":
            actions.accept(self.ids[0], by)
        if so_far == "resolved":
            actions.resolve(self.ids[0], by, cause="老化", done="更换", text="已修好")

    def do(self, act: Callable[[int, By], Any], who: str, minutes: int) -> None:
        """Try it on the first case; a refusal changes nothing."""
        self.at += timedelta(minutes=minutes)
        user: User = getattr(self.company, who)
        before = CaseEvent.objects.filter(case__in=self.ids).count()
        try:
            act(self.ids[0], By(user, self.at))
        except REFUSALS:
            assert CaseEvent.objects.filter(case__in=self.ids).count() == before

    @rule(who=WHO, minutes=MINUTES)
    def accept(self, who: str, minutes: int) -> None:
        self.do(actions.accept, who, minutes)

    @rule(who=WHO, to=WHO, minutes=MINUTES)
    def assign(self, who: str, to: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.assign(pk, by, to=getattr(self.company, to)), who, minutes)

    @rule(who=WHO, minutes=MINUTES, unit=st.sampled_from(["engineering", "security"]))
    def hand_over(self, who: str, minutes: int, unit: str) -> None:
        department = getattr(self.company, unit)
        self.do(lambda pk, by: actions.hand_over(pk, by, department=department, task="去看看"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def reply(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.reply(pk, by, text="已处理"), who, minutes)

    @rule(who=WHO, minutes=MINUTES, unit=st.sampled_from(["engineering", "security", "quality"]))
    def pass_on(self, who: str, minutes: int, unit: str) -> None:
        department, tasks = getattr(self.company, unit), Case.objects.get(pk=self.ids[0]).open_hand_overs
        number = tasks[0][0] if tasks else None
        why = "不归我们，请贵部去看"
        self.do(
            lambda pk, by: dispatch.pass_on(pk, by, department=department, reason=why, hand_over=number), who, minutes
        )

    @rule(who=WHO, minutes=MINUTES)
    def apply_return(self, who: str, minutes: int) -> None:
        why = "这是开发商保修的部分，不归我们"
        self.do(lambda pk, by: dispatch.apply_return(pk, by, reason=why), who, minutes)

    @rule(who=WHO, minutes=MINUTES, granted=st.booleans())
    def decide_return(self, who: str, minutes: int, granted: bool) -> None:
        self.do(lambda pk, by: dispatch.decide_return(pk, by, granted=granted, reason="看过了"), who, minutes)

    @rule(who=WHO, minutes=MINUTES, why=st.sampled_from(["", *Unusable.values]))
    def judge(self, who: str, minutes: int, why: str) -> None:
        replied = HandOver.objects.filter(case=self.ids[0]).exclude(replied_at=None).order_by("-seq").first()
        number = replied.seq if replied else 1
        given = {"usable": not why, "why": why, "text": "没写原因", "hand_over": number}
        self.do(lambda pk, by: judging.judge(pk, by, **given), who, minutes)  # type: ignore[arg-type]

    @rule(who=WHO, minutes=MINUTES, severity=st.sampled_from(["P2", "P3"]))
    def set_severity(self, who: str, minutes: int, severity: str) -> None:
        why = "业主说可以等到下午再来"
        self.do(lambda pk, by: actions.set_severity(pk, by, severity=severity, reason=why), who, minutes)

    @rule(who=WHO, minutes=MINUTES, clock=st.sampled_from(["resolve", "visit"]))
    def override(self, who: str, minutes: int, clock: str) -> None:
        def act(pk: int, by: By) -> None:
            due = by.at + timedelta(days=9)
            extensions.override(pk, by, clock=clock, due_at=due, reason="节前系统停机，按实际顺延")

        self.do(act, who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def close_early(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: returns.close(pk, by, reason="客户出国，半年后才回来"), who, minutes)

    @rule(who=WHO, minutes=MINUTES, public=st.booleans())
    def answer(self, who: str, minutes: int, public: bool) -> None:
        self.do(lambda pk, by: actions.answer(pk, by, text="您好", public=public), who, minutes)

    @rule(who=WHO, minutes=MINUTES, reached=st.booleans())
    def phone(self, who: str, minutes: int, reached: bool) -> None:
        self.do(lambda pk, by: actions.phone(pk, by, text="去电", reached=reached), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def commit(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.commit(pk, by, text="明早", due_at=by.at + timedelta(hours=9)), who, minutes)

    @rule(who=WHO, minutes=MINUTES, kept=st.booleans())
    def keep(self, who: str, minutes: int, kept: bool) -> None:
        opened = Case.objects.get(pk=self.ids[0]).open_commitments
        number = opened[0] if opened else 1
        self.do(lambda pk, by: actions.keep(pk, by, commitment=number, kept=kept), who, minutes)

    @rule(who=WHO, minutes=MINUTES, whom=WAITING_FOR)
    def wait(self, who: str, minutes: int, whom: str) -> None:
        self.do(lambda pk, by: actions.wait(pk, by, waiting_for=whom, text="请确认"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def resume(self, who: str, minutes: int) -> None:
        self.do(actions.resume, who, minutes)

    @rule(
        who=WHO, minutes=MINUTES, points=st.integers(0, 3), complexity=st.sampled_from(["simple", "several", "project"])
    )
    def set_grade(self, who: str, minutes: int, points: int, complexity: str) -> None:
        taps = Taps(state=1, scope=points, impact=points)
        self.do(lambda pk, by: actions.set_grade(pk, by, taps=taps, complexity=complexity), who, minutes)

    @rule(who=WHO, minutes=MINUTES, days=st.integers(1, 9))
    def plan(self, who: str, minutes: int, days: int) -> None:
        kept = Case.objects.get(pk=self.ids[0]).open_milestones[1:]
        until = self.at + timedelta(days=days)
        wanted = [*(Wanted("留", until, number) for number in kept), Wanted("新", until)]
        self.do(lambda pk, by: plans.plan(pk, by, milestones=wanted, reason="供应商交货推迟，已通知"), who, minutes)

    @rule(who=WHO, minutes=MINUTES, granted=st.booleans())
    def decide_plan(self, who: str, minutes: int, granted: bool) -> None:
        self.do(lambda pk, by: plans.decide_plan(pk, by, granted=granted, text="分步", reason="再看"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def reach(self, who: str, minutes: int) -> None:
        number = next(iter(Case.objects.get(pk=self.ids[0]).open_milestones), 1)
        self.do(lambda pk, by: plans.reach(pk, by, milestone=number), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def resolve(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.resolve(pk, by, cause="老化", done="更换", text="已修好"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def decline(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.decline(pk, by, reason="不归我们", right_door="燃气公司"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def refuse(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.refuse(pk, by, reason="做不到", basis="合同第三条"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def reopen(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.reopen(pk, by, reason="又坏了"), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def join(self, who: str, minutes: int) -> None:
        self.do(lambda pk, by: actions.join(pk, by, into=self.ids[1]), who, minutes)

    @rule(who=WHO, minutes=MINUTES, result=RESULTS)
    def visit(self, who: str, minutes: int, result: Result) -> None:
        self.do(lambda pk, by: returns.visit(pk, by, result), who, minutes)

    @rule(who=WHO, minutes=MINUTES)
    def close(self, who: str, minutes: int) -> None:
        self.do(returns.close, who, minutes)

    @rule(who=WHO, minutes=MINUTES, name=st.sampled_from(["甲", "乙"]), on=st.booleans())
    def tag(self, who: str, minutes: int, name: str, on: bool) -> None:
        act = tags.tag if on else tags.untag
        self.do(lambda pk, by: act(pk, by, name=name), who, minutes)

    @rule(minutes=MINUTES)
    def customer_writes(self, minutes: int) -> None:
        self.do(lambda pk, by: customer_side.customer_writes(pk, text="怎么样了", at=by.at), "admin", minutes)

    @rule(minutes=MINUTES, result=RESULTS)
    def rate(self, minutes: int, result: Result) -> None:
        self.do(lambda pk, by: returns.rate(pk, result=result, at=by.at), "admin", minutes)

    @rule(minutes=MINUTES)
    def sweep(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        clocks.sweep(self.at)
        returns.sweep(self.at)
        assert not Clock.objects.filter(outcome="", paused=False, breached_at=None, due_at__lte=self.at).exists()

    @rule()
    def the_other_one(self) -> None:
        self.ids.reverse()

    @invariant()
    def the_record_is_whole(self) -> None:
        if not hasattr(self, "ids"):
            return
        assert verify.check_batch(self.ids) == []
        for case in Case.objects.filter(pk__in=self.ids):
            assert case.status in Status
            assert (case.status in OPEN) == Case.objects.filter(OPEN_ROW, pk=case.pk).exists()
            seqs = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("seq", flat=True))
            assert seqs == list(range(1, case.seq + 1))
            self.rows_agree(case)
            self.clocks_agree(case)

    def teardown(self) -> None:
        assert [key for key in rates.differences() if key[1] in self.ids] == []

    def rows_agree(self, case: Case) -> None:
        """What stands beside the snapshot says the same."""
        waiting = HandOver.objects.filter(case=case, replied_at=None, dropped=False).order_by("seq")
        assert [[row.seq, row.department_id] for row in waiting] == case.open_hand_overs
        assert set(CaseTag.objects.filter(case=case).values_list("tag", flat=True)) == set(case.tags)
        assert case.changed_at == max(CaseEvent.objects.filter(case=case).values_list("at", flat=True))
        every = HandOver.objects.filter(case=case)
        assert every.count() == case.hand_overs
        assert list(every.exclude(passed_from=None).order_by("seq").values_list("seq", flat=True)) == case.passed
        assert not {row.passed_from for row in every} & set(case.passed)
        judged = CaseEvent.objects.filter(case=case, kind="judged").order_by("seq").values_list("data", flat=True)
        said = {data["hand_over"]: (data["usable"], data["why"]) for data in judged}
        assert {row.seq: (row.usable, row.unusable) for row in every if row.usable is not None} == said
        assert (case.overrides > 0) == Case.objects.filter(OVERRIDDEN_ROW, pk=case.pk).exists()
        if case.status not in (Status.CLOSED, Status.JOINED):
            promised = Commitment.objects.filter(case=case, kept=None).order_by("seq")
            assert {row.seq for row in promised} >= set(case.open_commitments)

    def clocks_agree(self, case: Case) -> None:
        """Clocks stand still exactly while the customer is waited for; a late one has its breach at its deadline."""
        opened = list(Clock.objects.filter(case=case, outcome=""))
        pausing = [clock for clock in opened if clock.kind in ("resolve", "update")]
        replies = {(clock.ref, clock.department_id) for clock in opened if clock.kind == "reply"}
        assert replies == {(number, unit) for number, unit in case.open_hand_overs}
        decided = {seq for seq, _kind, _about in case.open_requests}
        waiting = {clock.ref for clock in opened if clock.kind == "decide"}
        assert waiting <= decided or case.referred or case.review_since
        assert all(clock.paused == (case.waiting_for == "customer") for clock in pausing)
        if case.status == Status.JOINED:
            assert [clock for clock in opened if clock.kind != "update"] == []
        for clock in Clock.objects.filter(case=case).exclude(breached_at=None):
            assert clock.breached_at is not None
            assert clock.outcome in ("", Outcome.LATE, Outcome.CANCELLED)
            assert clock.breached_at == clock.due_at or clock.kind == "commitment"
        for clock in Clock.objects.filter(case=case, outcome=Outcome.MET):
            assert clock.stopped_at is not None
            assert clock.stopped_at <= clock.due_at


@pytest.mark.slow
def test_verbs_in_any_order_leave_the_record_whole(company: Company) -> None:
    AnyOrder.company = company
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(max_examples=MOST, stateful_step_count=25, deadline=None, database=None),
    )
