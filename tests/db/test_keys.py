"""Keys of rows to come."""

from __future__ import annotations

import pytest
from django.db import transaction

from huiyin.customers.models import Customer
from huiyin.db import keys
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
