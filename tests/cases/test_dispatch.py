"""The verbs between front and back office, each at a whole case: what it changes, who may, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import actions, customer_side, dispatch, intake
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, HandOver, Message
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks import queries as clocks
from huiyin.clocks.models import Clock
from huiyin.org.access import Forbidden
from huiyin.returns import actions as returns
from tests.conftest import Mover, Opener
from tests.examples import examples
from tests.people import Company, TestClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "这项工作属于电梯维保单位，不归工程部"
TASK = 3
"""Number of the hand-over of the usual case."""


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A P4 repair at LJF that 林晓 has taken and handed to engineering, as its event 3."""
    found = open_case(kind="repair").case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
    return found


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def of(case: Case, kind: str) -> list[Clock]:
    return [clock for clock in clocks.of_case(case) if clock.kind == kind]


def only(case: Case, kind: str) -> Clock:
    (clock,) = of(case, kind)
    return clock


def last(case: Case, kind: str) -> CaseEvent:
    found = CaseEvent.objects.filter(case=case, kind=kind).order_by("seq").last()
    assert found is not None
    return found


def words(case: Case, kind: str, part: str = "text") -> str:
    return Message.objects.get(case=case, seq=last(case, kind).seq, part=part).text


# --- asking back -----------------------------------------------------------------------------------------------------


def test_a_question_stands_open_until_it_is_answered_and_the_reply_time_goes_on(
    case: Case, company: Company, by: Mover
) -> None:
    due = only(case, "reply").due_at
    dispatch.ask_back(case.pk, by(company.zhougong), text="几号楼？")
    assert now_of(case).open_questions == [TASK]
    dispatch.tell(case.pk, by(company.linxiao), text="三号楼")
    assert now_of(case).open_questions == []
    assert (words(case, "asked"), words(case, "told")) == ("几号楼？", "三号楼")
    reply = only(case, "reply")
    assert (reply.due_at, reply.paused, reply.outcome) == (due, False, "")


def test_asking_again_leaves_one_question_and_a_reply_takes_it_away(case: Case, company: Company, by: Mover) -> None:
    for text in ("几号楼？", "哪部梯？"):
        dispatch.ask_back(case.pk, by(company.zhougong), text=text)
    assert now_of(case).open_questions == [TASK]
    actions.reply(case.pk, by(company.zhougong), text="自己找到了")
    assert now_of(case).open_questions == []


def test_nothing_is_answered_that_nobody_asked(case: Case, company: Company, by: Mover) -> None:
    with pytest.raises(NotAllowed):
        dispatch.tell(case.pk, by(company.linxiao), text="三号楼")


def test_a_department_asks_about_its_own_task_only(case: Case, company: Company, by: Mover) -> None:
    other = actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="守门")
    with pytest.raises(Forbidden):
        dispatch.ask_back(case.pk, by(company.zhougong), text="几号门？", hand_over=other.events[0].seq)
    with pytest.raises(Forbidden):
        dispatch.ask_back(case.pk, by(company.linxiao), text="几号楼？")
    dispatch.ask_back(case.pk, by(company.zhougong), text="几号楼？")
    assert now_of(case).open_questions == [TASK]


# --- returning -------------------------------------------------------------------------------------------------------


def test_a_return_that_is_granted_drops_the_task_and_its_clock(case: Case, company: Company, by: Mover) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    assert only(case, "reply").outcome == ""  # it runs until the decision
    assert only(case, "decide").outcome == ""
    dispatch.decide_return(case.pk, by(company.linxiao), granted=True, reason="说得对")
    now = now_of(case)
    assert (now.open_hand_overs, now.open_requests, now.decide_since, now.returns) == ([], [], None, 1)
    assert HandOver.objects.get(case=case).dropped
    assert (only(case, "reply").outcome, only(case, "decide").outcome) == ("cancelled", "met")


def test_a_return_that_is_refused_changes_no_deadline(case: Case, company: Company, by: Mover) -> None:
    due = only(case, "reply").due_at
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide_return(case.pk, by(company.linxiao), granted=False, reason="保修期已过")
    now = now_of(case)
    assert (now.open_hand_overs, now.open_requests) == ([[TASK, company.engineering.pk]], [])
    assert (only(case, "reply").due_at, only(case, "reply").outcome) == (due, "")


