"""The catalogue of presets: what there is, what loading does, and which set is in force then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from huiyin.cases.models import Category
from huiyin.clocks import editing, queries
from huiyin.clocks.models import Calendar, Level, Policy
from huiyin.org import actions as org
from huiyin.org import history
from huiyin.org.history import Editor
from huiyin.org.models import Department
from huiyin.packs import catalogue
from huiyin.packs.catalogue import PRESETS, Unknown
from tests.conftest import Opener
from tests.people import Company

ALL = ["zh-property", "hotline-beijing-style", "hotline-workday", "power-supply"]


def test_there_are_four_sets_each_with_its_source_and_date() -> None:
    assert list(PRESETS) == ALL
    for preset in PRESETS.values():
        assert "not a legal standard" in preset.told
        assert preset.told.endswith(f"({preset.date})")
        assert len(preset.told) <= 120
        assert "12345" not in preset.told + preset.name


@pytest.mark.parametrize("name", ALL)
def test_each_set_answers_visits_and_decides_at_every_severity(name: str) -> None:
    rows = [row for row in PRESETS[name].levels() if not row.condition]
    for kind in ("respond", "update", "reply", "resolve", "visit", "decide"):
        assert {row.severity for row in rows if row.kind == kind} == {"P1", "P2", "P3", "P4"}


@pytest.mark.parametrize("name", ALL)
def test_no_line_stands_twice_in_a_set_apart_from_caps(name: str) -> None:
    rows = [(row.kind, row.severity, row.condition) for row in PRESETS[name].levels() if row.condition != "complaint"]
    assert len(set(rows)) == len(rows)


def test_a_loaded_set_is_in_force_from_then_on_and_running_clocks_keep_theirs(
    open_case: Opener, company: Company, now: datetime
) -> None:
    open_case()
    before = queries.running()
    later = now + timedelta(hours=1)
    made = catalogue.load("hotline-workday", Editor(company.admin, later))
    assert made is not None
    assert editing.in_force(later) == made
    assert str(editing.in_force(now)) == "test 1"
    assert (made.source, queries.running()) == (PRESETS["hotline-workday"].told, before)
    assert Level.objects.filter(policy=made).count() == len(PRESETS["hotline-workday"].levels())
    assert [entry.thing for entry in history.page("levels").items] == ["hotline-workday"]


def test_loading_never_touches_a_set_that_is_there_whatever_was_edited(company: Company, now: datetime) -> None:
    by = Editor(company.admin, now)
    catalogue.load("power-supply", by)
    Level.objects.filter(policy__name="power-supply", kind="arrive").update(minutes=90)
    catalogue.load("hotline-workday", by)
    assert catalogue.load("power-supply", by) is None
    assert set(Level.objects.filter(kind="arrive").values_list("minutes", flat=True)) == {90}
    assert str(editing.in_force(now)) == "hotline-workday 1"


def test_a_set_that_is_there_is_put_in_force_by_name_as_it_was_edited(company: Company, now: datetime) -> None:
    by = Editor(company.admin, now)
    catalogue.load("power-supply", by)
    Level.objects.filter(policy__name="power-supply", kind="arrive").update(minutes=90)
    catalogue.load("hotline-workday", by)
    assert str(catalogue.put_in_force("power-supply", by)) == "power-supply 2"
    assert editing.table(editing.in_force(now))["arrive/P1/"] == "90@always"
    assert str(catalogue.put_in_force("power-supply", by)) == "power-supply 2"


def test_loading_brings_the_calendars_that_its_levels_count_in(bare: None, now: datetime) -> None:
    org.add_site("HQ", "公司", parent=None)
    catalogue.load("hotline-workday", Editor(None, now))
    assert set(Calendar.objects.values_list("code", flat=True)) == {"always", "service", "work"}


def test_a_mistyped_name_is_answered_with_the_names_that_there_are() -> None:
    with pytest.raises(Unknown, match=r"Did you mean hotline-workday\?.*zh-property, hotline-beijing-style"):
        catalogue.named("hotline-workdays")


@pytest.mark.parametrize("name", ALL)
def test_a_house_is_furnished_with_each_and_a_second_time_adds_nothing(bare: None, now: datetime, name: str) -> None:
    root = org.add_site("HQ", "公司", parent=None)
    first = catalogue.furnish(root, name, at=now)
    assert all(first[sort] for sort in ("departments", "categories", "service levels", "calendars", "call rules"))
    Department.objects.update(name="改过的")
    assert set(catalogue.furnish(root, name, at=now + timedelta(days=1)).values()) == {0}
    assert set(Department.objects.values_list("name", flat=True)) == {"改过的"}
    assert str(editing.in_force(now)) == f"{name} 1"
    assert not Category.objects.filter(parent__parent__isnull=False, department=None).exists()


def test_the_house_goes_on_with_what_it_began_with(bare: None, now: datetime) -> None:
    assert catalogue.begun_with() == "zh-property"
    root = org.add_site("HQ", "公司", parent=None)
    catalogue.furnish(root, "hotline-workday", at=now)
    catalogue.load("power-supply", Editor(None, now))
    assert catalogue.begun_with() == "hotline-workday"
    assert Policy.objects.count() == 2


def test_how_each_stands_here_is_told(company: Company, now: datetime) -> None:
    catalogue.load("power-supply", Editor(None, now))
    catalogue.load("hotline-workday", Editor(None, now))
    found = {one.preset.name: (one.versions, one.in_force) for one in catalogue.standing(now)}
    assert found == {
        "zh-property": (0, False),
        "hotline-beijing-style": (0, False),
        "hotline-workday": (1, True),
        "power-supply": (1, False),
    }
