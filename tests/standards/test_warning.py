"""What is worth warning customers of: the rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.standards import warning
from huiyin.standards.warning import Bars, Figures, Met, Span

TODAY = date(2026, 3, 11)
BARS = Bars()
MANY = Figures(cases=12, severe=6, customers=10, homes=100, first=9, before=2)
"""Half of them severe, a tenth of the homes, growing, new to nine of ten."""
PARTS = st.integers(0, 300)


def met(case: int, days_ago: int, who: str = "a", *, severe: bool = False) -> Met:
    """A case so many days ago."""
    return Met(case, TODAY - timedelta(days=days_ago), who, severe)


def test_what_is_severe_likely_and_new_to_most_is_worth_a_warning() -> None:
    assert warning.grades(MANY, BARS) == warning.Grades(3, 3, 3)
    assert warning.worth(MANY, BARS)


@pytest.mark.parametrize(
    "less",
    [
        {"severe": 0, "first": 0},
        {"severe": 0, "customers": 1, "first": 1},
        {"severe": 0, "homes": 10_000, "before": 100, "first": 9},
    ],
    ids=["mild and known to all", "of one customer", "mild, and met by few"],
)
def test_what_lacks_in_two_of_the_three_is_not(less: dict[str, Any]) -> None:
    assert not warning.worth(replace(MANY, **less), BARS)


def test_where_records_are_young_neither_growth_nor_newcomers_count_in_full() -> None:
    young = replace(MANY, known=False, homes=1000)
    assert warning.grades(young, BARS) == warning.Grades(3, 1, 2)
    span, _earlier = warning.lately(TODAY, BARS)
    assert warning.is_known(TODAY - timedelta(days=180), span, BARS)
    assert not warning.is_known(TODAY - timedelta(days=179), span, BARS)


def test_fewer_customers_than_the_least_are_never_warned_of() -> None:
    assert not warning.worth(replace(MANY, customers=4), BARS)


def test_a_season_must_have_been_a_peak_of_its_year() -> None:
    assert warning.worth(replace(MANY, before=5), BARS, season=True)
    assert not warning.worth(replace(MANY, before=6), BARS, season=True)


def test_growing_makes_it_one_grade_more_likely_and_never_more_than_three() -> None:
    one_in_a_hundred = replace(MANY, homes=1000)
    assert warning.grades(replace(one_in_a_hundred, before=7), BARS).probability == 1
    assert warning.grades(replace(one_in_a_hundred, before=6), BARS).probability == 2
    assert warning.grades(MANY, BARS).probability == 3


def test_a_site_whose_homes_nobody_knows_is_graded_by_growth_alone() -> None:
    assert warning.grades(replace(MANY, homes=0), BARS).probability == 2


@given(PARTS, PARTS, PARTS, PARTS, PARTS)
def test_more_of_anything_never_makes_it_less_worth(a: int, b: int, c: int, homes: int, before: int) -> None:
    found = Figures(cases=300, severe=a, customers=300, homes=homes, first=b, before=before + c)
    more = replace(found, severe=min(300, a + 1), first=min(300, b + 1), before=before)
    assert warning.grades(more, BARS).product >= warning.grades(found, BARS).product


def test_customers_are_counted_once_and_newcomers_by_their_first_case() -> None:
    span, earlier = warning.lately(TODAY, BARS)
    rows = [met(1, 120, "old"), met(2, 10, "old"), met(3, 9, "new", severe=True), met(4, 8, "new"), met(5, 0, "today")]
    found = warning.count(rows, span, 50, warning.customers_in(rows, earlier))
    assert found == Figures(cases=3, severe=1, customers=2, homes=50, first=1, before=1)
    assert [row.case for row in warning.newcomers(rows, span)] == [3]


def test_who_met_it_longer_ago_than_the_memory_meets_it_for_the_first_time() -> None:
    span, _earlier = warning.lately(TODAY, BARS)
    assert warning.newcomers([met(1, 456), met(2, 5)], span)
    assert not warning.newcomers([met(1, 455), met(2, 5)], span)


def test_last_years_weeks_begin_on_the_same_weekday_as_those_ahead() -> None:
    span = warning.last_year(TODAY, BARS)
    ahead = TODAY + timedelta(days=BARS.ahead)
    assert (ahead - span.first).days == 364
    assert span.first.weekday() == ahead.weekday()
    assert (span.last - span.first).days == 27


def test_an_ordinary_four_weeks_is_the_mean_of_the_year() -> None:
    rows = [met(n, n, f"c{n}") for n in range(1, 365)]
    assert warning.usual(rows, TODAY) == 28
    assert warning.usual([met(1, 3), met(2, 3)], TODAY) == 1
    assert warning.usual([], TODAY) == 0


@given(st.lists(st.tuples(st.integers(0, 800), st.sampled_from("abcd"), st.booleans()), max_size=30))
def test_the_parts_are_never_more_than_the_whole(drawn: list[tuple[int, str, bool]]) -> None:
    rows = [Met(n, TODAY - timedelta(days=ago), who, severe) for n, (ago, who, severe) in enumerate(drawn)]
    span = Span(TODAY - timedelta(days=90), TODAY)
    found = warning.count(rows, span, 0, 0)
    assert found.severe <= found.cases
    assert found.first <= found.customers <= found.cases
