"""Tasks, fields and links of a case, from its category and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.cases import actions, categories, detailing, details
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.org.access import Forbidden
from huiyin.org.history import BadSetting, Editor
from tests.conftest import Mover, Opener
from tests.people import Company

FIELDS = "梯号\n原因* | 选项 | 门机, 停电"


@pytest.fixture
def asked(company: Company, by: Mover) -> None:
    """Lifts have fields and a task, all repairs another task."""
    editor = Editor(company.admin, by(company.admin).at)
    repair = categories.known("repair")
    categories.change("repair", replace(categories.values_of(repair), checklist="回复: 告诉业主结果"), editor)
    lift = categories.values_of(company.lift)
    categories.change(company.lift.code, replace(lift, checklist="问清是否困人", extra_fields=FIELDS), editor)


@pytest.fixture
def case(asked: None, company: Company, open_case: Opener) -> Case:
    return open_case(kind="repair", category=company.lift, take=True).case


def state(case: Case) -> list[tuple[str, bool]]:
    return [(task.text, task.done) for task in details.read(case).tasks]


def test_a_case_has_the_tasks_of_its_category_and_of_those_above(case: Case) -> None:
    assert state(case) == [("问清是否困人", False), ("告诉业主结果", False)]


def test_tasks_are_ticked_opened_again_and_added(case: Case, company: Company, by: Mover) -> None:
    detailing.check(case.pk, by(company.linxiao), done=["问清是否困人"], add=["通知维保单位"])
    assert state(case) == [("问清是否困人", True), ("通知维保单位", False), ("告诉业主结果", False)]
    own = next(task.key for task in details.read(case).tasks if task.text == "通知维保单位")
    detailing.check(case.pk, by(company.hemin), done=[own], undone=["问清是否困人"])
    assert state(case) == [("问清是否困人", False), ("通知维保单位", True), ("告诉业主结果", False)]
    before = Case.objects.get(pk=case.pk).seq
    detailing.check(case.pk, by(company.hemin), done=[own])
    assert Case.objects.get(pk=case.pk).seq == before


def test_a_task_that_is_not_there_is_refused(case: Case, company: Company, by: Mover) -> None:
    with pytest.raises(BadInput) as caught:
        detailing.check(case.pk, by(company.linxiao), done=["别的"])
    assert caught.value.field == "done"


def test_what_was_ticked_stays_when_the_category_changes(case: Case, company: Company, by: Mover) -> None:
    detailing.check(case.pk, by(company.linxiao), done=["问清是否困人"])
    values = categories.values_of(company.lift)
    categories.change(
        company.lift.code, replace(values, checklist="先断电"), Editor(company.admin, by(company.admin).at)
    )
    assert sorted(state(case)) == [("先断电", False), ("告诉业主结果", False), ("问清是否困人", True)]


def test_fields_keep_their_last_value_and_can_be_emptied(case: Case, company: Company, by: Mover) -> None:
    detailing.fill(case.pk, by(company.linxiao), values={"梯号": "2号梯", "原因": "停电"})
    assert details.read(case).values == {"梯号": "2号梯", "原因": "停电"}
    detailing.fill(case.pk, by(company.linxiao), values={"梯号": "", "原因": "停电"})
    assert details.read(case).values == {"原因": "停电"}


def test_words_in_a_field_may_be_erased_and_codes_stay(case: Case, company: Company, by: Mover) -> None:
    change = detailing.fill(case.pk, by(company.linxiao), values={"梯号": "王女士家那台", "原因": "门机"})
    kept = [event.data for event in change.events]
    assert "王女士" not in str(kept)
    assert kept[1]["value"] == "门机"


@pytest.mark.parametrize("values", [{"颜色": "红"}, {"原因": "别的"}])
def test_a_field_or_value_that_is_not_offered_is_refused(
    case: Case, company: Company, by: Mover, values: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        detailing.fill(case.pk, by(company.linxiao), values=values)
    assert details.read(case).values == {}


def test_a_case_is_not_resolved_before_what_must_be_filled_in_is(case: Case, company: Company, by: Mover) -> None:
    with pytest.raises(BadInput, match="原因"):
        actions.resolve(case.pk, by(company.linxiao), cause="门机", done="更换", text="已修好")
    detailing.fill(case.pk, by(company.linxiao), values={"原因": "门机"})
    actions.resolve(case.pk, by(company.linxiao), cause="门机", done="更换", text="已修好")
    assert Case.objects.get(pk=case.pk).status == "resolved"


def test_a_definition_that_can_not_be_read_is_not_saved(company: Company, by: Mover) -> None:
    values = replace(categories.values_of(company.lift), extra_fields="原因 | 选项")
    with pytest.raises(BadSetting) as caught:
        categories.change(company.lift.code, values, Editor(company.admin, by(company.admin).at))
    assert caught.value.field == "extra_fields"


def test_two_cases_are_linked_from_either_side_and_unlinked(open_case: Opener, company: Company, by: Mover) -> None:
    one, other = open_case().case, open_case().case
    detailing.relate(one.pk, by(company.linxiao), to=other.pk)
    detailing.relate(one.pk, by(company.linxiao), to=other.pk)
    assert (details.read(one).related, details.read(other).related) == ([other.pk], [one.pk])
    assert CaseEvent.objects.filter(case=other, kind="noted").count() == 1
    detailing.relate(other.pk, by(company.linxiao), to=one.pk, off=True)
    assert (details.read(one).related, details.read(other).related) == ([], [])
    for to, off in ((one.pk, False), (other.pk, True)):
        with pytest.raises(BadInput):
            detailing.relate(one.pk, by(company.linxiao), to=to, off=off)


def test_nobody_links_a_case_with_one_they_may_not_see(open_case: Opener, company: Company, by: Mover) -> None:
    here, there = open_case().case, open_case(site=company.fly, by=by(company.chenjia)).case
    for doer in (company.linxiao, company.zhougong):
        with pytest.raises((Case.DoesNotExist, Forbidden)):
            detailing.relate(here.pk, by(doer), to=there.pk)
    assert details.read(here).related == []
