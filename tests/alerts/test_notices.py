"""Notices: who is told of what, and what is shown to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from huiyin.alerts import notices
from huiyin.alerts.models import Notice, What
from huiyin.cases import actions, customer_side, dispatch
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.clocks import actions as clocks
from huiyin.clocks import extensions
from huiyin.org import actions as org
from huiyin.org.models import Grant, Role, User
from huiyin.org.reference import changed
from tests.people import Company, TestClock

Opener = Callable[..., Opened]
Mover = Callable[..., By]


def told(user: User) -> list[str]:
    return [row.what for row in notices.page(user).items]


def test_who_holds_a_case_is_told_what_others_do(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case.pk
    assert Notice.objects.count() == 0
    actions.accept(case, by(company.linxiao))
    actions.hand_over(case, by(company.linxiao), department=company.engineering, task="看")
    actions.reply(case, by(company.zhougong), text="好了")
    customer_side.customer_writes(case, text="谢谢", at=clock.move(1))
    actions.assign(case, by(company.linxiao), to=company.hemin)
    assert told(company.linxiao) == ["wrote", "replied"]
    assert told(company.hemin) == ["assigned"]
    clocks.sweep(clock.now + timedelta(days=30))
    assert set(told(company.hemin)) == {"assigned", "breached"}


def test_a_decision_of_the_supervisor_is_told_to_whoever_carries_it_out_asked_for_it_and_leads_the_site(
    company: Company, open_case: Opener, by: Mover
) -> None:
    manager = org.add_user("jingli", "项目经理", password=None, grants=((Role.MANAGER, company.ljf),))
    elsewhere = org.add_user("bieren", "别处经理", password=None, grants=((Role.MANAGER, company.fly),))
    case = open_case().case.pk
    actions.accept(case, by(company.linxiao))
    actions.hand_over(case, by(company.linxiao), department=company.engineering, task="看")
    for answer in (False, None):
        dispatch.apply_return(case, by(company.zhougong), reason="这项工作属于电梯维保单位")
        if answer is not None:
            dispatch.decide_return(case, by(company.linxiao), granted=answer, reason="请先看现场")
    assert told(company.zhougong) == ["decided"]
    dispatch.decide(case, by(company.zhaozhuguan), measure="秩序部处理", department=company.security)
    assert told(company.zhougong) == ["decided", "decided"]
    assert told(company.linxiao) == ["decided"]
    assert told(manager) == ["decided"]
    assert (told(elsewhere), told(company.zhaozhuguan)) == ([], [])


def test_who_asked_for_more_time_is_told_the_answer_and_whoever_said_it_is_not(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(kind="repair", category=company.tap).case.pk
    actions.accept(case, by(company.linxiao))
    until, why = clock.now + timedelta(days=9), "配件要从外地调来,下周才到"
    extensions.extend(case, by(company.linxiao), clock="resolve", until=until, reason=why)
    extensions.decide_extension(case, by(company.zhaozhuguan), granted=False, reason="先借用备件")
    assert told(company.linxiao) == ["decided"]
    assert told(company.zhaozhuguan) == []


def test_a_manager_whom_the_complaint_is_about_is_told_nothing_of_the_decision(
    company: Company, open_case: Opener, by: Mover
) -> None:
    manager = org.add_user("jingli", "项目经理", password=None, grants=((Role.MANAGER, company.ljf),))
    case = open_case(about_users=[manager]).case.pk
    dispatch.decide(case, by(company.zhaozhuguan), measure="由总部处理")
    assert not Notice.objects.filter(user=manager).exists()


def test_a_reminder_reaches_whoever_has_the_task(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case.pk
    actions.accept(case, by(company.linxiao))
    customer_side.customer_chases(case, at=clock.move(1))
    assert told(company.linxiao) == ["chased"]
    actions.hand_over(case, by(company.linxiao), department=company.engineering, task="看")
    dispatch.chase(case, by(company.linxiao), hand_over=4)
    assert told(company.zhougong) == ["chased"]
    assert told(company.linxiao) == ["chased"]


def test_a_notice_of_a_case_that_one_may_no_longer_see_is_not_shown(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case().case.pk
    actions.accept(case, by(company.zhaozhuguan))
    actions.assign(case, by(company.zhaozhuguan), to=company.linxiao)
    assert (told(company.linxiao), notices.waiting(company.linxiao).count) == (["assigned"], 1)
    Grant.objects.filter(user=company.linxiao).update(site=company.fly)
    changed()
    assert (told(company.linxiao), notices.waiting(company.linxiao).count) == ([], 0)


def test_unseen_ones_come_first_page_by_page(company: Company, now: object, clock: TestClock) -> None:
    for _ in range(7):
        notices.tell([company.linxiao.pk], What.DECIDED, at=clock.now)
    rows = list(Notice.objects.order_by("pk"))
    notices.mark_seen(company.linxiao, at=clock.now, notice_id=rows[-1].pk)
    notices.mark_seen(company.hemin, at=clock.now)  # others' are not theirs to mark
    found, after = [], None
    for _ in range(4):
        page = notices.page(company.linxiao, after=after, limit=2)
        found += [row.pk for row in page.items]
        after = page.next
    assert after is None
    assert found == [row.pk for row in reversed(rows[:-1])] + [rows[-1].pk]
    assert notices.mark_seen(company.linxiao, at=clock.now) == 6
    assert notices.waiting(company.linxiao).count == 0
