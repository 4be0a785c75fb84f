"""How each step of the work is done: which standard stands beside what, and what can be kept as one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from huiyin.cases import queries as cases
from huiyin.org.access import Verb
from huiyin.org.history import BadSetting, Editor
from huiyin.packs import loading
from huiyin.packs.catalogue import PACKS
from huiyin.packs.loading import rows
from huiyin.standards import practices, queries
from huiyin.standards.models import Step, WorkStandard
from huiyin.standards.practices import Values
from tests.people import NOW, Company

ROWS = list(rows("practices.csv", loading._SHARED))
ON_SITE = Values("on_site", "先打电话\n再出发", saying="您好", minutes=30, evidence="有照片")


def admin(company: Company) -> Editor:
    return Editor(company.admin, NOW)


@pytest.fixture
def standard(company: Company) -> WorkStandard:
    """That of work on site, for all cases."""
    return practices.add(ON_SITE, admin(company))


def test_it_stands_beside_the_verbs_of_its_step(company: Company, standard: WorkStandard) -> None:
    found = practices.beside(Verb.ARRIVE, company.lift)
    assert found is not None
    assert (found.row, found.behaviour, found.saying) == (standard, ["先打电话", "再出发"], ["您好"])
    assert practices.beside(Verb.VISIT, company.lift) is None
    assert practices.beside(Verb.NOTE, company.lift) is None


def test_that_of_the_nearest_category_goes_before(company: Company, standard: WorkStandard) -> None:
    above, _middle, leaf = cases.categories().line(company.lift)
    practices.add(replace(ON_SITE, category=above.code, behaviour="先看有没有人被困"), admin(company))
    near = practices.add(replace(ON_SITE, category=leaf.code, behaviour="先按对讲"), admin(company))
    found = practices.beside(Verb.ARRIVE, company.lift)
    assert found is not None
    assert found.behaviour == ["先按对讲"]
    practices.change(near.pk, replace(practices.values_of(near), active=False), admin(company))
    found = practices.beside(Verb.ARRIVE, company.lift)
    assert found is not None
    assert found.behaviour == ["先看有没有人被困"]
    found = practices.beside(Verb.ARRIVE, None)
    assert found is not None
    assert found.row == standard


def test_who_reads_english_gets_it_where_there_is_some(company: Company, standard: WorkStandard) -> None:
    practices.change(standard.pk, replace(ON_SITE, behaviour_en="Call first"), admin(company))
    with translation.override("en"):
        (found,) = practices.table()
    assert (found.behaviour, found.saying) == (["Call first"], ["您好"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"step": "dance"}, "step"),
        ({"behaviour": " \n "}, "behaviour"),
        ({"behaviour": "长" * 601}, "behaviour"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 10**9}, "minutes"),
    ],
)
def test_what_can_not_be_kept_is_said_at_its_place(company: Company, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(BadSetting) as caught:
        practices.add(replace(ON_SITE, **wrong), admin(company))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert practices.every() == ()


def test_a_step_has_one_standard_for_the_same_cases(company: Company, standard: WorkStandard) -> None:
    with pytest.raises(BadSetting, match=r".+"):
        practices.add(ON_SITE, admin(company))
    practices.add(replace(ON_SITE, category=company.lift.code), admin(company))
    with pytest.raises(BadSetting, match=r".+"):
        practices.add(replace(ON_SITE, category=company.lift.code), admin(company))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["origin"])
def test_those_that_come_along_are_whole_in_both_languages_and_say_nothing_forbidden(row: dict[str, str]) -> None:
    assert row["step"] in Step.values
    for name in ("behaviour", "saying", "evidence"):
        assert bool(row[name]) == bool(row[f"{name}_en"])
        assert row[name].count(" | ") == row[f"{name}_en"].count(" | ")
        assert len(row[name]) <= 600


def test_those_that_come_along_pass_the_check_of_words(company: Company) -> None:
    loading.add_words(PACKS["property"].data)
    for row in ROWS:
        assert queries.check(row["saying"]) == []
        assert queries.check(row["saying_en"]) == []


def test_every_step_has_one_and_a_second_start_adds_none(company: Company) -> None:
    assert loading.add_standards() == len(Step.values)
    assert {one.row.step for one in practices.table()} == set(Step.values)
    assert loading.add_standards() == 0


def test_what_a_house_wrote_itself_is_not_overwritten(company: Company, standard: WorkStandard) -> None:
    assert loading.add_standards() == len(Step.values) - 1
    assert practices.find(standard.pk).behaviour == ON_SITE.behaviour
