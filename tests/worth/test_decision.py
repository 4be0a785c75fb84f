"""What making good keeps, for any numbers that can be."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.worth import decision
from huiyin.worth.decision import Assumed, Balance, Money
from huiyin.worth.priors import Range


def ranges(most: float) -> st.SearchStrategy[Range]:
    return st.lists(st.floats(0, most), min_size=3, max_size=3).map(lambda three: Range(*sorted(three)))


ASSUMED = st.builds(
    Assumed,
    unresolved=ranges(1),
    recovered=ranges(1),
    satisfied=ranges(10),
    dissatisfied=ranges(30),
    convert=ranges(1),
    worth=ranges(1e9),
    newcomer=ranges(1e9),
)


def sure(number: float) -> Range:
    return Range(number, number, number)


@given(ASSUMED, st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_likely_lies_within_its_range_and_costs_count_in_full(numbers: Assumed, remedy: int, labour: int) -> None:
    gain = decision.gain(numbers)
    balance = Balance(gain, remedy, labour)
    for one in (gain.kept, gain.words, gain.sum, balance.net, balance.break_even):
        assert one.low <= one.value <= one.high
    assert balance.net.value == gain.kept.value + gain.words.value - remedy - labour
    assert balance.net.high - balance.net.low == gain.sum.high - gain.sum.low


@given(ASSUMED, st.integers(0, 10**6))
def test_a_remedy_of_the_break_even_amount_leaves_nothing(numbers: Assumed, labour: int) -> None:
    free = Balance(decision.gain(numbers), 0, labour)
    at = Balance(free.gain, free.break_even.value, labour)
    assert at.net.value == min(0, free.net.value)


@given(ASSUMED)
def test_the_same_numbers_give_the_same_range(numbers: Assumed) -> None:
    assert decision.gain(numbers) == decision.gain(numbers)


@given(ranges(1e6), st.floats(0, 1), st.floats(0, 1))
def test_draws_stay_within_their_triangle_and_in_order(numbers: Range, one: float, other: float) -> None:
    low, high = sorted((one, other))
    first, second = decision.at(numbers, low), decision.at(numbers, high)
    slack = 1e-6 * (1 + numbers.high)
    assert numbers.low - slack <= first <= second + slack <= numbers.high + 2 * slack


def test_certain_numbers_are_reckoned_by_hand() -> None:
    numbers = Assumed(sure(0.5), sure(0.1), sure(4), sure(10), sure(0.01), sure(1000_00), sure(200_00))
    gain = decision.gain(numbers)
    assert gain.kept == Money(400_00, 400_00, 400_00)
    assert gain.words == Money(14_00, 14_00, 14_00)  # 0.5 · (10 + 4) · 0.01 · 200
    balance = Balance(gain, remedy=100_00, labour=4_00)
    assert balance.net.value == 310_00
    assert balance.break_even.value == 410_00
    assert not balance.far_below
    assert Balance(gain, remedy=500_00, labour=4_00).far_below


def test_making_good_that_loses_more_keeps_nothing() -> None:
    numbers = Assumed(sure(0.1), sure(0.5), sure(0), sure(0), sure(0), sure(1000_00), sure(0))
    assert decision.gain(numbers).kept == Money(0, 0, 0)


@dataclass
class One:
    kind: str
    duty: bool = False


@pytest.mark.parametrize(
    ("rows", "law"),
    [
        ([], False),
        ([One("voucher"), One("goodwill")], False),
        ([One("voucher"), One("refund", duty=True)], True),
        ([One("compensation")], True),
    ],
)
def test_what_is_owed_is_never_weighed(rows: list[One], law: bool) -> None:
    assert decision.owed(rows) is law
