"""The cards in the inbox of a department, the list of a month, and the forms on the page of the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.models import HelpAsked
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]
WHEN = "2026-03-13T18:00"


@pytest.fixture
def bad(company: Company, open_case: Opener, by: Mover) -> Case:
    """The department answered, and the customer isn't satisfied."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    actions.reply(case.pk, by(company.zhougong), text="换了密封圈")
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    returns.visit(case.pk, by(company.hemin, 300), Result("phone", True, solved=False, satisfied=2, words="还在漏"))
    return case


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def ask(client: Client, case: Case, company: Company) -> None:
    form = {"department": company.engineering.pk, "text": "当时缺什么？", "due_at": WHEN}
    answer = client.post(f"/cases/{case.number}/ask-department/", form)
    assert answer.status_code == 302, answer.content.decode()


def test_the_desk_asks_and_the_department_answers_from_its_inbox(
    company: Company, bad: Case, client_for: ClientFor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk = client_for(company.hemin)
    form = page(desk, f"/cases/{bad.number}/ask-department/")
    assert company.engineering.name in form
    assert company.security.name not in form.split('name="department"')[1].split("</select>")[0]
    ask(desk, bad, company)
    office = client_for(company.zhougong)
    with django_assert_max_num_queries(12):
        text = page(office, "/inbox/department/")
    assert "What would have helped you?" in text
    assert "还在漏" in text
    card = text.split('id="help"')[1].split("</section>")[0]
    assert "return visits" in card
    assert company.hemin.name not in card
    row = HelpAsked.objects.get()
    sent = {"question": row.seq, "helps": "parts", "text": "备件"}
    assert office.post(f"/cases/{bad.number}/explain/", sent).status_code == 302
    assert "What would have helped you?" not in page(office, "/inbox/department/")
    timeline = page(desk, f"/cases/{bad.number}/")
    assert "what would have helped is parts, tools or materials" in timeline
    assert "备件" in timeline


def test_the_list_of_a_month_shows_what_was_said_and_answered(
    company: Company, bad: Case, client_for: ClientFor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ask(client_for(company.hemin), bad, company)
    month = f"{HelpAsked.objects.get().asked_at:%Y-%m}"
    lead = client_for(company.zhaozhuguan)
    with django_assert_max_num_queries(12):
        text = page(lead, f"/heard/?month={month}")
    assert "还在漏" in text
    assert company.hemin.name in text.split('class="tasks"')[1]
    assert "not answered 1" in text
    assert "还在漏" not in page(lead, f"/heard/?month={month}&department={company.security.pk}")
    assert "还在漏" not in page(lead, "/heard/?month=2020-01")
    mine = page(client_for(company.zhougong), f"/heard/?month={month}")
    assert "还在漏" in mine
    assert company.hemin.name not in mine.split('class="tasks"')[1]
    assert lead.get("/heard/?month=2020-13").status_code == 404


def test_the_forms_are_there_only_when_there_is_something_to_ask_or_say(
    company: Company, bad: Case, client_for: ClientFor
) -> None:
    assert "training or instructions" not in page(client_for(company.zhougong), f"/cases/{bad.number}/explain/")
    ask(client_for(company.hemin), bad, company)
    assert "training or instructions" in page(client_for(company.zhougong), f"/cases/{bad.number}/explain/")
    assert 'name="department"' not in page(client_for(company.hemin), f"/cases/{bad.number}/ask-department/")
