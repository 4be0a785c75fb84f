"""Rows read by `read_rows` are the rows that the ORM reads, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.queries import timeline
from huiyin.clocks.models import Clock
from huiyin.customers.models import Customer
from huiyin.db.reading import read_rows
from huiyin.org.models import Site, User


def _values(row: Model) -> dict[str, Any]:
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


@pytest.mark.parametrize("table", [Case, CaseEvent, Message, Clock, Customer, Site, User])
def test_rows_are_those_of_the_orm(open_case: Callable[..., Any], table: type[Model]) -> None:
    open_case()
    open_case(subject="另一件")
    expected = [_values(row) for row in table._default_manager.order_by("pk")]
    assert expected
    found = read_rows(table, "id > %s ORDER BY id", [0])
    assert [_values(row) for row in found] == expected
    assert all(not row._state.adding and row._state.db == "default" for row in found)


def test_a_read_row_can_be_changed_and_saved(open_case: Callable[..., Any]) -> None:
    case = open_case().case
    (clock,) = read_rows(Clock, "case_id = %s AND kind = %s", [case.pk, "respond"])
    clock.provisional = True
    clock.save(update_fields=["provisional"])
    assert Clock.objects.get(pk=clock.pk).provisional


def test_nothing_is_found_where_nothing_is(open_case: Callable[..., Any]) -> None:
    case = open_case().case
    assert read_rows(Clock, "case_id = %s", [case.pk + 1]) == []
    assert len(timeline(case)) == 1
