"""Tiers of customers: edited in the settings, shown as chips."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import tier as tiering
from huiyin.cases.actions import By
from huiyin.customers import tiers
from huiyin.customers.actions import Person
from huiyin.customers.models import Customer, Tier
from huiyin.org.models import SettingsEntry, User
from tests.conftest import Opener
from tests.people import Company, TestClock

from .test_pages import typed

ClientFor = Callable[[User], Client]
GOLD = {"code": "gold", "name": "金卡", "name_en": "Gold", "position": "1", "tone": "amber"}
CHIP = '<span class="chip tier amber" title="customer tier">Gold</span>'


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    """The administrator's."""
    return client_for(company.admin)


@pytest.fixture
def gold(browser: Client) -> Tier:
    """A tier, added by the form."""
    assert browser.post("/settings/tiers/new/", GOLD).status_code == 302
    return Tier.objects.get()


def test_a_tier_is_added_changed_put_back_and_taken_out_of_use(browser: Client, gold: Tier) -> None:
    path = "/settings/tiers/gold/"
    assert browser.post(path, typed(browser, path) | {"name": "黄金", "tone": "indigo"}).status_code == 302
    page = browser.get(path).content.decode()
    assert "<del>金卡</del> → <ins>黄金</ins>" in page
    assert "Colour: <del>amber</del> → <ins>indigo</ins>" in page
    entry = SettingsEntry.objects.latest("pk")
    assert browser.post(f"/settings/history/{entry.pk}/restore/").status_code == 302
    assert (Tier.objects.get().name, Tier.objects.get().tone) == ("金卡", "amber")
    assert browser.post(f"{path}use/").status_code == 302
    assert tiers.offered() == []
    assert "out of use" in browser.get("/settings/tiers/").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "no spaces"}, "Letters, digits"),
        ({"code": "gold"}, "This code is taken"),
        ({"code": "two", "name": "金卡"}, "There is a tier of this name already"),
        ({"code": "two", "name": " "}, "required"),
        ({"code": "two", "name": "银卡", "tone": "vermilion"}, "one of those that are offered"),
        ({"code": "two", "name": "银卡", "position": "100"}, "Please write 99 or less."),
    ],
)
def test_what_is_wrong_is_said(browser: Client, gold: Tier, given: dict[str, str], said: str) -> None:
    reply = browser.post("/settings/tiers/new/", GOLD | given)
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert Tier.objects.count() == 1


def test_it_stands_in_rows_on_the_case_beside_callers_and_in_the_search(
    client_for: ClientFor, company: Company, open_case: Opener, gold: Tier, clock: TestClock
) -> None:
    case = open_case().case
    lead, agent = client_for(company.zhaozhuguan), client_for(company.linxiao)
    assert "gold" not in agent.get(f"/cases/{case.number}/").content.decode().casefold()
    form = lead.get(f"/cases/{case.number}/tier/").content.decode()
    assert '<option value="gold">Gold</option>' in form
    given = {"tier": "gold", "version": str(case.seq)}
    assert lead.post(f"/cases/{case.number}/tier/", given).status_code == 302
    for path in ("/inbox/all/", f"/cases/{case.number}/", "/search/?q=电梯", "/search/?q=王女士&in=customers"):
        assert CHIP in agent.get(path).content.decode(), path
    found = agent.post("/cases/new/check/", {"site": "LJF", "phone": "13800138000", "name": ""}).content.decode()
    assert CHIP in found
    assert "Customer tier: Gold" in agent.get(f"/cases/{case.number}/").content.decode()
    tab = f'href="/cases/{case.number}/tier/"'
    assert tab in lead.get("/search/?q=王女士&in=customers").content.decode()
    assert tab not in agent.get("/search/?q=王女士&in=customers").content.decode()


def test_the_customer_never_reads_it(
    client_for: ClientFor, company: Company, open_case: Opener, gold: Tier, clock: TestClock
) -> None:
    opened = open_case()
    tiering.set_tier(opened.case.pk, By(company.zhaozhuguan, clock.move(1)), tier="gold")
    page = Client().get(f"/r/{opened.link}/").content.decode()
    assert "金卡" not in page
    assert "Gold" not in page
    assert "tier" not in page


def test_a_list_asks_nothing_more_for_tiers(
    client_for: ClientFor,
    company: Company,
    open_case: Opener,
    gold: Tier,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        open_case(person=Person("客户", f"139000001{number:02d}"))
    agent = client_for(company.linxiao)

    def asked() -> int:
        agent.get("/inbox/all/")
        with django_assert_max_num_queries(12) as counted:
            agent.get("/inbox/all/")
        return len(counted)

    plain = asked()
    Customer.objects.update(tier=gold)
    assert asked() == plain
