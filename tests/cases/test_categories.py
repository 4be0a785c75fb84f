"""Categories as an administrator edits them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.cases import actions, categories, intake, queries
from huiyin.cases.actions import BadInput, By
from huiyin.cases.categories import CategoryValues
from huiyin.cases.models import Category
from huiyin.org.history import BadSetting, Editor
from huiyin.org.models import SettingsEntry
from tests import people
from tests.conftest import Opener
from tests.people import Company, TestClock

LEAF = CategoryValues("门禁失灵", "door", "repair/lift", "repair", "P3")


@pytest.fixture
def editor(company: Company, clock: TestClock) -> Editor:
    """The administrator, now."""
    return Editor(company.admin, clock.now)


def test_three_levels_are_added_and_cases_hang_on_the_third(company: Company, editor: Editor) -> None:
    categories.add("green", CategoryValues("绿化"), editor)
    assert "绿化" not in {leaf.name for leaf in queries.categories().leaves}
    categories.add("trees", CategoryValues("树木", parent="green"), editor)
    made = categories.add("fallen", replace(LEAF, parent="green/trees"), editor)
    assert made.code == "green/trees/fallen"
    assert made.pk in {leaf.pk for leaf in queries.categories().leaves}
    with pytest.raises(BadSetting):
        categories.add("deeper", replace(LEAF, parent=made.code), editor)
    assert SettingsEntry.objects.count() == 3


def test_a_category_moves_within_its_level_and_keeps_its_code(company: Company, editor: Editor) -> None:
    before = categories.values_of(company.tap)
    categories.change(company.tap.code, replace(before, parent="repair/lift"), editor)
    row = Category.objects.get(pk=company.tap.pk)
    assert (row.code, row.parent) == ("repair/plumbing/tap", Category.objects.get(code="repair/lift"))
    for parent in ("repair", company.lift.code, "", company.tap.code):
        with pytest.raises(BadSetting) as caught:
            categories.change(company.tap.code, replace(before, parent=parent), editor)
        assert caught.value.field == "parent"


@pytest.mark.parametrize(
    ("field", "value"), [("kind", ""), ("kind", "x"), ("severity", "P9"), ("name", " "), ("department", "x")]
)
def test_a_wrong_value_names_its_field(field: str, value: str, company: Company, editor: Editor) -> None:
    before = categories.values_of(company.conduct)
    with pytest.raises(BadSetting) as caught:
        categories.change(company.conduct.code, replace(before, **{field: value}), editor)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_what_is_usual_is_never_less_urgent_than_the_floor(company: Company, editor: Editor) -> None:
    with pytest.raises(BadSetting):
        categories.change(company.conduct.code, replace(categories.values_of(company.conduct), severity="P4"), editor)


def test_below_what_is_out_of_use_nothing_is_offered_and_old_cases_keep_it(
    company: Company, editor: Editor, open_case: Opener
) -> None:
    old = open_case(category=company.tap).case
    above = queries.categories().by_code["repair"]
    categories.change("repair", replace(categories.values_of(above), active=False), editor)
    tap = Category.objects.get(pk=company.tap.pk)
    with pytest.raises(BadInput) as caught:
        intake.open_case(people.voice(company.ljf, category=tap), By(company.linxiao, editor.at))
    assert caught.value.field == "category"
    with pytest.raises(BadInput):
        actions.sort(old.pk, By(company.linxiao, editor.at), category=tap)
    assert str(queries.get(company.linxiao, old.number).category) == str(company.tap)
