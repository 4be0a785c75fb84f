"""The hash chain: one way to write a value, and no change to a past entry goes unseen."""

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.ledger import canonical, genesis, link, new_salt, text_digest

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    plain, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3), max_leaves=8
)
entries = st.dictionaries(st.text(max_size=4), values, max_size=4)


class Kind(StrEnum):
    RECEIVED = "received"


def chain(uid: str, facts: list[dict[str, Any]]) -> list[str]:
    digests = [genesis(uid)]
    for fact in facts:
        digests.append(link(digests[-1], fact))
    return digests


def test_keys_are_sorted_and_nothing_is_escaped_or_spaced() -> None:
    assert canonical({"b": [1, None, True], "a": "电梯"}) == '{"a":"电梯","b":[1,null,true]}'.encode()


@given(values)
def test_what_is_written_reads_back_and_is_written_the_same_again(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(max_size=4), plain, min_size=2, max_size=6))
def test_the_order_of_keys_does_not_matter(entry: dict[str, object]) -> None:
    assert canonical(entry) == canonical(dict(reversed(entry.items())))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"amount": 1.5}, r"value\.amount is a float"),
        ({"a": [{"b": float("nan")}]}, r"value\.a\[0\]\.b is a float"),
        (2.0, "value is a float"),
        ({"at": datetime(2025, 1, 1, tzinfo=UTC)}, r"value\.at is a datetime"),
        ({"a": {1: "x"}}, r"value\.a has the key 1"),
        ({None: 1}, "value has the key None"),
        ({"a": b"x"}, r"value\.a is a bytes"),
        ({"a": (1, {2})}, r"value\.a\[1\] is a set"),
    ],
)
def test_what_has_no_single_spelling_is_refused_by_its_place(value: object, path: str) -> None:
    with pytest.raises(TypeError, match=path):
        canonical(value)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half of a character"):
        canonical({"a": "\ud800"})


def test_choices_and_read_only_mappings_are_written_as_their_plain_value() -> None:
    assert canonical({"kind": Kind.RECEIVED}) == canonical({"kind": "received"})
    assert link(genesis("1"), MappingProxyType({"a": 1})) == link(genesis("1"), {"a": 1})


@given(st.lists(entries, min_size=1, max_size=5), st.data())
def test_a_changed_entry_changes_every_digest_from_there_on(facts: list[dict[str, Any]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(facts) - 1))
    changed = data.draw(entries.filter(lambda e: canonical(e) != canonical(facts[place])))
    before, after = chain("c1", facts), chain("c1", [*facts[:place], changed, *facts[place + 1 :]])
    assert before[: place + 1] == after[: place + 1]
    assert all(a != b for a, b in zip(before[place + 1 :], after[place + 1 :], strict=True))


def test_an_entry_cannot_move_to_another_case() -> None:
    assert chain("case-1", [{"a": 1}]) != chain("case-2", [{"a": 1}])


def test_a_digest_is_sha_256_over_the_previous_bytes_and_the_entry() -> None:
    first = genesis("c")
    assert link(first, {"a": 1}) == hashlib.sha256(bytes.fromhex(first) + b'{"a":1}').hexdigest()


@pytest.mark.parametrize("previous", ["", "ab", "x" * 64])
def test_a_previous_digest_that_is_none_is_refused(previous: str) -> None:
    with pytest.raises(ValueError, match=r"64 characters|hexadecimal"):
        link(previous, {})


def test_the_same_text_has_another_digest_under_another_salt() -> None:
    one, two = new_salt(), new_salt()
    assert len(one) == 16
    assert text_digest(one, "是") != text_digest(two, "是")
    assert text_digest(one, "是") == text_digest(one, "是")


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        text_digest(b"", "text")
