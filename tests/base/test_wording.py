"""Patterns of words that had better not be said, and what they find."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huiyin.base.wording import MOST_WAYS, BadPattern, Pattern, check, compiled, worst

CALM = Pattern(1, "[您你](先)?冷静", "warn", "您慢慢说", "火上浇油")
SOON = Pattern(2, "尽快(处理|答复)?", "hint", timeless=True)
PIECES = st.lists(
    st.sampled_from(
        ["您", "冷静", "(先)?", "[您你]", "a|b", ".{0,6}", "x{2}", "(", ")", "?", "*", "\\", "{", "[", "+", "("]
    ),
    max_size=12,
).map("".join)


def said(text: str, *patterns: Pattern) -> list[str]:
    """What is found."""
    return [one.said for one in check(text, patterns)]


def test_a_finding_says_where_what_why_and_what_instead() -> None:
    (found,) = check("王女士,您先冷静一点。", [CALM])
    assert (found.start, found.end, found.said, found.level) == (4, 8, "您先冷静", "warn")
    assert (found.better, found.reason, found.key) == ("您慢慢说", "火上浇油", 1)


def test_findings_come_in_the_order_of_the_text() -> None:
    assert said("尽快。您冷静。你先冷静!", CALM, SOON) == ["尽快", "您冷静", "你先冷静"]


def test_soon_is_none_where_the_sentence_names_a_time() -> None:
    def names_time(sentence: str) -> bool:
        return "明天" in sentence

    text = "我们尽快处理。明天上午尽快答复您!尽快"
    assert [one.start for one in check(text, [SOON], names_time=names_time)] == [2, 17]


@pytest.mark.parametrize(
    ("text", "hit"),
    [("Please CALM down", True), ("becalm downs", False), ("calm downtown", False), ("您calm down吧", True)],
)
def test_latin_words_are_found_whole_and_in_any_case(text: str, hit: bool) -> None:
    assert bool(check(text, [Pattern(1, "calm down", "warn")])) is hit


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "",
            "  ",
            "a*",
            "(a+)+",
            "a++",
            "(a|b",
            "a)",
            "a|",
            "a?",
            "()?",
            "a??",
            "?a",
            "x{0,6}{2}",
            "(ab){2}",
            "x{9,2}",
        ),
        *(
            "x{0}",
            "x{0,21}",
            "x{a}",
            "{2}",
            "\\d",
            "\\",
            "[",
            "[]",
            "[^a]",
            "[z-a]",
            "a]",
            "^a",
            "a$",
            "(?!a)b",
            "(?:a)",
        ),
        *("((((((a))))))", "a?" * 20 + "b", ".{0,20}a.{0,20}b", "字" * 201),
    ],
)
def test_what_could_take_long_or_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compiled(pattern)
    assert str(caught.value)


@pytest.mark.parametrize(
    "pattern", ["不交.{0,6}费.{0,6}(报修|投诉|服务)", "a\\|b", "[您你]?看不懂", "x{2}", "c(a|b)?", "100 ?%"]
)
def test_what_people_need_is_taken(pattern: str) -> None:
    assert compiled(pattern).pattern == pattern


@given(PIECES | st.text(max_size=20))
def test_a_pattern_is_refused_with_a_reason_or_can_be_searched_with(pattern: str) -> None:
    try:
        found = compiled(pattern)
    except BadPattern:
        return
    except re.error:
        pytest.fail(f"taken, but not a pattern: {pattern!r}")
    assert found.match("") is None


GOOD = st.lists(st.sampled_from(["您", "冷静", "(先)?", "[您你]", "(a|b)", "x{2}", ".{0,6}b"]), min_size=1, max_size=3)


@given(GOOD.map("".join), st.text(st.sampled_from("您你先冷静ab x"), max_size=40))
def test_findings_lie_within_the_text_and_say_what_stands_there(pattern: str, text: str) -> None:
    try:
        compiled(pattern)
    except BadPattern:
        assume(False)
    for one in check(text, [Pattern(1, pattern, "hint")]):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.said


def test_the_slowest_pattern_that_is_taken_reads_the_longest_text() -> None:
    slow = "a{0,7}" * 2 + "a?a?b"
    assert compiled(slow).pattern == slow
    assert MOST_WAYS == 256
    assert check("a" * 20_000, [Pattern(1, slow, "hint")]) == []


def test_a_text_of_nothing_else_is_read_to_its_end_and_named_a_few_times() -> None:
    found = check("尽快" * 10_000, [SOON], names_time=lambda sentence: False)
    assert len(found) == 20


def test_the_strictest_level_counts() -> None:
    assert worst(check("尽快,您冷静", [SOON, CALM])) == "warn"
    assert worst([]) == ""
