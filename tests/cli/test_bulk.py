"""`huiyin bulk` as a person calls it, with several processes on one database."""

from pathlib import Path

import pytest

from tests.cli.processes import huiyin

pytestmark = pytest.mark.process


def test_several_processes_fill_an_empty_installation_and_the_record_holds(tmp_path: Path) -> None:
    assert huiyin(tmp_path, "migrate", "-v0").returncode == 0
    filled = huiyin(tmp_path, "bulk", "--cases", "1100", "--processes", "2", "--until", "2026-03-01")
    assert (filled.returncode, filled.stderr) == (0, "")
    assert filled.stdout.startswith("1100 cases, ")
    verified = huiyin(tmp_path, "verify")
    assert verified.returncode == 0
    assert verified.stdout.startswith("1100 cases, ")


def test_a_count_that_is_none_is_refused(tmp_path: Path) -> None:
    assert huiyin(tmp_path, "bulk", "--cases", "0").returncode == 2
    assert "--cases" in huiyin(tmp_path, "bulk").stderr
