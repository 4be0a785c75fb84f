"""Search text: what is folded away, what is found, and that narrowing down by tokens never loses an answer."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from huiyin.base.text import contains, excerpt, needles, normalise, terms, tokens

# Letters that meet often, so that substrings are really found: Chinese, full-width, digits, marks, spaces, zero-width.
mixed = st.text(alphabet="电梯故障投诉3区Ａa1 ,，。-_\u3000\u200b\u0301é々〇𠮷ßİΐ…\n", max_size=40)
any_text = st.one_of(mixed, st.text(max_size=40))


@given(any_text)
@example("\u0345\u1fb3")
@example("e\u200d\u0301")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(any_text)
def test_normalised_text_has_only_single_inner_spaces_and_nothing_invisible(text: str) -> None:
    clean = normalise(text)
    assert clean == " ".join(clean.split(" "))
    assert clean == clean.strip()
    assert not [c for c in clean if unicodedata.category(c) in {"Cc", "Cs"} or c in "\u200b\u200d\ufeff\u00ad"]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("  A3区\u3000\n电梯\t故障 ", "a3区 电梯 故障"),
        ("电\u200b梯\ufeff", "电梯"),
        ("Straße", "strasse"),
        ("葛\U000e0100城", "葛城"),
        ("nul\x00 byte", "nul byte"),
        ("", ""),
    ],
)
def test_width_case_spaces_and_invisible_characters_do_not_matter(written: str, compared: str) -> None:
    assert normalise(written) == compared


def test_tokens_are_single_characters_and_pairs_over_every_run() -> None:
    assert set(tokens("a3区, 电梯")) == {"区", "电", "梯", "a3", "3区", "电梯"}


def test_no_token_is_given_twice() -> None:
    assert sorted(tokens("电梯电梯")) == sorted({"电", "梯", "电梯", "梯电"})


def test_characters_beyond_the_basic_plane_are_chinese_too() -> None:
    assert set(tokens("𠮷野")) == {"𠮷", "野", "𠮷野"}


def test_a_letter_or_a_comma_alone_needs_no_token() -> None:
    assert needles("a") == needles(",") == needles("_") == []
    assert needles("区") == ["区"]


def test_a_term_with_punctuation_needs_the_pairs_on_either_side() -> None:
    assert needles("ab-12") == ["ab", "12"]


@given(any_text, any_text, any_text)
def test_a_text_with_a_term_in_it_has_all_the_needles_of_the_term(before: str, middle: str, after: str) -> None:
    text = normalise(before + middle + after)
    for term in [*terms(middle), *terms(before + middle)]:
        if term in text:
            assert set(needles(term)) <= set(tokens(text))


@given(mixed, st.data())
def test_every_substring_of_a_text_is_found(text: str, data: st.DataObject) -> None:
    text = normalise(text)
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    assert contains(text, part.split())
    assert {needle for term in part.split() for needle in needles(term)} <= set(tokens(text))


SENTENCES = ["我要投诉电梯故障，报修三次没人来", "物业态度恶劣，投诉无门", "账单异常：A3区12栋多收了水费"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("投诉", 2),
        ("电梯", 1),
        ("电梯故障", 1),
        ("报修", 1),
        ("态度恶劣", 1),
        ("账单异常", 1),
        ("３区", 1),
        ("投诉 电梯", 1),
    ],
)
def test_chinese_words_of_any_length_are_found(query: str, expected: int) -> None:
    wanted = terms(query)
    narrowed = [s for s in map(normalise, SENTENCES) if {n for t in wanted for n in needles(t)} <= set(tokens(s))]
    assert len([s for s in narrowed if contains(s, wanted)]) == expected


def test_an_excerpt_shows_the_hit_as_it_was_written() -> None:
    text = "前" * 200 + "Ａ３区电梯" + "后" * 200
    shown = excerpt(text, terms("a3区"), width=40)
    assert "Ａ３区电梯" in shown
    assert len(shown) <= 40
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_an_excerpt_finds_the_hit_behind_characters_that_fold_into_several() -> None:
    assert "电梯" in excerpt("……" * 100 + "电梯" + "后" * 200, ["电梯"], width=20)


@given(any_text, st.lists(mixed.map(normalise).filter(bool), max_size=2), st.integers(10, 30))
def test_an_excerpt_is_never_longer_than_asked(text: str, wanted: list[str], width: int) -> None:
    assert len(excerpt(text, wanted, width)) <= width


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("电梯\n坏了", ["没有"]) == "电梯 坏了"
