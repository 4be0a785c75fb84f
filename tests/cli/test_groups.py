"""`huiyin groups` counts groups, and finds them anew."""

from __future__ import annotations

from click.testing import CliRunner, Result

from huiyin import cli
from huiyin.groups.models import Group
from tests.groups.conftest import Voices, noise, voices, words_anew  # noqa: F401 (fixtures)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.huiyin, arguments, prog_name="huiyin")


def test_found_in_what_is_stored_and_a_second_time_nothing_changes(voices: Voices) -> None:  # noqa: F811 (a fixture)
    voices(3)
    first, second = run("groups", "--rebuild"), run("groups", "--rebuild")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("1 groups with 3 cases; 1 made or mended.\n")
    assert second.stdout.startswith("1 groups with 3 cases; 0 made or mended.\n")
    assert "several customers" in run("groups").stdout
    assert Group.objects.get().customers == 3


def test_an_empty_installation_has_none(db: None) -> None:
    assert run("groups", "--rebuild").stdout.startswith("0 groups with 0 cases; 0 made or mended.\n")
