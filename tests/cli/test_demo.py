"""`huiyin demo`, and the first start that makes it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from huiyin.cases import intake
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case
from huiyin.cli import demo, init, prepare
from huiyin.org.models import Site, User
from huiyin.packs import start
from huiyin.packs.property.demo.generate import Demo
from tests.people import TestClock


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.HUIYIN_ADMIN_PASSWORD = ""
    settings.HUIYIN_DATA_DIR = tmp_path
    settings.HUIYIN_PUBLIC_URL = "http://127.0.0.1:8000"
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "Demo", partial(Demo, cases=30))


def test_it_prints_the_accounts_their_password_and_the_customers_door(bare: None, clock: TestClock) -> None:
    result = CliRunner().invoke(demo.command, ["--cases", "60", "--figures"])
    assert result.exit_code == 0, result.output
    assert Case.objects.count() == 60
    for words in ("linxiao 林晓", "auditor 审计", "admin", "http://127.0.0.1:8000/p/LJF/", "respond late"):
        assert words in result.output
    password = result.output.split("password of each: ")[1].split()[0]
    assert User.objects.get(username="linxiao").check_password(password)
    assert "xiaosun" not in result.output


def test_it_can_end_at_another_moment_with_another_seed(bare: None, clock: TestClock) -> None:
    options = ["--cases", "30", "--until", "2026-02-01", "--seed", "3", "--days", "20"]
    assert CliRunner().invoke(demo.command, options).exit_code == 0
    assert {case.received_at.strftime("%Y-%m") for case in Case.objects.all()} == {"2026-01"}


def test_after_init_the_administrator_keeps_the_own_password(bare: None, clock: TestClock) -> None:
    password = CliRunner().invoke(init.command).output.split("password: ")[1].split()[0]
    result = CliRunner().invoke(demo.command, ["--cases", "20"])
    assert result.exit_code == 0
    assert User.objects.get(username="admin").check_password(password)
    assert "admin" not in result.output.splitlines()[0]


def test_a_second_demo_is_refused_with_a_way_out(bare: None, clock: TestClock) -> None:
    CliRunner().invoke(demo.command, ["--cases", "20"])
    result = CliRunner().invoke(demo.command, ["--cases", "20", "--force"])
    assert result.exit_code == 1
    assert "HUIYIN_DATA_DIR" in result.output
    assert Case.objects.count() == 20


def test_a_database_with_cases_is_refused(bare: None, clock: TestClock) -> None:
    start.begin(at=clock.now, time_zone="Asia/Shanghai")
    intake.open_case(NewCase("inquiry", "portal", Site.objects.get(), "问一下", "几点下班？"), By(None, clock.now))
    result = CliRunner().invoke(demo.command, ["--cases", "20"])
    assert result.exit_code == 1
    assert "1 cases" in result.output
    assert "--force" in result.output


def test_the_first_start_makes_the_demo_and_the_second_only_tells_again(
    bare: None, clock: TestClock, small: None, folder: Path
) -> None:
    first = prepare.prepare(folder)
    assert Case.objects.count() == 30
    assert any("/p/LJF/" in line for line in first)
    assert (folder / "demo.json").stat().st_mode & 0o777 == 0o600
    assert prepare.prepare(folder) == first
    assert Case.objects.count() == 30


def test_a_start_after_init_makes_no_demo(bare: None, clock: TestClock, small: None, folder: Path) -> None:
    CliRunner().invoke(init.command)
    assert prepare.prepare(folder) == []
    assert not Case.objects.exists()


def test_a_password_of_the_environment_is_used_and_never_kept_or_printed(
    bare: None, clock: TestClock, small: None, folder: Path, settings: Settings
) -> None:
    settings.HUIYIN_ADMIN_PASSWORD = "a-word-from-outside-7"
    lines = prepare.prepare(folder)
    assert User.objects.get(username="hemin").check_password("a-word-from-outside-7")
    assert "a-word-from-outside-7" not in "".join(lines)
    assert json.loads((folder / "demo.json").read_text())["password"] == ""
