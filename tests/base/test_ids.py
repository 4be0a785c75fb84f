"""Receipt numbers: what a slip on the phone does, and what people may type. Secrets: random, and stored as a digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.ids import (
    BadReceiptNumber,
    check_digit,
    grouped,
    new_secret,
    parse_receipt_number,
    receipt_number,
    secret_digest,
)

keys = st.integers(1, 2**63 - 1)


def test_the_check_digit_is_that_of_the_standards_example() -> None:
    assert check_digit("0794") == "5"


@given(keys)
def test_a_receipt_number_leads_back_to_its_case(pk: int) -> None:
    assert parse_receipt_number(receipt_number(pk)) == pk
    assert parse_receipt_number(grouped(receipt_number(pk))) == pk


@given(keys, st.data())
def test_one_wrong_digit_is_always_noticed(pk: int, data: st.DataObject) -> None:
    number = receipt_number(pk)
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda d: d != number[place]))
    with pytest.raises(BadReceiptNumber):
        parse_receipt_number(number[:place] + digit + number[place + 1 :])


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    missed = swaps = 0
    for pk in range(100_000, 102_000):
        number = receipt_number(pk)
        for i in range(len(number) - 1):
            if number[i] != number[i + 1]:
                swaps += 1
                swapped = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
                missed += check_digit(swapped[:-1]) == swapped[-1]
    assert missed / swaps < 0.03


def test_keys_are_padded_to_six_digits() -> None:
    assert receipt_number(17)[:-1] == "000017"
    assert len(receipt_number(17)) == 7


@pytest.mark.parametrize("style", ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "{1}\u2014{2}", "{1}\u3000{2}", "{1}.{2}"])
def test_spaces_and_dashes_may_be_typed(style: str) -> None:
    number = receipt_number(100_001)
    assert parse_receipt_number(style.format(number, number[:4], number[4:])) == 100_001


def test_full_width_digits_may_be_typed() -> None:
    wide = receipt_number(100_001).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert parse_receipt_number(wide) == 100_001


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "digits only"),
        ("12a4567", "digits only"),
        ("١٢٣٤٥٦٧", "digits only"),
        ("12345", "at least 7 digits"),
        ("1" * 400, "at least 7 digits"),
        ("000000" + check_digit("000000"), "too many zeros"),
        ("0100001" + check_digit("0100001"), "too many zeros"),
    ],
)
def test_what_is_no_receipt_number_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(BadReceiptNumber, match=hint):
        parse_receipt_number(text)


def test_keys_below_one_have_no_receipt_number() -> None:
    with pytest.raises(ValueError, match="positive"):
        receipt_number(0)


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("1000017", "1000 017"),
        ("10000178", "1000 0178"),
        ("100001785", "1000 017 85"),
        ("1000017853", "1000 0178 53"),
        ("123", "123"),
    ],
)
def test_numbers_are_read_in_groups_of_two_to_four(number: str, read: str) -> None:
    assert grouped(number) == read


def test_secrets_differ_and_are_safe_in_an_address() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(s) == 43 and s.replace("-", "").replace("_", "").isalnum() for s in made)


def test_a_secret_is_stored_as_its_sha_256() -> None:
    assert secret_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
