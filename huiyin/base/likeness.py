"""How alike two texts are, by the characters and pairs they share: the tokens of `text`, rare ones counting for more.

    likeness(A, B) = w(A∩B) / (w(A∩B) + 0.8·w(A∖B) + 0.2·w(B∖A))     (Tversky 1977, with weights)
    w(t) = ln(1 + (N − n + ½) / (n + ½)),  n of N sampled texts having t     (Robertson & Spärck Jones 1976)

A is the text that is being typed, so what it lacks of B counts little: half a sentence is like the whole one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import fsum, log, sqrt

from . import text

MISSING_THERE, MISSING_HERE = 0.8, 0.2
"""What counts of the tokens that only the typed text has, and of those that only the other one has."""
LONGEST = 1_200
"""Characters of a text that are compared: what it is about stands in its beginning."""
_RUN = re.compile(r"[^\W_]+")
LEAST_NEEDLES, MOST_NEEDLES = 4, 48

Tokens = Set[str]


def tokens(words: str) -> frozenset[str]:
    """What a text is compared by."""
    return frozenset(text.tokens(text.normalise(words)[:LONGEST]))


def tokens_of_normal(normalised: str) -> frozenset[str]:
    """As `tokens`, for a text that is normalised already."""
    return frozenset(text.tokens(normalised[:LONGEST]))


@dataclass(frozen=True)
class Rarity:
    """In how many of `of` sampled texts each token stands; one that none of them has counts most."""

    counts: Mapping[str, int]
    of: int

    def weight(self, token: str) -> float:
        """Above 0, the higher the rarer."""
        return self._weights.get(token, self._unseen)

    def total(self, some: Iterable[str]) -> float:
        """The weights of these tokens together."""
        known, unseen = self._weights, self._unseen
        return sum([known.get(token, unseen) for token in some])

    def squares(self, some: Iterable[str]) -> float:
        """The squares of the weights of the pairs among these tokens together: an exact sum, so that it doesn't depend
        on the order in which this process keeps a set."""
        known, unseen = self._squares, self._unseen**2
        return fsum([known.get(token, unseen) for token in some if len(token) == 2])

    @cached_property
    def _squares(self) -> dict[str, float]:
        return {token: weight**2 for token, weight in self._weights.items()}

    @cached_property
    def _weights(self) -> dict[str, float]:
        by_count = {count: self._weight(count) for count in set(self.counts.values())}
        return {token: by_count[count] for token, count in self.counts.items()}

    @cached_property
    def _unseen(self) -> float:
        return self._weight(0)

    def _weight(self, count: int) -> float:
        return log(1 + (self.of - count + 0.5) / (count + 0.5))

    def pairs(self, some: Iterable[str]) -> list[str]:
        """The pairs among tokens, the rarest first."""
        return sorted(
            (token for token in some if len(token) == 2), key=lambda token: (self.counts.get(token, 0), token)
        )

    def needles(self, some: Collection[str], *, total: int, hits: int) -> list[str]:
        """The pairs among tokens to look up texts by, the rarest first: of those seen in the sample so many that about
        `hits` of `total` texts have one of them (four at least), then those that were not seen. Single characters are
        left out: they stand everywhere."""
        pairs = sorted(
            (token for token in some if len(token) == 2), key=lambda token: (self.counts.get(token, 0), token)
        )
        seen, expected = list[str](), 0.0
        for token in pairs:
            expected += self.counts.get(token, 0) / max(self.of, 1) * total
            if token in self.counts and (len(seen) < LEAST_NEEDLES or expected <= hits):
                seen.append(token)
        return (seen + [token for token in pairs if token not in self.counts])[:MOST_NEEDLES]


def rarity(sample: Collection[Tokens]) -> Rarity:
    """How rare tokens are, from a sample of texts."""
    return Rarity(Counter(token for one in sample for token in one), len(sample))


def likeness(typed: Tokens, other: Tokens, rare: Rarity) -> float:
    """From 0 (nothing in common) to 1 (the same tokens)."""
    common = typed & other
    if not common:
        return 0.0
    shared = rare.total(common)
    apart = MISSING_THERE * rare.total(typed - common) + MISSING_HERE * rare.total(other - common)
    return shared / (shared + apart)


def cosine(one: Tokens, other: Tokens, rare: Rarity) -> float:
    """From 0 to 1, the same from both sides: the cosine of two texts whose pairs of characters count by their weights.
    Single characters are left out."""
    shared = rare.squares(one & other)
    return shared / sqrt(rare.squares(one) * rare.squares(other)) if shared else 0.0


def shared(words: str, other: Tokens, rare: Rarity, most: int) -> list[str]:
    """The parts of typed words that make them like another text, the weightiest first: the reason, shown to people."""
    found: dict[str, float] = {}
    for run in _RUN.findall(text.normalise(words)[:LONGEST]):
        part = ""
        for pair in (*map("".join, pairwise(run)), ""):
            if pair and pair in other:
                part = part + pair[1] if part else pair
            elif part:
                found[part] = rare.total({*map("".join, pairwise(part))})
                part = ""
    return sorted(found, key=lambda part: (-found[part], part))[:most]
