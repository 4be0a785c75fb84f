"""`GET /words`: what this house calls the codes of the API."""

from __future__ import annotations

from huiyin.org import house
from huiyin.org.access import Verb
from huiyin.org.history import Editor
from tests.people import NOW, Company

from .conftest import Caller


def test_every_status_and_verb_has_its_name_in_both_languages(program: Caller, company: Company) -> None:
    rows = program(company.linxiao).get("/words").body
    found = {(row["group"], row["code"]): row for row in rows}
    assert {code for group, code in found if group == "verb"} == {verb.value for verb in Verb}
    assert found["status", "received"] == {
        "group": "status",
        "code": "received",
        "zh": "待受理",
        "en": "received",
        "own": False,
    }
    assert all(row["zh"] and row["en"] for row in rows)


def test_a_word_of_the_house_is_told_as_its_own(program: Caller, company: Company) -> None:
    house.change(house.Rules(words={"verb/hand-over": ("派单", "Dispatch")}), Editor(company.admin, NOW))
    rows = program(company.auditor).get("/words").body
    assert [row for row in rows if row["own"]] == [
        {"group": "verb", "code": "hand-over", "zh": "派单", "en": "Dispatch", "own": True}
    ]
