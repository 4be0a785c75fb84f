"""How like cases were solved, beside the page of a case and on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.returns import actions as returns
from huiyin.web.desk.similar import duration
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
TOLD = "三号楼的电梯今天早上又停了，家里有老人，下不了楼。"
MOST_QUERIES = 12


@pytest.fixture
def past(open_case: Opener, company: Company, by: Mover, clock: TestClock) -> Case:
    """A lift that stopped, repaired within three hours; the customer is content."""
    case = open_case(text=TOLD, subject="上次的电梯", take=True).case
    actions.resolve(case.pk, by(company.linxiao, 180), cause="门机老化", done="更换门机板件", text="已修好")
    result = returns.Result("link", reached=True, solved=True, satisfied=5, words="")
    returns.rate(case.pk, result=result, at=clock.move(5))
    return case


def test_it_tells_how_how_long_and_what_the_customer_said(
    client_for: ClientFor, company: Company, open_case: Opener, past: Case
) -> None:
    case = open_case(text=TOLD, subject="又停了").case
    page = client_for(company.linxiao).get(f"/cases/{case.number}/similar/").content.decode()
    for words in ("上次的电梯", "更换门机板件", "took 3 hours", "said: solved, 5 of 5", "又停了"):
        assert words in page
    assert (
        "None like it has ended yet."
        in client_for(company.linxiao).get(f"/cases/{past.number}/similar/").content.decode()
    )


def test_the_page_of_the_case_leads_there_and_asks_nothing_for_it(
    client_for: ClientFor, company: Company, open_case: Opener, past: Case
) -> None:
    case = open_case(text=TOLD).case
    page = client_for(company.linxiao).get(f"/cases/{case.number}/").content.decode()
    assert f'<a href="/cases/{case.number}/similar/">' in page
    assert "上次的电梯" not in page.split("Other cases of this customer")[0]
    part = client_for(company.linxiao).get(f"/cases/{case.number}/similar/", headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith("<ul")


def test_it_asks_few_questions(
    client_for: ClientFor,
    company: Company,
    open_case: Opener,
    past: Case,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    address, desk = f"/cases/{open_case(text=TOLD, place='3号楼').case.number}/similar/", client_for(company.linxiao)
    part = {"HX-Request": "true"}
    desk.get(address, headers=part)
    with django_assert_max_num_queries(MOST_QUERIES):
        desk.get(address, headers=part)
    with django_assert_max_num_queries(MOST_QUERIES):
        desk.get(address)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "0 minutes"), (1, "1 minute"), (119, "119 minutes"), (120, "2 hours"), (2879, "47 hours"), (2880, "2 days")],
)
def test_durations_as_people_say_them(minutes: int, told: str) -> None:
    assert duration(timedelta(minutes=minutes)) == told
