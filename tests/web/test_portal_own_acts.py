"""What customers do themselves on the receipt page: remind us, take it back; how more time and returns read there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from huiyin.alerts.models import Notice
from huiyin.cases import actions, customer_side, dispatch
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks import extensions
from huiyin.customers.actions import Person
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

REASON = "配件要从外地调来,下周才到"


@pytest.fixture
def customer(company: Company, clock: TestClock) -> Client:
    """A customer's phone, whose browser sends no origin with forms."""
    return Client(enforce_csrf_checks=True, headers={"origin": "null", "accept-language": "en"})


@pytest.fixture
def taken(open_case: Opener, company: Company, by: Mover) -> Opened:
    """A repair that 林晓 has taken."""
    opened = open_case(kind="repair", category=company.tap)
    actions.accept(opened.case.pk, by(company.linxiao))
    return opened


def page(customer: Client, link: str) -> str:
    return customer.get(f"/r/{link}/").content.decode()


def post(customer: Client, link: str, act: str, **body: str) -> str:
    return customer.post(f"/r/{link}/{act}/", body, follow=True).content.decode()


def now_of(opened: Opened) -> Case:
    return Case.objects.get(pk=opened.case.pk)


def test_a_reminder_is_counted_and_stands_on_the_page(customer: Client, taken: Opened, company: Company) -> None:
    read = post(customer, taken.link, "chase")
    assert "We have reminded whoever works on it" in read
    assert "You asked where it stays" in read
    assert "You reminded us today" in read
    assert now_of(taken).chased == 1
    assert list(Notice.objects.values_list("user", "what")) == [(company.linxiao.pk, "chased")]


def test_a_second_reminder_within_the_hour_is_not_counted_and_told_from_when_on(
    customer: Client, taken: Opened, clock: TestClock
) -> None:
    post(customer, taken.link, "chase")
    clock.move(59)
    assert "you can do it again from today 11:01 on" in post(customer, taken.link, "chase")
    assert now_of(taken).chased == 1
    clock.move(1)
    post(customer, taken.link, "chase")
    assert now_of(taken).chased == 2


def test_a_reminder_about_a_joined_case_reaches_the_common_one_and_only_its_own_page(
    customer: Client, taken: Opened, open_case: Opener, company: Company, by: Mover
) -> None:
    other = open_case(person=Person("李先生", "13900139000"))
    actions.join(other.case.pk, by(company.linxiao), into=taken.case.pk)
    assert "You asked where it stays" in post(customer, other.link, "chase")
    assert "You asked where it stays" not in page(customer, taken.link)
    assert now_of(taken).chased == 1
    assert "We have reminded" in post(customer, taken.link, "chase")  # another customer's does not count as theirs
    assert "you can do it again" in post(customer, other.link, "chase")


def test_what_is_taken_back_ends_with_the_reason_in_the_customers_words(customer: Client, taken: Opened) -> None:
    assert "Do you want to take it back?" in page(customer, taken.link)
    read = post(customer, taken.link, "withdraw", reason="自己修好了")
    assert "You have taken it back" in read
    assert "You took it back" in read
    assert re.search(r'<li class="message customer">(?:(?!</li>).)*自己修好了', read, re.DOTALL)
    assert "Remind us of it" not in read
    assert now_of(taken).status == "withdrawn"
    assert "It can&#x27;t be taken back here any more" in post(customer, taken.link, "withdraw")
    assert "Nothing is being worked on any more" in post(customer, taken.link, "chase")
    assert CaseEvent.objects.filter(case=taken.case.pk, kind="withdrawn").count() == 1


def test_what_others_told_us_too_is_not_taken_back_by_one_of_them(
    customer: Client, taken: Opened, open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    other = open_case(person=Person("李先生", "13900139000"))
    actions.join(other.case.pk, by(company.linxiao), into=taken.case.pk)
    for opened in (taken, other):
        assert "Yes, take it back" not in page(customer, opened.link)
        assert "It can&#x27;t be taken back here" in post(customer, opened.link, "withdraw")
        with pytest.raises(NotAllowed):
            customer_side.customer_withdraws(opened.case.pk, text="", at=clock.now)
    assert now_of(taken).status == "accepted"


def test_a_reason_that_is_too_long_comes_back_and_nothing_is_taken_back(customer: Client, taken: Opened) -> None:
    answer = customer.post(f"/r/{taken.link}/withdraw/", {"reason": "长" * 2001})
    assert answer.status_code == 422
    assert "长长" in answer.content.decode()
    assert now_of(taken).status == "accepted"


def test_more_time_is_read_with_the_time_that_was_given_first(
    customer: Client, taken: Opened, company: Company, by: Mover, clock: TestClock
) -> None:
    assert "At first we had said" not in page(customer, taken.link)
    until = clock.now + timedelta(days=4)
    extensions.extend(taken.case.pk, by(company.linxiao), clock="resolve", until=until, reason=REASON)
    assert REASON not in page(customer, taken.link)
    extensions.decide_extension(taken.case.pk, by(company.zhaozhuguan), granted=True, text="要等配件,请谅解")
    read = page(customer, taken.link)
    assert "At first we had said March 13 10:00." in read
    assert "We need more time: by March 15 10:01 instead of March 13 10:00" in read
    assert "要等配件,请谅解" in read
    assert REASON not in read


def test_a_return_and_a_decision_are_told_and_their_reasons_stay_inside(
    customer: Client, taken: Opened, company: Company, by: Mover
) -> None:
    actions.hand_over(taken.case.pk, by(company.linxiao), department=company.engineering, task="去看")
    dispatch.apply_return(taken.case.pk, by(company.zhougong), reason="不归工程部,属于维保单位")
    assert "We look for the department" not in page(customer, taken.link)
    dispatch.decide_return(taken.case.pk, by(company.linxiao), granted=True, reason="内部理由")
    dispatch.refer(taken.case.pk, by(company.linxiao), reason="内部理由")
    dispatch.decide(
        taken.case.pk, by(company.zhaozhuguan), measure="内部措施", text="由秩序部处理", department=company.security
    )
    read = page(customer, taken.link)
    assert "We look for the department that is the right one" in read
    assert "A supervisor decided how it goes on" in read
    assert "由秩序部处理" in read
    for inside in ("内部", "不归工程部"):
        assert inside not in read


@pytest.mark.parametrize("act", ["chase", "withdraw"])
def test_an_address_that_only_takes_forms_leads_back_and_a_wrong_link_gets_help(
    customer: Client, taken: Opened, act: str
) -> None:
    assert customer.get(f"/r/{taken.link}/{act}/").headers["Location"] == f"/r/{taken.link}/"
    answer = customer.post(f"/r/nothing/{act}/")
    assert answer.status_code == 404
    assert "noindex" in answer.headers["X-Robots-Tag"]