@pytest.mark.parametrize("reason", ["", "  ", "不归我们管"])
def test_a_return_needs_a_reason_that_is_one(case: Case, company: Company, by: Mover, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        dispatch.apply_return(case.pk, by(company.zhougong), reason=reason)
    assert error.value.field == "reason"
    assert now_of(case).returns == 0


def test_one_application_waits_at_a_time_and_whoever_made_it_does_not_decide(
    case: Case, company: Company, by: Mover
) -> None:
    dispatch.apply_return(case.pk, by(company.zhaozhuguan), reason=WHY)
    with pytest.raises(NotAllowed):
        dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    with pytest.raises(BadInput) as error:
        dispatch.decide_return(case.pk, by(company.zhaozhuguan), granted=True, reason="同意")
    assert error.value.field == "request"
    with pytest.raises(Forbidden):
        dispatch.decide_return(case.pk, by(company.zhougong), granted=True, reason="同意")
    dispatch.decide_return(case.pk, by(company.linxiao), granted=True, reason="同意")


def test_an_administrator_who_decides_their_own_application_leaves_a_mark(
    case: Case, company: Company, by: Mover
) -> None:
    dispatch.apply_return(case.pk, by(company.admin), reason=WHY)
    dispatch.decide_return(case.pk, by(company.admin), granted=True, reason="同意")
    assert last(case, "returned").data["own"] is True


def test_of_several_applications_one_is_named(case: Case, company: Company, by: Mover) -> None:
    actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="守门")
    first = dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY).events[0].seq
    # The second application about a case lies before the supervisor, so that nobody decides one of two.
    dispatch.apply_return(case.pk, by(company.admin), reason=WHY, hand_over=4)
    with pytest.raises(BadInput) as error:
        dispatch.decide_return(case.pk, by(company.linxiao), granted=True, reason="同意")
    assert error.value.field == "request"
    with pytest.raises(NotAllowed):
        dispatch.decide_return(case.pk, by(company.linxiao), granted=True, reason="同意", request=first)


