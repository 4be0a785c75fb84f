"""Projects: a plan within five workdays, milestones that are reached or missed, changes that leave the first time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import actions, queries, told
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Complexity, Taps
from huiyin.cases.workflow import NotAllowed, Status
from huiyin.clocks import actions as sweeps
from huiyin.clocks import plans
from huiyin.clocks import queries as clocks
from huiyin.clocks.models import Clock
from huiyin.clocks.plans import Milestone, Wanted
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.examples import examples
from tests.people import NOW, Company, TestClock

DAY = timedelta(days=1)
WHY = "供应商交货推迟，已书面通知"
TOLD = "方案已定，分两步做"


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A project at LJF, taken by 林晓."""
    found = open_case(kind="repair", complexity=Complexity.PROJECT).case
    actions.accept(found.pk, by(company.linxiao))
    return found


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def open_clocks(case: Case) -> dict[tuple[str, int], Clock]:
    return {(clock.kind, clock.ref): clock for clock in clocks.of_case(case) if not clock.outcome}


def kinds(case: Case) -> set[str]:
    return {kind for kind, _ref in open_clocks(case)}


def steps(case: Case) -> list[Milestone]:
    return plans.milestones(queries.timeline(case), clocks.of_case(case))


def two(at: datetime = NOW) -> list[Wanted]:
    return [Wanted("设计方案", at + 10 * DAY), Wanted("施工完成", at + 30 * DAY)]


def approve(case: Case, company: Company, by: Mover, wanted: Sequence[Wanted] = (), reason: str = "") -> None:
    plans.plan(case.pk, by(company.linxiao), milestones=wanted or two(), reason=reason)
    plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)


def missed(case: Case) -> list[tuple[int, datetime]]:
    events = CaseEvent.objects.filter(case=case, topic="clocks", data__what="breached", data__clock="milestone")
    return [(event.data["ref"], event.at) for event in events.order_by("seq")]


def test_a_project_has_five_workdays_for_its_plan_instead_of_a_time_to_finish(case: Case) -> None:
    assert kinds(case) == {"respond", "plan"}
    # Wednesday 10:00 and five working days of eight hours later.
    assert open_clocks(case)["plan", 1].due_at == NOW + 7 * DAY


def test_a_case_that_turns_out_to_be_a_project_needs_a_plan_and_one_that_does_not_needs_none(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="repair").case
    assert "plan" not in kinds(case)
    actions.set_grade(case.pk, by(company.linxiao), taps=Taps(), complexity="project")
    assert {"plan"} <= kinds(case)
    assert "resolve" not in kinds(case)
    actions.set_grade(case.pk, by(company.linxiao), taps=Taps(), complexity="simple")
    assert "plan" not in kinds(case)
    assert "resolve" in kinds(case)


def test_a_plan_that_a_supervisor_approves_runs_and_the_customer_is_told(
    case: Case, company: Company, by: Mover
) -> None:
    plans.plan(case.pk, by(company.linxiao), milestones=two())
    assert kinds(case) == {"respond", "plan", "decide"}
    plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    assert kinds(case) == {"milestone", "update"}
    assert [(one.milestone, one.title, one.due_at - NOW) for one in steps(case)] == [
        (1, "设计方案", 10 * DAY),
        (2, "施工完成", 30 * DAY),
    ]
    now = now_of(case)
    assert (now.open_milestones, now.last_word, now.open_requests) == ([1, 2], "us", [])
    shown = {m.text for entry in told.entries(now) for m in entry.words.values()}
    assert {TOLD, "设计方案", "施工完成"} <= shown


def test_the_customer_sees_nothing_of_a_plan_that_nobody_approved(case: Case, company: Company, by: Mover) -> None:
    plans.plan(case.pk, by(company.linxiao), milestones=two())
    shown = told.entries(now_of(case))
    assert all("设计方案" not in m.text for entry in shown for m in entry.words.values())
    assert plans.milestones(shown, clocks.of_case(case)) == []


