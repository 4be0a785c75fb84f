"""Recovery plans on the page of a case: words into the answer, steps settled by one click, without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.alerts import incidents
from huiyin.cases import actions, detailing, files
from huiyin.cases.models import Case
from huiyin.fairness import marks
from huiyin.playbooks import queries
from huiyin.recovery import actions as recovery
from huiyin.recovery import failures
from huiyin.recovery.wanted import Option, Wanted
from tests.cases.test_verify import PNG, Sent
from tests.conftest import Mover, Opener
from tests.people import Company
from tests.playbooks.conftest import again as again  # noqa: PLC0414
from tests.playbooks.conftest import case as case  # noqa: PLC0414

from .test_case_page import MOST_QUERIES, ClientFor

pytestmark = pytest.mark.usefixtures("again")
MOST_OF_EVERYTHING = MOST_QUERIES + 3
"""A mark, a link, a file, a remedy, a plan and a draft are a question each; hardly a case has them all."""


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


def test_a_case_with_everything_at_once_asks_three_more(
    browser: Client,
    case: Case,
    company: Company,
    open_case: Opener,
    by: Mover,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """Plan, remedies with options, a file, a task, a link, an incident, a mark, a draft, a promise; then resolved, with
    its visit to come."""
    other, joined = open_case().case, open_case().case
    photo = files.store(Sent(PNG))
    actions.note(case.pk, by(company.linxiao), text="见图", files=[photo])
    actions.commit(case.pk, by(company.linxiao), text="今晚恢复", due_at=by(company.linxiao).at + timedelta(hours=4))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="看看")
    actions.reply(case.pk, by(company.zhougong), text="已更换")
    detailing.relate(case.pk, by(company.linxiao), to=other.pk)
    actions.join(joined.pk, by(company.linxiao), into=case.pk)
    incidents.open_incident(company.ljf, by(company.linxiao), title="暴雨", case_ids=[case.pk, other.pk])
    options = [
        Option([Wanted("voucher", 30_00), Wanted("apology", 0)], "一张三十元的券和道歉"),
        Option([Wanted("voucher", 20_00)], "一张二十元的券"),
    ]
    recovery.propose(case.pk, by(company.linxiao), options=options, reason="约好上午九点,师傅十一点半才到")
    case.refresh_from_db()
    assert case.customer is not None
    until = by(company.zhaozhuguan).at.date() + timedelta(days=30)
    marks.set_mark(
        case.customer,
        by(company.zhaozhuguan),
        kind="hostile",
        reason="三月一日对上门人员动手",
        advice="两人同去",
        until=until,
    )
    browser.post(f"/cases/{case.number}/draft/", {"verb": "answer", "text": "您好"})
    browser.get(f"/cases/{case.number}/")
    with django_assert_max_num_queries(MOST_OF_EVERYTHING):
        assert browser.get(f"/cases/{case.number}/").status_code == 200
    assert post(browser, case, target="1-1", act="done") == 302
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已修好")
    browser.get(f"/cases/{case.number}/")
    with django_assert_max_num_queries(MOST_OF_EVERYTHING):
        assert browser.get(f"/cases/{case.number}/").status_code == 200


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
