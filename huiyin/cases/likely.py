"""Is this the same matter? A number between 0 and 1 with its reasons, from what is known of two voices. Pure.

    m = (0.7·text + 0.2·place + 0.1·category) / (the weights of those that are known of both)
    m ← m + 0.3·(1 − m)          when the same customer speaks
    score = m · (1 − 0.2·age / 14 days)

`text` is the likeness of the words; `place` is 1 for the same one, ½ for the same building, 0 for another; `category` 1
or 0. Offered from 0.28 on, and never when the words have less than 0.12 in common. The
decision page on likely duplicates has the figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from huiyin.base.text import normalise

WINDOW = timedelta(days=14)
THRESHOLD, LEAST_TEXT = 0.28, 0.12
_TEXT, _PLACE, _CATEGORY = 0.7, 0.2, 0.1
_CUSTOMER, _AGE = 0.3, 0.2
_BUILDING = re.compile(r"^([0-9a-z一-鿿]*?[0-9a-z一二三四五六七八九十]+) ?(?:号楼|栋|幢|座|号院|-|#|单元|building)")
_PARTS = re.compile(r"[\s,，、/]+")
_ONES = {letter: value for value, letter in enumerate("一二三四五六七八九", start=1)}
_NUMERAL = re.compile("(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=号|栋|幢|座|单元|层|楼)")


@dataclass(frozen=True)
class Match:
    """What two voices have in common. None: not known of one of them."""

    text: float
    place: float | None = None
    category: bool | None = None
    customer: bool = False
    age: timedelta = timedelta(0)

    @property
    def score(self) -> float:
        """How likely it is the same matter."""
        known = [(_TEXT, self.text), (_PLACE, self.place), (_CATEGORY, self.category)]
        weighed = [(weight, float(value)) for weight, value in known if value is not None]
        mean = sum(weight * value for weight, value in weighed) / sum(weight for weight, _value in weighed)
        if self.customer:
            mean += _CUSTOMER * (1 - mean)
        return mean * (1 - _AGE * min(max(self.age / WINDOW, 0), 1))

    @property
    def likely(self) -> bool:
        """Is it to be offered?"""
        return self.text >= LEAST_TEXT and self.score >= THRESHOLD and self.age <= WINDOW


def same_place(one: str, other: str) -> float | None:
    """1: the same place, ½: the same building, 0: another one; None when one of them isn't said."""
    here, there = _plain(one), _plain(other)
    if not here or not there:
        return None
    if here == there:
        return 1.0
    building = _building(here)
    return 0.5 if building and building == _building(there) else 0.0


def _plain(place: str) -> str:
    return _NUMERAL.sub(_digits, _PARTS.sub(" ", normalise(place)).strip())


def _digits(found: re.Match[str]) -> str:
    """十二号楼 is 12号楼."""
    tens, mark, ones = found[0].rpartition("十")
    value = _ONES.get(tens, 1) * 10 if mark else 0
    return str(value + _ONES.get(ones, 0))


def _building(place: str) -> str:
    found = _BUILDING.match(place)
    return found[1] if found else ""
