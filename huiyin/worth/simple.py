"""The simple formula, in plain Python: what serves where the models of `huiyin.science` have too little to go by, or
aren't installed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .priors import Range

YEAR = 365
_SHORTEST = 90
"""Days: of a customer known for less, a year is not made by multiplying."""


@dataclass(frozen=True)
class Terms:
    """What holds for everybody: shares a year."""

    margin: Range
    discount: Range
    retention: Range
    renewal: Range


def value(yearly: int, stays: Range, terms: Terms) -> Range:
    """Margin of a year × retention ÷ (1 + discount − retention), with its lowest and highest. The year just paid is not
    counted."""
    low = _clv(yearly * terms.margin.low, stays.low, terms.discount.high)
    likely = _clv(yearly * terms.margin.value, stays.value, terms.discount.value)
    high = _clv(yearly * terms.margin.high, stays.high, terms.discount.low)
    return Range(low, likely, high)


def _clv(margin: float, retention: float, discount: float) -> float:
    # Where nearly everybody stays and nothing is discounted a sum without end would come out; fifty years are enough.
    return margin * retention / max(1 + discount - retention, 0.02)


def yearly(bought: Sequence[tuple[date, int]], today: date) -> int:
    """What a customer pays in a year, by the last twelve months; of one known for less, in proportion."""
    recent = sum(amount for day, amount in bought if (today - day).days < YEAR)
    known = (today - min(day for day, _amount in bought)).days + 1
    return recent if known >= YEAR else recent * YEAR // max(known, _SHORTEST)
