"""`huiyin reconcile` prints what differs and ends with 1 when anything does."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from huiyin import cli
from tests.conftest import Opener
from tests.people import Company


def run(tmp_path: Path, text: str, *options: str) -> Result:
    file = tmp_path / "list.csv"
    file.write_text(text)
    return CliRunner().invoke(cli.huiyin, ["reconcile", str(file), *options], prog_name="huiyin")


def test_what_is_missing_is_printed(company: Company, open_case: Opener, tmp_path: Path) -> None:
    case = open_case(source="12345", external_number="A1").case
    done = run(tmp_path, "工单号,状态\nA1,已办结\nA2,办理中\n", "--source", "12345")
    assert done.exit_code == 1
    assert "2 numbers on the list, 0 agree." in done.stdout
    assert "A2" in done.stdout
    assert case.number in done.stdout


def test_when_both_sides_agree_it_ends_well(company: Company, open_case: Opener, tmp_path: Path) -> None:
    open_case(source="12345", external_number="A1")
    days = ("--from", "2026-03-01", "--to", "2026-03-31")
    assert run(tmp_path, "工单号\nA1\n", "--source", "12345", *days).exit_code == 0


def test_one_day_alone_is_refused(company: Company, tmp_path: Path) -> None:
    done = run(tmp_path, "工单号\nA1\n", "--from", "2026-03-01")
    assert done.exit_code == 2
    assert "Give both --from and --to" in done.stderr


def test_a_file_that_cant_be_read_changes_nothing_and_says_why(company: Company, tmp_path: Path) -> None:
    done = run(tmp_path, "a,b\n1,2\n")
    assert done.exit_code == 1
    assert "Error:" in done.stderr
