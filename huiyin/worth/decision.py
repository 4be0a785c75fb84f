"""What a remedy costs and what it keeps, for one case. Pure: numbers in, numbers out, nothing of who the customer is
but what they are still worth.

    kept  = (chance to lose when not made good − when made good) × remaining value
    words = people told × share that acts on it × value of a new customer, of a bad story saved and a good one told
    net   = kept + words − remedy − labour; break-even: the remedy at which net is nought

Each number lies between its low and its high, likeliest at its value. They are drawn `DRAWS` times with a fixed seed
from triangular distributions, independently of each other but for the two chances to lose, which are drawn alike (who
thinks that customers leave easily thinks so of both); the middle of a result is what the likely numbers give, its range
holds nine tenths of what was drawn. What the law gives is never weighed: see `owed`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any, NamedTuple, Protocol

from .priors import Book, Range

DRAWS = 1000
_SEED = 20
_TENTH = 0.05


class Money(NamedTuple):
    """An amount in the smallest unit, and between what it lies."""

    low: int
    value: int
    high: int


NOTHING = Money(0, 0, 0)


@dataclass(frozen=True)
class Assumed:
    """The numbers of one decision. `worth`: what this customer is still worth; `newcomer`: what a new one brings."""

    unresolved: Range
    recovered: Range
    satisfied: Range
    dissatisfied: Range
    convert: Range
    worth: Range
    newcomer: Range


@dataclass(frozen=True)
class Gain:
    """What making good keeps: the customer, and what is said of us; drawn sums beside the likely ones."""

    kept: Money
    words: Money
    drawn: tuple[int, ...]

    @property
    def sum(self) -> Money:
        """Both together."""
        return _range(self.kept.value + self.words.value, self.drawn)


@dataclass(frozen=True)
class Balance:
    """A gain against what it costs. `break_even`: so much may the remedy cost before it costs more than it keeps."""

    gain: Gain
    remedy: int
    labour: int

    @property
    def net(self) -> Money:
        """What is left."""
        low, value, high = self.gain.sum
        cost = self.remedy + self.labour
        return Money(low - cost, value - cost, high - cost)

    @property
    def break_even(self) -> Money:
        """Never below nought."""
        return Money(*(max(0, one - self.labour) for one in self.gain.sum))

    @property
    def far_below(self) -> bool:
        """Does it cost more than it keeps, even at the high end? A hint for goodwill, for nothing else (R031)."""
        return self.remedy > 0 and self.net.high < 0


class Given(Protocol):
    """A remedy, as far as it matters whether it is owed."""

    kind: Any
    duty: Any


def owed(remedies: Iterable[Given]) -> bool:
    """Does the law, or a finding of our fault, ask for one of these? Then the economics don't decide."""
    return any(one.duty or str(one.kind) == "compensation" for one in remedies)


def assumed(book: Book, gravity: str, worth: Range, average: Range) -> Assumed:
    """The numbers for a failure of this gravity. A new customer brings the `average` less what it costs to win one."""
    dissatisfied = "told/critical" if gravity == "critical" else "told/dissatisfied"
    cost = book.range("value/acquisition")
    newcomer = Range(
        max(0.0, average.low - cost.high), max(0.0, average.value - cost.value), max(0.0, average.high - cost.low)
    )
    return Assumed(
        unresolved=book.range(f"lose/{gravity}/unresolved"),
        recovered=book.range(f"lose/{gravity}/recovered"),
        satisfied=book.range("told/satisfied"),
        dissatisfied=book.range(dissatisfied),
        convert=book.range("told/convert"),
        worth=worth,
        newcomer=newcomer,
    )


def gain(numbers: Assumed) -> Gain:
    """What making good keeps. A chance that grows by making good, as ranges may have it, keeps nothing."""
    kept = _kept(numbers.unresolved.value, numbers.recovered.value, numbers.worth.value)
    people = numbers.dissatisfied.value, numbers.satisfied.value
    words = _words(numbers.unresolved.value, people, numbers.convert.value, numbers.newcomer.value)
    pairs = [_drawn(numbers, tuple(row)) for row in uniform()]
    both = tuple(sorted(round(one + other) for one, other in pairs))
    return Gain(
        _range(round(kept), sorted(round(one) for one, _other in pairs)),
        _range(round(words), sorted(round(other) for _one, other in pairs)),
        both,
    )


def _drawn(numbers: Assumed, u: Sequence[float]) -> tuple[float, float]:
    unresolved, recovered = at(numbers.unresolved, u[0]), at(numbers.recovered, u[0])
    kept = _kept(unresolved, recovered, at(numbers.worth, u[1]))
    people = at(numbers.dissatisfied, u[2]), at(numbers.satisfied, u[3])
    return kept, _words(unresolved, people, at(numbers.convert, u[4]), at(numbers.newcomer, u[5]))


def _kept(unresolved: float, recovered: float, worth: float) -> float:
    return max(0.0, unresolved - recovered) * worth


def _words(dissatisfied: float, people: tuple[float, float], convert: float, newcomer: float) -> float:
    """Stories are told by those who would be lost: a bad one fewer, and a good one in its place."""
    bad, good = people
    return dissatisfied * (bad + good) * convert * newcomer


def at(numbers: Range, u: float) -> float:
    """The number below which a share `u` of the triangle lies."""
    low, likely, high = numbers
    if high <= low:
        return likely
    turn = (likely - low) / (high - low)
    if u < turn:
        return low + sqrt(u * (high - low) * (likely - low))
    return high - sqrt((1 - u) * (high - low) * (high - likely))


@lru_cache(maxsize=1)
def uniform() -> tuple[tuple[float, ...], ...]:
    """The draws, the same in every process."""
    source = random.Random(_SEED)  # noqa: S311 (a simulation, no secret)
    return tuple(tuple(source.random() for _each in range(6)) for _draw in range(DRAWS))


def _range(value: int, drawn: Sequence[int]) -> Money:
    """Nine tenths of what was drawn, and always with what is likely."""
    low, high = drawn[int(len(drawn) * _TENTH)], drawn[int(len(drawn) * (1 - _TENTH)) - 1]
    return Money(min(low, value), value, max(high, value))
