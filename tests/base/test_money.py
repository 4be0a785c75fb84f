"""Amounts are whole numbers; what is typed comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base import money


@given(st.integers(0, money.MOST), st.sampled_from(money.CURRENCIES))
def test_what_a_field_holds_is_read_back(amount: int, currency: str) -> None:
    assert money.read(money.plain(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("30", 3000), ("30.5", 3050), ("¥1,234.50", 123450), ("0.05", 5), (" 12 元", 1200), ("12.00", 1200), ("7.", 700)],
)
def test_people_type_amounts_in_several_ways(text: str, amount: int) -> None:
    assert money.read(text) == amount


@pytest.mark.parametrize("text", ["", "-5", "1.234", "1,23", "abc", "1e3", "9" * 30, "٣", "1.2.3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(money.BadAmount):
        money.read(text)


def test_a_currency_without_cents_takes_none() -> None:
    assert money.read("500", "JPY") == 500
    with pytest.raises(money.BadAmount):
        money.read("500.5", "JPY")


def test_amounts_are_shown_with_their_currency() -> None:
    assert [money.show(one) for one in (0, 123456789, -250)] == ["¥0.00", "¥1,234,567.89", "-¥2.50"]
    assert money.show(5000, "JPY") == "JPY 5,000"
