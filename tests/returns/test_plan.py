"""Who is asked again, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.ids import receipt_number
from huiyin.returns.plan import Mode, Subject, is_bad, mode_of, sampled

ASKED = next(number for number in map(receipt_number, range(1, 100)) if sampled(number))
SPARED = next(number for number in map(receipt_number, range(1, 100)) if not sampled(number))
PLAIN = Subject(ASKED, "repair", "P3", reachable=True, settled_at_once=False, history=False)

TABLE = [
    # kind, severity, settled at once: how, if the number is in the sample, and if it is not
    ("complaint", "P4", False, "phone", "phone"),
    ("complaint", "P1", True, "phone", "phone"),
    ("repair", "P1", False, "phone", "phone"),
    ("repair", "P2", False, "phone", "phone"),
    ("repair", "P3", False, "phone", "link"),
    ("repair", "P4", True, "phone", "link"),
    ("inquiry", "P4", True, "none", "none"),
    ("inquiry", "P4", False, "link", "link"),
    ("inquiry", "P2", True, "phone", "phone"),
    ("request", "P4", False, "none", "none"),
    ("request", "P2", False, "phone", "phone"),
    ("suggestion", "P4", False, "link", "link"),
    ("praise", "P4", False, "none", "none"),
    ("praise", "P1", False, "none", "none"),
    ("finding", "P1", False, "none", "none"),
]


@pytest.mark.parametrize(("kind", "severity", "at_once", "asked", "spared"), TABLE)
def test_the_plan_by_kind_and_severity(kind: str, severity: str, at_once: bool, asked: str, spared: str) -> None:
    case = replace(PLAIN, kind=kind, severity=severity, settled_at_once=at_once)
    assert (mode_of(case), mode_of(replace(case, number=SPARED))) == (asked, spared)


@pytest.mark.parametrize("kind", ["repair", "inquiry", "request", "suggestion"])
def test_who_was_not_helped_the_first_time_is_called(kind: str) -> None:
    case = replace(PLAIN, number=SPARED, kind=kind, severity="P4", settled_at_once=True)
    assert mode_of(case) is not Mode.PHONE
    assert mode_of(replace(case, again=True)) is Mode.PHONE


@pytest.mark.parametrize("without", [{"reachable": False}, {"history": True}])
@pytest.mark.parametrize("kind", ["complaint", "repair", "inquiry"])
def test_nobody_is_asked_who_cannot_be_reached_or_about_times_long_past(kind: str, without: dict[str, Any]) -> None:
    assert mode_of(replace(PLAIN, kind=kind, severity="P1", **without)) is Mode.NONE


def test_three_in_ten_ordinary_repairs_are_asked_by_phone() -> None:
    numbers = 20_000
    share = sum(sampled(receipt_number(key)) for key in range(100_000, 100_000 + numbers)) / numbers
    assert abs(share - 0.30) < 0.0145  # 4.5 standard deviations


@given(st.integers(1, 10**12))
def test_the_sample_is_decided_by_the_number_alone(key: int) -> None:
    assert sampled(receipt_number(key)) is sampled(receipt_number(key))


@pytest.mark.parametrize(
    ("solved", "satisfied", "bad"),
    [
        *((True, stars, stars <= 2) for stars in range(1, 6)),
        *((False, stars, True) for stars in (None, 1, 3, 5)),
        *((None, stars, stars <= 2) for stars in range(1, 6)),
        (True, None, False),
        (None, None, False),
    ],
)
def test_not_solved_or_one_or_two_is_a_bad_result(solved: bool | None, satisfied: int | None, bad: bool) -> None:
    assert is_bad(solved, satisfied) is bad
