"""Intervals for shares: how far a share that was counted may be from the true one. Pure."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z95 = 1.959963984540054
"""Standard normal quantile of 0.975: 95 % lie between plus and minus this."""


class Interval(NamedTuple):
    """From `low` to `high`, both between -1 and 1."""

    low: float
    high: float


def wilson(good: int, due: int, *, z: float = Z95) -> Interval:
    """The score interval of `good` of `due` (Wilson 1927): honest also for few, for none and for all of them.

    From 0 to 1 when nothing was due. Raises `ValueError` when `good` isn't between 0 and `due`.
    """
    if not 0 <= good <= due:
        raise ValueError(f"{good} of {due}")
    if due == 0:
        return Interval(0.0, 1.0)
    share, spread = good / due, z * z / due
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / due + spread / (4 * due))
    low = 0.0 if good == 0 else (middle - half) / (1 + spread)
    high = 1.0 if good == due else (middle + half) / (1 + spread)
    return Interval(low, high)


def newcombe(first: tuple[int, int], second: tuple[int, int], *, z: float = Z95) -> Interval:
    """The interval of the difference of two independent shares, first minus second, each as (good, due): Newcombe
    1998, method 10, from the two Wilson intervals. Raises `ValueError` when nothing was due in one."""
    if not first[1] or not second[1]:
        raise ValueError("nothing was due")
    p1, p2 = first[0] / first[1], second[0] / second[1]
    (l1, u1), (l2, u2) = wilson(*first, z=z), wilson(*second, z=z)
    low = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return Interval(low, high)
