"""Intervals of shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.intervals import newcombe, wilson


@pytest.mark.parametrize(
    ("good", "due", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_newcombes_table(good: int, due: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3."""
    assert wilson(good, due) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombes_table(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10."""
    assert newcombe(first, second) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda due: st.tuples(st.integers(0, due), st.just(due))))
def test_the_share_that_was_counted_lies_in_its_interval_and_more_answers_narrow_it(counted: tuple[int, int]) -> None:
    good, due = counted
    low, high = wilson(good, due)
    assert 0 <= low <= good / due <= high <= 1
    closer = wilson(good * 4, due * 4)
    assert closer.high - closer.low < high - low
    assert newcombe(counted, counted).low <= 0 <= newcombe(counted, counted).high


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="2 of 1"):
        wilson(2, 1)
    with pytest.raises(ValueError, match="nothing was due"):
        newcombe((0, 0), (1, 2))
