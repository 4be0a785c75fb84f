"""What the heads of columns tell."""

from __future__ import annotations

import pytest

from huiyin.cases import letters
from huiyin.cases.heads import HEADS, guess, plain


def test_the_heads_of_public_letters_tell_all_that_is_needed() -> None:
    columns = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间", "点赞数"]
    assert guess(columns) == {
        "external_number": "留言编号",
        "customer": "留言用户",
        "subject": "留言主题",
        "text": "留言详情",
        "received_at": "留言时间",
        "reply": "答复意见",
        "replied_at": "答复时间",
    }


def test_english_heads_are_known_in_any_writing() -> None:
    columns = ["Case Number", "NAME", "Phone-Number", "Received_At (UTC)", "Subject", "Description", "Address"]
    assert guess(columns) == {
        "external_number": "Case Number",
        "customer": "NAME",
        "phone": "Phone-Number",
        "subject": "Subject",
        "text": "Description",
        "received_at": "Received_At (UTC)",
        "place": "Address",
    }


def test_of_two_columns_that_fit_the_surer_one_is_taken_wherever_it_stands() -> None:
    assert guess(["编号", "工单编号", "姓名", "业主姓名"]) == {"external_number": "工单编号", "customer": "业主姓名"}


def test_heads_that_say_nothing_are_left_alone() -> None:
    assert guess(["序号", "备注", "column 3"]) == {}


@pytest.mark.parametrize("target", letters.TARGETS)
def test_every_target_is_known_by_its_own_name_and_its_heads_are_written_plainly(target: str) -> None:
    assert guess([target]) == {target: target}
    assert all(head == plain(head) for head in HEADS[target].split())


def test_no_head_stands_for_two_targets() -> None:
    every = [head for heads in HEADS.values() for head in heads.split()]
    assert len(every) == len(set(every))


def test_a_file_whose_heads_tell_nothing_of_words_needs_a_mapping() -> None:
    with pytest.raises(letters.BadMapping, match="text=COLUMN"):
        letters.columns_of(["甲", "编号"], [])
