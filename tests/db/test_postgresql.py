"""How statements are written for PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from huiyin.customers.models import Customer
from huiyin.db.rows import insert_rows, one_write
from tests.people import Company

postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="this is about PostgreSQL")
FIELDS = ("site_id", "home_id", "name", "phone", "phone_as_typed", "email", "source", "outside_name")


@postgresql
@pytest.mark.django_db
def test_places_are_numbered_and_a_doubled_per_cent_sign_is_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text, 7 %% 4, %s::int", ["%s", 5])
        assert cursor.fetchone() == ("%s", 3, 5)
        cursor.execute("SELECT '%s', 7 % 4")
        assert cursor.fetchone() == ("%s", 3)


@postgresql
@pytest.mark.django_db
def test_a_statement_may_be_longer_than_any_that_is_kept() -> None:
    many = list(range(6000))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(n) FROM unnest(ARRAY[{', '.join(['%s::int'] * len(many))}]) n", many)
        assert cursor.fetchone() == (sum(many),)


def test_what_is_written_as_one_is_written_wholly_or_not_at_all(company: Company) -> None:
    def row(name: str, phone: str) -> list[object]:
        return [company.ljf.pk, None, name, phone, phone, "", "", ""]

    with one_write():
        insert_rows(Customer, FIELDS, [row("王", "+8613800000001")])
        insert_rows(Customer, FIELDS, [row("李", "+8613800000002")])
        assert not Customer.objects.exists()
    assert Customer.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic(), one_write():
        insert_rows(Customer, FIELDS, [row("赵", "+8613800000003")])
        insert_rows(Customer, FIELDS, [row("钱", "+8613800000001")])
    assert set(Customer.objects.values_list("name", flat=True)) == {"王", "李"}
