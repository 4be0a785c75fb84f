"""Files from people: what is no table, or would grow too large, goes no further."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from huiyin.base import unpack as unpacking
from huiyin.base.tables import TableError, read_table
from huiyin.base.unpack import repeated, unpack, write_plain

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
TEXT = '编号,内容\r\n1,路灯不亮\r\n\r\n2,"两行\n一句"\r\n'


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "plain.csv"


def kept(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return path


def packed(size: int) -> bytes:
    return gzip.compress(b"text\n" + b"0" * size)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_in_any_encoding_becomes_plain_and_rows_keep_their_numbers(
    tmp_path: Path, target: Path, encoding: str
) -> None:
    found = unpack(kept(tmp_path, TEXT.encode(encoding)), target, most=1)
    assert (found.columns, found.rows) == (["编号", "内容"], 2)
    assert [(row.number, row.values["内容"]) for row in read_table(target).rows] == [(2, "路灯不亮"), (4, "两行\n一句")]


def test_a_spreadsheet_becomes_plain_with_the_numbers_of_its_rows(tmp_path: Path, target: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    sheet = book.active
    for row in ([], ["编号", "内容"], [7001, "路灯;不亮"], [None, None], [7002, "=1+1;2"]):
        sheet.append(row)
    source = tmp_path / "upload"
    book.save(source)
    assert unpack(source, target, most=1).rows == 2
    assert [(row.number, row.values["编号"]) for row in read_table(target).rows] == [(3, "7001"), (5, "7002")]


def test_a_packed_text_is_unpacked(tmp_path: Path, target: Path) -> None:
    assert unpack(kept(tmp_path, gzip.compress(TEXT.encode())), target, most=1).rows == 2


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "empty"),
        ("编号,内容\n".encode(), "no row below"),
        (PNG, "no table"),
        (b"%PDF-1.7\n", "no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no table|could not be read|damaged"),
        (b"PK\x03\x04nonsense", "could not be read"),
        (b"\x1f\x8bnonsense", "damaged"),
        (b"a,b\n\xff\xff\xff,1\n", "neither UTF-8"),
        (packed(3 * 1024 * 1024), "larger than 1 MB"),
        (b"text\n" + b"0" * (3 * 1024 * 1024), "larger than 1 MB"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_a_reason(
    tmp_path: Path, target: Path, content: bytes, hint: str
) -> None:
    with pytest.raises(TableError, match=hint):
        unpack(kept(tmp_path, content), target, most=1)


def test_a_bomb_in_a_packed_file_is_left_after_a_moment(tmp_path: Path) -> None:
    bomb = kept(tmp_path, packed(300 * 1024 * 1024))
    assert bomb.stat().st_size < 400_000
    assert unpacking._unpacked_size(bomb, 1024 * 1024) <= 2 * 1024 * 1024


def test_a_bomb_in_a_spreadsheet_is_seen_before_it_is_opened(tmp_path: Path, target: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (8 * 1024 * 1024))
    with pytest.raises(TableError, match="larger than 1 MB"):
        unpack(kept(tmp_path, book.getvalue()), target, most=1)


def test_a_packed_folder_that_is_no_spreadsheet_is_no_table(tmp_path: Path, target: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as parts:
        parts.writestr("letters.csv", TEXT)
    with pytest.raises(TableError, match="no table"):
        unpack(kept(tmp_path, book.getvalue()), target, most=1)


def test_a_child_that_says_nothing_is_a_file_that_could_not_be_read(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TableError, match="could not be read"):
        unpack(kept(tmp_path, TEXT.encode()), target, most=1)


def test_names_that_come_twice_are_told(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["", "电话", "姓名", "电话", ""], ["1", "2", "3", "4", "5"]])
    assert repeated(path) == ["电话"]


def test_a_plain_file_that_is_made_plain_again_stays_as_it_is(tmp_path: Path, target: Path) -> None:
    source = kept(tmp_path, '甲,"乙;丙"\n\'=1,x\n'.encode())
    write_plain(source, target)
    again = tmp_path / "again.csv"
    write_plain(target, again)
    assert target.read_bytes() == again.read_bytes()
    assert [row.values for row in read_table(again).rows] == [{"甲": "=1", "乙;丙": "x"}]
