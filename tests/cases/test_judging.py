"""The front desk judges the answers of departments: whose they are to judge, until when, and who is told."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin.alerts.models import Notice
from huiyin.cases import actions, judging
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, HandOver, Message
from huiyin.cases.workflow import NotAllowed
from huiyin.org.access import Forbidden
from huiyin.returns import actions as returns
from tests.conftest import Mover, Opener
from tests.people import Company

TASK = 3


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A repair at LJF that 林晓 has taken and handed to engineering, as its event 3."""
    found = open_case(kind="repair", category=company.tap).case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
    return found


@pytest.fixture
def answered(case: Case, company: Company, by: Mover) -> Case:
    """The same, after 周工 has answered."""
    actions.reply(case.pk, by(company.zhougong), text="处理了")
    return case


def said(case: Case) -> tuple[bool | None, str]:
    row = HandOver.objects.get(case=case, seq=TASK)
    return row.usable, row.unusable


def test_a_no_says_why_and_stands_beside_the_task(answered: Case, company: Company, by: Mover) -> None:
    judging.judge(answered.pk, by(company.linxiao), usable=False, why="incomplete", text="没写原因")
    assert said(answered) == (False, "incomplete")
    event = CaseEvent.objects.get(case=answered, kind="judged")
    assert event.data["department"] == company.engineering.pk
    assert event.data["of"] == company.zhougong.pk
    assert Message.objects.get(case=answered, seq=event.seq).text == "没写原因"


def test_it_may_be_said_otherwise_until_the_case_is_closed(answered: Case, company: Company, by: Mover) -> None:
    judging.judge(answered.pk, by(company.linxiao), usable=False, why="beside")
    actions.resolve(answered.pk, by(company.linxiao), cause="老化", done="更换", text="已修好")
    judging.judge(answered.pk, by(company.hemin), usable=True, why="beside")
    assert said(answered) == (True, "")
    returns.close(answered.pk, by(company.zhaozhuguan), reason="客户出国，半年后才回来")
    with pytest.raises(NotAllowed):
        judging.judge(answered.pk, by(company.linxiao), usable=False, why="beside")
    assert said(answered) == (True, "")


def test_what_was_said_already_is_no_news_unless_there_is_a_word_with_it(
    answered: Case, company: Company, by: Mover
) -> None:
    judging.judge(answered.pk, by(company.linxiao), usable=True)
    with pytest.raises(BadInput, match="already"):
        judging.judge(answered.pk, by(company.hemin), usable=True)
    judging.judge(answered.pk, by(company.hemin), usable=True, text="写得很清楚")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"usable": False}, "why"),
        ({"usable": False, "why": "nonsense"}, "why"),
        ({"usable": False, "why": "other"}, "text"),
    ],
)
def test_a_no_without_a_reason_is_none(
    answered: Case, company: Company, by: Mover, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        judging.judge(answered.pk, by(company.linxiao), **given)
    assert caught.value.field == field
    assert said(answered) == (None, "")


def test_what_no_department_has_answered_can_not_be_judged(case: Case, company: Company, by: Mover) -> None:
    for number in (None, TASK, 99):
        with pytest.raises(NotAllowed):
            judging.judge(case.pk, by(company.linxiao), usable=True, hand_over=number)


def test_of_several_answers_one_is_named(answered: Case, company: Company, by: Mover) -> None:
    actions.hand_over(answered.pk, by(company.linxiao), department=company.security, task="查门禁记录")
    actions.reply(answered.pk, by(company.admin), text="查了")
    with pytest.raises(BadInput) as caught:
        judging.judge(answered.pk, by(company.linxiao), usable=True)
    assert caught.value.field == "hand_over"
    judging.judge(answered.pk, by(company.linxiao), usable=True, hand_over=TASK)
    assert said(answered) == (True, "")


def test_nobody_judges_an_answer_of_their_own_or_their_department(answered: Case, company: Company, by: Mover) -> None:
    with pytest.raises(Forbidden):
        judging.judge(answered.pk, by(company.zhougong), usable=True)
    company.zhaozhuguan.department = company.engineering
    company.zhaozhuguan.save()
    with pytest.raises(BadInput, match="Somebody else"):
        judging.judge(answered.pk, by(company.zhaozhuguan), usable=True)
    assert said(answered) == (None, "")


def test_an_administrator_may_where_nobody_else_is_there_and_the_record_says_so(
    case: Case, company: Company, by: Mover
) -> None:
    actions.reply(case.pk, by(company.admin), text="处理了")
    change = judging.judge(case.pk, by(company.admin), usable=True)
    assert change.events[-1].data["own"] is True
    other = judging.judge(case.pk, by(company.linxiao), usable=False, why="wording")
    assert "own" not in other.events[-1].data


@pytest.mark.parametrize("why", ["", "late_facts"])
def test_the_department_is_told_of_a_no_alone(answered: Case, company: Company, by: Mover, why: str) -> None:
    judging.judge(answered.pk, by(company.linxiao), usable=not why, why=why)
    told = set(Notice.objects.filter(case=answered, what="unusable").values_list("user__username", flat=True))
    assert told == ({"zhougong"} if why else set())
