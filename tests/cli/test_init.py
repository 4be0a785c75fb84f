"""`huiyin init`: an empty installation that is ready to be used."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from huiyin.cli import init
from huiyin.org.models import Site, User
from tests.people import TestClock


@pytest.fixture(autouse=True)
def no_password(settings: Settings) -> None:
    settings.HUIYIN_ADMIN_PASSWORD = ""


def test_it_says_what_it_made_and_the_password_once(bare: None, clock: TestClock) -> None:
    first = CliRunner().invoke(init.command)
    assert first.exit_code == 0
    assert "1 sites, 8 departments" in first.output
    password = first.output.split("password: ")[1].split()[0]
    assert User.objects.get().check_password(password)
    second = CliRunner().invoke(init.command)
    assert second.exit_code == 0
    assert password not in second.output
    assert "Everything is there already: 1 sites, 1 people, 8 departments, 0 cases" in second.output


def test_the_password_of_the_environment_is_taken_and_not_printed(
    bare: None, clock: TestClock, settings: Settings
) -> None:
    settings.HUIYIN_ADMIN_PASSWORD = "a-word-from-outside-7"
    output = CliRunner().invoke(init.command).output
    assert "a-word-from-outside-7" not in output
    assert "HUIYIN_ADMIN_PASSWORD" in output
    assert User.objects.get().check_password("a-word-from-outside-7")


def test_a_weak_password_of_the_environment_is_one_clear_line(bare: None, clock: TestClock, settings: Settings) -> None:
    settings.HUIYIN_ADMIN_PASSWORD = "short"
    result = CliRunner().invoke(init.command)
    assert result.exit_code == 1
    assert result.output.startswith("Error: HUIYIN_ADMIN_PASSWORD:")
    assert not Site.objects.exists()
