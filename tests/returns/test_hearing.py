"""A department hears what a customer said, as a question: what would have helped?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.alerts.models import Notice, What
from huiyin.cases import actions, dispatch
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import NotAllowed
from huiyin.org.access import Forbidden
from huiyin.org.actions import add_user
from huiyin.org.history import Editor
from huiyin.org.house import Rules, change
from huiyin.org.models import Role, User
from huiyin.returns import actions as returns
from huiyin.returns import heard, hearing
from huiyin.returns.actions import Result
from huiyin.returns.models import HelpAsked
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, TestClock

DAY = timedelta(days=1)
BEGIN, END = NOW - 30 * DAY, NOW + 60 * DAY


@pytest.fixture
def bad(company: Company, open_case: Opener, by: Mover) -> Case:
    """The department answered, the case was resolved, and the customer says that it isn't."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    actions.reply(case.pk, by(company.zhougong), text="换了密封圈")
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    said = Result("phone", True, solved=False, satisfied=2, words="还在漏，没人告诉我要等配件")
    returns.visit(case.pk, by(company.hemin, 300), said)
    return case


def ask(case: Case, by: Mover, user: User, company: Company) -> HelpAsked:
    due = by(user).at + DAY
    hearing.ask(case.pk, by(user), department=company.engineering, text="当时缺什么？", due_at=due)
    return HelpAsked.objects.get(case=case)


def told(user: User, what: What) -> int:
    return Notice.objects.filter(user=user, what=what).count()


def test_the_department_reads_the_customers_words_and_not_who_asks(company: Company, bad: Case, by: Mover) -> None:
    row = ask(bad, by, company.hemin, company)
    assert told(company.zhougong, What.ASKED_HELP) == 1
    (card,) = heard.waiting(company.zhougong)
    assert (card.customer, card.question, card.satisfied) == ("还在漏，没人告诉我要等配件", "当时缺什么？", 2)
    assert card.asker == ""
    assert row.asked_by == company.hemin
    assert CaseEvent.objects.get(case=bad, seq=row.seq).actor is None
    (seen,) = heard.page(company.zhaozhuguan, BEGIN, END, department=None).items
    assert seen.asker == company.hemin.name


def test_a_house_may_say_that_the_asker_is_named(company: Company, bad: Case, by: Mover) -> None:
    change(Rules(show_asker=True), Editor(company.admin, NOW))
    row = ask(bad, by, company.hemin, company)
    assert CaseEvent.objects.get(case=bad, seq=row.seq).actor == company.hemin
    assert heard.waiting(company.zhougong)[0].asker == company.hemin.name


def test_the_department_says_what_would_have_helped_and_the_asker_is_told(
    company: Company, bad: Case, by: Mover
) -> None:
    row = ask(bad, by, company.hemin, company)
    with pytest.raises(BadInput, match="write something"):
        hearing.explain(bad.pk, by(company.zhougong), helps="other")
    hearing.explain(bad.pk, by(company.zhougong), helps="parts", text="配件要备在仓库")
    row.refresh_from_db()
    assert row.helps == "parts"
    assert row.answered_at is not None
    assert told(company.hemin, What.HELPED) == 1
    assert heard.waiting(company.zhougong) == []
    (line,) = heard.page(company.zhougong, BEGIN, END, department=None).items
    assert line.answer == "配件要备在仓库"
    assert heard.counts(company.zhougong, BEGIN, END, department=None) == {"parts": 1}
    with pytest.raises(NotAllowed):
        hearing.explain(bad.pk, by(company.zhougong), helps="time")


