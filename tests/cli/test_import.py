"""`huiyin import cases`: what a person at the terminal sees, and what a script reads."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from huiyin import cli
from huiyin.base.tables import read_table, write_rows
from huiyin.cases import imports
from huiyin.cases.imports import Part
from huiyin.cases.models import Case, CaseEvent
from tests.people import Company, TestClock

COLUMNS = ["编号", "内容", "时间", "答复", "答复时间"]
GOOD = {"编号": "1", "内容": "路灯不亮", "时间": "2026-03-02 09:30", "答复": "已修", "答复时间": "2026-03-03 10:00"}
BAD = GOOD | {"编号": "2", "时间": "去年冬天"}
MAPS = ("external_number=编号", "text=内容", "received_at=时间", "reply=答复", "replied_at=答复时间")


class Terminal:
    """Runs the command on a file of these rows, in a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.file, self.failed = folder / "letters.csv", folder / "data" / "letters.csv.failed.csv"

    def __call__(
        self, *arguments: str, rows: list[dict[str, str]] | None = None, maps: tuple[str, ...] = MAPS
    ) -> Result:
        if rows is not None:
            write_rows(self.file, COLUMNS, rows)
        mapping = [part for one in maps for part in ("--map", one)]
        return CliRunner().invoke(
            cli.huiyin, ["import", "cases", str(self.file), *mapping, *arguments], prog_name="huiyin"
        )

    def at_fly(self, *arguments: str, rows: list[dict[str, str]] | None = None) -> Result:
        return self("--site", "FLY", "--kind", "complaint", *arguments, rows=rows)


@pytest.fixture
def terminal(tmp_path: Path, company: Company, clock: TestClock, settings: Settings) -> Terminal:
    settings.HUIYIN_DATA_DIR = tmp_path / "data"
    settings.HUIYIN_DATA_DIR.mkdir()
    return Terminal(tmp_path)


def last_line(result: Result) -> str:
    return result.stdout.splitlines()[-1]


def test_the_last_line_is_what_scripts_read(terminal: Terminal) -> None:
    result = terminal.at_fly(rows=[GOOD, GOOD | {"编号": "3"}])
    assert result.stdout == "imported 2, updated 0, already known 0, failed 0\n"
    assert result.exit_code == 0
    assert not terminal.failed.exists()
    assert last_line(terminal.at_fly()) == "imported 0, updated 0, already known 2, failed 0"


def test_failed_rows_are_written_with_reasons_mended_and_imported_again(terminal: Terminal) -> None:
    result = terminal.at_fly(rows=[GOOD, BAD])
    assert result.exit_code == 0
    assert last_line(result) == "imported 1, updated 0, already known 0, failed 1"
    assert str(terminal.failed) in result.stderr
    (row,) = read_table(terminal.failed).rows
    reason = str(row.values.pop("why it was not imported"))
    assert row.values == BAD
    assert reason.startswith("row 3: 时间")
    terminal.file = terminal.failed
    terminal.failed.write_text(terminal.failed.read_text("utf-8-sig").replace("去年冬天", "2026-01-02"), "utf-8")
    assert last_line(terminal.at_fly()) == "imported 1, updated 0, already known 0, failed 0"


def test_a_file_of_failed_rows_that_is_out_of_date_goes(terminal: Terminal) -> None:
    terminal.at_fly(rows=[GOOD, BAD])
    terminal.at_fly(rows=[GOOD])
    assert not terminal.failed.exists()


def test_an_import_of_which_nothing_could_be_taken_fails(terminal: Terminal) -> None:
    assert terminal.at_fly(rows=[BAD]).exit_code == 1


def test_the_file_to_import_is_never_overwritten_with_its_failures(terminal: Terminal) -> None:
    result = terminal.at_fly("--failed", str(terminal.file), rows=[BAD])
    assert result.exit_code == 2
    assert [row.values for row in read_table(terminal.file).rows] == [BAD]


def test_a_dry_run_shows_the_first_rows_and_writes_nothing(terminal: Terminal) -> None:
    result = terminal.at_fly("--dry-run", rows=[GOOD, BAD])
    assert result.exit_code == 0
    assert "路灯不亮" in result.stdout
    assert "2026-03-02 09:30:00+08:00" in result.stdout
    assert "Row 3 can't be taken: 时间" in result.stdout
    assert last_line(result) == "would have imported 1, updated 0, already known 0, failed 1"
    assert not Case.objects.exists()
    assert not terminal.failed.exists()


