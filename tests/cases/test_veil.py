"""Names and numbers are crossed out however somebody wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.veil import CROSSED_OUT, veil

ZHAO = veil(["赵明理"], ["+8613712345678", "13712345678"])


@pytest.mark.parametrize(
    "text",
    [
        "我是赵明理",
        "我是赵 明理",
        "赵\u200b明\u200b理说的",
        "电话13712345678",
        "137 1234 5678",
        "137-1234-5678",
        "(137)1234.5678",
        "１３７１２３４５６７８",
        "+8613712345678",
    ],
)
def test_nothing_is_left_of_name_and_number(text: str) -> None:
    covered = ZHAO.over(text)
    assert CROSSED_OUT in covered
    assert not {"赵", "明", "5678", "1234", "５６７８"} & {
        covered[i : i + n] for i in range(len(covered)) for n in (1, 4)
    }


def test_other_words_stay() -> None:
    assert ZHAO.over("电梯13号，理由见附件，12345热线") == "电梯13号，理由见附件，12345热线"


def test_a_latin_name_is_no_part_of_a_word() -> None:
    assert veil(["Al"], []).over("Al is already here, AL too") == f"{CROSSED_OUT} is already here, {CROSSED_OUT} too"


def test_short_numbers_and_empty_names_cross_nothing_out() -> None:
    assert veil(["", " "], ["110"]).over("110 来了 ") == "110 来了 "


@given(name=st.text(min_size=1, max_size=8), before=st.text(max_size=12), after=st.text(max_size=12))
def test_whatever_the_name_no_text_keeps_it_whole(name: str, before: str, after: str) -> None:
    covered = veil([name], []).over(f"{before} {name} {after}")
    if name.strip():
        assert f" {name} " not in covered


@given(text=st.text(max_size=60), name=st.text(alphabet="赵钱孙李Ab .*(", min_size=1, max_size=5))
def test_covering_twice_is_covering_once(text: str, name: str) -> None:
    found = veil([name], ["13712345678"])
    assert found.over(found.over(text)) == found.over(text)
