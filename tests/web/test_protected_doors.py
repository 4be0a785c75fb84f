"""How customers ask for a protected identity at each door, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from huiyin.cases import actions, hiding, queries
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.actions import issue_token
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
VOICE = {
    "token": "a-token-of-one-form",
    "kind": "complaint",
    "place": "7-2",
    "text": "楼上的装修队半夜施工，我是赵明理。",
    "phone": "13712345678",
    "name": "赵明理",
}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LANGUAGE_CODE", "en")


@pytest.fixture
def customer(company: Company, clock: TestClock) -> Client:
    """A customer's phone."""
    return Client(headers={"accept-language": "en"})


def test_a_customer_asks_for_it_on_the_portal_and_reads_that_it_holds(customer: Client, company: Company) -> None:
    answer: Any = customer.post("/p/LJF/", VOICE | {"protected": "on"})
    case = Case.objects.get()
    assert case.protected
    assert queries.page(company.zhaozhuguan, queries.Filter(q="赵明理")).items == []
    page = customer.get(answer.headers["Location"]).content.decode()
    assert "Your identity is protected" in page
    assert "我是赵明理" in page  # their own words, on their own page


def test_who_did_not_ask_is_not_protected_and_reads_nothing_of_it(customer: Client) -> None:
    answer: Any = customer.post("/p/LJF/", VOICE)
    assert not Case.objects.get().protected
    assert "Your identity is protected" not in customer.get(answer.headers["Location"]).content.decode()


def test_sending_again_with_the_tick_makes_a_protected_case(customer: Client) -> None:
    customer.post("/p/LJF/", VOICE)
    customer.post("/p/LJF/", VOICE | {"protected": "on"})
    assert [case.protected for case in Case.objects.order_by("pk")] == [False, True]


def test_a_report_needs_neither_tick_nor_name_nor_number(customer: Client) -> None:
    assert customer.post("/p/LJF/", VOICE | {"kind": "report", "name": "", "phone": ""}).status_code == 302
    case = Case.objects.get()
    assert (case.kind, case.protected, case.customer) == ("report", True, None)


def test_the_desk_writes_it_down_with_a_tick(client_for: ClientFor, company: Company) -> None:
    given = {
        "site": "LJF",
        "kind": "complaint",
        "channel": "phone",
        "name": "赵明理",
        "phone": "13712345678",
        "text": "经理收钱",
        "protected": "on",
        "take": "on",
    }
    assert client_for(company.linxiao).post("/cases/new/", given).status_code == 302
    case = Case.objects.get()
    page = f"/cases/{case.number}/"
    assert "赵明理" in client_for(company.linxiao).get(page).content.decode()
    seen = client_for(company.hemin).get(page).content.decode()
    assert "赵明理" not in seen
    assert "protected identity" in seen


def test_a_program_asks_for_it_and_one_that_may_not_know_gets_null(company: Company, clock: TestClock) -> None:
    def program(user: User) -> Client:
        return Client(headers={"Authorization": f"Bearer {issue_token(user, 'test', at=clock.now)}"})

    body = {"kind": "complaint", "channel": "api", "site": "LJF", "text": "我是赵明理", "protected": True}
    body |= {"customer": {"name": "赵明理", "phone": "13712345678"}}
    made = program(company.linxiao).post("/api/v1/cases", body, content_type="application/json")
    assert made.status_code == 201
    path = f"/api/v1/cases/{made.json()['number']}"
    hidden, known = program(company.hemin).get(path).json(), program(company.zhaozhuguan).get(path).json()
    assert (hidden["protected"], hidden["customer"]) == (True, None)
    assert hidden["timeline"][0]["words"]["text"] == "我是×××"
    assert known["customer"] == {"name": "赵明理", "phone": "+8613712345678", "email": "", "tier": None}
    wrong = body | {"protected": "yes"}
    assert program(company.linxiao).post("/api/v1/cases", wrong, content_type="application/json").status_code == 422


def test_an_incident_that_begins_with_a_protected_case_has_no_name_in_its_title(
    client_for: ClientFor, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(protected=True, subject="赵明理家漏水", person=Person("赵明理", "13712345678")).case
    actions.accept(case.pk, by(company.linxiao))
    form = client_for(company.linxiao).get(f"/incidents/new/?case={case.number}").content.decode()
    assert "×××家漏水" in form
    assert "赵明理" not in form
    assert hiding.open_subject(queries.get(company.hemin, case.number)) == "×××家漏水"
