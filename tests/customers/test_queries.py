"""Customers found while somebody types."""

from __future__ import annotations

import pytest

from huiyin.customers import queries
from huiyin.customers.models import Customer
from tests.people import Company

PEOPLE = (("王女士", "+8613800138000"), ("王先生", "+8613900139000"), ("O'Brien 100%_", "+442079460000"), ("李", ""))


@pytest.fixture
def site(company: Company) -> int:
    for name, phone in PEOPLE:
        Customer.objects.create(site=company.ljf, name=name, phone=phone)
    Customer.objects.create(site=company.fly, name="王别处", phone="+8613811111111")
    return company.ljf.pk


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("138", ["王女士"]),
        ("138 0013-8000", ["王女士"]),
        ("+86 139", ["王先生"]),
        ("+4420", ["O'Brien 100%_"]),
        ("13", []),
        ("1381", []),
        ("", []),
        ("138001380001", []),
    ],
)
def test_by_the_beginning_of_a_number(site: int, typed: str, found: list[str]) -> None:
    assert [one.name for one in queries.by_phone(typed, [site])] == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" 王", ["王先生", "王女士"]),
        ("王女", ["王女士"]),
        ("女士", []),
        ("O'Brien 100%_", ["O'Brien 100%_"]),
        ("%", []),
        ("_", []),
        ("", []),
    ],
)
def test_by_the_beginning_of_a_name(site: int, typed: str, found: list[str]) -> None:
    assert sorted(one.name for one in queries.by_name(typed, [site])) == sorted(found)


def test_never_more_than_a_few(site: int, company: Company) -> None:
    Customer.objects.bulk_create(
        Customer(site=company.ljf, name=f"赵{n}", phone=f"+8615000000{n:03d}") for n in range(50)
    )
    assert len(queries.by_name("赵", [site])) == queries.MOST
    assert len(queries.by_phone("1500", [site])) == queries.MOST
