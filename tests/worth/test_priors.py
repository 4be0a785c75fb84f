"""Priors are rows that say where they are from; they are edited like all settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.org.access import Forbidden
from huiyin.org.history import BadSetting, Editor, Stale, version
from huiyin.org.models import SettingsEntry
from huiyin.worth import priors
from huiyin.worth.definitions import MOST, PRIORS, Unit, steps_of, typed
from huiyin.worth.models import Prior
from huiyin.worth.priors import Book
from tests.people import Company


@given(st.sampled_from(list(Unit)), st.integers(0, MOST))
def test_what_is_shown_is_read_back(unit: Unit, steps: int) -> None:
    assert steps_of(unit, Decimal(typed(unit, steps))) == steps


def test_what_has_too_many_digits_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.001"):
        steps_of(Unit.SHARE, Decimal("0.001"))


def test_a_preset_brings_every_prior_with_its_source_and_changes_none_that_is_there(book: Book) -> None:
    assert book.complete
    assert set(book.rows) == set(PRIORS)
    assert all(row.source for row in book.rows.values())
    Prior.objects.filter(code="value/margin").update(value=1100, high=1200)
    assert priors.furnish("property") == 0
    assert Prior.objects.get(code="value/margin").value == 1100


def test_the_pack_goes_before_what_holds_for_everybody(company: Company, book: Book) -> None:
    assert book.range("value/margin").value == pytest.approx(0.08)
    Prior.objects.all().delete()
    priors.furnish("hotline")
    assert Prior.objects.get(code="value/margin").value == 2000


def test_a_change_stands_in_the_history_and_makes_another_version(company: Company, book: Book, now: datetime) -> None:
    row = priors.find("value/margin").prior
    values = replace(priors.values_of(row), value=900, source="财务部 2025 年报")
    priors.change("value/margin", values, Editor(company.admin, now))
    entry = SettingsEntry.objects.latest("pk")
    assert entry.before == {"value": 800, "source": row.source}
    assert entry.after == {"value": 900, "source": "财务部 2025 年报"}
    assert priors.book().version != book.version
    priors.change("value/margin", replace(values, caveat="审计前"), Editor(company.admin, now))
    again = priors.book()
    assert again.version == Book(again.rows).version


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("low", 900, "low"),
        ("high", 700, "high"),
        ("high", 10_001, "high"),
        ("low", -1, "low"),
        ("source", " ", "source"),
        ("source", "x" * 301, "source"),
        ("caveat", "x" * 301, "caveat"),
        ("said_on", "gestern", "said_on"),
    ],
)
def test_what_can_not_be_is_refused(
    company: Company, book: Book, now: datetime, field: str, value: Any, wrong: str
) -> None:
    values = priors.values_of(priors.find("value/margin").prior)
    with pytest.raises(BadSetting) as refused:
        priors.change("value/margin", replace(values, **{field: value}), Editor(company.admin, now))
    assert refused.value.field == wrong
    assert Prior.objects.get(code="value/margin").value == 800


def test_others_may_not_and_whoever_looked_at_old_values_is_told(company: Company, book: Book, now: datetime) -> None:
    values = priors.values_of(priors.find("value/margin").prior)
    for user in (company.linxiao, company.zhaozhuguan, company.auditor):
        with pytest.raises(Forbidden):
            priors.change("value/margin", values, Editor(user, now))
    old = version(values)
    priors.change("value/margin", replace(values, value=900), Editor(company.admin, now))
    with pytest.raises(Stale):
        priors.change("value/margin", replace(values, value=950), Editor(company.admin, now, old))
