"""Which cases have one fault with a case: the index of search brings a few hundred, `matching` decides.

The same answer whenever it is asked and in whatever order: how rare words are is reckoned for a block of cases by those
that came before the block, and is never reckoned anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from huiyin.base.likeness import Rarity, Tokens, cosine, rarity, tokens, tokens_of_normal
from huiyin.cases import search
from huiyin.cases.lists import categories
from huiyin.cases.models import Case, Kind, SearchText

from .matching import Bars, Facts, Reason, alike
from .rules import rule_at

KINDS = frozenset({Kind.COMPLAINT, Kind.REPAIR, Kind.INQUIRY, Kind.REQUEST, Kind.SUGGESTION})
"""Of whose cases groups are made. A report stands alone, praise is no fault, and a finding is ours."""
CANDIDATES, SAMPLE, AMONG, BLOCK, _FIRST_BLOCK = 200, 200, 20_000, 256, 16
_PLACE_NEEDLES, _NAMING = 3, 60
_FIELDS = ("pk", "site_id", "received_at", "place", "category_id", "customer_id", "email")


@dataclass(frozen=True)
class Edge:
    """A case with one fault, and why it seems so."""

    case: int
    reason: Reason


def eligible(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Those of these cases of which groups are made. A customer whose identity is protected stands alone: how many
    customers there are would tell who speaks twice."""
    return rows.filter(kind__in=KINDS, protected=False)


def facts(ids: Collection[int]) -> dict[int, Facts]:
    """What is compared of these cases, as far as groups are made of them."""
    return {row["pk"]: _facts(row) for row in eligible(Case.objects.filter(pk__in=ids)).values(*_FIELDS)}


def _facts(row: Mapping[str, Any]) -> Facts:
    category = row["category_id"]
    known = categories().by_id.get(category) if category is not None else None
    branch = known.parent_id if known is not None else None
    speaker = who(row["customer_id"], row["email"])
    return Facts(row["pk"], row["site_id"], row["received_at"], row["place"], category, branch, speaker)


def who(customer: int | None, email: str) -> str:
    """What tells one customer from another; empty when nobody knows. An address is kept as a digest."""
    if customer is not None:
        return f"c{customer}"
    return f"m{hashlib.sha256(email.casefold().encode()).hexdigest()[:32]}" if email else ""


def texts(ids: Iterable[int]) -> dict[int, Tokens]:
    """What is compared of the words that these cases began with."""
    return {pk: compared(said) for pk, said in _texts(ids)}


def _texts(ids: Iterable[int]) -> list[tuple[int, str]]:
    rows = SearchText.objects.filter(pk__in=[(pk << 20) | 1 for pk in ids]).values_list("pk", "text")
    return [(key >> 20, said) for key, said in rows]


def compared(normalised: str) -> Tokens:
    """Of an indexed text the subject and the words: numbers and names between them are no matter."""
    lines = normalised.split("\n")
    return tokens_of_normal(lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1]}")


def edges(one: Facts, words: Tokens, *, later: bool = False) -> list[Edge]:
    """The cases before this one that have one fault with it; with `later` those after it too."""
    ends = search.ends()
    if ends is None:
        return []
    found = _candidates(one, words, ends, later=later)
    bars = rule_at(one.site).bars
    made = list[Edge]()
    for pk, other in sorted(_near(one, found, bars).items()):
        if alike(one, other, 1.0, bars) is None:
            continue  # whatever they say: no need to look at the words
        rare = rare_for(max(one.case, pk), ends[0])
        reason = alike(one, other, cosine(words, compared(found[pk]), rare), bars)
        made += [Edge(pk, reason)] if reason is not None else []
    return made


def _near(one: Facts, found: Mapping[int, str], bars: Bars) -> dict[int, Facts]:
    """Of the candidates those that came in at the same site at about that time."""
    window = timedelta(days=bars.days)
    rows = eligible(Case.objects.filter(pk__in=found.keys() - {one.case}))
    near = rows.filter(site=one.site, received_at__range=(one.at - window, one.at + window))
    return {row["pk"]: _facts(row) for row in near.values(*_FIELDS)}


def _candidates(one: Facts, words: Tokens, ends: tuple[int, int], *, later: bool) -> dict[int, str]:
    first, newest = ends
    rare = rare_for(one.case, first)
    needles = rare.needles(words, total=_block(one.case - first), hits=2 * CANDIDATES)
    found: dict[int, str] = {}
    for last in (newest, one.case - 1) if later else (one.case - 1,):
        among = search.Among(frozenset({one.site}), last, CANDIDATES)
        found |= dict(search.with_any(needles, among))
        found |= dict(_texts(_at_place(one, rare, last) - found.keys()))
    return found


def _at_place(one: Facts, rare: Rarity, last: int) -> set[int]:
    """The newest cases up to `last` that name the place of this one."""
    needles: Sequence[str] = rare.pairs(tokens(one.place))[:_PLACE_NEEDLES]
    return set(search.naming(one.place, needles, search.Among(frozenset({one.site}), last, _NAMING)))


def rare_for(case: int, first: int) -> Rarity:
    """How rare words are for a case: by a sample of the cases before the block it is in."""
    return _rare_before(first + _block(case - first), first)


def _block(number: int) -> int:
    """Where the block begins in which the case of this number (from 0) is. The first blocks are small, so that a young
    house soon knows its words."""
    if number >= BLOCK:
        return number // BLOCK * BLOCK
    return 1 << (number.bit_length() - 1) if number >= _FIRST_BLOCK else 0


@lru_cache(maxsize=8)
def _rare_before(end: int, first: int) -> Rarity:
    if end <= first:
        return rarity([])
    sample = search.sample(max(first, end - AMONG), end - 1, SAMPLE)
    return rarity([compared(one) for one in sample])


def forget() -> None:
    """Look at the words anew: another database is asked from now on."""
    _rare_before.cache_clear()
