"""Which category fits: votes of like cases, and names that were said."""

from __future__ import annotations

from huiyin.base.likeness import rarity, tokens
from huiyin.cases.suggest import Neighbour, suggest

LIFT, TAP, FEE = 1, 2, 3
NAMES = {LIFT: ["电梯停运"], TAP: ["龙头漏水"], FEE: ["费用不明", ""]}
RARE = rarity([])


def test_like_cases_vote_with_their_likeness() -> None:
    near = [Neighbour(LIFT, 0.5), Neighbour(LIFT, 0.2), Neighbour(TAP, 0.3)]
    found = suggest(tokens("上不去了"), near, NAMES, RARE)
    assert [(one.category, round(one.share, 2), one.cases, one.named) for one in found] == [
        (LIFT, 0.7, 2, False),
        (TAP, 0.3, 1, False),
    ]


def test_a_name_that_was_said_is_enough() -> None:
    (found,) = suggest(tokens("厨房龙头漏水了"), [], NAMES, RARE)
    assert (found.category, found.cases, found.named) == (TAP, 0, True)


def test_nothing_is_suggested_when_like_cases_do_not_agree_or_there_is_hardly_one() -> None:
    torn = [Neighbour(LIFT, 0.3), Neighbour(TAP, 0.3), Neighbour(FEE, 0.3)]
    assert suggest(tokens("你好"), torn, NAMES, RARE) == []
    assert suggest(tokens("你好"), [Neighbour(LIFT, 0.1)], NAMES, RARE) == []


def test_only_the_ten_nearest_vote_and_only_for_categories_in_use() -> None:
    near = [Neighbour(LIFT, 0.2)] * 10 + [Neighbour(TAP, 0.1)] * 90 + [Neighbour(99, 0.9)]
    found = suggest(tokens("你好"), near, NAMES, RARE)
    assert [(one.category, one.cases) for one in found] == [(LIFT, 9)]
