"""Who is speaking: known by phone, or by the name an outside system gives."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from huiyin.cases import intake
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.customers.actions import BadPhone, Person, add_customers, recognise, to_e164
from huiyin.customers.models import Customer
from tests.people import NOW, Company, company, voice


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００"]
)
def test_a_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert to_e164(typed) == "+8613800138000"


@pytest.mark.parametrize("typed", ["", "abc", "12", "not a phone 5", "1" * 30])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        to_e164(typed)


def speaks(person: Person, *, site: int) -> Customer | None:
    """Who `person` is, with a row of their own by now."""
    found = recognise(person, site=site)
    if found is not None and not found.pk:
        add_customers([found])
    return found


def test_a_customer_is_known_again_by_phone(company: Company) -> None:
    first = speaks(Person("王女士", "13800138000"), site=company.ljf.pk)
    again = speaks(Person("王", "+86 138 0013 8000"), site=company.fly.pk)
    assert first is not None
    assert again == first
    assert (first.name, first.phone, first.phone_as_typed) == ("王女士", "+8613800138000", "13800138000")


def test_an_imported_customer_is_known_again_by_source_and_outside_name(company: Company) -> None:
    first = speaks(Person("A0012", source="letters", outside_name="A0012"), site=company.ljf.pk)
    assert speaks(Person("A0012", source="letters", outside_name="A0012"), site=company.ljf.pk) == first
    assert speaks(Person("A0012", source="other", outside_name="A0012"), site=company.ljf.pk) != first


def test_an_outside_name_alone_is_a_customer(company: Company) -> None:
    found = speaks(Person(source="letters", outside_name="A0012"), site=company.ljf.pk)
    assert found is not None
    assert found.name == "A0012"


def test_two_people_of_one_name_without_phones_are_two(company: Company) -> None:
    first = speaks(Person("王女士"), site=company.ljf.pk)
    assert speaks(Person("王女士"), site=company.ljf.pk) != first


def test_somebody_without_name_and_phone_is_no_customer(company: Company) -> None:
    assert speaks(Person(), site=company.ljf.pk) is None


@pytest.fixture
def shared(transactional_db: None) -> Iterator[None]:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection, so nothing happens at once")
    yield
    connections.close_all()


def test_one_person_who_speaks_twice_at_once_is_one_customer(shared: None) -> None:
    site, ready, found = company().ljf, threading.Barrier(4), []

    def speak() -> None:
        who = Person("王女士", "13800138000")
        ready.wait()
        found.append(intake.open_case(voice(site, person=who), By(None, NOW)).case.customer_id)
        connections.close_all()

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Customer.objects.count() == 1
    assert len(found) == 4
    assert len(set(found)) == 1
    assert set(Case.objects.values_list("customer", flat=True)) == set(found)
