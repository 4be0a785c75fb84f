"""Cases like a voice: found by words, place and customer, and never what the person may not see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, alike
from huiyin.cases.actions import By
from huiyin.cases.alike import Voice
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

TOLD = "三号楼的电梯今天早上又停了，家里有老人，下不了楼。"
TYPED = "三号楼电梯停了，老人下不来"
MOST_QUERIES = 5


@pytest.fixture
def others(open_case: Opener) -> None:
    """What else is going on, so that words are rare or not."""
    for floor in range(2, 12):
        open_case(
            subject="漏水", text=f"{floor}楼的水管漏水，天花板湿了一大块。", person=Person("李先生", "13900139000")
        )


def numbers(user: User, company: Company, at: datetime, text: str = TYPED, **voice: Any) -> list[str]:
    found = alike.around(user, Voice(text, company.ljf.pk, at, **voice)).likely()
    return [one.case.number for one in found]


@pytest.mark.usefixtures("others")
def test_half_a_sentence_finds_what_somebody_else_told_in_other_words(
    company: Company, open_case: Opener, now: datetime
) -> None:
    case = open_case(text=TOLD).case
    assert numbers(company.linxiao, company, now, "三号楼电梯停") == [case.number]
    (found,) = alike.around(company.linxiao, Voice(TYPED, company.ljf.pk, now)).likely()
    assert set(found.words) >= {"三号楼", "电梯停了"}
    assert found.open
    assert numbers(company.linxiao, company, now, "想问一下物业费怎么交") == []


@pytest.mark.usefixtures("others")
def test_after_fourteen_days_it_is_another_matter_and_at_another_site_too(
    company: Company, open_case: Opener, clock: TestClock
) -> None:
    open_case(text=TOLD, site=company.fly, by=By(company.chenjia, clock.now))
    assert numbers(company.hemin, company, clock.now) == []
    case = open_case(text=TOLD).case
    assert numbers(company.linxiao, company, clock.now + timedelta(days=14)) == [case.number]
    assert numbers(company.linxiao, company, clock.now + timedelta(days=14, minutes=1)) == []


@pytest.mark.usefixtures("others")
def test_the_same_place_or_customer_makes_up_for_other_words(
    company: Company, open_case: Opener, now: datetime
) -> None:
    case = open_case(text="电梯里的灯一直闪，按键也不亮", place="三号楼").case
    words = "你们那个电梯怎么又坏了，灯也不亮"
    assert numbers(company.linxiao, company, now, words) == []
    assert numbers(company.linxiao, company, now, words, place="4号楼") == []
    assert numbers(company.linxiao, company, now, words, place="3号楼") == [case.number]
    customer = frozenset({case.customer_id or 0})
    assert case.number in numbers(company.linxiao, company, now, words, customers=customer)


@pytest.mark.usefixtures("others")
def test_what_was_joined_stands_for_the_case_that_is_worked_on(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    target = open_case(text="我们这栋的梯子坏掉了", subject="梯子").case
    part = open_case(text=TOLD).case
    actions.join(part.pk, by(company.linxiao), into=target.pk)
    assert numbers(company.linxiao, company, clock.now) == [target.number]


@pytest.mark.usefixtures("others")
def test_what_has_just_been_closed_is_shown_and_can_not_be_joined_into(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(text=TOLD, take=True).case
    actions.resolve(case.pk, by(company.linxiao), cause="门机", done="换了", text="好了")
    (found,) = alike.around(company.linxiao, Voice(TYPED, company.ljf.pk, clock.now)).likely()
    assert (found.case.number, found.open) == (case.number, False)


@pytest.mark.usefixtures("others")
def test_whom_a_case_is_about_and_who_does_not_serve_the_site_find_nothing(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(text=TOLD, about_users=[company.linxiao]).case
    assert numbers(company.linxiao, company, clock.now) == []
    assert numbers(company.chenjia, company, clock.now) == []
    assert numbers(company.zhougong, company, clock.now) == []
    assert numbers(company.hemin, company, clock.now) == [case.number]


@pytest.mark.usefixtures("others")
def test_a_protected_customer_is_neither_shown_nor_a_reason(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    person = Person("赵明理", "13712345678")
    case = open_case(text=TOLD + "我是赵明理", protected=True, person=person, by=by(company.linxiao)).case
    actions.accept(case.pk, by(company.linxiao))
    (found,) = alike.around(company.hemin, Voice(TYPED, company.ljf.pk, clock.now)).likely()
    assert found.case.customer is not None
    assert found.case.customer.name == "protected"
    customer = frozenset({case.customer_id or 0})
    (same,) = alike.around(company.hemin, Voice(TYPED, company.ljf.pk, clock.now, customers=customer)).likely()
    assert not same.match.customer
    other = "想问一下物业费怎么交"
    assert numbers(company.hemin, company, clock.now, other, customers=customer) == []


@pytest.mark.usefixtures("others")
def test_it_asks_few_questions(
    company: Company, open_case: Opener, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    open_case(text=TOLD, place="3号楼")
    voice = Voice(TYPED, company.ljf.pk, now, "3号楼")
    alike.around(company.linxiao, voice)
    with django_assert_max_num_queries(MOST_QUERIES + 1):
        alike.around(company.linxiao, voice)


def test_nothing_is_found_where_nothing_is(company: Company, now: datetime) -> None:
    for text in ("", "?!", "a", TYPED):
        assert numbers(company.linxiao, company, now, text) == []
        assert alike.similar(company.linxiao, Voice(text, company.ljf.pk, now)) == []


def solved(case: Case, company: Company, by: Mover, done: str) -> None:
    actions.resolve(case.pk, by(company.linxiao, 90), cause="门机", done=done, text="电梯已恢复")


@pytest.mark.usefixtures("others")
def test_like_cases_of_any_time_tell_how_they_were_solved(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    old = open_case(text=TOLD, place="3号楼", take=True).case
    solved(old, company, by, "更换门机板件")
    clock.move(60 * 24 * 200)
    still = open_case(text=TOLD, place="3号楼").case
    (found,) = alike.similar(company.linxiao, alike.voice_of(still, TOLD))
    assert (found.case.pk, found.done, found.told) == (old.pk, "更换门机板件", "电梯已恢复")
    assert found.took == timedelta(minutes=90)


@pytest.mark.usefixtures("others")
def test_of_a_case_that_was_reopened_the_last_end_is_told(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(text=TOLD, take=True).case
    solved(case, company, by, "更换门机板件")
    actions.reopen(case.pk, by(company.linxiao), reason="又停了一次，客户不满意")
    actions.decline(case.pk, by(company.linxiao), reason="归电梯维保单位", right_door="维保公司")
    (found,) = alike.similar(company.linxiao, Voice(TYPED, company.ljf.pk, clock.now))
    assert (found.done, found.told) == ("", "归电梯维保单位")


@pytest.mark.usefixtures("others")
def test_when_a_site_has_few_like_ones_those_of_others_come_after_its_own_as_far_as_one_sees(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    there = open_case(text=TOLD, site=company.fly, by=By(company.chenjia, clock.now), take=True).case
    actions.resolve(there.pk, by(company.chenjia), cause="门机", done="那边换了", text="好了")
    here = open_case(text="电梯停了", take=True).case
    solved(here, company, by, "这边换了")
    voice = Voice(TYPED, company.ljf.pk, clock.now)
    assert [one.case.pk for one in alike.similar(company.hemin, voice)] == [here.pk, there.pk]
    assert [one.case.pk for one in alike.similar(company.linxiao, voice)] == [here.pk]


@pytest.mark.usefixtures("others")
def test_the_category_of_like_cases_is_suggested(company: Company, open_case: Opener, now: datetime) -> None:
    for _time in range(2):
        open_case(text=TOLD, category=company.lift)
    (found,) = alike.around(company.linxiao, Voice(TYPED, company.ljf.pk, now)).suggestions()
    assert (found.category, found.cases) == (company.lift.pk, 2)
