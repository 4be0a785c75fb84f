"""Colleagues named with an @."""

from __future__ import annotations

import pytest

from huiyin.alerts.models import Notice, What
from huiyin.cases import actions, dispatch, mentions
from huiyin.cases.models import CaseEvent
from tests.conftest import Mover, Opener
from tests.people import Company


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@林晓看一下", ["linxiao"]),
        ("请@hemin 与 ＠周工 核实", ["hemin", "zhougong"]),
        ("@LinXiao,@林晓", ["linxiao"]),
        ("发到 linxiao@example.org", []),
        ("@没有这个人", []),
        ("没有记号", []),
    ],
)
def test_a_name_after_the_sign_is_found_wherever_it_ends(company: Company, text: str, named: list[str]) -> None:
    people = [company.linxiao, company.hemin, company.zhougong]
    assert [person.username for person in mentions.found(text, people)] == named


def test_the_longest_name_that_fits_is_meant(company: Company) -> None:
    company.hemin.name = "林晓东"
    assert mentions.found("@林晓东 请看", [company.linxiao, company.hemin]) == [company.hemin]


def test_who_is_named_in_a_note_is_told_and_nobody_else(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(take=True).case
    actions.note(case.pk, by(company.linxiao), text="@何敏 请回访；@林晓 我自己；@陈佳 不在这里")
    told = list(Notice.objects.filter(case=case, what=What.MENTIONED).values_list("user__username", flat=True))
    assert told == ["hemin"]
    event = CaseEvent.objects.get(case=case, kind="noted")
    assert company.chenjia.pk not in event.data["mentions"]


def test_who_steps_aside_from_a_case_is_not_told_of_it(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(take=True).case
    dispatch.concern(
        case.pk, by(company.zhaozhuguan), users=[company.hemin], departments=[], reason="投诉的正是此人的态度"
    )
    actions.note(case.pk, by(company.linxiao), text="@何敏 请看")
    assert not Notice.objects.filter(user=company.hemin, what=What.MENTIONED).exists()
