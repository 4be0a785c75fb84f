"""Recovery plans on the page of a case: words into the answer, steps settled by one click, without a script."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.models import Case
from huiyin.playbooks import queries
from huiyin.recovery import failures
from tests.conftest import Mover
from tests.people import Company
from tests.playbooks.conftest import again as again  # noqa: PLC0414
from tests.playbooks.conftest import case as case  # noqa: PLC0414

from .test_case_page import MOST_QUERIES, ClientFor

pytestmark = pytest.mark.usefixtures("again")


@pytest.fixture
def browser(client_for: ClientFor, company: Company, case: Case, by: Mover) -> Client:
    """林晓 before a case whose failure was named."""
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="minor")
    return client_for(company.linxiao)


def post(browser: Client, case: Case, **values: str) -> int:
    case.refresh_from_db()
    return browser.post(f"/cases/{case.number}/step/", {"version": str(case.seq)} | values).status_code


def test_the_plan_stands_on_the_page(
    browser: Client, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser.get(f"/cases/{case.number}/")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = browser.get(f"/cases/{case.number}/").content.decode()
    for words in ("call first", "send another fitter", "带齐配件", "before resolving", "0 of 3", "Put into the answer"):
        assert words in page


def test_a_step_is_done_passed_over_and_taken_back(browser: Client, case: Case) -> None:
    assert post(browser, case, target="1-1", act="done") == 302
    assert post(browser, case, target="1-2", act="skip", text="短") == 422
    assert post(browser, case, target="1-2", act="skip", text="客户自己换好了，不用再去") == 302
    assert post(browser, case, target="1-2", act="undo") == 302
    assert [line.state for line in queries.of_case(case)[0].lines] == ["done", "open", "open"]


def test_words_and_remedy_are_filled_in(browser: Client, case: Case) -> None:
    answer = browser.get(f"/cases/{case.number}/answer/?plan=1&step=1").content.decode()
    assert "这次没有修好" in answer.split('id="answer_text"')[1].split("</textarea>")[0]
    remedy = browser.get(f"/cases/{case.number}/remedy/?plan=1&step=3").content.decode()
    assert 'value="voucher" selected' in remedy
    assert 'value="30.00"' in remedy
    assert browser.get(f"/cases/{case.number}/answer/?plan=x&step=9").status_code == 200
