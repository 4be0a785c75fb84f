"""How alike two texts are: the formula by hand, and what holds for any texts."""

from __future__ import annotations

from itertools import pairwise
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.likeness import LEAST_NEEDLES, MOST_NEEDLES, likeness, rarity, shared, tokens, tokens_of_normal
from huiyin.base.text import normalise

WORDS = st.text(alphabet="三号楼电梯停了水漏0123ab ，。", max_size=40)
SAMPLES = st.lists(WORDS, max_size=6)


def test_the_formula_by_hand() -> None:
    rare = rarity([frozenset({"电梯"}), frozenset({"电梯", "漏水"}), frozenset()])
    assert rare.weight("电梯") == pytest.approx(log(1 + 1.5 / 2.5))
    assert rare.weight("漏水") == pytest.approx(log(1 + 2.5 / 1.5))
    assert rare.weight("没有") == pytest.approx(log(1 + 3.5 / 0.5))
    typed, other = frozenset({"电梯", "漏水"}), frozenset({"电梯", "没有"})
    common, here, there = rare.weight("电梯"), rare.weight("漏水"), rare.weight("没有")
    assert likeness(typed, other, rare) == pytest.approx(common / (common + 0.8 * here + 0.2 * there))


@given(WORDS, WORDS, SAMPLES)
def test_it_lies_between_nothing_in_common_and_the_same(one: str, other: str, sample: list[str]) -> None:
    rare = rarity([tokens(words) for words in sample])
    value = likeness(tokens(one), tokens(other), rare)
    assert 0 <= value <= 1
    assert (value == 0) == (not tokens(one) & tokens(other))
    if tokens(one):
        assert likeness(tokens(one), tokens(one), rare) == pytest.approx(1)


@given(WORDS, SAMPLES)
def test_half_a_sentence_is_like_the_whole_one(whole: str, sample: list[str]) -> None:
    rare = rarity([tokens(words) for words in sample])
    half = tokens(whole[: len(whole) // 2])
    if half:
        assert likeness(half, tokens(whole), rare) >= likeness(tokens(whole), half, rare) - 1e-9


@given(WORDS)
def test_a_normalised_text_has_the_same_tokens(words: str) -> None:
    assert tokens_of_normal(normalise(words)) == tokens(words)


@given(WORDS, SAMPLES, st.integers(0, 5))
def test_what_is_looked_up_are_pairs_of_the_text_the_rarest_of_those_seen_first(
    words: str, sample: list[str], hits: int
) -> None:
    rare, typed = rarity([tokens(one) for one in sample]), tokens(words)
    pairs = {token for token in typed if len(token) == 2}
    found = rare.needles(typed, total=len(sample), hits=hits)
    assert len(found) <= MOST_NEEDLES
    assert set(found) <= pairs
    seen = [rare.counts[token] for token in found if token in rare.counts]
    assert seen == sorted(seen)
    assert len(seen) >= min(LEAST_NEEDLES, len(pairs & rare.counts.keys()))
    assert set(rare.needles(typed, total=1, hits=999)) == pairs or len(pairs) > MOST_NEEDLES


def test_common_words_are_looked_up_only_as_long_as_they_bring_few_texts() -> None:
    sample = [tokens("电梯停了")] * 50 + [tokens("厨房水管漏水")] * 2 + [tokens("门禁不灵")] * 48
    rare = rarity(sample)
    typed = tokens("电梯停了厨房水管漏水")
    assert not {"电梯", "停了"} & set(rare.needles(typed, total=100, hits=20))
    assert {"电梯", "停了"} <= set(rare.needles(typed, total=100, hits=1_000))


def test_the_parts_of_the_words_that_another_text_has_are_told_the_weightiest_first() -> None:
    rare = rarity([tokens("电梯")] * 5)
    other = tokens("老人下不了楼，三号楼的电梯停了")
    assert shared("三号楼 电梯坏了，老人下不来", other, rare, 9) == ["老人下不", "三号楼", "电梯"]
    assert shared("三号楼电梯", other, rare, 1) == ["三号楼"]
    assert shared("你好", other, rare, 9) == []


@given(WORDS, WORDS)
def test_each_part_stands_in_the_words_and_is_made_of_pairs_that_both_have(one: str, other: str) -> None:
    for part in shared(one, tokens(other), rarity([]), 99):
        assert part in normalise(one)
        assert {first + second for first, second in pairwise(part)} <= tokens(other)
