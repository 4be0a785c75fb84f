"""A department gives its task to another by itself: once, seen by all, and the time to reply goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.alerts.models import Notice
from huiyin.cases import actions, dispatch, queries
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, HandOver, Part
from huiyin.cases.verify import check_batch
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks import actions as clocks
from huiyin.clocks import extensions
from huiyin.clocks.actions import LevelRow
from huiyin.clocks.models import OPEN_CLOCK, Clock
from huiyin.org import actions as org
from huiyin.org.access import Forbidden
from huiyin.org.models import Role, User
from tests.conftest import Mover, Opener
from tests.people import ALWAYS, LEVELS, NOW, Company

WHY = "这是门岗的事，请秩序维护部去看"
TASK = 3


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A repair at LJF that 林晓 has taken and handed to engineering, as its event 3."""
    found = open_case(kind="repair", category=company.tap).case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
    return found


@pytest.fixture
def guard(company: Company) -> User:
    """Back office of the department that gets the task."""
    grants = ((Role.BACK_OFFICE, company.ljf),)
    return org.add_user("laogao", "老高", password="not-used-here-1", department=company.security, grants=grants)


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def open_clocks(case: Case, kind: str) -> list[Clock]:
    return list(Clock.objects.filter(OPEN_CLOCK, case=case, kind=kind).order_by("pk"))


def pass_on(case: Case, company: Company, by: Mover) -> int:
    change = dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    return change.events[0].seq


def test_the_other_department_has_the_task_with_the_same_deadline(case: Case, company: Company, by: Mover) -> None:
    (before,) = open_clocks(case, "reply")
    number = pass_on(case, company, by)
    (after,) = open_clocks(case, "reply")
    assert (after.pk, after.due_at, after.first_due_at) == (before.pk, before.due_at, before.first_due_at)
    assert (after.ref, after.department_id) == (number, company.security.pk)
    now = now_of(case)
    assert (now.open_hand_overs, now.department_id) == ([[number, company.security.pk]], company.security.pk)
    assert (now.passed, now.hand_overs) == ([number], 2)
    rows = {row.seq: (row.department_id, row.dropped, row.passed_from) for row in HandOver.objects.filter(case=case)}
    assert rows == {TASK: (company.engineering.pk, True, None), number: (company.security.pk, False, TASK)}
    assert check_batch([case.pk]) == []


def test_the_clock_of_the_signature_ends_with_the_first_and_begins_for_the_second(
    case: Case, company: Company, by: Mover
) -> None:
    sign = LevelRow("sign", "P3", 30, ALWAYS)
    clocks.set_policy("test", (*LEVELS, sign), at=NOW - timedelta(days=1), source="tests")
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="再去看")
    first = now_of(case).open_hand_overs[-1][0]
    assert [clock.ref for clock in open_clocks(case, "sign")] == [first]
    change = dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY, hand_over=first)
    assert [clock.ref for clock in open_clocks(case, "sign")] == [change.events[0].seq]
    assert Clock.objects.get(case=case, kind="sign", ref=first).outcome == "met"
    dispatch.sign(case.pk, by(company.zhaozhuguan), hand_over=change.events[0].seq)
    assert open_clocks(case, "sign") == []


def test_both_departments_see_it_and_the_new_one_replies(case: Case, company: Company, by: Mover, guard: User) -> None:
    with pytest.raises(Case.DoesNotExist):
        queries.get(guard, case.number)
    pass_on(case, company, by)
    assert queries.get(guard, case.number).pk == case.pk
    assert queries.get(company.zhougong, case.number).pk == case.pk
    with pytest.raises((Forbidden, NotAllowed)):
        actions.reply(case.pk, by(company.zhougong), text="已看过")
    actions.reply(case.pk, by(guard), text="门岗已登记")
    assert now_of(case).open_hand_overs == []


def test_whoever_owns_the_case_is_told(case: Case, company: Company, by: Mover) -> None:
    actions.assign(case.pk, by(company.linxiao), to=company.hemin)
    pass_on(case, company, by)
    told = Notice.objects.filter(what="passed").values_list("user", flat=True)
    assert set(told) == {company.linxiao.pk, company.hemin.pk}


