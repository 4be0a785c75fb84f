"""Which clock starts, stands still and stops at which event, seen at whole cases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from huiyin.cases import actions, customer_side, timeline
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Taps
from huiyin.cases.workflow import EventKind
from huiyin.clocks import actions as clocks
from huiyin.clocks import queries
from huiyin.clocks.models import Clock
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
P2, P4 = Taps(state=1, scope=2, impact=2), Taps()


def of(case: Case, kind: str) -> list[Clock]:
    return [clock for clock in queries.of_case(case) if clock.kind == kind]


def only(case: Case, kind: str) -> Clock:
    (clock,) = of(case, kind)
    return clock


def notes(case: Case, what: str) -> list[tuple[str, datetime]]:
    """(kind of clock, when) of what the clocks noted in the timeline."""
    events = CaseEvent.objects.filter(case=case, topic="clocks").order_by("seq")
    return [(event.data["clock"], event.at) for event in events if event.data["what"] == what]


@pytest.fixture
def case(open_case: Opener, company: Company) -> Case:
    """A P2 repair on site: answers due after 15 minutes by day and night, the work after 24 hours."""
    return open_case(kind="repair", category=company.lift).case


def test_a_new_case_has_a_time_for_the_first_answer_and_one_for_the_work(case: Case, now: datetime) -> None:
    found = {clock.kind: clock.due_at for clock in queries.of_case(case)}
    assert found == {"respond": now + 15 * MINUTE, "resolve": now + DAY}


def test_taking_a_case_answers_nobody(case: Case, company: Company, by: Mover) -> None:
    actions.accept(case.pk, by(company.linxiao))
    assert only(case, "respond").outcome == ""


def test_the_first_answer_stops_the_first_clock_and_promises_the_next_word(
    case: Case, company: Company, by: Mover
) -> None:
    told = by(company.linxiao, 10)
    actions.answer(case.pk, told, text="师傅已出发")
    assert (only(case, "respond").outcome, only(case, "respond").stopped_at) == ("met", told.at)
    assert only(case, "update").due_at == told.at + 4 * HOUR


def test_a_draft_and_a_call_that_reached_nobody_stop_nothing(case: Case, company: Company, by: Mover) -> None:
    actions.answer(case.pk, by(company.linxiao), text="草稿", public=False)
    actions.phone(case.pk, by(company.linxiao), text="无人接听", reached=False)
    assert (only(case, "respond").outcome, of(case, "update")) == ("", [])


def test_a_call_that_reached_the_customer_is_an_answer(case: Case, company: Company, by: Mover) -> None:
    actions.phone(case.pk, by(company.linxiao), text="已告知")
    assert only(case, "respond").outcome == "met"


def test_the_next_word_is_due_from_the_oldest_unanswered_one(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao), cause="开关", done="更换", text="已恢复")
    first = clock.move(60)
    customer_side.customer_writes(case.pk, text="又停了", at=first)
    customer_side.customer_writes(case.pk, text="人呢", at=clock.move(30))
    assert only(case, "update").started_at == first


def test_each_hand_over_has_a_time_of_its_own(case: Case, company: Company, by: Mover) -> None:
    first, second = by(company.linxiao), by(company.linxiao, 30)
    actions.hand_over(case.pk, first, department=company.engineering, task="看电梯")
    actions.hand_over(case.pk, second, department=company.security, task="守在门口")
    assert [clock.due_at - clock.started_at for clock in of(case, "reply")] == [2 * HOUR, 2 * HOUR]
    actions.reply(case.pk, by(company.zhougong), text="已更换开关")
    assert [clock.outcome for clock in of(case, "reply")] == ["met", ""]


def test_a_named_reply_time_counts_before_the_service_level(case: Case, company: Company, by: Mover) -> None:
    handed = by(company.linxiao)
    named = handed.at + 30 * MINUTE
    actions.hand_over(case.pk, handed, department=company.engineering, task="看电梯", reply_by=named)
    clock = only(case, "reply")
    assert (clock.due_at, clock.warn_at, clock.policy) == (named, handed.at + 24 * MINUTE, None)


def test_a_promise_has_a_clock_that_only_its_keeping_stops(case: Case, company: Company, by: Mover) -> None:
    promised = by(company.linxiao)
    due = promised.at + HOUR
    seq = actions.commit(case.pk, promised, text="一小时内到", due_at=due).events[-1].seq
    assert (only(case, "commitment").due_at, only(case, "commitment").ref) == (due, seq)
    actions.answer(case.pk, by(company.linxiao), text="在路上")
    assert only(case, "commitment").outcome == ""
    actions.keep(case.pk, by(company.linxiao), commitment=seq, kept=True)
    assert only(case, "commitment").outcome == "met"


def test_a_broken_promise_is_late_whenever_it_is_said(case: Case, company: Company, by: Mover) -> None:
    promised = by(company.linxiao)
    seq = actions.commit(case.pk, promised, text="今天到", due_at=promised.at + HOUR).events[-1].seq
    said = by(company.linxiao)
    actions.keep(case.pk, said, commitment=seq, kept=False)
    assert (only(case, "commitment").outcome, only(case, "commitment").breached_at) == ("late", said.at)


def test_the_end_stops_what_was_promised_and_drops_what_nobody_waits_for(
    case: Case, company: Company, by: Mover
) -> None:
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="看电梯")
    actions.answer(case.pk, by(company.linxiao), text="师傅已出发")
    actions.resolve(case.pk, by(company.linxiao), cause="开关", done="更换", text="已恢复")
    outcomes = {clock.kind: clock.outcome for clock in queries.of_case(case)}
    assert outcomes == {"respond": "met", "resolve": "met", "update": "met", "reply": "cancelled", "visit": ""}


def test_a_reply_that_was_late_when_the_case_ended_stays_late(case: Case, company: Company, by: Mover) -> None:
    handed = by(company.linxiao)
    actions.hand_over(case.pk, handed, department=company.engineering, task="看电梯")
    actions.resolve(case.pk, by(company.linxiao, 180), cause="开关", done="更换", text="已恢复")
    reply = only(case, "reply")
    assert (reply.outcome, reply.breached_at) == ("cancelled", handed.at + 2 * HOUR)


def test_a_return_visit_is_due_and_stopped_by_a_result(case: Case, company: Company, by: Mover) -> None:
    actions.accept(case.pk, by(company.linxiao))
    resolved = by(company.linxiao)
    actions.resolve(case.pk, resolved, cause="开关", done="更换", text="已恢复")
    assert only(case, "visit").due_at == resolved.at + DAY
    returns.visit(case.pk, by(company.hemin, 300), Result("phone", reached=False))
    assert only(case, "visit").outcome == ""
    returns.visit(case.pk, by(company.hemin, 300), Result("phone", reached=True, satisfied=4))
    assert only(case, "visit").outcome == "met"


def test_a_joined_case_has_no_clock_left(case: Case, open_case: Opener, company: Company, by: Mover) -> None:
    other = open_case().case
    actions.join(case.pk, by(company.linxiao), into=other.pk)
    assert {clock.outcome for clock in queries.of_case(case)} == {"cancelled"}
    assert {clock.outcome for clock in queries.of_case(other)} == {""}


def test_closing_leaves_no_clock_running(case: Case, company: Company, by: Mover) -> None:
    actions.decline(case.pk, by(company.linxiao), reason="不归我们管", right_door="供电公司")
    customer_side.customer_writes(case.pk, text="那归谁？", at=by(None).at)
    returns.close(case.pk, by(company.linxiao))
    assert all(clock.outcome for clock in queries.of_case(case))


# --- what other products got wrong about pauses ----------------------------------------------------------------------


def test_a_pause_is_kept_when_the_severity_changes(case: Case, company: Company, by: Mover, now: datetime) -> None:
    actions.answer(case.pk, by(company.linxiao, 0), text="您好")
    actions.wait(case.pk, by(company.linxiao, 60), waiting_for="customer", text="请告诉我们几点在家")
    customer_side.customer_writes(case.pk, text="下午三点", at=by(None, 120).at)
    actions.set_grade(case.pk, by(company.linxiao), taps=Taps(state=1, scope=1, impact=1))
    assert only(case, "resolve").due_at == now + 2 * DAY + 2 * HOUR
    actions.set_grade(case.pk, by(company.linxiao), taps=P2)
    assert only(case, "resolve").due_at == now + DAY + 2 * HOUR


def test_a_severity_changed_during_a_pause_does_not_end_it(
    case: Case, company: Company, by: Mover, now: datetime
) -> None:
    actions.wait(case.pk, by_accepting(case, company, by), waiting_for="customer", text="请确认")
    paused_at = only(case, "resolve").pauses[-1][0]
    actions.set_grade(case.pk, by(company.linxiao, 3000), taps=Taps(state=1, scope=1, impact=1))
    assert only(case, "resolve").paused
    assert only(case, "resolve").pauses == [[paused_at, None]]
    assert clocks.sweep(by(None, 6000).at) == 0


def by_accepting(case: Case, company: Company, by: Mover) -> actions.By:
    actions.accept(case.pk, by(company.linxiao))
    return by(company.linxiao)


def test_a_pause_over_the_weekend_is_credited_by_working_time_only(
    open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    case = open_case(kind="inquiry", category=company.fee).case
    actions.accept(case.pk, by(company.linxiao, 0))
    due = only(case, "resolve").due_at
    clock.move(2 * 1440 + 7 * 60)  # Friday 17:00, an hour before the working week ends
    actions.wait(case.pk, by(company.linxiao, 0), waiting_for="customer", text="请提供票据")
    customer_side.customer_writes(case.pk, text="已上传", at=by(None, 2 * 1440 + 17 * 60).at)  # Monday 10:00
    assert only(case, "resolve").due_at - due == 2 * HOUR


def test_nothing_is_breached_while_the_customer_is_waited_for(case: Case, company: Company, by: Mover) -> None:
    actions.wait(case.pk, by_accepting(case, company, by), waiting_for="customer", text="请确认")
    assert clocks.sweep(by(None, 100_000).at) == 0
    assert notes(case, "breached") == []


def test_an_answer_while_waiting_for_the_customer_starts_no_running_clock(
    case: Case, company: Company, by: Mover
) -> None:
    actions.wait(case.pk, by_accepting(case, company, by), waiting_for="customer", text="请确认")
    actions.answer(case.pk, by(company.linxiao), text="再提醒您一下")
    assert clocks.sweep(by(None, 100_000).at) == 0


def test_waiting_for_a_third_party_pauses_nothing(case: Case, company: Company, by: Mover, now: datetime) -> None:
    actions.wait(case.pk, by_accepting(case, company, by), waiting_for="third_party", text="等配件")
    clocks.sweep(by(None, 2000).at)
    assert ("resolve", now + DAY) in notes(case, "breached")


def test_a_deadline_missed_before_the_pause_stays_missed(
    case: Case, company: Company, by: Mover, now: datetime
) -> None:
    actions.accept(case.pk, by(company.linxiao))
    actions.wait(case.pk, by(company.linxiao, 2000), waiting_for="customer", text="请确认")
    assert ("resolve", now + DAY) in notes(case, "breached")


def test_time_solved_is_not_counted_as_pending_after_reopening(case: Case, company: Company, by: Mover) -> None:
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao, 10), cause="开关", done="更换", text="已恢复")
    reopened = by(company.linxiao, 5000)
    actions.reopen(case.pk, reopened, reason="又停了")
    first, second = of(case, "resolve")
    assert (first.outcome, second.started_at, second.due_at) == ("met", reopened.at, reopened.at + DAY)
    clocks.sweep(reopened.at)
    assert [kind for kind, _at in notes(case, "breached") if kind != "visit"] == []


def test_two_looks_at_the_time_in_the_other_order_break_nothing(
    case: Case, company: Company, by: Mover, now: datetime
) -> None:
    actions.accept(case.pk, by(company.linxiao))
    actions.wait(case.pk, by(company.linxiao, 5), waiting_for="customer", text="请确认")
    customer_side.customer_writes(case.pk, text="在家", at=now + 5 * MINUTE)  # looked before, got the case after
    assert only(case, "resolve").due_at == now + DAY


def test_an_answer_in_time_that_is_learned_of_later_takes_back_the_miss(case: Case, now: datetime) -> None:
    clocks.sweep(now + 20 * MINUTE)
    assert only(case, "respond").breached_at == now + 15 * MINUTE
    with timeline.editing(case.pk, at=now + HOUR, actor=None) as change:
        change.add(EventKind.ACCEPTED, {"by": None}, at=now + 10 * MINUTE)
        change.add(EventKind.ANSWERED, {"public": True}, words={"text": "师傅已出发"}, at=now + 10 * MINUTE)
    assert (only(case, "respond").breached_at, only(case, "respond").outcome) == (None, "met")
    assert notes(case, "breached") == [("respond", now + 15 * MINUTE)]
    assert notes(case, "in_time") == [("respond", now + HOUR)]


def test_an_answer_too_late_that_is_learned_of_later_takes_back_nothing(case: Case, now: datetime) -> None:
    clocks.sweep(now + 20 * MINUTE)
    with timeline.editing(case.pk, at=now + HOUR, actor=None) as change:
        change.add(EventKind.ACCEPTED, {"by": None}, at=now + 16 * MINUTE)
        change.add(EventKind.ANSWERED, {"public": True}, words={"text": "师傅已出发"}, at=now + 16 * MINUTE)
    assert (only(case, "respond").breached_at, only(case, "respond").outcome) == (now + 15 * MINUTE, "late")
    assert notes(case, "in_time") == []
