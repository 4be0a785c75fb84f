"""The cases of an incident are resolved together, with what keeps it from happening again and past no empty field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from huiyin.alerts import ending, incidents, queries, words
from huiyin.alerts.ending import Ending
from huiyin.alerts.models import IncidentWord
from huiyin.cases import categories, detailing
from huiyin.cases.actions import BadInput
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.org.history import Editor
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

WORDS = Ending("控制箱进水", "更换", "已恢复。", "每月检查一次水泵。")
FIELDS = "梯号 *\n停在几层 | number"


@pytest.fixture
def storm(company: Company, open_case: Opener) -> list[int]:
    """Four voices about the lifts at LJF, where it is to be written down which lift it was."""
    lift = categories.known(company.lift.code)
    values = replace(categories.values_of(lift), extra_fields=FIELDS)
    categories.change(company.lift.code, values, Editor(None, NOW))
    return [open_case(kind="repair", category=company.lift).case.pk for _ in range(4)]


@pytest.fixture
def incident(company: Company, storm: list[int], by: Mover) -> Incident:
    """An incident of all of them; the first two know their lift."""
    for key in storm[:2]:
        detailing.fill(key, by(company.linxiao), values={"梯号": "3"})
    return incidents.open_incident(company.ljf, by(company.linxiao), title="暴雨", case_ids=storm)


def statuses(incident: Incident) -> dict[int, str]:
    return dict(Case.objects.filter(incident=incident).values_list("pk", "status"))


def test_where_fields_are_empty_the_cases_are_named_and_nothing_is_written(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    before = CaseEvent.objects.count()
    with pytest.raises(BadInput) as error:
        ending.resolve(incident.pk, by(company.linxiao), words=WORDS)
    named = [Case.objects.get(pk=key).number in error.value.text for key in storm]
    assert (error.value.field, named) == ("keep_open", [False, False, True, True])
    assert "梯号" in error.value.text
    assert (CaseEvent.objects.count(), IncidentWord.objects.count()) == (before, 0)


def test_filled_in_or_kept_open_the_others_are_resolved(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    detailing.fill(storm[2], by(company.linxiao), values={"梯号": "5"})
    ending.resolve(incident.pk, by(company.linxiao), words=WORDS, keep_open=[storm[3]])
    assert statuses(incident) == {storm[3]: "received"} | dict.fromkeys(storm[:3], "resolved")
    assert [one.unfilled for one in queries.told(company.linxiao, incident)] == [[]]


def test_those_with_empty_fields_stay_open_when_that_is_wanted_and_are_told(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    ending.resolve(incident.pk, by(company.linxiao), words=WORDS, keep_unfilled=True)
    assert [statuses(incident)[key] for key in storm] == ["resolved", "resolved", "received", "received"]
    (one,) = queries.told(company.linxiao, incident)
    assert ([case.pk for case in one.unfilled], one.word.cases) == (storm[2:], 2)
    assert [one.unfilled for one in queries.told(company.chenjia, incident)] == [[]]


def test_of_many_the_first_are_named_and_the_rest_is_counted(
    company: Company, storm: list[int], incident: Incident, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "_MOST_NAMED", 1)
    with pytest.raises(BadInput) as error, translation.override("en"):
        ending.resolve(incident.pk, by(company.linxiao), words=WORDS)
    assert Case.objects.get(pk=storm[2]).number in error.value.text
    assert Case.objects.get(pk=storm[3]).number not in error.value.text
    assert "1 more" in error.value.text


def test_what_keeps_it_from_happening_again_is_told_to_each_customer(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    ending.resolve(incident.pk, by(company.linxiao), words=WORDS, keep_unfilled=True)
    rows = Message.objects.filter(part="prevention", text=WORDS.prevention)
    assert [(row.case_id, row.public) for row in rows.order_by("case")] == [(key, True) for key in storm[:2]]


def test_a_field_that_is_emptied_before_the_word_is_there_keeps_its_case_open(
    company: Company, storm: list[int], incident: Incident, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "deliver", lambda word, at: None)
    ending.resolve(incident.pk, by(company.linxiao), words=WORDS, keep_unfilled=True)
    detailing.fill(storm[0], by(company.linxiao), values={"梯号": ""})
    word = IncidentWord.objects.get()
    words.deliver(word, at=by(None).at)
    assert statuses(incident)[storm[0]] == "received"
    assert statuses(incident)[storm[1]] == "resolved"
    word.refresh_from_db()
    assert (word.unfilled, word.finished_at is not None) == ([storm[0], *storm[2:]], True)
