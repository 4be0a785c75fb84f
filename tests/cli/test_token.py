"""`huiyin token`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from huiyin.cli.token import command
from huiyin.org import actions as org
from huiyin.org.models import ApiToken
from huiyin.org.queries import user_by_token
from tests.people import Company, TestClock


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_token_is_all_that_is_printed(company: Company, clock: TestClock) -> None:
    result = run("linxiao", "--name", "call centre")
    assert result.exit_code == 0
    (token,) = result.output.splitlines()
    found = user_by_token(token, at=clock.now)
    assert found is not None
    assert found[0] == company.linxiao
    assert not ApiToken.objects.filter(digest=token).exists()


def test_a_token_ends_after_its_days(company: Company, clock: TestClock) -> None:
    token = run("linxiao", "--name", "short", "--days", "2").output.strip()
    assert user_by_token(token, at=clock.now + timedelta(days=2, seconds=-1)) is not None
    assert user_by_token(token, at=clock.now + timedelta(days=2)) is None


@pytest.mark.parametrize("username", ["nobody", "hemin"])
def test_who_is_unknown_or_has_left_gets_no_token(company: Company, clock: TestClock, username: str) -> None:
    org.set_active(company.hemin, active=False)
    result = run(username, "--name", "x")
    assert result.exit_code == 1
    assert username in result.output
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("options", [[], ["--name", ""], ["--name", "x" * 65], ["--name", "x", "--days", "0"]])
def test_a_token_needs_a_name_and_an_end(company: Company, clock: TestClock, options: list[str]) -> None:
    assert run("linxiao", *options).exit_code != 0
    assert not ApiToken.objects.exists()
