"""Counts of lists: right to a hundred, in one statement."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.cases import counting, listing
from huiyin.cases.filters import Filter
from huiyin.cases.models import Case
from huiyin.clocks import actions as clocks
from huiyin.clocks import listing as deadlines
from huiyin.clocks import queries as clock_queries
from tests.people import Company, TestClock

from .test_listing import PEOPLE, filters, some

__all__ = ["some"]


@pytest.mark.parametrize("person", PEOPLE)
def test_every_list_is_counted_as_it_is_and_all_in_one_statement(
    company: Company, some: list[Case], now: datetime, person: str
) -> None:
    user = getattr(company, person)
    wanted = dict(filters(company, now, PEOPLE.index(person)))
    lists = {name: counting.of_list(user, one) for name, one in wanted.items()}
    with CaptureQueriesContext(connection) as asked:
        found = counting.read(lists)
    assert len(asked) == 1
    truth = {name: listing.allowed(user, one).count() for name, one in wanted.items()}
    assert found == {name: str(count) if count else "" for name, count in truth.items()}


def test_what_is_due_soon_is_counted_by_case(company: Company, some: list[Case], clock: TestClock) -> None:
    clock.move(60 * 24)
    clocks.sweep(clock.now)
    for person in PEOPLE:
        user = getattr(company, person)
        count = len(clock_queries.due_soon(user, clock.now).items)
        assert counting.read({"due": deadlines.counted_near(user, clock.now)})["due"] == (str(count) if count else "")


def test_more_than_are_counted_or_looked_at_is_said(
    company: Company, some: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything, rare = Filter(), Filter(kinds=frozenset({"repair"}))
    monkeypatch.setattr(counting, "MOST", 5)
    assert counting.read({"a": counting.of_list(company.admin, everything)}) == {"a": "4+"}
    monkeypatch.setattr(counting, "MOST", 100)
    monkeypatch.setattr(counting, "LOOKED_AT", 6)
    assert counting.read({"a": counting.of_list(company.admin, rare)})["a"] in {"2+", "3+"}
    assert counting.read({}) == {}


def test_nobody_sees_nothing_and_that_is_counted_too(company: Company, some: list[Case]) -> None:
    nowhere = Filter(sites=frozenset())
    assert counting.read({"a": counting.of_list(company.admin, nowhere)}) == {"a": ""}
