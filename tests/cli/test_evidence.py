"""`huiyin evidence`: a copy by the command line, and by the process that the worker starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyin.cases.models import Case, CaseEvent
from huiyin.cli import evidence as cli
from huiyin.cli import make_copy
from huiyin.evidence import actions, queries
from huiyin.evidence.models import Copy
from huiyin.evidence.pdf import NoPaper
from tests.conftest import Mover, Opener
from tests.evidence.conftest import check
from tests.people import Company


@pytest.fixture
def case(open_case: Opener) -> Case:
    """A case."""
    return open_case().case


def test_it_writes_a_copy_that_passes_and_the_case_knows_of_it(case: Case, company: Company, tmp_path: Path) -> None:
    path = tmp_path / "copy.zip"
    done = CliRunner().invoke(cli.command, [case.number, "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert (check(path).status, path.stat().st_mode & 0o077) == (0, 0)
    event = CaseEvent.objects.get(case=case, topic="evidence")
    assert (event.actor, event.data["by"], event.data["sha256"] in done.output) == (None, "machine", True)
    again = CliRunner().invoke(cli.command, [case.number, "-o", str(path)])
    assert (again.exit_code, "--force" in again.output) == (1, True)
    forced = CliRunner().invoke(cli.command, [case.number, "-o", str(path), "--force", "--as", "auditor"])
    assert forced.exit_code == 0
    assert CaseEvent.objects.filter(case=case, topic="evidence").latest("pk").actor == company.auditor


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["NUMBER", "--as", "linxiao"], "may not take copies"),
        (["NUMBER", "--as", "chenjia"], "no case"),
        (["NUMBER", "--as", "nobody"], "Nobody here is called nobody"),
        (["1234567"], "There is no case 1234567"),
        (["NUMBER", "-o", "/nowhere/a.zip"], "Can't write"),
    ],
)
def test_what_goes_wrong_is_a_line_and_leaves_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.command, [one.replace("NUMBER", case.number) for one in arguments])
    assert (done.exit_code, said in done.output) == (1, True), done.output
    assert list(tmp_path.iterdir()) == []


def test_a_missing_font_names_its_package(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(document: object) -> bytes:
        raise NoPaper("font")

    monkeypatch.setattr("huiyin.evidence.copying.pdf_of", none)
    done = CliRunner().invoke(cli.command, [case.number, "-o", str(tmp_path / "a.zip")])
    assert (done.exit_code, "fonts-noto-cjk" in done.output) == (1, True)
    assert not CaseEvent.objects.filter(case=case, topic="evidence").exists()


def test_the_process_makes_what_was_asked_for(case: Case, company: Company, by: Mover) -> None:
    copy = actions.ask(company.zhaozhuguan, case.number, language="zh-hans", at=by(company.zhaozhuguan).at)
    assert CliRunner().invoke(make_copy.command, [str(copy.pk)]).exit_code == 0
    assert Copy.objects.get().state == "ready"
    assert check(queries.path_of(copy)).status == 0
