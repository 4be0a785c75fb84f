"""Purchases and contracts come in once, correct themselves, and a bad row stops no good one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base import money
from huiyin.base.taking import Taken, targets
from huiyin.customers.models import Customer
from huiyin.org.access import Forbidden
from huiyin.worth import buying
from huiyin.worth.models import Contract, Purchase
from tests.people import Company

ROW = {"phone": "13800138000", "on": "2026-03-01", "amount": "1,200.50", "reference": "A1", "what": "物业费"}


@pytest.fixture
def wang(company: Company) -> Customer:
    return Customer.objects.create(site=company.ljf, name="王女士", phone="+8613800138000")


def take(*rows: dict[str, Any], user: Any = None) -> Taken:
    return buying.purchases(rows, source="erp", user=user)


def test_a_row_comes_in_once_and_corrects_itself(wang: Customer) -> None:
    assert take(ROW) == Taken(new=1)
    assert take(ROW) == Taken(known=1)
    assert take(ROW | {"amount": "1,300"}) == Taken(corrected=1)
    (one,) = Purchase.objects.all()
    assert (one.customer_id, one.on, one.amount, one.currency) == (wang.pk, date(2026, 3, 1), 130_000, "CNY")
    assert buying.purchases([ROW], source="shop", user=None) == Taken(new=1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"phone": "13900139000"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": "", "customer": "unbekannt"}, "customer"),
        ({"on": "gestern"}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"currency": "XYZ"}, "currency"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 65}, "reference"),
    ],
)
def test_a_bad_row_is_told_and_stops_no_other(wang: Customer, more: dict[str, str], field: str) -> None:
    done = take(ROW | more, ROW | {"reference": "A2"})
    assert (done.new, [(one.place, one.field) for one in done.bad]) == (1, [(0, field)])


def test_the_same_number_twice_takes_the_first(wang: Customer) -> None:
    done = take(ROW, ROW | {"amount": "7"})
    assert (done.new, done.bad[0].place, Purchase.objects.get().amount) == (1, 1, 120_050)


@pytest.mark.parametrize("day", ["2026/3/1", "2026年3月1日", "2026-03-01 00:00:00", "2026-03-01T00:00:00"])
def test_days_are_read_as_people_write_them(wang: Customer, day: str) -> None:
    assert take(ROW | {"on": day}).new == 1
    assert Purchase.objects.get().on == date(2026, 3, 1)


def test_a_customer_is_known_by_mail_or_by_their_number_elsewhere(company: Company) -> None:
    Customer.objects.create(site=company.ljf, name="李", email="li@example.com")
    Customer.objects.create(site=company.ljf, name="赵", source="erp", outside_name="K7")
    rows = [{"email": "LI@example.com", "phone": ""}, {"customer": "K7", "phone": ""}]
    done = take(*(ROW | one | {"reference": str(number)} for number, one in enumerate(rows)))
    assert done == Taken(new=2)


def test_only_who_imports_may_and_only_for_customers_of_their_sites(company: Company, wang: Customer) -> None:
    with pytest.raises(Forbidden):
        take(ROW, user=company.linxiao)
    assert take(ROW, user=company.zhaozhuguan).new == 1


def test_a_contract_that_ended_is_the_same_contract(wang: Customer) -> None:
    row = {"phone": "13800138000", "began": "2024-01-01", "fee": "3600", "reference": "V1"}
    assert buying.contracts([row], source="erp", user=None) == Taken(new=1)
    assert buying.contracts([row | {"ended": "2026-01-01"}], source="erp", user=None) == Taken(corrected=1)
    assert Contract.objects.get().ended == date(2026, 1, 1)
    bad = buying.contracts([row | {"ended": "2023-01-01"}], source="erp", user=None)
    assert bad.bad[0].field == "ended"


def test_columns_are_known_by_their_usual_names() -> None:
    assert targets(["联系电话", "付款日期", "金额", "流水号", "备注"], buying.PURCHASE) == {
        "phone": "联系电话",
        "on": "付款日期",
        "amount": "金额",
        "reference": "流水号",
    }


@given(st.integers(1, money.MOST))
def test_no_cent_is_lost_between_the_file_and_the_row(amount: int) -> None:
    assert buying._purchase(ROW | {"amount": money.plain(amount)}).amount == amount