def test_a_word_to_the_customer_is_due_every_seven_days(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    approve(case, company, by)
    (update,) = [row for (kind, _ref), row in open_clocks(case).items() if kind == "update"]
    assert update.due_at == clock.now + 7 * DAY
    told_at = by(company.linxiao, 60)
    plans.reach(case.pk, told_at, milestone=1, text="方案已定稿")
    (update,) = [row for (kind, _ref), row in open_clocks(case).items() if kind == "update"]
    assert update.due_at == told_at.at + 7 * DAY


def test_a_plan_sent_back_needs_its_reason_and_leaves_the_clock_running(
    case: Case, company: Company, by: Mover
) -> None:
    plans.plan(case.pk, by(company.linxiao), milestones=two())
    with pytest.raises(BadInput) as error:
        plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=False)
    assert error.value.field == "reason"
    plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=False, reason="缺安全措施")
    assert kinds(case) == {"respond", "plan"}
    assert now_of(case).open_milestones == []


def test_nobody_approves_a_plan_of_their_own_and_no_agent_any(case: Case, company: Company, by: Mover) -> None:
    plans.plan(case.pk, by(company.zhaozhuguan), milestones=two())
    with pytest.raises(BadInput):
        plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    with pytest.raises(Forbidden):
        plans.decide_plan(case.pk, by(company.linxiao), granted=True, text=TOLD)
    plans.decide_plan(case.pk, by(company.admin), granted=True, text=TOLD)


