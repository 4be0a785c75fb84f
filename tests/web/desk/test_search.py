"""The search page: cases, filters as words, customers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.org.models import User
from tests.conftest import Opener
from tests.people import Company

ClientFor = Callable[[User], Client]


def test_a_filter_written_as_words_opens_the_list_that_can_be_saved(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    open_case(subject="电梯停运")
    desk = client_for(company.linxiao)
    answer = desk.get("/search/", {"q": "state:open site:LJF 电梯"})
    assert answer.status_code == 302
    assert unquote(answer.headers["Location"]) == "/inbox/all/?open=1&site=LJF&q=电梯"
    assert "电梯停运" in desk.get(answer.headers["Location"]).content.decode()


def test_what_is_not_understood_is_said(client_for: ClientFor, company: Company) -> None:
    page = client_for(company.linxiao).get("/search/", {"q": "state:foo"}).content.decode()
    assert "Not understood: state:foo" in page


def test_customers_are_found_by_name_and_number_with_their_cases(
    client_for: ClientFor, company: Company, open_case: Opener, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    open_case(subject="电梯停运")
    desk = client_for(company.linxiao)
    desk.get("/search/?q=王&in=customers")
    for query in ("王", "13800"):
        with django_assert_max_num_queries(12):
            page = desk.get("/search/", {"q": query, "in": "customers"}).content.decode()
        assert "王女士" in page
        assert "电梯停运" in page
    assert "王女士" not in client_for(company.chenjia).get("/search/?q=王&in=customers").content.decode()
    assert "Nobody found" in desk.get("/search/?q=李&in=customers").content.decode()
