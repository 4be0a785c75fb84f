"""Seals, as bytes and digests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base import seal
from huiyin.base.seal import GENESIS, Head, Tail

AT = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
ONE, TWO = Tail(7, 1, 3, "ab" * 32), Tail(9, 4, 4, "cd" * 32)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
tails = st.lists(
    st.builds(Tail, st.integers(1, 2**50), st.integers(1, 2**31), st.integers(1, 2**31), digests), max_size=20
)


@given(tails)
def test_what_was_packed_is_unpacked(tails: list[Tail]) -> None:
    found = seal.unpack(seal.pack(tails), len(tails))
    assert [(case, first, last) for case, first, last, _mark in found] == [tail[:3] for tail in tails]
    assert [mark for *_, mark in found] == [bytes.fromhex(tail.digest)[:8] for tail in tails]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_entries_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="entries"):
        seal.unpack(seal.pack([ONE, TWO]), count)


def test_bytes_that_were_never_packed_are_refused() -> None:
    with pytest.raises(ValueError, match="can't be read"):
        seal.unpack(b"no seal", 1)


def test_the_tails_of_a_case_become_one_and_cases_stand_in_order() -> None:
    later = Tail(7, 4, 6, "ef" * 32)
    assert seal.merged([TWO, ONE, later]) == [Tail(7, 1, 6, "ef" * 32), TWO]


def test_every_part_of_a_seal_makes_another_digest() -> None:
    head = Head(2, AT, 2, 4)
    digests = {
        seal.digest_of(GENESIS, head, [ONE, TWO]),
        seal.digest_of("00" * 32, head, [ONE, TWO]),
        seal.digest_of(GENESIS, Head(3, AT, 2, 4), [ONE, TWO]),
        seal.digest_of(GENESIS, Head(2, AT + timedelta(microseconds=1), 2, 4), [ONE, TWO]),
        seal.digest_of(GENESIS, Head(2, AT, 2, 5), [ONE, TWO]),
        seal.digest_of(GENESIS, head, [ONE]),
        seal.digest_of(GENESIS, head, [TWO, ONE]),
        seal.digest_of(GENESIS, head, [ONE, Tail(9, 4, 4, "cd" * 31 + "ce")]),
        seal.digest_of(GENESIS, head, [ONE, Tail(9, 3, 4, "cd" * 32)]),
    }
    assert len(digests) == 9


def test_a_seal_is_the_same_in_every_time_zone_and_for_ever() -> None:
    china = AT.astimezone(timezone(timedelta(hours=8)))
    digest = seal.digest_of(GENESIS, Head(1, AT, 2, 4), [ONE, TWO])
    assert seal.digest_of(GENESIS, Head(1, china, 2, 4), [ONE, TWO]) == digest
    assert digest == "49a2e2df155685df7e99e14c689945b3b8cc05b31619b038f60c4852eb1ccb37"