def test_a_milestone_reached_in_time_is_met_and_another_is_missed_once_at_its_time(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    approve(case, company, by)
    plans.reach(case.pk, by(company.linxiao), milestone=1)
    clock.now = NOW + 31 * DAY
    sweeps.sweep(clock.now)
    sweeps.sweep(clock.now + DAY)
    assert missed(case) == [(2, NOW + 30 * DAY)]
    assert [one.state for one in steps(case)] == ["done", "late"]
    plans.reach(case.pk, by(company.linxiao), milestone=2)
    assert missed(case) == [(2, NOW + 30 * DAY)]
    assert [(row.ref, row.outcome) for row in clocks.of_case(case) if row.kind == "milestone"] == [
        (1, "met"),
        (2, "late"),
    ]


def test_a_miss_is_written_down_without_a_sweep_too(case: Case, company: Company, by: Mover, clock: TestClock) -> None:
    approve(case, company, by)
    clock.now = NOW + 11 * DAY
    plans.reach(case.pk, by(company.linxiao), milestone=1)
    assert missed(case) == [(1, NOW + 10 * DAY)]


def test_what_was_reached_in_time_and_written_down_later_was_not_late(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    approve(case, company, by)
    clock.now = NOW + 11 * DAY
    plans.reach(case.pk, by(company.linxiao), milestone=1, at=NOW + 9 * DAY)
    (first, _second) = steps(case)
    assert (first.reached_at, first.missed_at) == (NOW + 9 * DAY, None)
    for at in (clock.now + DAY, NOW - DAY):
        with pytest.raises(BadInput) as error:
            plans.reach(case.pk, by(company.linxiao), milestone=2, at=at)
        assert error.value.field == "at"


def test_a_changed_plan_is_approved_again_and_leaves_the_first_deadline_in_sight(
    case: Case, company: Company, by: Mover
) -> None:
    approve(case, company, by)
    later = [
        Wanted("设计方案", NOW + 10 * DAY, 1),
        Wanted("施工完成", NOW + 45 * DAY, 2),
        Wanted("验收", NOW + 50 * DAY),
    ]
    with pytest.raises(BadInput) as error:
        plans.plan(case.pk, by(company.linxiao), milestones=later)
    assert error.value.field == "reason"
    plans.plan(case.pk, by(company.linxiao), milestones=later, reason=WHY)
    assert [one.due_at - NOW for one in steps(case)] == [10 * DAY, 30 * DAY]  # nothing moves before it is approved
    plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    assert [(one.milestone, one.first_due_at - NOW, one.due_at - NOW) for one in steps(case)] == [
        (1, 10 * DAY, 10 * DAY),
        (2, 30 * DAY, 45 * DAY),
        (3, 50 * DAY, 50 * DAY),
    ]


def test_what_a_changed_plan_leaves_out_is_dropped_and_its_number_never_used_again(
    case: Case, company: Company, by: Mover
) -> None:
    approve(case, company, by)
    approve(case, company, by, [Wanted("换一种做法", NOW + 20 * DAY)], WHY)
    assert [(one.milestone, one.dropped) for one in steps(case)] == [(1, True), (3, False), (2, True)]
    assert now_of(case).open_milestones == [3]


def test_a_missed_milestone_stays_missed_when_it_is_put_off(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    approve(case, company, by)
    clock.now = NOW + 12 * DAY
    later = [Wanted("设计方案", NOW + 20 * DAY, 1), Wanted("施工完成", NOW + 30 * DAY, 2)]
    approve(case, company, by, later, WHY)
    assert missed(case) == [(1, NOW + 10 * DAY)]
    plans.reach(case.pk, by(company.linxiao), milestone=1)
    (first, _second) = steps(case)
    assert first.missed_at == NOW + 10 * DAY


def test_a_milestone_reached_before_the_decision_stays_reached(case: Case, company: Company, by: Mover) -> None:
    approve(case, company, by)
    later = [Wanted("设计方案", NOW + 12 * DAY, 1), Wanted("施工完成", NOW + 45 * DAY, 2)]
    plans.plan(case.pk, by(company.linxiao), milestones=later, reason=WHY)
    plans.reach(case.pk, by(company.linxiao), milestone=1)
    plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    assert [(one.milestone, one.state) for one in steps(case)] == [(1, "done"), (2, "todo")]


def test_a_proposal_whose_time_has_passed_is_made_anew(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    plans.plan(case.pk, by(company.linxiao), milestones=[Wanted("设计方案", NOW + DAY)])
    clock.now = NOW + 2 * DAY
    with pytest.raises(NotAllowed):
        plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=True, text=TOLD)
    plans.decide_plan(case.pk, by(company.zhaozhuguan), granted=False, reason="日期已过")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ([], "milestones"),
        ([Wanted("一", NOW + DAY)] * 21, "milestones"),
        ([Wanted("过去", NOW - DAY)], "milestones.0.due_at"),
        ([Wanted("早", NOW + DAY), Wanted(" ", NOW + 2 * DAY)], "milestones.1.title"),
        ([Wanted("长" * 201, NOW + DAY)], "milestones.0.title"),
        ([Wanted("没有的", NOW + DAY, 7)], "milestones.0.milestone"),
    ],
)
def test_a_plan_that_cannot_be_says_where(
    case: Case, company: Company, by: Mover, wanted: list[Wanted], field: str
) -> None:
    with pytest.raises(BadInput) as error:
        plans.plan(case.pk, by(company.linxiao), milestones=wanted)
    assert error.value.field == field
    assert now_of(case).open_requests == []


def test_only_a_project_has_a_plan_and_only_one_proposal_waits(
    case: Case, company: Company, open_case: Opener, by: Mover
) -> None:
    plain = open_case(kind="repair").case
    actions.accept(plain.pk, by(company.linxiao))
    with pytest.raises(NotAllowed):
        plans.plan(plain.pk, by(company.linxiao), milestones=two())
    plans.plan(case.pk, by(company.linxiao), milestones=two())
    with pytest.raises(NotAllowed):
        plans.plan(case.pk, by(company.linxiao), milestones=two())


def test_a_milestone_is_reached_once(case: Case, company: Company, by: Mover) -> None:
    approve(case, company, by)
    plans.reach(case.pk, by(company.linxiao), milestone=1)
    for number in (1, 9):
        with pytest.raises(NotAllowed):
            plans.reach(case.pk, by(company.linxiao), milestone=number)


def test_the_end_of_the_project_ends_its_milestones(case: Case, company: Company, by: Mover) -> None:
    approve(case, company, by)
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="全部更换", text="已全部完成")
    assert now_of(case).open_milestones == []
    assert "milestone" not in kinds(case)
    actions.reopen(case.pk, by(company.linxiao), reason="又漏了")
    assert "plan" in kinds(case)
    approve(case, company, by)
    assert now_of(case).open_milestones == [3, 4]


