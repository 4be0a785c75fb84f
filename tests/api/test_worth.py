"""Purchases in and the report out, as programs ask for them."""

from __future__ import annotations

import pytest

from huiyin.customers.models import Customer
from huiyin.org.actions import issue_token
from huiyin.org.models import User
from huiyin.recovery import actions as recovery
from huiyin.recovery import failures, giving
from huiyin.recovery.wanted import Option, Wanted
from huiyin.worth import priors, tallying
from huiyin.worth.models import Contract, Purchase
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

from .conftest import Program

BOUGHT = {"phone": "13800138000", "on": "2026-03-01", "amount": "120.50", "reference": "A1"}


@pytest.fixture
def wang(company: Company) -> Customer:
    return Customer.objects.create(site=company.ljf, name="王女士", phone="+8613800138000")


def program(user: User, clock: TestClock) -> Program:
    return Program(issue_token(user, "test", at=clock.now))


def test_rows_come_in_once_and_bad_ones_are_pointed_at(company: Company, wang: Customer, clock: TestClock) -> None:
    shop = program(company.zhaozhuguan, clock)
    body = {"source": "erp", "purchases": [BOUGHT, BOUGHT | {"reference": "A2", "amount": "much"}]}
    reply = shop.post("/purchases", body)
    assert reply.status == 200
    assert (reply.body["new"], reply.body["failed"][0]["pointer"]) == (1, "/purchases/1/amount")
    assert shop.post("/purchases", body).body["known"] == 1
    assert Purchase.objects.get().amount == 120_50
    signed = {"phone": "13800138000", "began": "2024-01-01", "fee": "3600", "reference": "V1", "ended": None}
    assert shop.post("/contracts", {"source": "erp", "contracts": [signed]}).body["new"] == 1
    assert Contract.objects.get().ended is None


def test_only_who_imports_may(company: Company, wang: Customer, clock: TestClock) -> None:
    body = {"source": "erp", "purchases": [BOUGHT]}
    for user in (company.linxiao, company.zhougong, company.auditor):
        assert program(user, clock).post("/purchases", body).status == 403
    assert not Purchase.objects.exists()
    assert program(company.zhaozhuguan, clock).post("/purchases", {"source": "erp", "purchases": []}).status == 422


def test_the_report_has_the_figures_of_the_page(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    priors.furnish("property")
    case = open_case().case
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    recovery.propose(case.pk, by(company.linxiao), options=[Option([Wanted("voucher", 30_00)])])
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    tallying.sweep(clock.now)
    reply = program(company.auditor, clock).get("/reports/recovery", month="2026-03", site="LJF")
    assert reply.status == 200
    figures = {row["figure"]: row for row in reply.body["figures"]}
    assert figures["cost"]["parts"] == [
        {"part": "voucher/us", "count": 1, "amount": 30_00, "low": 30_00, "high": 30_00}
    ]
    assert reply.body["net"]["value"] == -30_00 - figures["labour"]["whole"]["amount"]


def test_what_can_not_be_asked_is_told(company: Company, clock: TestClock) -> None:
    lead = program(company.zhaozhuguan, clock)
    assert lead.get("/reports/recovery", month="March").status == 422
    assert lead.get("/reports/recovery", site="XX").status == 422
    assert lead.get("/reports/recovery", year="2026").status == 422
    assert program(company.linxiao, clock).get("/reports/recovery").status == 403
