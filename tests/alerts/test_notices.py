"""Notices: who is told of what, and what is shown to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from huiyin.alerts import notices
from huiyin.alerts.models import Notice, What
from huiyin.cases import actions, customer_side
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.clocks import actions as clocks
from huiyin.org.models import Grant, User
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
