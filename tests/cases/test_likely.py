"""Is it the same matter? The score by hand, and what holds for any two voices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.likely import WINDOW, Match, same_place

SHARE = st.floats(0, 1)


def test_the_score_by_hand() -> None:
    assert Match(0.5).score == pytest.approx(0.5)
    assert Match(0.5, place=1).score == pytest.approx((0.35 + 0.2) / 0.9)
    assert Match(0.5, place=0, category=True).score == pytest.approx(0.45)
    assert Match(0.5, customer=True).score == pytest.approx(0.65)
    assert Match(0.5, age=WINDOW / 2).score == pytest.approx(0.45)


@given(SHARE, SHARE, st.booleans(), st.booleans(), st.floats(0, 30))
def test_it_is_a_share_and_more_in_common_never_makes_it_less_likely(
    text: float, place: float, category: bool, customer: bool, days: float
) -> None:
    match = Match(text, place, category, customer, timedelta(days=days))
    assert 0 <= match.score <= 1
    same = Match(text, 1.0, True, True, timedelta(0))
    assert same.score >= match.score - 1e-9


@pytest.mark.parametrize(
    ("match", "likely"),
    [
        (Match(0.28), True),
        (Match(0.27), False),
        (Match(0.2, place=1), True),
        (Match(0.3, place=0), False),
        (Match(0.11, place=1, category=True, customer=True), False),
        (Match(0.9, age=WINDOW), True),
        (Match(0.9, age=WINDOW + timedelta(seconds=1)), False),
    ],
)
def test_what_is_offered(match: Match, likely: bool) -> None:
    assert match.likely is likely


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("7-2-1203", " 7-2-1203", 1.0),
        ("7-2-1203", "7-1-301", 0.5),
        ("7栋2单元 电梯", "7栋", 0.5),
        ("十二号楼", "12号楼", 1.0),
        ("二十一号楼1单元", "21号楼2单元", 0.5),
        ("3号楼", "4号楼", 0.0),
        ("地下车库", "地下车库", 1.0),
        ("地下车库", "东门", 0.0),
        ("", "东门", None),
    ],
)
def test_places_as_people_write_them(one: str, other: str, same: float | None) -> None:
    assert same_place(one, other) == same == same_place(other, one)