def test_a_task_is_passed_on_once_and_then_returned(case: Case, company: Company, by: Mover, guard: User) -> None:
    number = pass_on(case, company, by)
    with pytest.raises(NotAllowed, match="once already"):
        dispatch.pass_on(case.pk, by(guard), department=company.engineering, reason=WHY)
    dispatch.apply_return(case.pk, by(guard), reason="也不归我们，应由品质部处理")
    dispatch.decide_return(case.pk, by(company.linxiao), granted=True, reason="同意")
    assert now_of(case).passed == [number]
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="再去看")
    dispatch.pass_on(case.pk, by(company.zhougong), department=company.quality, reason=WHY)
    assert len(now_of(case).passed) == 2


def test_a_reason_is_needed_and_a_department_that_can_take_it(case: Case, company: Company, by: Mover) -> None:
    with pytest.raises(BadInput) as error:
        dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason="不归我们")
    assert error.value.field == "reason"
    with pytest.raises(BadInput) as error:
        dispatch.pass_on(case.pk, by(company.zhougong), department=company.engineering, reason=WHY)
    assert error.value.field == "department"
    dispatch.concern(case.pk, by(company.linxiao), users=[], departments=[company.security], reason="投诉对象")
    with pytest.raises(BadInput) as error:
        dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    assert error.value.field == "department"
    assert not CaseEvent.objects.filter(case=case, kind="passed").exists()


def test_the_front_desk_and_other_departments_pass_nothing_on(case: Case, company: Company, by: Mover) -> None:
    other = actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="守门").events[0].seq
    for user, number in ((company.linxiao, TASK), (company.zhougong, other)):
        with pytest.raises(Forbidden):
            dispatch.pass_on(case.pk, by(user), department=company.quality, reason=WHY, hand_over=number)
    dispatch.pass_on(case.pk, by(company.zhaozhuguan), department=company.quality, reason=WHY, hand_over=other)


def test_what_was_asked_and_applied_for_ends_with_the_first_task(case: Case, company: Company, by: Mover) -> None:
    dispatch.ask_back(case.pk, by(company.zhougong), text="几号楼？")
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    pass_on(case, company, by)
    now = now_of(case)
    assert (now.open_questions, now.open_requests, now.decide_since) == ([], [], None)
    assert open_clocks(case, "decide") == []


def test_nobody_decides_on_the_return_of_a_task_that_was_replied_to(case: Case, company: Company, by: Mover) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    actions.reply(case.pk, by(company.zhougong), text="已修好")
    assert open_clocks(case, "decide") == []


def test_while_the_supervisor_names_who_leads_nothing_is_passed_on(case: Case, company: Company, by: Mover) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide_return(case.pk, by(company.linxiao), granted=False, reason="先看现场")
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    with pytest.raises(NotAllowed, match="supervisor"):
        pass_on(case, company, by)


def test_who_assists_goes_on_assisting_and_the_lead_stays(case: Case, company: Company, by: Mover) -> None:
    actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="守门", part=Part.ASSIST.value)
    other = now_of(case).open_hand_overs[-1][0]
    dispatch.pass_on(case.pk, by(company.zhaozhuguan), department=company.quality, reason=WHY, hand_over=other)
    assert now_of(case).department_id == company.engineering.pk
    assert HandOver.objects.get(case=case, passed_from=other).part == "assist"


def test_more_time_is_asked_for_by_the_new_department(case: Case, company: Company, by: Mover, guard: User) -> None:
    number = pass_on(case, company, by)
    (clock,) = open_clocks(case, "reply")
    until = clock.due_at.replace(hour=23)
    extensions.extend(case.pk, by(guard), clock="reply", until=until, reason="夜班才有人在岗，晚些回复")
    extensions.decide_extension(case.pk, by(company.linxiao), granted=True)
    (clock,) = open_clocks(case, "reply")
    assert (clock.ref, clock.due_at) == (number, until)
