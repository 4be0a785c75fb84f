"""The command line itself: help, mistakes, settings."""

import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from huiyin import __version__, cli, settings
from huiyin.cli import manage
from tests.cli.processes import free_port, huiyin


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.huiyin, arguments, prog_name="huiyin")


def test_help_lists_every_command() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert all(name in result.output for name in cli.COMMANDS)


@pytest.mark.parametrize("name", [*cli.COMMANDS, *cli.HIDDEN])
def test_every_command_has_a_module_and_help(name: str) -> None:
    command = import_module(cli.ELSEWHERE.get(name, f"huiyin.cli.{name}")).command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help


def test_every_module_that_exports_a_command_is_listed() -> None:
    folder = Path(cli.__file__).parent
    exporting = {f"huiyin.cli.{path.stem}" for path in folder.glob("*.py") if "def command(" in path.read_text()}
    listed = {cli.ELSEWHERE.get(name, f"huiyin.cli.{name}") for name in (*cli.COMMANDS, *cli.HIDDEN)}
    assert exporting == {name for name in listed if name.startswith("huiyin.cli.")}


@pytest.mark.parametrize(("typed", "meant"), [("chek", "check"), ("migrat", "migrate"), ("serv", "serve")])
def test_a_mistyped_command_gets_a_suggestion(typed: str, meant: str) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert f"Did you mean {meant}" in result.output


def test_a_command_far_from_any_other_is_sent_to_the_help() -> None:
    assert "See `huiyin --help`" in run("zzzzzz").output


def test_a_mistyped_option_gets_a_suggestion() -> None:
    result = run("check", "--deplo")
    assert result.exit_code == 2
    assert "--deploy" in result.output


@pytest.mark.process
def test_help_and_version_need_no_database_and_little_time(tmp_path: Path) -> None:
    assert huiyin(tmp_path, "version").stdout.startswith(f"huiyin {__version__} · Python {sys.version.split()[0]}")
    assert huiyin(tmp_path, "--version").stdout == f"{__version__}\n"
    assert not (tmp_path / "huiyin.sqlite3").exists()


@pytest.mark.process
def test_commands_of_django_pass_through_with_their_options(tmp_path: Path) -> None:
    plan = huiyin(tmp_path, "migrate", "--plan")
    assert plan.returncode == 0
    assert "Planned operations" in plan.stdout
    assert "--plan" in huiyin(tmp_path, "migrate", "--help").stdout


def test_commands_of_installed_apps_are_reached_by_their_name(tmp_path: Path) -> None:
    assert "--no-input" in huiyin(tmp_path, "collectstatic", "--help").stdout
    assert huiyin(tmp_path, "manage", "check").returncode == 0


@pytest.mark.parametrize("arguments", [["dbshell", "--", "-c", "SELECT 1"], ["manage", "migrate", "--", "-h"]])
def test_arguments_reach_django_untouched(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    handed_on: list[list[str]] = []
    monkeypatch.setattr(manage, "execute_from_command_line", handed_on.append)
    assert run(*arguments).exit_code == 0
    assert handed_on == [["huiyin", *(argument for argument in arguments if argument != "manage")]]


@pytest.mark.process
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "80a", "PORT must be a whole number, not '80a'."),
        ("PORT", "70000", "PORT must be between 1 and 65535, not '70000'."),
        ("HUIYIN_DEBUG", "maybe", "HUIYIN_DEBUG must be on or off, not 'maybe'."),
        ("HUIYIN_LANGUAGE", "fr", "HUIYIN_LANGUAGE must be one of zh-hans, en, not 'fr'."),
        (
            "HUIYIN_TIME_ZONE",
            "Mars/North",
            "HUIYIN_TIME_ZONE must be a time zone such as Asia/Shanghai, not 'Mars/North'.",
        ),
        (
            "HUIYIN_PUBLIC_URL",
            "example.com",
            "HUIYIN_PUBLIC_URL must look like https://huiyin.example.com, not 'example.com'.",
        ),
        (
            "HUIYIN_DATABASE_URL",
            "mysql://u:pw@h/d",
            "HUIYIN_DATABASE_URL must start with sqlite:/// or postgres://, not its value.",
        ),
        (
            "HUIYIN_SECRET_KEY_FILE",
            "/nowhere",
            "HUIYIN_SECRET_KEY_FILE: can't read /nowhere (No such file or directory).",
        ),
        (
            "HUIYIN_ALOWED_HOSTS",
            "a",
            "HUIYIN_ALOWED_HOSTS is not a setting of Huiyin: did you mean HUIYIN_ALLOWED_HOSTS?",
        ),
        ("HUIYIN_DATA_DIR", "/proc/x", "HUIYIN_DATA_DIR: can't use the folder /proc/x (No such file or directory)."),
    ],
)
def test_a_bad_setting_is_one_line_that_names_it_and_status_two(
    name: str, value: str, said: str, tmp_path: Path
) -> None:
    for command in ("check", "up"):
        result = huiyin(tmp_path, command, **{name: value})
        assert (result.returncode, result.stderr) == (2, f"huiyin: {said}\n")


@pytest.mark.slow
def test_other_accounts_of_the_machine_read_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert huiyin(tmp_path, "init").returncode == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "huiyin.sqlite3" in files
    assert [path.name for path in files if path.stat().st_mode & 0o027] == []


def test_a_database_that_can_not_be_used_is_one_line_and_status_two(tmp_path: Path) -> None:
    empty = huiyin(tmp_path, "verify")
    assert (empty.returncode, empty.stderr.count("\n")) == (2, 1)
    assert "`huiyin init`" in empty.stderr
    (tmp_path / "huiyin.sqlite3").write_text("a letter, not a database")
    assert huiyin(tmp_path, "init").stderr == "huiyin: the database can't be used: file is not a database\n"
    away = huiyin(tmp_path, "up", PORT=str(free_port()), HUIYIN_DATABASE_URL="postgres://u:pw@127.0.0.1:1/none")
    assert (away.returncode, away.stderr.count("\n")) == (2, 1)
    assert "Connection refused" in away.stderr


def test_a_secret_may_come_from_a_file_but_not_from_two_places(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-the-file\n")
    read = settings.read_settings({"HUIYIN_SECRET_KEY_FILE": str(file)})
    assert read["HUIYIN_SECRET_KEY"] == "from-the-file"
    with pytest.raises(settings.BadSetting, match="both set"):
        settings.read_settings({"HUIYIN_SECRET_KEY_FILE": str(file), "HUIYIN_SECRET_KEY": "x"})


def test_every_default_is_a_value_that_its_own_check_accepts() -> None:
    assert settings.read_settings({}).keys() == {setting.name for setting in settings.TABLE}


def test_a_postgres_address_is_taken_apart() -> None:
    database = settings.postgres_database("postgres://us%40er:p%2Fw@db.example:5433/voices?sslmode=require")
    parts = [database[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")]
    assert parts[:-1] == ["us@er", "p/w", "db.example", "5433", "voices"]
    assert parts[-1]["sslmode"] == "require"
