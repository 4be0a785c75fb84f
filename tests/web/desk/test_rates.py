"""The pages of rates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.clocks import actions as clocks
from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.rates import summing
from huiyin.rates.models import Exclusion, Fact
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]


@pytest.fixture
def late(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> Case:
    """One case solved in time, one that nobody has answered for three days."""
    good, bad = open_case().case, open_case(subject="漏水", person=Person("李", "13900139000")).case
    actions.accept(good.pk, by(company.linxiao))
    actions.resolve(good.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    clock.move(3 * 24 * 60)
    clocks.sweep(clock.now)
    while summing.sweep(clock.now):
        pass
    return bad


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_each_figure_says_of_how_many_and_leads_to_its_rows(
    company: Company, late: Case, client_for: ClientFor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(company.zhaozhuguan)
    with django_assert_max_num_queries(12):
        text = page(client, "/rates/")
    assert "1 of 2" in text
    assert "50.0" in text
    with django_assert_max_num_queries(12):
        rows = page(client, "/rates/respond/?good=0")
    assert late.number in rows
    assert "漏水" in rows


@pytest.mark.parametrize("way", ["", "department", "category", "channel"])
def test_figures_are_broken_down_four_ways(company: Company, late: Case, client_for: ClientFor, way: str) -> None:
    text = page(client_for(company.zhaozhuguan), f"/rates/?by={way}&from=2026-03-01&to=2026-03-31")
    assert ("1/2" in text) == (way in ("", "channel"))


def test_agents_read_their_own_and_no_others(company: Company, late: Case, client_for: ClientFor) -> None:
    client = client_for(company.linxiao)
    assert client.get("/rates/").status_code == 403
    assert "1 of 1" in page(client, "/rates/mine/")
    assert late.number not in page(client, "/rates/respond/?own=1")
    assert client.get("/rates/respond/").status_code == 403


def test_what_is_no_rate_site_or_way_to_break_down_is_not_there(company: Company, client_for: ClientFor) -> None:
    client = client_for(company.zhaozhuguan)
    for address in ("/rates/nothing/", "/rates/?site=NOWHERE", "/rates/?by=person", "/rates/once/?by=category&value=x"):
        assert client.get(address).status_code == 404, address
    for address in ("/rates/?from=yesterday&to=2026-99-99", "/rates/?from=2026-03-09&to=2026-03-01"):
        page(client, address)


def test_somebody_else_decides_what_is_left_out_and_the_case_tells_of_it(
    company: Company, late: Case, client_for: ClientFor, clock: TestClock
) -> None:
    fact = Fact.objects.get(case=late, rate="respond")
    asks, decides = client_for(company.zhaozhuguan), client_for(company.admin)
    back = {"back": "/rates/respond/?good=0"}
    answer = asks.post(f"/rates/facts/{fact.pk}/exclude/", {"reason": "台风停电", **back})
    assert answer.headers["Location"] == back["back"]
    asked = Exclusion.objects.get()
    asks.post(f"/rates/exclusions/{asked.pk}/", {"granted": "yes", **back})
    assert "Somebody else has to decide" in page(asks, "/rates/respond/?good=0")
    assert ">Leave it out<" in page(decides, "/rates/respond/?good=0")
    decides.post(f"/rates/exclusions/{asked.pk}/", {"granted": "yes", "back": "https://elsewhere.example/"})
    summing.sweep(clock.now)
    assert "left out: 1" in page(decides, "/rates/")
    assert late.number in page(decides, "/rates/respond/?excluded=1")
    assert "台风停电" in page(decides, f"/cases/{late.number}/")


def test_nothing_is_due_yet_says_what_to_do(company: Company, client_for: ClientFor) -> None:
    assert "Nothing was due in this period" in page(client_for(company.zhaozhuguan), "/rates/")
