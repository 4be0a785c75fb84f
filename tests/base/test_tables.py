"""Tables as people keep them: encodings, delimiters, odd headers and rows, spreadsheets, and what is refused."""

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from huiyin.base.tables import Cell, TableError, cell_text, count_rows, read_table, write_rows

LETTERS = "编号,主题\n1,电梯故障\n2,“投诉”无门\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table"


def values(path: Path, **options: Any) -> list[list[Cell]]:
    return [list(row.values.values()) for row in read_table(path, **options).rows]


def save(path: Path, rows: list[list[Any]], title: str = "Sheet") -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    book.save(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_chinese_is_read_in_each_usual_encoding(path: Path, encoding: str) -> None:
    path.write_bytes(LETTERS.encode(encoding))
    assert read_table(path).columns == ["编号", "主题"]
    assert values(path) == [["1", "电梯故障"], ["2", "“投诉”无门"]]


def test_the_encoding_is_judged_by_the_whole_file(path: Path) -> None:
    path.write_bytes(("id,text\n" + "1,a\n" * 300_000 + "2,电梯\n").encode("gb18030"))
    assert count_rows(path) == 300_001
    assert values(path)[-1] == ["2", "电梯"]


def test_a_packed_file_is_read_whatever_its_name(path: Path) -> None:
    path.write_bytes(gzip.compress(LETTERS.encode(), mtime=0))
    assert values(path)[0] == ["1", "电梯故障"]
    assert count_rows(path) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(path: Path, delimiter: str) -> None:
    path.write_text(f'a{delimiter}"b,;\tc"{delimiter}d\n1{delimiter}2{delimiter}3\n')
    assert read_table(path).columns == ["a", "b,; c", "d"]
    assert values(path) == [["1", "2", "3"]]


def test_a_separator_line_is_obeyed_and_counted(path: Path) -> None:
    path.write_text("sep=|\na|b\n1|2\n")
    rows = list(read_table(path).rows)
    assert [(row.number, row.values) for row in rows] == [(3, {"a": "1", "b": "2"})]


def test_line_breaks_inside_quotes_do_not_shift_row_numbers(path: Path) -> None:
    path.write_text('id,text\r\n1,"one\r\ntwo\n\nthree"\r\n\r\n2,x\r\n', newline="")
    rows = list(read_table(path).rows)
    assert [(row.number, row.values["id"]) for row in rows] == [(2, "1"), (4, "2")]
    assert rows[0].values["text"] == "one\r\ntwo\n\nthree"


def test_headers_that_are_empty_or_alike_get_names_of_their_own(path: Path) -> None:
    path.write_text("name, name ,,name (2),x,,\n1,2,3,4,5,,\n")
    assert read_table(path).columns == ["name", "name (2)", "column 3", "name (2) (2)", "x"]
    assert next(read_table(path).rows).problem is None


def test_short_and_long_rows_are_handed_over_with_their_problem(path: Path) -> None:
    path.write_text("a,b\n1\n1,2\n1,2,3\n1,2,,\n")
    rows = list(read_table(path).rows)
    assert [row.number for row in rows if row.problem] == [2, 4]
    assert str(rows[0].problem) == "The row has 1 cells under 2 names."
    assert rows[2].values == {"a": "1", "b": "2"}


def test_empty_rows_are_left_out_and_counted(path: Path) -> None:
    path.write_text("\n,\na,b\n,\n\n1,2\n,\n")
    assert [row.number for row in read_table(path).rows] == [6]
    assert count_rows(path) == 1


def test_zero_bytes_are_dropped(path: Path) -> None:
    path.write_bytes(b"a,b\n1\x00,2\n")
    assert values(path) == [["1", "2"]]


def test_a_letter_of_a_megabyte_is_read_whole(path: Path) -> None:
    path.write_text("a,b\n1," + "电" * 1_000_000 + "\n")
    assert len(str(values(path)[0][1])) == 1_000_000


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b",,\n", gzip.compress(b"", mtime=0)])
def test_a_file_without_names_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(TableError, match="empty"):
        read_table(path)
    assert count_rows(path) == 0


@pytest.mark.parametrize("content", [b"a\xff\xff,b\n\x80\xff", b"\xff\xfea", b"\xef\xbb\xbfa\xff"])
def test_another_encoding_is_refused_with_advice(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(TableError, match="save the file as CSV UTF-8"):
        read_table(path)


@pytest.mark.parametrize("content", [gzip.compress(LETTERS.encode(), mtime=0)[:-9], b"\x1f\x8bnot packed at all"])
def test_a_damaged_packed_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(TableError, match="damaged"):
        read_table(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0nothing"])
def test_a_damaged_spreadsheet_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(TableError, match="damaged"):
        read_table(path)


def test_a_quotation_mark_left_open_is_told_with_its_row(path: Path) -> None:
    path.write_text('a,b\n1,2\n3,"' + "x,y\n" * 4_500_000)
    with pytest.raises(TableError, match=r"Row 3: .*quotation mark"):
        list(read_table(path).rows)


def test_a_table_error_has_its_parts_for_translation(path: Path) -> None:
    path.write_text("a,b\n1\n")
    problem = next(read_table(path).rows).problem
    assert problem is not None
    assert problem.template.format(**problem.values) == str(problem)


def test_a_spreadsheet_keeps_its_types_and_row_numbers(path: Path) -> None:
    when = datetime(2025, 4, 24, 16, 3)  # noqa: DTZ001 - spreadsheets know no zones
    save(path, [[], ["电话", "时间", "备注", None], [13800138000, when, None], [], [1.5, "x", True]])
    rows = list(read_table(path).rows)
    assert read_table(path).columns == ["电话", "时间", "备注"]
    assert [row.number for row in rows] == [3, 5]
    assert cell_text(rows[0].values["电话"]) == "13800138000"
    assert rows[0].values["时间"] == when
    assert [cell_text(cell) for cell in rows[1].values.values()] == ["1.5", "x", "True"]
    assert count_rows(path) == 2


def test_a_sheet_is_found_by_name_and_a_missing_one_is_told(path: Path) -> None:
    save(path, [["a"], ["1"]], title="投诉")
    assert values(path, sheet="投诉") == [["1"]]
    with pytest.raises(TableError, match="There is no sheet 报修; the file has: 投诉"):
        read_table(path, sheet="报修")


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-1", "@x", "\tx", "＝1", "'=1", "''=1"])
def test_formulas_are_written_as_text_and_read_back_as_they_were(path: Path, text: str) -> None:
    assert write_rows(path, ["a", "b"], [{"a": text, "b": -5}]) == 1
    assert path.read_text(encoding="utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    assert values(path) == [[text, "-5"]]


def test_written_files_begin_with_the_mark_that_spreadsheet_programs_need(path: Path) -> None:
    write_rows(path, ["主题", "无"], [{"主题": "电梯"}])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert values(path) == [["电梯", ""]]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(rows=st.lists(st.tuples(cells, cells), max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    write_rows(path, ["a", "b"], [{"a": a, "b": b} for a, b in rows])
    assert values(path) == [[a, b] for a, b in rows if a or b]