def test_the_second_return_has_the_supervisor_name_who_leads_within_a_workday(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide_return(case.pk, by(company.linxiao), granted=False, reason="先看现场")
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    assert now_of(case).referred == "returned"
    consult = [one for one in of(case, "decide") if one.ref == last(case, "referred").seq]
    assert [one.due_at - clock.now for one in consult] == [DAY]  # the same hour of the next working day
    with pytest.raises(NotAllowed):
        dispatch.decide_return(case.pk, by(company.linxiao), granted=True, reason="同意")
    with pytest.raises(BadInput) as error:
        dispatch.decide(case.pk, by(company.zhaozhuguan), measure="请秩序部处理")
    assert error.value.field == "department"
    dispatch.decide(case.pk, by(company.zhaozhuguan), measure="请秩序部处理", department=company.security)
    now = now_of(case)
    assert [unit for _seq, unit in now.open_hand_overs] == [company.security.pk]
    assert (now.referred, now.open_requests, now.decide_since, now.department_id) == ("", [], None, company.security.pk)
    assert last(case, "returned").data["granted"] is True
    assert all(one.outcome for one in of(case, "decide"))


def test_a_department_that_is_named_to_lead_keeps_the_task_it_wanted_to_return(
    case: Case, company: Company, by: Mover
) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide_return(case.pk, by(company.linxiao), granted=False, reason="先看现场")
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide(
        case.pk,
        by(company.zhaozhuguan),
        measure="工程部牵头",
        department=company.engineering,
        assist=[company.security],
    )
    assert last(case, "returned").data["granted"] is False
    units = {row.department_id: row.part for row in HandOver.objects.filter(case=case, dropped=False)}
    assert units == {company.engineering.pk: "lead", company.security.pk: "assist"}
    assert now_of(case).department_id == company.engineering.pk


# --- referring and deciding ------------------------------------------------------------------------------------------


def test_a_case_is_referred_once_and_decided_by_a_supervisor(case: Case, company: Company, by: Mover) -> None:
    dispatch.refer(case.pk, by(company.linxiao), reason="两个部门都说不归自己")
    with pytest.raises(NotAllowed):
        dispatch.refer(case.pk, by(company.linxiao), reason="再报一次")
    with pytest.raises(Forbidden):
        dispatch.decide(case.pk, by(company.linxiao), measure="先查")
    dispatch.decide(case.pk, by(company.zhaozhuguan), measure="先停梯", text="我们先停梯检查")
    now = now_of(case)
    assert (now.referred, now.last_word) == ("", "us")
    assert Message.objects.get(case=case, part="measure").public is False
    with pytest.raises(NotAllowed):
        dispatch.decide(case.pk, by(company.zhaozhuguan), measure="再决定")


def test_a_department_that_serves_elsewhere_or_steps_aside_is_given_nothing(
    case: Case, company: Company, by: Mover
) -> None:
    dispatch.concern(case.pk, by(company.linxiao), users=[], departments=[company.security], reason="投诉对象")
    dispatch.refer(case.pk, by(company.linxiao), reason="请主管定")
    with pytest.raises(BadInput) as error:
        dispatch.decide(case.pk, by(company.zhaozhuguan), measure="去办", department=company.security)
    assert error.value.field == "department"
    assert now_of(case).referred == "asked"


# --- chasing and supervising -----------------------------------------------------------------------------------------


def test_each_chase_is_counted_and_says_who_asked(case: Case, company: Company, by: Mover) -> None:
    dispatch.chase(case.pk, by(company.linxiao), hand_over=TASK, text="还没有消息")
    assert last(case, "chased").data == {"hand_over": TASK, "by": "us"} | {
        "words": last(case, "chased").data["words"],
    }
    dispatch.chase(case.pk, by(company.linxiao), customer=True)
    assert (now_of(case).chased, last(case, "chased").data["by"]) == (2, "customer")
    with pytest.raises(BadInput) as error:
        dispatch.chase(case.pk, by(company.linxiao), hand_over=99)
    assert (error.value.field, now_of(case).chased) == ("hand_over", 2)


def test_supervision_has_a_time_of_its_own_and_ends_with_a_reason(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    with pytest.raises(BadInput) as error:
        dispatch.supervise(case.pk, by(company.zhaozhuguan), reason="重点", due_at=clock.now)
    assert error.value.field == "due_at"
    with pytest.raises(Forbidden):
        dispatch.supervise(case.pk, by(company.linxiao), reason="重点")
    until = clock.now + 2 * HOUR
    dispatch.supervise(case.pk, by(company.zhaozhuguan), reason="重点", due_at=until)
    assert now_of(case).supervised_by_id == company.zhaozhuguan.pk
    assert only(case, "supervise").due_at == until
    dispatch.release(case.pk, by(company.zhaozhuguan), reason="已正常")
    assert (now_of(case).supervised_by_id, only(case, "supervise").outcome) == (None, "cancelled")
    with pytest.raises(NotAllowed):
        dispatch.release(case.pk, by(company.zhaozhuguan), reason="再一次")


# --- splitting, withdrawing, transferring ----------------------------------------------------------------------------


def test_a_part_counts_from_the_first_word_and_leads_back(case: Case, company: Company, by: Mover) -> None:
    change, part = intake.split(case.pk, by(company.linxiao, 60), subject="车库的灯", text="车库的灯也坏了")
    new = now_of(part.case)
    assert (new.customer_id, new.site_id, new.received_at) == (case.customer_id, case.site_id, case.received_at)
    assert only(new, "respond").started_at == case.received_at
    assert change.events[0].data == {"into": new.pk}
    noted = CaseEvent.objects.get(case=new, topic="cases")
    assert noted.data == {"what": "split_from", "case": case.pk}
    with pytest.raises(BadInput) as error:
        intake.split(case.pk, by(company.linxiao), subject="", text="没有主题")
    assert (error.value.field, Case.objects.count()) == ("subject", 2)


def test_those_who_step_aside_do_so_in_the_part_too(case: Case, company: Company, by: Mover) -> None:
    dispatch.concern(case.pk, by(company.linxiao), users=[company.hemin], departments=[], reason="投诉对象")
    _change, part = intake.split(case.pk, by(company.linxiao), subject="另一件", text="另一件事")
    assert now_of(part.case).about_users == [company.hemin.pk]


@pytest.mark.parametrize("theirs", [True, False])
def test_a_withdrawn_case_waits_for_nobody_and_still_counts(
    case: Case, company: Company, by: Mover, clock: TestClock, theirs: bool
) -> None:
    dispatch.ask_back(case.pk, by(company.zhougong), text="几号楼？")
    if theirs:
        customer_side.customer_withdraws(case.pk, text="不用了", at=clock.move(1))
    else:
        with pytest.raises(BadInput):
            dispatch.withdraw(case.pk, by(company.linxiao), text=" ")
        dispatch.withdraw(case.pk, by(company.linxiao), text="电话里说不用了")
    now = now_of(case)
    assert (now.status, now.open_hand_overs, now.open_questions) == ("withdrawn", [], [])
    assert now.last_word == ("customer" if theirs else "us")
    assert [clock.kind for clock in clocks.of_case(case) if not clock.outcome] == []
    returns.close(case.pk, by(company.linxiao))
    assert (now_of(case).status, now_of(case).outcome) == ("closed", "withdrawn")


def test_a_deadline_from_above_only_shortens(case: Case, company: Company, by: Mover, clock: TestClock) -> None:
    ours = only(case, "resolve").due_at
    dispatch.transfer(case.pk, by(company.linxiao), body="12345", number="A-1", due_at=ours + DAY)
    assert only(case, "resolve").due_at == ours
    sooner = clock.now + 5 * HOUR
    dispatch.transfer(case.pk, by(company.linxiao), body="街道", number="", due_at=sooner)
    assert only(case, "resolve").due_at == sooner
    dispatch.transfer(case.pk, by(company.linxiao), body="区里", number="B-2", due_at=sooner + HOUR)
    assert only(case, "resolve").due_at == sooner
    dispatch.transfer(case.pk, by(company.linxiao), body="再来一次", number="")
    assert (only(case, "resolve").due_at, now_of(case).outside_due_at) == (sooner, sooner)
    with pytest.raises(BadInput) as error:
        dispatch.transfer(case.pk, by(company.linxiao), body="过去", number="", due_at=clock.now)
    assert error.value.field == "due_at"


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.integers(6, 400), min_size=1, max_size=5))
def test_however_many_deadlines_come_from_above_the_soonest_of_all_counts(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, hours: list[int]
) -> None:
    case = open_case(kind="repair").case
    ours, start = only(case, "resolve").due_at, clock.now
    for count in hours:
        dispatch.transfer(case.pk, by(company.linxiao), body="12345", number="", due_at=start + count * HOUR)
    assert only(case, "resolve").due_at == min(ours, start + min(hours) * HOUR)