@pytest.mark.parametrize(
    ("arguments", "maps", "hint"),
    [
        (("--site", "FLI", "--kind", "complaint"), MAPS, "Did you mean FLY?"),
        (("--site", "FLY", "--kind", "complain"), MAPS, "complaint"),
        (("--site", "FLY"), MAPS, "--kind"),
        (("--kind", "complaint"), MAPS, "--site"),
        (("--site", "FLY", "--kind", "complaint"), ("text=内客",), "内容"),
        (("--site", "FLY", "--kind", "complaint"), ("txt=内容",), "text"),
        (("--site", "FLY", "--kind", "complaint"), ("内容",), "TARGET=COLUMN"),
        (("--site", "FLY", "--kind", "complaint"), ("place=内容",), "text=COLUMN"),
        (("--site", "FLY", "--kind", "complaint", "--as", "nobody"), MAPS, "nobody"),
        (("--site", "FLY", "--kind", "complaint", "--source", ""), MAPS, "--source"),
        (("--site", "FLY", "--kind", "complaint", "--dryrun"), MAPS, "--dry-run"),
    ],
)
def test_a_slip_at_the_terminal_gets_an_answer_that_helps(
    terminal: Terminal, arguments: tuple[str, ...], maps: tuple[str, ...], hint: str
) -> None:
    result = terminal(*arguments, rows=[GOOD], maps=maps)
    assert result.exit_code == 2
    assert hint in result.output
    assert not Case.objects.exists()


def test_a_file_that_is_no_table_is_refused(terminal: Terminal) -> None:
    terminal.file.write_bytes(b"")
    result = terminal.at_fly()
    assert result.exit_code == 2, result.exception
    assert "empty" in result.output


def test_what_came_before_a_damaged_place_is_imported_and_counted(terminal: Terminal) -> None:
    many = [GOOD | {"编号": str(n)} for n in range(imports.GROUP + 1)]
    write_rows(terminal.file, COLUMNS, many)
    with terminal.file.open("a", encoding="utf-8") as file:
        file.write('9999,"' + "x" * (17 * 1024 * 1024))
    result = terminal.at_fly()
    assert result.exit_code == 1
    assert "to its end" in result.stderr
    assert last_line(result) == f"imported {imports.GROUP}, updated 0, already known 0, failed 0"


def test_ctrl_c_keeps_what_was_imported(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = imports.run

    def broken(*arguments: object) -> Iterator[Part]:
        yield from whole(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "run", broken)
    result = terminal.at_fly(rows=[GOOD])
    assert result.exit_code == 130
    assert last_line(result) == "imported 1, updated 0, already known 0, failed 0"


def test_a_member_of_staff_imports_with_their_own_rights(terminal: Terminal, company: Company) -> None:
    assert terminal.at_fly("--as", "linxiao", rows=[GOOD]).exit_code == 1
    assert terminal.at_fly("--as", "zhaozhuguan").exit_code == 0
    assert CaseEvent.objects.get(kind="received").actor == company.zhaozhuguan


def test_source_channel_and_packed_files(terminal: Terminal) -> None:
    terminal.at_fly(rows=[GOOD])
    terminal.file.write_bytes(gzip.compress(terminal.file.read_bytes()))
    result = terminal.at_fly("--source", "12345", "--channel", "letter")
    assert last_line(result) == "imported 1, updated 0, already known 0, failed 0"
    assert Case.objects.get(source="12345").channel == "letter"


def test_usual_heads_need_no_mapping(terminal: Terminal) -> None:
    result = terminal("--site", "FLY", "--kind", "complaint", rows=[GOOD], maps=())
    assert last_line(result) == "imported 1, updated 0, already known 0, failed 0"
    case = Case.objects.get()
    assert (case.external_number, case.status) == ("1", "resolved")


def test_a_map_that_is_saved_is_used_by_name_and_single_options_stand_over_it(terminal: Terminal) -> None:
    terminal(
        "--site", "FLY", "--kind", "complaint", "--source", "old", "--save-map", "老系统", "--dry-run", rows=[GOOD]
    )
    listed = CliRunner().invoke(cli.huiyin, ["import", "maps"]).output
    assert "老系统\tsource old\tsite FLY\tkind complaint\tchannel import" in listed
    assert "received_at      时间" in listed
    rows = [GOOD | {"编号": "5"}]
    assert terminal("--use-map", "老系统", rows=rows, maps=()).exit_code == 0
    assert terminal("--use-map", "老系统", "--kind", "inquiry", rows=[GOOD], maps=("subject=答复",)).exit_code == 0
    first, second = Case.objects.order_by("pk")
    assert (first.source, first.site.code, first.kind, first.external_number) == ("old", "FLY", "complaint", "5")
    assert (second.kind, second.subject) == ("inquiry", "已修")


def test_a_saved_map_that_is_not_there_is_answered_with_those_that_are(terminal: Terminal) -> None:
    terminal.at_fly("--save-map", "老系统", "--dry-run", rows=[GOOD])
    result = terminal("--use-map", "老系", rows=[GOOD], maps=())
    assert result.exit_code == 2
    assert "Did you mean 老系统?" in result.output
