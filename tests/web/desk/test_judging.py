"""The answer of a department on the page of its case: two buttons beside it, and what was said of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case, HandOver
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]
TASK = 3


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A repair at LJF that engineering has answered."""
    found = open_case(kind="repair", category=company.tap, take=True).case
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="请看龙头")
    actions.reply(found.pk, by(company.zhougong), text="处理了")
    return found


def page(client: Client, case: Case, path: str = "") -> str:
    answer = client.get(f"/cases/{case.number}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def beside(html: str) -> str:
    """What stands beside the answer; empty for nothing."""
    found = re.search(r'<div class="judge">.*?</div>\s*</div>\s*</li>', html, re.DOTALL)
    return found[0] if found else ""


def sent(html: str, name: str, value: str) -> dict[str, str]:
    """The form that a button is in, as a browser without a script sends it."""
    forms = re.findall(r"<form.*?</form>", html, re.DOTALL)
    form = next(one for one in forms if f'name="{name}" value="{value}"' in one)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', form)
    return {**dict(hidden), name: value}


def said(case: Case) -> tuple[bool | None, str]:
    row = HandOver.objects.get(case=case, seq=TASK)
    return row.usable, row.unusable


@pytest.mark.parametrize(
    ("name", "value", "expect"), [("usable", "yes", (True, "")), ("why", "beside", (False, "beside"))]
)
def test_one_button_says_it_without_a_script(
    client_for: ClientFor, company: Company, case: Case, name: str, value: str, expect: tuple[bool, str]
) -> None:
    desk = client_for(company.linxiao)
    answer = desk.post(f"/cases/{case.number}/judge-answer/", sent(beside(page(desk, case)), name, value))
    assert answer.status_code == 302
    assert said(case) == expect


def test_both_sides_read_what_was_said_in_the_timeline_and_beside_the_task(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    desk = client_for(company.linxiao)
    form = {"hand_over": TASK, "usable": "no", "why": "other", "text": "要写清换了什么"}
    assert desk.post(f"/cases/{case.number}/judge-answer/", form).status_code == 302
    for user in (company.linxiao, company.zhougong):
        html = page(client_for(user), case)
        assert "can&#x27;t be used as it is: for another reason" in html
        assert html.count("for another reason: 要写清换了什么") == 2
        assert ("Judge it again" in html) == (user == company.linxiao)


def test_a_no_without_a_reason_comes_back_with_the_form(client_for: ClientFor, company: Company, case: Case) -> None:
    desk = client_for(company.linxiao)
    answer = desk.post(f"/cases/{case.number}/judge-answer/", {"hand_over": TASK, "usable": "no", "text": "看不懂"})
    assert answer.status_code == 422
    assert "看不懂" in answer.content.decode()
    assert said(case) == (None, "")


def test_there_are_no_buttons_for_the_department_nor_for_those_who_only_read(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    for user in (company.zhougong, company.auditor):
        html = page(client_for(user), case)
        assert "处理了" in html
        assert "judge-answer" not in html


def test_a_customer_learns_nothing_of_it(client_for: ClientFor, company: Company, open_case: Opener, by: Mover) -> None:
    opened = open_case(take=True)
    actions.hand_over(opened.case.pk, by(company.linxiao), department=company.engineering, task="请看龙头")
    actions.reply(opened.case.pk, by(company.zhougong), text="处理了")
    before = Client().get(f"/r/{opened.link}/").content.decode()
    form = {"hand_over": TASK, "usable": "no", "why": "other", "text": "要写清换了什么"}
    client_for(company.linxiao).post(f"/cases/{opened.case.number}/judge-answer/", form)
    after = Client().get(f"/r/{opened.link}/").content.decode()
    assert said(opened.case) == (False, "other")
    assert "要写清" not in after
    assert after.count("<li") == before.count("<li")


def test_the_page_asks_no_more_for_it(
    client_for: ClientFor, company: Company, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk = client_for(company.linxiao)
    desk.post(f"/cases/{case.number}/judge-answer/", {"hand_over": TASK, "usable": "yes"})
    with django_assert_max_num_queries(12):
        page(desk, case)
