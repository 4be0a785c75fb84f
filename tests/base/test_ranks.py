"""Ranks, against numbers reckoned by hand from the formula."""

from __future__ import annotations

from math import erfc, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.ranks import holm, rank_sum

AMOUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=30)


def test_all_alike_are_no_difference() -> None:
    assert rank_sum([0, 0, 0], [0, 0]) == 1.0


def test_two_groups_wholly_apart_differ_as_far_as_they_can() -> None:
    # U = 0, mean 12.5, sd √(25·11/12): z = 12/4.787136
    assert rank_sum([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(
        erfc(12 / sqrt(25 * 11 / 12) / sqrt(2)), rel=1e-9
    )


def test_ties_make_the_spread_smaller() -> None:
    # values 0×4, 5×4, 9×2: Σ(t³−t) = 60+60+6 = 126; U = 3·½ + 2·1 + 4·½ = 5.5; sd² = 25/12·(11 − 126/90)
    u, spread = 5.5, 25 / 12 * (11 - 126 / 90)
    z = (12.5 - u - 0.5) / spread**0.5
    assert rank_sum([0, 0, 0, 5, 5], [0, 5, 5, 9, 9]) == pytest.approx(erfc(z / sqrt(2)), rel=1e-9)


@given(AMOUNTS, AMOUNTS)
def test_it_does_not_matter_which_group_is_first(first: list[int], second: list[int]) -> None:
    p = rank_sum(first, second)
    assert 0 <= p <= 1
    assert p == pytest.approx(rank_sum(second, first))


def test_an_empty_group_is_told() -> None:
    with pytest.raises(ValueError, match="empty"):
        rank_sum([], [1])


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1)))
def test_corrected_is_never_smaller_and_keeps_the_order(p: list[float]) -> None:
    found = holm(p)
    assert all(was <= now <= 1 for was, now in zip(p, found, strict=True))
    by_p = [found[place] for place in sorted(range(len(p)), key=lambda place: p[place])]
    assert by_p == sorted(by_p)