def test_what_is_no_project_any_more_has_a_time_to_finish_and_no_milestones(
    case: Case, company: Company, by: Mover
) -> None:
    approve(case, company, by)
    actions.set_grade(case.pk, by(company.linxiao), taps=Taps(), complexity="simple")
    assert kinds(case) == {"resolve", "update"}
    assert now_of(case).open_milestones == []


def test_a_missed_plan_is_not_waited_for_when_it_is_no_project_any_more(
    case: Case, company: Company, by: Mover, clock: TestClock
) -> None:
    (plan,) = [one for one in Clock.objects.filter(case=case) if one.kind == "plan"]
    clock.now = plan.due_at + timedelta(hours=1)
    sweeps.sweep(clock.now)
    actions.set_grade(case.pk, by(company.linxiao), taps=Taps(), complexity="simple")
    assert "plan" not in kinds(case)
    plan.refresh_from_db()
    assert (plan.outcome, plan.breached_at) == ("cancelled", plan.due_at)


ACTS = st.sampled_from(["plan", "change", "yes", "no", "reach", "sweep", "simple", "project", "resolve", "reopen"])


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.integers(0, 2_000), acts=st.lists(ACTS, max_size=14))
def test_in_any_order_the_open_milestones_are_those_whose_clocks_run(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, hours: int, acts: list[str]
) -> None:
    clock.now = NOW + timedelta(hours=hours)
    case = open_case(kind="repair", complexity=Complexity.PROJECT).case
    actions.accept(case.pk, by(company.linxiao))
    for act in acts:
        _try(case, act, company, by)
        now = now_of(case)
        running = sorted(ref for kind, ref in open_clocks(case) if kind == "milestone")
        assert running == sorted(now.open_milestones)
        needs = now.complexity == "project" and now.planned_at is None and now.status in (Status.ACCEPTED,)
        assert ("plan" in kinds(case)) is needs


def _try(case: Case, act: str, company: Company, by: Mover) -> None:
    desk, lead = by(company.linxiao, 600), by(company.zhaozhuguan, 600)
    keep = [Wanted("留", desk.at + 9 * DAY, number) for number in now_of(case).open_milestones[1:]]
    done: dict[str, Callable[[], object]] = {
        "plan": lambda: plans.plan(case.pk, desk, milestones=two(lead.at), reason=WHY),
        "change": lambda: plans.plan(case.pk, desk, milestones=[*keep, *two(lead.at)], reason=WHY),
        "yes": lambda: plans.decide_plan(case.pk, lead, granted=True, text=TOLD),
        "no": lambda: plans.decide_plan(case.pk, lead, granted=False, reason="再想想"),
        "reach": lambda: plans.reach(case.pk, desk, milestone=next(iter(now_of(case).open_milestones), 0)),
        "sweep": lambda: sweeps.sweep(lead.at),
        "simple": lambda: actions.set_grade(case.pk, desk, taps=Taps(), complexity="simple"),
        "project": lambda: actions.set_grade(case.pk, desk, taps=Taps(), complexity="project"),
        "resolve": lambda: actions.resolve(case.pk, desk, cause="因", done="做", text="好"),
        "reopen": lambda: actions.reopen(case.pk, desk, reason="再来"),
    }
    with suppress(NotAllowed):
        done[act]()
