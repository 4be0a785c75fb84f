"""Log-ins, tokens and people."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from huiyin.base.ids import secret_digest
from huiyin.org import actions, queries
from huiyin.org.actions import TooManyAttempts
from huiyin.org.models import ApiToken, LoginFailure, User
from tests.people import PASSWORD, Company

DAY = timedelta(days=1)


def test_a_token_opens_the_door_of_its_user(company: Company, now: datetime) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=now)
    found = queries.user_by_token(token, at=now)
    assert found is not None
    assert found[0] == company.linxiao


def test_only_the_digest_of_a_token_is_kept(company: Company, now: datetime) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=now)
    row = ApiToken.objects.values().get()
    assert token not in str(row)
    assert row["digest"] == secret_digest(token)


def test_a_token_expires(company: Company, now: datetime) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=now, days=30)
    assert queries.user_by_token(token, at=now + 30 * DAY - timedelta(seconds=1)) is not None
    assert queries.user_by_token(token, at=now + 30 * DAY) is None


def test_a_revoked_token_opens_nothing(company: Company, now: datetime) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=now)
    actions.revoke_token(ApiToken.objects.get(), at=now)
    assert queries.user_by_token(token, at=now) is None


def test_the_token_of_somebody_who_left_opens_nothing(company: Company, now: datetime) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=now)
    actions.set_active(company.linxiao, False)
    assert queries.user_by_token(token, at=now) is None


@pytest.mark.parametrize("wrong", ["", "hy_", "hy_" + "a" * 43])
def test_a_made_up_token_opens_nothing(wrong: str, company: Company, now: datetime) -> None:
    actions.issue_token(company.linxiao, "tablet", at=now)
    assert queries.user_by_token(wrong, at=now) is None


def log_in(password: str, at: datetime, *, username: str = "linxiao", address: str = "10.0.0.1") -> User | None:
    return actions.check_password(RequestFactory().post("/"), username, password, address=address, at=at)


def test_the_right_password_lets_in(company: Company, now: datetime) -> None:
    assert log_in(PASSWORD, now) == company.linxiao


def test_after_five_wrong_passwords_the_right_one_waits_a_quarter_of_an_hour(company: Company, now: datetime) -> None:
    for _ in range(5):
        assert log_in("wrong", now) is None
    with pytest.raises(TooManyAttempts) as caught:
        log_in(PASSWORD, now)
    assert caught.value.until == now + timedelta(minutes=15)
    with pytest.raises(TooManyAttempts):
        log_in(PASSWORD, now + timedelta(minutes=14))
    assert log_in(PASSWORD, now + timedelta(minutes=15)) == company.linxiao


def test_others_and_other_places_are_not_locked_out(company: Company, now: datetime) -> None:
    for _ in range(5):
        log_in("wrong", now)
    assert log_in(PASSWORD, now, address="10.0.0.2") == company.linxiao
    assert log_in(PASSWORD, now, username="hemin") == company.hemin


def test_a_log_in_in_between_begins_the_count_anew(company: Company, now: datetime) -> None:
    for _ in range(4):
        log_in("wrong", now)
    log_in(PASSWORD, now)
    for _ in range(4):
        log_in("wrong", now)
    assert log_in(PASSWORD, now) == company.linxiao


def test_a_password_typed_as_a_name_is_not_kept(company: Company, now: datetime) -> None:
    log_in("x", now, username=PASSWORD)
    assert PASSWORD not in str(list(LoginFailure.objects.values()))


def test_somebody_who_left_is_not_let_in(company: Company, now: datetime) -> None:
    actions.set_active(company.linxiao, False)
    assert log_in(PASSWORD, now) is None


@pytest.mark.parametrize("weak", ["short", "password123", "xiaofang-2026"])
def test_a_weak_password_is_refused(weak: str, company: Company) -> None:
    with pytest.raises(ValidationError):
        actions.add_user("xiaofang-2026", "小方", password=weak)
    assert not User.objects.filter(username="xiaofang-2026").exists()


def test_without_a_password_nobody_is_let_in(company: Company, now: datetime) -> None:
    actions.add_user("xiaofang", "小方", password=None)
    assert log_in("", now, username="xiaofang") is None
