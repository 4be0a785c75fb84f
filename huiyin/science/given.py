"""What a measure is given, looked at before anything is reckoned with it.

BadData (ValueError)    the numbers can't be what they are said to be; the message says which and what to do
NoFit (ArithmeticError) the numbers are right, and no model of this sort fits them
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


class BadData(ValueError):
    """Numbers that can't be what they are said to be; `field` is their name."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field


class NoFit(ArithmeticError):
    """No parameters were found, or those that were found mean nothing."""


def numbers(field: str, values: ArrayLike, *, least: float = 0.0, above: bool = False) -> Numbers:
    """A list of finite numbers, each at least `least` (or above it). A single number is a list of one."""
    try:
        found = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise BadData(field, "has something in it that is no number.") from error
    if found.ndim != 1:
        raise BadData(field, f"is a table of {found.ndim} dimensions; give one number a customer.")
    if not np.isfinite(found).all():
        raise BadData(field, f"number {_first(~np.isfinite(found))} is missing or endless; leave such rows out.")
    wrong = found <= least if above else found < least
    if wrong.any():
        bound = f"above {least:g}" if above else f"{least:g} or more"
        raise BadData(field, f"number {_first(wrong)} is {found[wrong][0]:g}; each has to be {bound}.")
    return found


def whole(field: str, values: ArrayLike, *, least: float = 0.0) -> Numbers:
    """The same for counts."""
    found = numbers(field, values, least=least)
    wrong = found != np.floor(found)
    if wrong.any():
        raise BadData(field, f"number {_first(wrong)} is {found[wrong][0]:g}; counts are whole.")
    return found


def positive(field: str, value: float, *, least: float = 0.0, most: float | None = None) -> float:
    """One number above `least`, and at most `most`."""
    found = float(numbers(field, value, least=least, above=True)[0])
    if most is not None and found > most:
        raise BadData(field, f"is {found:g}; it has to be at most {most:g}.")
    return found


def alike(fields: Sequence[str], lists: Sequence[Numbers]) -> None:
    """Raise `BadData` unless all lists are equally long; a list of one goes with any."""
    length = max(one.size for one in lists)
    for field, one in zip(fields, lists, strict=True):
        if one.size not in (1, length):
            raise BadData(field, f"has {one.size} numbers and others {length}; each customer needs one.")


def enough(field: str, values: Numbers, least: int) -> None:
    """Raise `BadData` when there are fewer than `least`."""
    if values.size < least:
        raise BadData(field, f"has {values.size} numbers; at least {least} are needed for a model to mean anything.")


def _first(wrong: Any) -> int:
    return int(np.flatnonzero(wrong)[0]) + 1
