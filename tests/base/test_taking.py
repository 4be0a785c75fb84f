"""Rows of a file: which columns are meant, and sums of what became of them."""

from __future__ import annotations

from huiyin.base.taking import Bad, Taken, targets

WANTED = {"number": ("工单号",), "on": ("日期", "Date"), "words": ("意见",)}


def test_a_column_is_known_by_its_own_name_before_a_usual_one_however_it_is_written() -> None:
    assert targets([" Number", "工单号", "DATE", "备注"], WANTED) == {"number": " Number", "on": "DATE"}
    assert targets([], WANTED) == {}


def test_what_became_of_rows_adds_up() -> None:
    bad = Bad(1, "on", "Give a day.")
    assert Taken(new=1, known=2) + Taken(new=3, corrected=1, bad=(bad,)) == Taken(4, 1, 2, (bad,))
