"""Which category fits? Votes of the nearest cases, and categories whose name stands in the words. Pure.

    votes(c) = Σ likeness of the ten nearest cases under c  +  ½ · share of the name of c that stands in the words

The share is by weight, so that rare words of a name count; under half of a name counts for nothing. A category is
suggested when it has 40 % of all votes, with a second one beside it that has 20 %; else nothing is: no suggestion is
better than one that nobody believes. Explained by what a person can check: so many like cases stand there, the name was
said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from huiyin.base.likeness import Rarity, Tokens, tokens

NEAREST = 10
LEAST_VOTES = 0.15
FIRST_SHARE, SECOND_SHARE = 0.4, 0.2
_NAME, _LEAST_NAME = 0.5, 0.5


@dataclass(frozen=True)
class Neighbour:
    """A like case: its category, and how like it is."""

    category: int
    likeness: float


@dataclass(frozen=True)
class Suggestion:
    """A category, its share of the votes, how many like cases stand under it, and whether its name was said."""

    category: int
    share: float
    cases: int
    named: bool


def suggest(
    typed: Tokens, near: Iterable[Neighbour], names: Mapping[int, Collection[str]], rare: Rarity
) -> list[Suggestion]:
    """At most two categories that fit, the likelier first; of those in `names` alone, so none that is out of use."""
    nearest = sorted(near, key=lambda one: (-one.likeness, one.category))[:NEAREST]
    votes: dict[int, float] = defaultdict(float)
    cases: dict[int, int] = defaultdict(int)
    for one in nearest:
        if one.category in names:
            votes[one.category] += one.likeness
            cases[one.category] += 1
    named = {category for category, called in names.items() if _share(typed, called, rare) >= _LEAST_NAME}
    for category in named:
        votes[category] += _NAME * _share(typed, names[category], rare)
    total = sum(votes.values())
    if total < LEAST_VOTES:
        return []
    found = [Suggestion(one, value / total, cases[one], one in named) for one, value in votes.items()]
    found.sort(key=lambda one: (-one.share, one.category))
    if found[0].share < FIRST_SHARE:
        return []
    return [found[0], *(one for one in found[1:2] if one.share >= SECOND_SHARE)]


def _share(typed: Tokens, called: Collection[str], rare: Rarity) -> float:
    """Of the best known name of a category, how much stands in the words."""
    shares = [0.0]
    for name in called:
        parts = tokens(name)
        total = rare.total(parts)
        if total:
            shares.append(rare.total(parts & typed) / total)
    return max(shares)
