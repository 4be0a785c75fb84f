"""A joined case: what its customer writes is read in both places, and what is read out follows the common case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, dispatch
from huiyin.cases.customer_side import customer_writes
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
MOST_QUERIES = 12


@pytest.fixture
def common(open_case: Opener, company: Company) -> Case:
    return open_case(category=company.lift, subject="共同的一件", take=True).case


@pytest.fixture
def joined(open_case: Opener, common: Case, company: Company, by: Mover) -> Case:
    case = open_case(person=Person("李先生", "13900139000"), text="九楼也下不去").case
    actions.join(case.pk, by(company.linxiao), into=common.pk)
    return case


def page_of(client: Client, case: Case) -> str:
    return client.get(f"/cases/{case.number}/").content.decode()


def test_what_the_customer_writes_stands_in_the_common_case_and_is_read_in_their_own(
    client_for: ClientFor, company: Company, common: Case, joined: Case, clock: TestClock
) -> None:
    customer_writes(joined.pk, text="李先生又写了", at=clock.move(1))
    customer_writes(common.pk, text="王女士又写了", at=clock.move(1))
    desk = client_for(company.linxiao)
    assert "李先生又写了" in page_of(desk, common)
    assert f'<a class="figure" href="/cases/{joined.number}/">' in page_of(desk, common)
    theirs = page_of(desk, joined)
    assert "What this customer wrote since" in theirs
    assert "李先生又写了" in theirs
    assert "王女士又写了" not in theirs


def test_words_go_through_to_the_last_of_several_joined_cases(
    client_for: ClientFor, company: Company, common: Case, joined: Case, open_case: Opener, by: Mover
) -> None:
    last = open_case(subject="最后一件").case
    actions.join(common.pk, by(company.linxiao), into=last.pk)
    customer_writes(joined.pk, text="李先生又写了", at=by(None).at)
    assert "李先生又写了" in page_of(client_for(company.linxiao), last)
    assert "李先生又写了" in page_of(client_for(company.linxiao), joined)


def test_who_may_not_see_the_common_case_reads_nothing_of_it(
    client_for: ClientFor, company: Company, common: Case, joined: Case, by: Mover, clock: TestClock
) -> None:
    customer_writes(joined.pk, text="李先生又写了", at=clock.move(1))
    reason = "客户说就是他本人的态度不好"
    dispatch.concern(common.pk, by(company.zhaozhuguan), users=[company.linxiao], departments=[], reason=reason)
    assert "李先生又写了" in page_of(client_for(company.auditor), joined)
    assert "李先生又写了" not in page_of(client_for(company.linxiao), joined)


def test_it_asks_few_questions_more(
    client_for: ClientFor,
    company: Company,
    joined: Case,
    clock: TestClock,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    customer_writes(joined.pk, text="李先生又写了", at=clock.move(1))
    desk = client_for(company.linxiao)
    page_of(desk, joined)
    with django_assert_max_num_queries(MOST_QUERIES):
        page_of(desk, joined)


def test_just_told_a_case_shows_what_to_read_out_and_later_no_more(
    client_for: ClientFor, company: Company, common: Case, joined: Case, by: Mover, clock: TestClock
) -> None:
    desk = client_for(company.linxiao)
    assert "We will answer you by <strong>today 10:15</strong>" in page_of(desk, common)
    assert "我们会在 <strong>今天 10:15</strong> 前给您回话" in page_of(desk, joined)
    actions.answer(common.pk, by(company.linxiao), text="师傅马上到")
    assert "We will answer you by" not in page_of(desk, common)
    assert "We will answer you by" in page_of(desk, joined)
    clock.move(40)
    assert "We will answer you by" not in page_of(desk, joined)
