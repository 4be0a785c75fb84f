"""Keys of rows to come."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from huiyin.customers.models import Customer
from huiyin.db import keys
from huiyin.db.keys import Ahead
from huiyin.db.reading import read_rows
from huiyin.org.models import Site
from tests.people import Company


@pytest.mark.django_db
def test_one_key_of_each_table_is_given_in_their_order() -> None:
    with transaction.atomic():
        (site,) = keys.take_many(Site, 1)
        (customer,) = keys.take_many(Customer, 1)
        assert keys.take(Site, Customer) == [site + 1, customer + 1]


def test_an_empty_table_begins_where_it_is_told(company: Company) -> None:
    with transaction.atomic():
        keys.start_after(Customer, 700)
        assert keys.take(Customer) == [701]
    assert Customer.objects.create(site=company.ljf, name="王女士").pk == 702


def test_keys_come_along_with_a_question_whether_it_finds_something_or_not(company: Company) -> None:
    known = Customer.objects.create(site=company.ljf, name="王女士", phone="+8613800000001")
    for phone, found in ((known.phone, [known]), ("+8613800000002", [])):
        ahead = Ahead(Site, Customer)
        assert read_rows(Customer, "phone = %s", [phone], ahead=ahead) == found
        with CaptureQueriesContext(connection) as seen:
            site, customer = ahead.take(Site, Customer)
        assert not seen or connection.vendor == "sqlite"
        assert ahead.take(Site) == [site + 1]
        assert keys.take(Customer) == [customer + 1]