def test_only_a_department_that_worked_on_it_is_asked_once_after_a_bad_answer(
    company: Company, bad: Case, open_case: Opener, by: Mover
) -> None:
    due = by(company.hemin).at + DAY
    with pytest.raises(BadInput, match="answered no task"):
        hearing.ask(bad.pk, by(company.hemin), department=company.security, text="缺什么？", due_at=due)
    with pytest.raises(BadInput, match="thirty days"):
        hearing.ask(bad.pk, by(company.hemin), department=company.engineering, text="？", due_at=due + 60 * DAY)
    ask(bad, by, company.hemin, company)
    with pytest.raises(BadInput, match="asked already"):
        hearing.ask(bad.pk, by(company.hemin), department=company.engineering, text="？", due_at=due)
    fine = open_case().case
    with pytest.raises(NotAllowed, match="not a bad one"):
        hearing.ask(fine.pk, by(company.hemin), department=company.engineering, text="？", due_at=due)


def test_departments_neither_ask_nor_answer_for_others(company: Company, bad: Case, by: Mover) -> None:
    due = by(company.hemin).at + DAY
    with pytest.raises(Forbidden):
        hearing.ask(bad.pk, by(company.zhougong), department=company.engineering, text="？", due_at=due)
    row = ask(bad, by, company.hemin, company)
    with pytest.raises(Forbidden):
        hearing.explain(bad.pk, by(company.linxiao), helps="time")
    grants = ((Role.BACK_OFFICE, company.ljf),)
    other = add_user("baoan", "保安", password=None, department=company.security, grants=grants)
    assert heard.waiting(other) == []
    assert heard.page(other, BEGIN, END, department=company.engineering.pk).items == []
    with pytest.raises(Case.DoesNotExist):
        hearing.explain(bad.pk, by(other), helps="time", question=row.seq)


def test_what_nobody_answers_in_time_is_told_to_the_manager_once(
    company: Company, bad: Case, by: Mover, clock: TestClock
) -> None:
    manager = add_user("jingli", "经理", password=None, department=None, grants=((Role.MANAGER, company.ljf),))
    ask(bad, by, company.hemin, company)
    assert hearing.sweep(clock.now) == 0
    clock.move(25 * 60)
    assert hearing.sweep(clock.now) == 1
    assert hearing.sweep(clock.now) == 0
    assert told(manager, What.UNHEARD) == 1
    (line,) = heard.page(manager, BEGIN, END, department=company.engineering.pk).items
    assert line.late
    hearing.explain(bad.pk, by(company.zhougong), helps="time")
    assert not heard.page(manager, BEGIN, END, department=None).items[0].late


def test_a_department_that_steps_aside_finds_nothing_and_is_not_asked(company: Company, bad: Case, by: Mover) -> None:
    ask(bad, by, company.hemin, company)
    dispatch.concern(
        bad.pk, by(company.zhaozhuguan), users=[], departments=[company.engineering], reason="投诉的是他们"
    )
    assert heard.waiting(company.zhougong) == []
    assert heard.page(company.zhougong, BEGIN, END, department=None).items == []
    assert heard.counts(company.zhougong, BEGIN, END, department=None) == {}


def test_pages_go_on_where_they_stopped(company: Company, bad: Case, by: Mover) -> None:
    ask(bad, by, company.hemin, company)
    hearing.explain(bad.pk, by(company.zhougong), helps="time")
    due = by(company.hemin).at + DAY
    hearing.ask(bad.pk, by(company.hemin), department=company.engineering, text="还缺什么？", due_at=due)
    first = heard.page(company.zhougong, BEGIN, END, department=None, limit=1)
    rest = heard.page(company.zhougong, BEGIN, END, department=None, limit=1, before=heard.place(first.next))
    assert [row.question for row in (*first.items, *rest.items)] == ["还缺什么？", "当时缺什么？"]
    assert rest.next == ""


def test_a_protected_customer_is_covered_in_what_the_department_reads(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(kind="report", text="我是赵明理", protected=True).case
    assert case.customer is not None
    name = case.customer.name
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    actions.reply(case.pk, by(company.zhougong), text="看过了")
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    said = Result("phone", True, solved=False, words=f"{name}说还没好")
    returns.visit(case.pk, by(company.zhaozhuguan, 300), said)
    ask(case, by, company.zhaozhuguan, company)
    (card,) = heard.waiting(company.zhougong)
    assert name not in card.customer
    assert "还没好" in card.customer
