"""Checklists and fields as an editor writes them, and what events make of them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases import particulars
from huiyin.cases.particulars import BadLine, Field, FieldKind, Task


def test_a_task_is_a_line_and_may_name_its_step_in_either_language() -> None:
    text = "问清是否有人被困\n\nanswer: 告诉业主结果\n回访：问是否解决\n核对 10:30 的监控"
    assert particulars.tasks(text) == (
        Task("问清是否有人被困", "handle"),
        Task("告诉业主结果", "answer"),
        Task("问是否解决", "visit"),
        Task("核对 10:30 的监控", "handle"),
    )


def test_a_field_is_a_name_a_kind_and_choices() -> None:
    text = "梯号\n停运小时 | 数字\n原因* | choice | 门机，停电, 其他\n是否困人 * | yes-no\n发生日 | date"
    assert particulars.fields(text) == (
        Field("梯号", FieldKind.TEXT),
        Field("停运小时", FieldKind.NUMBER),
        Field("原因", FieldKind.CHOICE, ("门机", "停电", "其他"), True),
        Field("是否困人", FieldKind.YES_NO, (), True),
        Field("发生日", FieldKind.DATE),
    )


@pytest.mark.parametrize(
    "text",
    ["梯号 | 颜色", "原因 | choice", "梯号 | text | a, b", "a | text | b | c", "梯号\n梯号", "x" * 81, "* | text"],
)
def test_a_line_that_can_not_be_read_is_named(text: str) -> None:
    with pytest.raises(BadLine) as caught:
        particulars.fields(text)
    assert str(1 + text.count("\n")) in str(caught.value)


def test_a_list_has_an_end() -> None:
    for read in (particulars.tasks, particulars.fields):
        with pytest.raises(BadLine):
            read("\n".join(f"第{number}项" for number in range(31)))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    for read in (particulars.tasks, particulars.fields):
        with suppress(BadLine):
            assert len(read(text)) <= particulars.MOST_LINES


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldKind.NUMBER, "三"),
        (FieldKind.NUMBER, "NaN"),
        (FieldKind.NUMBER, "1e999999999"),
        (FieldKind.DATE, "2026-02-30"),
        (FieldKind.YES_NO, "maybe"),
        (FieldKind.CHOICE, "别的"),
        (FieldKind.TEXT, "x" * 2001),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(kind: FieldKind, value: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        particulars.stored(Field("x", kind, ("门机",)), value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_number_is_kept_without_loss(value: Decimal) -> None:
    assert Decimal(particulars.stored(Field("x", FieldKind.NUMBER), value)) == value
