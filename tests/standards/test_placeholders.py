"""Blanks in phrases."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from huiyin.standards.placeholders import NAMES, blanks, fill

VALUES = {"customer": lambda: "王女士", "due": lambda: ""}
TEXTS = st.lists(
    st.sampled_from(["{", "}", "customer", "原因", "客户", " ", "\n", "{客户}", "{due}", "您好", "｛", "｝"])
).map("".join)


def test_names_in_both_languages_are_filled() -> None:
    assert fill("{客户}, {称呼}, {customer}, {CUSTOMER}, ｛客户｝", VALUES) == "王女士, 王女士, 王女士, 王女士, 王女士"


def test_a_value_that_is_not_known_leaves_the_blank_to_be_filled() -> None:
    assert fill("{due} {时限} {原因} {{}}", VALUES) == "{due} {时限} {原因} {{}}"


def test_a_value_is_asked_once_and_only_when_it_stands_there() -> None:
    asked = []

    def due() -> str:
        asked.append("due")
        return "明天"

    assert fill("{due} {due} {时限} {site}", {"due": due}) == "明天 明天 明天 {site}"
    assert fill("您好", {"due": due}) == "您好"
    assert asked == ["due"]


@example("{customer\n}")
@given(TEXTS)
def test_filling_touches_nothing_but_blanks(text: str) -> None:
    filled = fill(text, VALUES)
    assert fill(filled, VALUES) == filled
    if not any(text[start:end].strip("{}｛｝").strip().casefold() in NAMES for start, end in blanks(text)):
        assert filled == text
