"""Proving an address: five tries, ten minutes, and the same answer for addresses that nobody has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.customers.actions import BadEmail, Person, to_email
from huiyin.messages import proofs, sending
from huiyin.messages.models import Mail, Proof
from huiyin.messages.proofs import WrongCode
from tests.conftest import Opener
from tests.people import TestClock

from .conftest import Postman
from .test_sending import EMAIL, WANG


def code_in(words: str) -> str:
    return next(line for line in words.splitlines() if len(line) == 6 and line.isdigit())


@pytest.fixture
def asked(open_case: Opener, postman: Postman, clock: TestClock) -> tuple[str, str]:
    """The browser's secret and the code of the mail."""
    open_case(person=WANG)
    sending.sweep(clock.now)
    secret = proofs.ask("WANG@example.com", at=clock.now, language="en")
    sending.sweep(clock.now)
    return secret, code_in(postman.words())


def test_the_code_of_the_mail_opens_the_cases_of_the_address(asked: tuple[str, str], clock: TestClock) -> None:
    secret, code = asked
    assert proofs.proven(secret, clock.now) is None
    better = proofs.prove(secret, f" {code[:3]} {code[3:]} ", at=clock.now)
    found = proofs.proven(better, clock.now)
    assert found is not None
    assert found.email == EMAIL
    assert proofs.proven(secret, clock.now) is None
    assert proofs.proven(better, clock.now + proofs.PROOF_LIVES) is None
    proofs.end(better)
    assert proofs.proven(better, clock.now) is None


def test_five_wrong_tries_end_it_also_for_the_right_code(asked: tuple[str, str], clock: TestClock) -> None:
    secret, code = asked
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as refused:
            proofs.prove(secret, wrong, at=clock.now)
        assert refused.value.left == left
    with pytest.raises(WrongCode):
        proofs.prove(secret, code, at=clock.now)


def test_ten_minutes_after_the_mail_the_code_is_worth_nothing(asked: tuple[str, str], clock: TestClock) -> None:
    secret, code = asked
    with pytest.raises(WrongCode):
        proofs.prove(secret, code, at=clock.now + proofs.CODE_LIVES + timedelta(seconds=1))


def test_a_code_works_once_and_in_its_own_browser_only(asked: tuple[str, str], clock: TestClock) -> None:
    secret, code = asked
    other = proofs.ask(EMAIL, at=clock.now, language="en")
    with pytest.raises(WrongCode):
        proofs.prove(other, code, at=clock.now)
    proofs.prove(secret, code, at=clock.now)
    with pytest.raises(WrongCode):
        proofs.prove(secret, code, at=clock.now)


def test_no_code_stands_in_a_row(asked: tuple[str, str]) -> None:
    _secret, code = asked
    rows = [*Proof.objects.values_list("code"), *Mail.objects.values_list("body", "subject")]
    assert code not in str(rows)


def test_an_address_of_nobody_gets_no_mail_and_the_same_answer(
    open_case: Opener, postman: Postman, clock: TestClock
) -> None:
    assert proofs.ask("nobody@example.com", at=clock.now, language="en")
    assert sending.sweep(clock.now) == 0
    with pytest.raises(WrongCode):
        proofs.prove(proofs.ask("nobody@example.com", at=clock.now, language="en"), "", at=clock.now)


def test_three_codes_an_hour_and_then_a_pause(open_case: Opener, mailing: None, clock: TestClock) -> None:
    open_case(person=Person("王", email=EMAIL))
    for _ in range(5):
        proofs.ask(EMAIL, at=clock.now, language="en")
    assert Mail.objects.filter(what="code").count() == 3
    proofs.ask(EMAIL, at=clock.move(61), language="en")
    assert Mail.objects.filter(what="code").count() == 4


@given(st.emails())
def test_an_address_is_known_again_however_it_is_written(email: str) -> None:
    try:
        once = to_email(email)
    except BadEmail:
        return  # what few servers take, such as quoted names, is refused
    assert to_email(f"  {email.upper()} ") == once == to_email(once)


@pytest.mark.parametrize("typed", ["", "王", "a@b", "a b@example.com", "王@example.com", "a@example.com\nBcc: b@c.de"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmail):
        to_email(typed)
