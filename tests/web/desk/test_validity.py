"""The page that says how far the answers can be trusted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.rates import summing
from huiyin.rates.models import Fact
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.models import ReturnVisit
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture
def doubtful(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> Case:
    """Not solved, says the customer, and gives a five."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    returns.visit(case.pk, by(company.hemin, 300), Result("phone", True, solved=False, satisfied=5))
    while summing.sweep(clock.now):
        pass
    return case


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_of_rates_says_how_many_are_satisfied_with_and_without_doubtful_answers(
    company: Company, doubtful: Case, client_for: ClientFor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(company.zhaozhuguan)
    with django_assert_max_num_queries(12):
        text = page(client, f"/rates/?{MARCH}")
    assert "How far the answers can be trusted" in text
    assert "100 % of all 1 answers, – % of the 0 without a doubt" in text


@pytest.mark.parametrize(("way", "name"), [("", "LJF"), ("person", "hemin"), ("method", "call-back")])
def test_it_is_broken_down_and_each_figure_leads_to_its_rows(
    company: Company,
    doubtful: Case,
    client_for: ClientFor,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    way: str,
    name: str,
) -> None:
    client = client_for(company.zhaozhuguan)
    with django_assert_max_num_queries(12):
        text = page(client, f"/rates/validity/?by={way}&{MARCH}")
    assert {"LJF": company.ljf.name, "hemin": company.hemin.name}.get(name, name) in text
    value = {"person": str(company.hemin.pk), "method": "call_back"}.get(way, "")
    rows = page(client, f"/rates/credible/?good=0&by={way}&value={value}&{MARCH}")
    assert doubtful.number in rows
    assert "not solved, and yet fully satisfied" in rows
    assert doubtful.number not in page(client, f"/rates/credible/?good=1&by={way}&value={value}&{MARCH}")


def test_those_who_gave_no_answer_stand_behind_their_number(
    company: Company, doubtful: Case, open_case: Opener, by: Mover, clock: TestClock, client_for: ClientFor
) -> None:
    other = open_case().case
    actions.accept(other.pk, by(company.linxiao))
    actions.resolve(other.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    returns.visit(other.pk, by(company.hemin, 300), Result("phone", True, declined=True))
    while summing.sweep(clock.now):
        pass
    client = client_for(company.zhaozhuguan)
    month = "from=2026-03-01&to=2026-04-30"
    (link,) = re.findall(r'href="(/rates/response/[^"]*mark=[^"]*)"', page(client, f"/rates/?{month}"))
    rows = page(client, link.replace("&amp;", "&"))
    assert "declined" in link
    assert other.number in rows
    assert doubtful.number not in rows
    assert client.get("/rates/response/?mark=nonsense").status_code == 404


def test_no_other_rate_opens_the_rows_of_a_person(company: Company, doubtful: Case, client_for: ClientFor) -> None:
    client = client_for(company.zhaozhuguan)
    assert client.get(f"/rates/satisfied/?by=person&value={company.hemin.pk}").status_code == 404
    assert client.get("/rates/validity/?by=category").status_code == 404


def test_a_supervisor_believes_an_answer_from_the_list(company: Company, doubtful: Case, client_for: ClientFor) -> None:
    fact = Fact.objects.get(case=doubtful, rate="credible")
    client = client_for(company.zhaozhuguan)
    back = f"/rates/credible/?{MARCH}"
    address = f"/rates/facts/{fact.pk}/trust/"
    assert address in page(client, back)
    assert address not in page(client_for(company.auditor), back)
    answer = client.post(address, {"trusted": "yes", "reason": "录音核过", "back": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert ReturnVisit.objects.get(case=doubtful).trusted
    assert "Doubt it again" in page(client, back)
    timeline = page(client, f"/cases/{doubtful.number}/")
    assert "The answer is to be believed all the same" in timeline
    assert "doubtful: not solved, and yet fully satisfied" in timeline


def test_agents_find_neither_page_nor_button(company: Company, doubtful: Case, client_for: ClientFor) -> None:
    client = client_for(company.linxiao)
    assert client.get("/rates/validity/").status_code == 403
    fact = Fact.objects.get(case=doubtful, rate="credible")
    assert client.post(f"/rates/facts/{fact.pk}/trust/", {"trusted": "yes", "reason": "x"}).status_code in (403, 404)
