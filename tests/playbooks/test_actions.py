"""Plans begin by themselves, are stepped through with reasons, and tell when something is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from huiyin.alerts.models import Notice
from huiyin.cases import actions as cases
from huiyin.cases import intake, timeline
from huiyin.cases.actions import BadInput
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case, CaseEvent
from huiyin.playbooks import actions, editing, queries, standing
from huiyin.playbooks.models import Plan, PlanStep
from huiyin.playbooks.steps import Step
from huiyin.recovery import failures, typology
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

from .conftest import BY, STEPS, put

pytestmark = pytest.mark.usefixtures("again")
WHY = "客户自己换好了，不用再去"


def name(case: Case, company: Company, by: Mover, gravity: str = "minor") -> None:
    failures.name(case.pk, by(company.linxiao), failure="again", gravity=gravity)


def whats(case: Case) -> list[str]:
    return [event.data["what"] for event in CaseEvent.objects.filter(case=case, topic="playbooks").order_by("seq")]


def test_naming_the_failure_begins_the_plan_once(company: Company, case: Case, by: Mover) -> None:
    name(case, company, by)
    name(case, company, by, "major")
    (one,) = queries.of_case(case)
    assert [(line.state, line.required) for line in one.lines] == [("open", True), ("open", False), ("open", False)]
    assert whats(case) == ["began"]
    start = one.plan.started_at
    assert one.lines[0].due_at - start == timedelta(minutes=30)
    assert one.lines[1].due_at - start > timedelta(minutes=480)  # a working day has a noon break


def test_the_playbook_that_says_most_about_the_case_is_taken(company: Company, case: Case, by: Mover) -> None:
    put("branch", category="repair/plumbing")
    put("bad", gravity="critical")
    name(case, company, by)
    (one,) = queries.of_case(case)
    assert one.playbook.code == "branch"


def test_steps_are_done_passed_over_with_a_reason_and_taken_back(company: Company, case: Case, by: Mover) -> None:
    name(case, company, by)
    actions.step(case.pk, by(company.linxiao), step=1)
    with pytest.raises(BadInput) as error:
        actions.step(case.pk, by(company.linxiao), step=2, act="skip", text="不用")
    assert error.value.field == "reason"
    actions.step(case.pk, by(company.linxiao), step=2, act="skip", text=WHY)
    actions.step(case.pk, by(company.linxiao), step=2, act="undo")
    actions.step(case.pk, by(company.linxiao), step=2)
    actions.step(case.pk, by(company.linxiao), step=3)
    assert Plan.objects.get().outcome == "done"
    actions.step(case.pk, by(company.linxiao), step=3, act="undo")
    assert Plan.objects.get().outcome == ""
    assert whats(case) == ["began", "done", "skipped", "undone", "done", "done", "undone"]


@pytest.mark.parametrize(
    ("wrong", "field"), [({"step": 9}, "step"), ({"step": 1, "act": "burn"}, "act"), ({"step": 1, "plan": 7}, "plan")]
)
def test_what_is_not_there_is_refused(
    company: Company, case: Case, by: Mover, wrong: dict[str, Any], field: str
) -> None:
    name(case, company, by)
    with pytest.raises(BadInput) as error:
        actions.step(case.pk, by(company.linxiao), **wrong)
    assert error.value.field == field


def test_a_required_step_comes_before_resolving(company: Company, case: Case, by: Mover) -> None:
    name(case, company, by)
    words = {"cause": "垫圈", "done": "换了", "text": "已经修好了。"}
    with pytest.raises(BadInput, match=r"先打电话|call first"):
        cases.resolve(case.pk, by(company.linxiao), **words)
    actions.step(case.pk, by(company.linxiao), step=1)
    cases.resolve(case.pk, by(company.linxiao), **words)
    with pytest.raises(BadInput):
        actions.step(case.pk, by(company.linxiao), step=1, act="undo")


def test_running_plans_keep_their_version(company: Company, case: Case, open_case: Opener, by: Mover) -> None:
    name(case, company, by)
    book = editing.by_code("again")
    made = editing.save_draft("again", STEPS[:2], BY)
    assert editing.running(book) == 1
    assert [(one.number, one.field) for one in editing.changes(book, made)] == [(3, "taken_away")]
    editing.put_in_force("again", made.number, BY)
    other = open_case(kind="repair", category=company.tap).case
    name(other, company, by)
    assert [len(queries.of_case(one)[0].lines) for one in (case, other)] == [3, 2]
    back = editing.put_in_force("again", 1, BY)
    assert (back.number, len(back.steps)) == (3, 3)


def test_another_plan_takes_its_place_by_hand_with_a_reason(company: Company, case: Case, by: Mover) -> None:
    put("harder", [Step("经理上门")])
    name(case, company, by)
    with pytest.raises(BadInput):
        actions.choose(case.pk, by(company.linxiao), playbook="harder")
    actions.choose(case.pk, by(company.linxiao), playbook="harder", reason="第三次了，普通做法不够")
    assert [(one.playbook.code, one.runs) for one in queries.of_case(case)] == [("harder", True), ("again", False)]
    actions.choose(case.pk, by(company.linxiao), playbook="", reason="弄错了，不是同一处，不必补")
    assert not any(one.runs for one in queries.of_case(case))


def test_a_new_case_of_a_bound_category_begins_with_its_plan(company: Company, open_case: Opener) -> None:
    values = typology.type_values(typology.type_by_code("again"))
    typology.change_type("again", replace(values, starts=company.tap.code), BY)
    one, other = (open_case(kind="repair", category=which).case for which in (company.tap, company.lift))
    assert len(queries.of_case(one)) == 1
    assert queries.of_case(other) == []


def test_a_case_that_comes_with_its_plan_begins_no_second_one(company: Company, by: Mover) -> None:
    values = typology.type_values(typology.type_by_code("again"))
    typology.change_type("again", replace(values, starts=company.tap.code), BY)
    new = NewCase("repair", "phone", company.ljf, "龙头漏水", "今天方便来吗？", category=company.tap)
    change = intake.draft(new, by(company.linxiao), None)
    failure, version = standing.starting(company.tap.code) or pytest.fail("no plan is prepared")
    with transaction.atomic():
        timeline.give_ids([change.case])
        actions.begin(change, failure, version, why="category", at=change.at)
        timeline.write([change])
    assert len(queries.of_case(change.case)) == 1


def test_who_holds_the_case_is_told_of_an_overdue_step_and_later_the_supervisor(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    name(case, company, by)
    start = clock.now
    assert actions.sweep(start + timedelta(minutes=29)) == 0
    assert actions.sweep(start + timedelta(minutes=31)) == 1
    assert actions.sweep(start + timedelta(minutes=32)) == 0
    assert actions.sweep(start + timedelta(minutes=62)) == 1
    told = Notice.objects.filter(what="step").order_by("pk").values_list("user__username", flat=True)
    assert list(told) == ["linxiao", "zhaozhuguan"]
    assert whats(case) == ["began", "overdue", "overdue"]


def test_nothing_is_told_of_a_case_that_is_over(company: Company, case: Case, by: Mover, clock: TestClock) -> None:
    name(case, company, by)
    cases.decline(case.pk, by(company.linxiao), reason="不归我们管", right_door="社区")
    assert actions.sweep(clock.now + timedelta(days=9)) == 0
    cases.reopen(case.pk, by(company.linxiao), reason="查明归我们")
    assert PlanStep.objects.filter(notice_at__isnull=False).count() == 3