STEPS = st.sampled_from(
    [
        "hand over",
        "ask",
        "tell",
        "return",
        "pass on",
        "yes",
        "no",
        "refer",
        "decide",
        "reply",
        "concern",
        "nobody",
        "resolve",
    ]
)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_in_any_order_what_waits_is_about_tasks_that_are_open(
    company: Company, open_case: Opener, by: Mover, steps: list[str]
) -> None:
    case = open_case(kind="repair").case
    actions.accept(case.pk, by(company.linxiao))
    for step in steps:
        with suppress(NotAllowed, BadInput):
            _steps(case, company, by)[step]()
        now = now_of(case)
        tasks = {seq for seq, _unit in now.open_hand_overs}
        assert set(now.open_questions) <= tasks
        assert {about for _seq, kind, about in now.open_requests if kind == "returning"} <= tasks
        assert (now.decide_since is not None) == bool(now.open_requests or now.referred)
        assert {one.ref for one in of(case, "reply") if not one.outcome} == tasks
        assert (
            set(HandOver.objects.filter(case=case, replied_at=None, dropped=False).values_list("seq", flat=True))
            == tasks
        )
        assert not {unit for _seq, unit in now.open_hand_overs} & set(now.about_departments)
        assert (now.department_id is None) == (not tasks)


def _steps(case: Case, company: Company, by: Mover) -> dict[str, Callable[[], object]]:
    desk, lead, other = by(company.linxiao), by(company.zhaozhuguan), by(company.admin)
    first = next((seq for seq, _unit in now_of(case).open_hand_overs), None)
    return {
        "hand over": lambda: actions.hand_over(case.pk, desk, department=company.engineering, task="去看"),
        "ask": lambda: dispatch.ask_back(case.pk, other, text="几号楼？", hand_over=first),
        "tell": lambda: dispatch.tell(case.pk, desk, text="三号楼"),
        "pass on": lambda: dispatch.pass_on(case.pk, other, department=company.quality, reason=WHY, hand_over=first),
        "return": lambda: dispatch.apply_return(case.pk, other, reason=WHY, hand_over=first),
        "yes": lambda: dispatch.decide_return(case.pk, lead, granted=True, reason="同意"),
        "no": lambda: dispatch.decide_return(case.pk, lead, granted=False, reason="不同意"),
        "refer": lambda: dispatch.refer(case.pk, desk, reason="请主管定"),
        "decide": lambda: dispatch.decide(case.pk, lead, measure="去办", department=company.security),
        "reply": lambda: actions.reply(case.pk, other, text="好了", hand_over=first),
        "concern": lambda: dispatch.concern(
            case.pk, desk, users=[], departments=[company.engineering], reason="投诉对象"
        ),
        "nobody": lambda: dispatch.concern(case.pk, lead, users=[], departments=[], reason="查明不是"),
        "resolve": lambda: actions.resolve(case.pk, desk, cause="因", done="做", text="好了"),
    }
