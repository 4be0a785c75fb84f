"""Phrases and patterns, edited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huiyin.cases import actions
from huiyin.org.access import Forbidden
from huiyin.org.history import BadSetting, Editor, Stale, version
from huiyin.org.models import SettingsEntry
from huiyin.standards import editing, queries
from huiyin.standards.editing import PatternValues, PhraseValues
from huiyin.standards.models import ForbiddenPattern, Phrase
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

GREETING = PhraseValues("greeting", zh="{客户}您好。", en="Hello {customer}.", code="Hi")
LATE = PatternValues("怎么不早", "warn", "您怎么不早说?", better="从现在开始办。")


@pytest.fixture
def by_admin(company: Company) -> Editor:
    """The administrator changes the settings."""
    return Editor(company.admin, NOW)


def test_a_phrase_is_added_changed_and_taken_out_of_use_with_its_history(by_admin: Editor) -> None:
    made = editing.add_phrase(GREETING, by_admin)
    assert [row.code for row in queries.phrases("您好")] == ["hi"]
    before = editing.phrase_values(queries.phrase(made.pk))
    seen = replace(by_admin, expect=version(before))
    editing.change_phrase(made.pk, replace(before, zh="您好,请讲。"), seen)
    with pytest.raises(Stale):
        editing.change_phrase(made.pk, replace(before, active=False), seen)
    editing.change_phrase(made.pk, replace(before, zh="您好,请讲。", active=False), by_admin)
    assert queries.phrases("您好") == []
    entries = SettingsEntry.objects.filter(area="phrases", thing=str(made.pk)).order_by("pk")
    assert [(entry.before, entry.after) for entry in entries][1:] == [
        ({"zh": "{客户}您好。"}, {"zh": "您好,请讲。"}),
        ({"active": True}, {"active": False}),
    ]


def test_a_phrase_is_found_by_words_in_both_languages_by_code_situation_and_temperament(by_admin: Editor) -> None:
    editing.add_phrase(GREETING, by_admin)
    editing.add_phrase(PhraseValues("close", zh="谢谢您的耐心。", temperament="lively"), by_admin)
    assert [row.situation for row in queries.phrases()] == ["greeting", "close"]
    for query in ("您好", "HELLO", "hi", "ello cust"):
        assert [row.code for row in queries.phrases(query)] == ["hi"], query
    assert queries.phrases("您好", situation="close") == []
    assert len(queries.phrases(temperament="lively")) == 2
    assert len(queries.phrases(temperament="powerful")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"zh": " ", "en": ""}, "zh"),
        ({"zh": "长" * 501}, "zh"),
        ({"situation": "lunch"}, "situation"),
        ({"temperament": "angry"}, "temperament"),
        ({"use": "sung"}, "use"),
        ({"code": "a b"}, "code"),
        ({"code": "HI"}, "code"),
        ({"en": "照片先删了吧"}, "en"),
    ],
)
def test_a_phrase_that_would_not_do_is_refused_with_its_field(
    by_admin: Editor, words: dict[str, int], change: dict[str, Any], field: str
) -> None:
    editing.add_phrase(GREETING, by_admin)
    with pytest.raises(BadSetting) as caught:
        editing.add_phrase(replace(replace(GREETING, code=""), **change), by_admin)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pattern": "(怎么)+"}, "pattern"),
        ({"pattern": "别的词"}, "example"),
        ({"example": ""}, "example"),
        ({"level": "shout"}, "level"),
        ({"language": "fr"}, "language"),
        ({"better": "好" * 301}, "better"),
    ],
)
def test_a_pattern_that_would_not_do_is_refused_with_its_field(
    by_admin: Editor, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        editing.add_pattern(replace(LATE, **change), by_admin)
    assert caught.value.field == field


def test_a_new_pattern_is_looked_for_at_once_and_one_out_of_use_no_more(by_admin: Editor) -> None:
    made = editing.add_pattern(LATE, by_admin)
    assert [one.key for one in queries.check("你怎么不早说")] == [made.pk]
    editing.change_pattern(made.pk, replace(LATE, active=False), by_admin)
    assert queries.check("你怎么不早说") == []
    assert queries.lexicon().examples[made.pk] == LATE.example


def test_only_so_many_rows_are_kept(by_admin: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST_ROWS", 1)
    editing.add_phrase(GREETING, by_admin)
    with pytest.raises(BadSetting):
        editing.add_phrase(replace(GREETING, code="b"), by_admin)


def test_nobody_but_an_administrator_of_the_whole_company_edits(company: Company) -> None:
    for user in (company.linxiao, company.zhaozhuguan, company.auditor):
        with pytest.raises(Forbidden):
            editing.add_phrase(GREETING, Editor(user, NOW))
        with pytest.raises(Forbidden):
            editing.add_pattern(LATE, Editor(user, NOW))


def test_the_effect_counts_words_of_staff_to_customers_and_names_phrases(
    company: Company, open_case: Opener, by: Mover, by_admin: Editor
) -> None:
    case = open_case(text="客户自己说:怎么不早来").case
    actions.answer(case.pk, by(company.linxiao), text="怎么不早告诉我们")
    actions.answer(case.pk, by(company.linxiao), text="明天给您答复")
    actions.note(case.pk, by(company.linxiao), text="怎么不早说")
    editing.add_phrase(replace(GREETING, zh="怎么不早约?"), by_admin)
    found = editing.effect(LATE)
    assert (found.looked_at, found.found, found.examples) == (2, 1, ["怎么不早"])
    assert [row.zh for row in found.phrases] == ["怎么不早约?"]


def test_rows_of_a_pack_are_brought_once_and_what_was_changed_stays(company: Company, by_admin: Editor) -> None:
    row = {"origin": "greet1", "situation": "greeting", "code": "greet1", "zh": "您好。"}
    assert editing.furnish([row], []) == 1
    pk = Phrase.objects.get().pk
    editing.change_phrase(pk, replace(editing.phrase_values(queries.phrase(pk)), zh="请讲。", code=""), by_admin)
    assert editing.furnish([row], []) == 0
    assert Phrase.objects.get().zh == "请讲。"


def test_a_short_name_that_somebody_took_stays_theirs(company: Company, by_admin: Editor) -> None:
    editing.add_phrase(GREETING, by_admin)
    editing.furnish([{"origin": "hi", "situation": "greeting", "code": "hi", "zh": "嗨。"}], [])
    assert Phrase.objects.get(origin="hi").code == ""


def test_patterns_are_never_removed(words: dict[str, int]) -> None:
    assert not hasattr(editing, "remove_pattern")
    assert ForbiddenPattern.objects.count() == 3
