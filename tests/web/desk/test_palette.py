"""The command palette: pages for everybody, cases that one may see."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.org.models import User
from tests.conftest import Opener
from tests.people import Company

ClientFor = Callable[[User], Client]


def lines(client: Client, query: str) -> list[str]:
    """Where the lines lead that answer what is typed."""
    page = client.get("/palette/", {"q": query})
    assert page.status_code == 200
    return re.findall(r'href="([^"]+)" role="option"', page.content.decode())


def test_words_find_the_newest_cases_and_lead_on_to_the_whole_search(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    first, second = open_case(subject="电梯停运").case, open_case(subject="电梯异响").case
    open_case(subject="漏水", text="厨房漏水")
    found = lines(client_for(company.linxiao), "电梯")
    assert found[:-1] == [f"/cases/{second.number}/", f"/cases/{first.number}/"]
    assert found[-1].startswith("/search/?q=")


def test_a_receipt_number_comes_first_and_once(client_for: ClientFor, company: Company, open_case: Opener) -> None:
    number = open_case().case.number
    assert lines(client_for(company.linxiao), f"{number[:4]} {number[4:]}")[0] == f"/cases/{number}/"
    assert lines(client_for(company.linxiao), number).count(f"/cases/{number}/") == 1


def test_a_case_of_elsewhere_is_not_found(client_for: ClientFor, company: Company, open_case: Opener) -> None:
    number = open_case(subject="电梯停运").case.number
    for query in ("电梯", number):
        assert [line for line in lines(client_for(company.chenjia), query) if number in line.split("?")[0]] == []


def test_nothing_typed_or_too_little_asks_for_no_case(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    open_case(subject="电梯停运")
    browser = client_for(company.linxiao)
    assert lines(browser, "") == []
    assert len(lines(browser, "!")) == 1


def test_a_look_needs_few_questions(
    client_for: ClientFor, company: Company, open_case: Opener, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _case in range(12):
        open_case(subject="电梯停运")
    browser = client_for(company.linxiao)
    browser.get("/palette/?q=电梯")
    with django_assert_max_num_queries(10):
        assert len(lines(browser, "电梯")) == 9


def test_each_page_offers_what_this_person_may_open(client_for: ClientFor, company: Company) -> None:
    page = client_for(company.zhougong).get("/inbox/department/").content.decode()
    offered = re.findall(r'href="([^"]+)" role="option"', page)
    assert "/inbox/department/" in offered
    assert not {"/cases/new/", "/settings/", "/inbox/to-decide/"} & set(offered)
