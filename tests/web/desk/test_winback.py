"""The page of those who leave, its acts, and its part of the monthly report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.recovery import failures
from huiyin.worth import priors
from huiyin.worth.models import Leaving
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

ClientFor = Callable[[User], Client]


@pytest.fixture
def leaving(company: Company, open_case: Opener, by: Mover) -> Leaving:
    """Somebody whose contract ended after something had gone wrong."""
    priors.furnish("property")
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    assert case.customer is not None
    row = {"customer": case.customer, "site": case.site, "case": case, "stake": 1234_00}
    return Leaving.objects.create(since=date(2026, 3, 1), why="contract", found_at=NOW, **row)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_lists_who_leaves_with_what_may_be_done(
    company: Company, leaving: Leaving, client_for: ClientFor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(company.zhaozhuguan)
    with django_assert_max_num_queries(12):
        text = page(client, "/reports/winback/")
    assert leaving.customer.name in text
    assert "¥1,234.00" in text
    assert "Plan the call" in text
    assert "Plan the call" not in page(client_for(company.auditor), "/reports/winback/")
    assert leaving.customer.name not in page(client, f"/reports/winback/?site={company.fly.code}")
    assert client_for(company.linxiao).get("/reports/winback/").status_code == 403
    assert client.get("/reports/winback/?state=gone").status_code == 404


def test_who_was_won_back_stands_in_the_month_and_in_the_report(
    company: Company, leaving: Leaving, client_for: ClientFor
) -> None:
    client = client_for(company.zhaozhuguan)
    address = f"/reports/winback/{leaving.pk}/won/"
    back = "/reports/winback/?state="
    assert client.post(address, {"words": "答应续约", "cost": "50", "back": back})["Location"] == back
    leaving.refresh_from_db()
    assert (leaving.state, leaving.cost) == ("won", 50_00)
    assert leaving.settled_at is not None
    month = f"{timezone.localdate(leaving.settled_at):%Y-%m}"
    assert leaving.customer.name in page(client, f"/reports/winback/?state=won&month={month}")
    assert "1.00" in page(client, f"/reports/winback/?month={month}")
    timeline = page(client, f"/cases/{leaving.case.number}/")
    assert "The customer was won back" in timeline


def test_a_bad_day_or_amount_is_said_and_changes_nothing(
    company: Company, leaving: Leaving, client_for: ClientFor
) -> None:
    client = client_for(company.zhaozhuguan)
    for act, sent in (("call", {"call_on": "soon"}), ("won", {"words": "好", "cost": "many"}), ("lost", {})):
        assert client.post(f"/reports/winback/{leaving.pk}/{act}/", sent).status_code == 302
    leaving.refresh_from_db()
    assert leaving.state == "open"


def test_who_says_that_they_leave_is_put_into_the_list_by_the_number_of_a_case(
    company: Company, leaving: Leaving, client_for: ClientFor
) -> None:
    case = leaving.case
    leaving.delete()
    client = client_for(company.zhaozhuguan)
    assert (
        "no such case"
        in client.post("/reports/winback/says/", {"number": "999", "words": "x"}, follow=True).content.decode()
    )
    client.post("/reports/winback/says/", {"number": case.number, "words": "年底就搬"})
    assert Leaving.objects.get().why == "said"
    assert Case.objects.get(pk=case.pk).caseevent_set.filter(topic="worth").exists()
