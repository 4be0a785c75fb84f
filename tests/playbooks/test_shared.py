"""One plan for many cases of one fault: what is shared is done once, where it leads, and counts for all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from huiyin.alerts import ending, incidents
from huiyin.alerts.ending import Ending
from huiyin.alerts.incidents import NotPossible
from huiyin.cases import actions as cases
from huiyin.cases.actions import BadInput
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent
from huiyin.groups import actions as groups
from huiyin.org import reference
from huiyin.org.access import Forbidden
from huiyin.playbooks import actions, queries, rollout, shared, spreading
from huiyin.playbooks.models import Plan, PlanStep, Rollout
from huiyin.playbooks.queries import Running
from huiyin.playbooks.steps import Step
from huiyin.recovery import failures, typology
from huiyin.recovery.models import CaseFailure
from huiyin.recovery.typology import TypeValues
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

from .conftest import BY, put

WHY = "物业统一处理，不必各家再去"
SHARED = (
    Step("联系电梯公司", "call the lift company", minutes=30, required=True, shared=True),
    Step("上门道歉", "say sorry at the door", minutes=60, required=True),
    Step("张贴告示", "put up a notice", minutes=90, shared=True),
)


@pytest.fixture
def storm(company: Company, open_case: Opener) -> list[int]:
    """Five voices about the lifts at LJF."""
    put("storm", SHARED)
    typology.add_type("damage", TypeValues("facility", "损坏"), BY)
    return [open_case(kind="repair", category=company.lift).case.pk for _ in range(5)]


@pytest.fixture
def incident(company: Company, storm: list[int], by: Mover) -> Incident:
    """An incident with the first four of them."""
    return incidents.open_incident(company.ljf, by(company.linxiao), title="暴雨", case_ids=storm[:4])


def begin(incident: Incident, company: Company, by: Mover) -> Rollout:
    rollout.for_incident(incident.pk, by(company.linxiao), failure="again", gravity="minor")
    return Rollout.objects.latest("pk")


def plan(case: int) -> Running:
    (one,) = queries.of_case(Case.objects.get(pk=case))
    return one


def states(case: int) -> list[str]:
    return [line.state for line in plan(case).lines]


def told(case: int) -> list[tuple[str, int | None]]:
    rows = CaseEvent.objects.filter(case=case, topic="playbooks").order_by("seq")
    return [(row.data["what"], row.data.get("step")) for row in rows]


def lead_of(case: int) -> int | None:
    found = Plan.objects.get(case=case).lead
    return found.case_id if found else None


def test_begun_for_all_the_first_case_leads_and_the_failure_is_named_where_it_was_not(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    failures.name(storm[1], by(company.linxiao), failure="damage", gravity="major")
    made = begin(incident, company, by)
    assert (made.begun, made.failed, made.waiting, made.finished_at) == (4, [], [], made.at)
    assert [lead_of(case) for case in storm[:4]] == [None, storm[0], storm[0], storm[0]]
    named = dict(CaseFailure.objects.values_list("case", "failure__code"))
    assert named == {storm[1]: "damage"} | dict.fromkeys((storm[0], *storm[2:4]), "again")
    assert Plan.objects.filter(case=storm[4]).count() == 0


def test_what_is_shared_is_done_once_for_all_and_said_in_each(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    actions.step(storm[0], by(company.linxiao), step=1)
    assert [states(case) for case in storm[:4]] == [["done", "open", "open"]] * 4
    assert told(storm[2]) == [("began", None), ("linked", None), ("done", 1)]
    event = CaseEvent.objects.filter(case=storm[2]).latest("seq")
    assert (event.data["case"], event.actor) == (storm[0], company.linxiao)
    assert plan(storm[2]).lines[0].by == company.linxiao
    actions.step(storm[0], by(company.linxiao), step=1, act="undo")
    assert [states(case) for case in storm[:4]] == [["open"] * 3] * 4
    assert told(storm[2])[-1] == ("undone", 1)
    actions.step(storm[0], by(company.linxiao), step=3, act="skip", text=WHY)
    assert states(storm[3]) == ["open", "open", "skipped"]


def test_what_is_not_shared_stays_each_cases_own(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    actions.step(storm[1], by(company.linxiao), step=2)
    assert [states(case)[1] for case in storm[:4]] == ["open", "done", "open", "open"]
    with pytest.raises(BadInput):
        actions.step(storm[1], by(company.linxiao), step=1)
    assert PlanStep.objects.filter(shared=True, notice_at__isnull=False).count() == 2  # in the case that leads alone


def test_plans_end_everywhere_when_nothing_is_left_and_run_again_when_it_is_taken_back(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    for case in storm[:3]:
        actions.step(case, by(company.linxiao), step=2)
    actions.step(storm[0], by(company.linxiao), step=1)
    actions.step(storm[0], by(company.linxiao), step=3)
    outcomes = [Plan.objects.get(case=case).outcome for case in storm[:4]]
    assert outcomes == ["done", "done", "done", ""]
    actions.step(storm[0], by(company.linxiao), step=3, act="undo")
    assert not Plan.objects.exclude(outcome="").exists()


def test_a_case_that_joins_later_is_linked_and_has_what_was_done(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    actions.step(storm[0], by(company.linxiao), step=1)
    failures.name(storm[4], by(company.linxiao), failure="again", gravity="minor")
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[storm[4]])
    assert lead_of(storm[4]) == storm[0]
    assert told(storm[4]) == [("began", None), ("linked", None), ("done", 1)]
    actions.step(storm[0], by(company.linxiao), step=3)
    assert states(storm[4]) == ["done", "open", "done"]


def test_a_failure_named_in_the_incident_begins_under_the_lead(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    for case in storm[:2]:
        failures.name(case, by(company.linxiao), failure="again", gravity="minor")
    assert [lead_of(case) for case in storm[:2]] == [None, storm[0]]


def test_a_case_that_leaves_keeps_what_was_done_and_goes_on_alone(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    actions.step(storm[0], by(company.linxiao), step=1)
    incidents.release(incident.pk, by(company.linxiao), case_ids=[storm[2]])
    actions.step(storm[0], by(company.linxiao), step=1, act="undo")
    assert (lead_of(storm[2]), states(storm[2])) == (None, ["done", "open", "open"])
    assert told(storm[2])[-1] == ("alone", None)
    actions.step(storm[2], by(company.linxiao), step=3)
    assert PlanStep.objects.filter(plan__case=storm[1], number=3, state="open").exists()


def test_the_next_leads_when_the_first_leaves_or_ends(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    incidents.release(incident.pk, by(company.linxiao), case_ids=[storm[0]])
    assert [lead_of(case) for case in storm[:4]] == [None, None, storm[1], storm[1]]
    actions.choose(storm[1], by(company.linxiao), playbook="", reason="这一户不适用，单独处理")
    assert [lead_of(case) for case in storm[2:4]] == [None, storm[2]]
    actions.step(storm[2], by(company.linxiao), step=1)
    assert states(storm[3])[0] == "done"


def test_a_deed_that_was_interrupted_is_gone_on_with_and_told_once(
    company: Company, storm: list[int], incident: Incident, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(incident, company, by)
    monkeypatch.setattr(spreading, "_BATCH", 2)
    original, calls = spreading._write, []

    def killed(*args: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(spreading, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.step(storm[0], by(company.linxiao), step=1)
    assert [states(case)[0] for case in storm[:4]] == ["done", "done", "done", "open"]
    assert spreading.sweep(by(None).at) == 1
    assert spreading.sweep(by(None).at) == 0
    assert [told(case).count(("done", 1)) for case in storm[:4]] == [1, 1, 1, 1]


def test_cases_in_which_it_can_not_begin_are_named_with_the_reason(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    failures.name(storm[1], by(company.linxiao), failure="again", gravity="minor")
    put("harder", [Step("经理上门", "the manager goes")])
    actions.choose(storm[1], by(company.linxiao), playbook="harder", reason="普通做法不够，换一个")
    cases.accept(storm[2], by(company.linxiao))
    cases.resolve(storm[2], by(company.linxiao), cause="a", done="b", text="c")
    made = begin(incident, company, by)
    assert made.begun == 2
    (failed,) = made.failed  # a resolved case is not open, and not asked for
    assert failed[0] == storm[1]
    assert "another plan" in failed[1] or "另一" in failed[1]


def test_begun_twice_it_says_that_it_runs_and_does_nothing_twice(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[storm[4]])
    assert begin(incident, company, by).begun == 5
    assert [lead_of(case) for case in storm] == [None, *[storm[0]] * 4]
    assert [event for event, _step in told(storm[1])] == ["began", "linked"]


def test_a_rollout_that_was_interrupted_is_gone_on_with(
    company: Company, storm: list[int], incident: Incident, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "_BATCH", 2)
    original, calls = rollout._in_each, []

    def killed(*args: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rollout, "_in_each", killed)
    with pytest.raises(KeyboardInterrupt):
        begin(incident, company, by)
    assert Plan.objects.count() == 2
    assert rollout.sweep(by(None).at) == 1
    assert [lead_of(case) for case in storm[:4]] == [None, *[storm[0]] * 3]
    assert Rollout.objects.get().begun == 4


def test_who_may_not_choose_plans_begins_none(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    given = {"failure": "again", "gravity": "minor"}
    with pytest.raises(Incident.DoesNotExist):
        rollout.for_incident(incident.pk, by(company.chenjia), **given)
    with pytest.raises(Forbidden):
        rollout.for_incident(incident.pk, by(company.auditor), **given)
    for wrong in ({"failure": "nonsense"}, {"gravity": "nonsense"}, {"failure": "damage"}):
        with pytest.raises(BadInput):
            rollout.for_incident(incident.pk, by(company.linxiao), **given | wrong)
    incidents.close(incident.pk, by(company.linxiao), reason="弄错了")
    with pytest.raises(NotPossible):
        rollout.for_incident(incident.pk, by(company.linxiao), **given)


def test_what_came_of_an_incident_has_plans_of_its_own(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[storm[4]], consequence=True)
    assert begin(incident, company, by).begun == 4
    failures.name(storm[4], by(company.linxiao), failure="again", gravity="minor")
    assert lead_of(storm[4]) is None


RESOLVED = Ending("控制箱进水", "更换", "已恢复。")


def test_resolving_all_asks_for_required_steps_or_a_reason(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    actions.step(storm[1], by(company.linxiao), step=2)
    with pytest.raises(BadInput, match=r"(联系电梯公司|call the lift company).*4.*(上门道歉|sorry).*3") as error:
        ending.resolve(incident.pk, by(company.linxiao), words=RESOLVED)
    assert error.value.field == "skip"
    with pytest.raises(BadInput):
        ending.resolve(incident.pk, by(company.linxiao), words=RESOLVED, skip="短")
    assert not Case.objects.filter(status="resolved").exists()
    ending.resolve(incident.pk, by(company.linxiao), words=RESOLVED, skip=WHY, keep_open=[storm[3]])
    assert [Case.objects.get(pk=case).status == "resolved" for case in storm[:4]] == [True] * 3 + [False]
    assert states(storm[0]) == ["skipped", "skipped", "open"]
    assert states(storm[1]) == ["skipped", "done", "open"]
    assert states(storm[3]) == ["skipped", "open", "open"]  # the shared one was passed over for it too


def test_a_consequence_is_not_resolved_with_the_rest(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    incidents.gather(incident.pk, by(company.linxiao), case_ids=[storm[4]], consequence=True)
    ending.resolve(incident.pk, by(company.linxiao), words=RESOLVED)
    assert Case.objects.get(pk=storm[4]).status != "resolved"
    assert Case.objects.filter(status="resolved").count() == 4


def test_a_group_that_somebody_leads_shares_a_plan_too(company: Company, storm: list[int], by: Mover) -> None:
    group = groups.make(by(company.linxiao), case_ids=storm[:3], reason="同一台电梯")
    groups.hand_lead(group.pk, by(company.linxiao), to=company.zhaozhuguan)
    rollout.for_group(group.pk, by(company.linxiao), failure="again", gravity="minor")
    failures.name(storm[3], by(company.linxiao), failure="again", gravity="minor")
    groups.add(group.pk, by(company.linxiao), case_ids=[storm[3]], reason="也是这台电梯")
    assert [lead_of(case) for case in storm[:4]] == [None, *[storm[0]] * 3]
    actions.step(storm[0], by(company.linxiao), step=1)
    groups.remove(group.pk, by(company.linxiao), case_ids=[storm[2]], reason="这是另一台电梯")
    assert (lead_of(storm[2]), states(storm[2])[0]) == (None, "done")
    (one,) = shared.of_fault(company.linxiao, ("group", group.pk))
    assert (one.others, [line.state for line in one.lines]) == (2, ["done", "open"])


def test_all_that_is_shared_is_read_by_a_few_questions_however_many_cases(
    company: Company, open_case: Opener, by: Mover, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    put("storm", SHARED)
    many = [open_case(kind="repair", category=company.lift).case.pk for _ in range(120)]
    found = incidents.open_incident(company.ljf, by(company.linxiao), title="停电", case_ids=many)
    with django_assert_max_num_queries(60 + len(many)):  # the row of each case is saved by itself
        begin(found, company, by)
    with django_assert_max_num_queries(40 + len(many)):
        actions.step(many[0], by(company.linxiao), step=1)
    with reference.pinned(), django_assert_max_num_queries(4):  # one asks whether reference data are as they were
        (one,) = shared.of_fault(company.linxiao, ("incident", found.pk))
    assert (one.others, one.lines[0].state, one.may) == (119, "done", True)
    assert PlanStep.objects.filter(number=1, state="done").count() == 120


def test_each_plan_ends_when_its_own_case_does(
    company: Company, storm: list[int], incident: Incident, by: Mover
) -> None:
    begin(incident, company, by)
    at = by(None).at
    actions.end_all({storm[0]: at, storm[1]: at - timedelta(hours=1)})
    ends = dict(Plan.objects.filter(case__in=storm[:2]).values_list("case", "ended_at"))
    assert ends == {storm[0]: at, storm[1]: at - timedelta(hours=1)}


def test_what_can_not_be_taken_back_leaves_no_event(
    company: Company, storm: list[int], incident: Incident, by: Mover, clock: TestClock
) -> None:
    put("harder", [Step("经理上门", "the manager goes")])
    begin(incident, company, by)
    for step in (1, 2, 3):
        actions.step(storm[0], by(company.linxiao), step=step)
    actions.choose(storm[0], by(company.linxiao), playbook="harder")
    before = told(storm[0])
    with pytest.raises(BadInput):
        actions.step(storm[0], by(company.linxiao), plan=1, step=1, act="undo")
    assert told(storm[0]) == before
