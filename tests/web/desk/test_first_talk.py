"""The talk with a customer who comes for the first time: beside the new case, and on its page while it is worked on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import actions
from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.standards import editing
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]
HINT = "First case of this customer"
FIRST = {
    "origin": "first1",
    "situation": "promise",
    "code": "first1",
    "zh": "您第一次来，{时限}前给您答复。",
    "en": "Your first time: you hear from {agent} of {site} by {due}; {what we leave} is not part of it.",
}
TYPED = {"site": "LJF", "kind": "complaint", "channel": "phone", "text": "电梯停了", "phone": "13900000009"}


@pytest.fixture
def desk(company: Company, client_for: ClientFor) -> Client:
    """林晓 at work."""
    editing.furnish([FIRST], [])
    return client_for(company.linxiao)


def test_the_first_case_of_a_customer_says_what_to_tell_them(desk: Client, open_case: Opener) -> None:
    case = open_case().case
    page = desk.get(f"/cases/{case.number}/").content.decode()
    assert HINT in page
    assert "Your first time: you hear from 林晓 of 临江府 by March 16 10:00" in page
    assert "{what we leave}" in page
    assert "first response" in page.split(HINT)[1].split("</details>")[0]
    assert f"/cases/{case.number}/phone/" in page.split(HINT)[1].split("</details>")[0]


def test_the_second_one_and_one_of_nobody_say_nothing(desk: Client, open_case: Opener) -> None:
    open_case()
    for case in (open_case().case, open_case(person=Person()).case):
        assert HINT not in desk.get(f"/cases/{case.number}/").content.decode()


def test_once_it_has_ended_there_is_nothing_to_say(
    company: Company, desk: Client, open_case: Opener, by: Mover
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao), cause="开关", done="更换", text="已修好")
    assert HINT not in desk.get(f"/cases/{case.number}/").content.decode()


def test_an_earlier_case_that_the_reader_may_not_see_is_not_given_away(
    company: Company, desk: Client, open_case: Opener, by: Mover
) -> None:
    open_case(site=company.fly, by=by(company.chenjia))
    assert HINT in desk.get(f"/cases/{open_case().case.number}/").content.decode()


def test_beside_the_new_case_it_stands_once_a_number_is_nobodys(desk: Client, open_case: Opener) -> None:
    def beside(**typed: str) -> str:
        return desk.post("/cases/new/check/", TYPED | typed).content.decode()

    assert HINT in beside()
    assert "Your first time: you hear from 林晓" in beside()
    assert HINT not in beside(phone="1390")
    assert HINT not in beside(phone="")
    open_case(person=Person("赵先生", TYPED["phone"]))
    assert HINT not in beside()
