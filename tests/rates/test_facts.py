"""What is counted of a case as a whole and of the tasks of departments: by hand, passed around, judged."""

from __future__ import annotations

import pytest

from huiyin.cases import actions, dispatch, judging
from huiyin.cases.models import Case
from huiyin.clocks import actions as clocks
from huiyin.clocks import extensions
from huiyin.rates import actions as rates
from huiyin.rates import queries, rebuild
from huiyin.rates.definitions import Rate
from huiyin.rates.models import Fact
from huiyin.rates.queries import By, Wanted
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

from .test_rates import EVER, figure, marks, solve, summed, sums

WHY = "这是门岗的事，请秩序维护部去看"


@pytest.fixture
def case(open_case: Opener, company: Company) -> Case:
    """A complaint that 林晓 has taken."""
    return open_case(take=True).case


def give(case: Case, company: Company, by: Mover, to: str = "engineering") -> int:
    change = actions.hand_over(case.pk, by(company.linxiao), department=getattr(company, to), task="去看")
    return change.events[-1].seq


def resolve(case: Case, company: Company, by: Mover) -> None:
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")


def send_back(case: Case, company: Company, by: Mover, *, granted: bool) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide_return(case.pk, by(company.linxiao), granted=granted, reason="看过了")


def by_department(company: Company, rate: Rate) -> dict[str, tuple[int, int]]:
    found = queries.broken_down(queries.sites(company.zhaozhuguan), EVER, By.DEPARTMENT)
    names = {str(d.pk): d.code for d in (company.engineering, company.security)}
    counts = {names[key]: next(one for one in rows if one.rate == rate) for key, rows in found.items()}
    return {name: (one.good, one.due) for name, one in counts.items() if one.due}


# --- set by hand ------------------------------------------------------------------------------------------------------


def test_what_was_set_by_hand_before_or_after_the_resolution_counts_against(
    company: Company, case: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    solve(open_case().case, by, company.linxiao)
    actions.set_severity(case.pk, by(company.zhaozhuguan), severity="P4", reason=WHY)
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.UNTOUCHED) == (1, 1)
    resolve(case, company, by)
    summed(clock.now)
    assert marks(case)["untouched"] == "severity"
    assert figure(company.zhaozhuguan, Rate.UNTOUCHED) == (1, 2)
    returns.close(case.pk, by(company.zhaozhuguan), reason=WHY)
    summed(clock.now)
    assert marks(case)["untouched"] == "several"
    assert figure(company.zhaozhuguan, Rate.UNTOUCHED) == (1, 2)


def test_a_closing_by_hand_corrects_what_was_counted_and_summed(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    resolve(case, company, by)
    at = Fact.objects.get(case=case, rate=Rate.UNTOUCHED).at
    summed(clock.now)
    assert (marks(case)["untouched"], figure(company.zhaozhuguan, Rate.UNTOUCHED)) == ("untouched", (1, 1))
    returns.close(case.pk, by(company.zhaozhuguan), reason=WHY)
    summed(clock.now)
    assert (marks(case)["untouched"], figure(company.zhaozhuguan, Rate.UNTOUCHED)) == ("closing", (0, 1))
    assert Fact.objects.get(case=case, rate=Rate.UNTOUCHED).at == at


def test_a_deadline_set_by_hand_while_a_case_is_taken_up_again_counts_with_its_first_resolution(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    resolve(case, company, by)
    first = Fact.objects.get(case=case, rate=Rate.UNTOUCHED).at
    actions.reopen(case.pk, by(company.linxiao), reason="又坏了")
    move = by(company.zhaozhuguan)
    extensions.override(case.pk, move, clock="resolve", due_at=move.at.replace(month=4), reason=WHY)
    resolve(case, company, by)
    summed(clock.now)
    fact = Fact.objects.get(case=case, rate=Rate.UNTOUCHED)
    assert (fact.mark, fact.at) == ("clock", first)


# --- passed around ----------------------------------------------------------------------------------------------------


def test_a_case_that_no_department_was_asked_about_is_not_counted(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    resolve(case, company, by)
    # Nor when it is handed over later: what counts is its way to the first resolution.
    actions.reopen(case.pk, by(company.linxiao), reason="又坏了")
    give(case, company, by)
    resolve(case, company, by)
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.DIRECT) == (0, 0)


def test_one_hand_over_to_the_department_that_answers_is_straight_whatever_comes_after(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    actions.reply(case.pk, by(company.zhougong), text="处理了")
    resolve(case, company, by)
    actions.reopen(case.pk, by(company.linxiao), reason="又坏了")
    give(case, company, by)
    resolve(case, company, by)
    summed(clock.now)
    assert marks(case)["direct"] == "straight"
    assert figure(company.zhaozhuguan, Rate.DIRECT) == (1, 1)


@pytest.mark.parametrize(
    ("way", "mark"),
    [("passed", "passed"), ("returned", "returned"), ("refused", "returned"), ("again", "often"), ("both", "often")],
)
def test_each_way_around_is_named(
    company: Company, case: Case, by: Mover, clock: TestClock, way: str, mark: str
) -> None:
    give(case, company, by)
    if way in ("returned", "refused", "both"):
        send_back(case, company, by, granted=way != "refused")
    if way in ("again", "both"):
        give(case, company, by)
    if way in ("passed", "both"):
        dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    resolve(case, company, by)
    summed(clock.now)
    assert marks(case)["direct"] == mark
    assert figure(company.zhaozhuguan, Rate.DIRECT) == (0, 1)


def test_a_department_keeps_what_it_answers_and_nothing_that_it_passes_on_or_returns(
    company: Company, case: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    first = give(case, company, by)
    dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    second = Case.objects.get(pk=case.pk).passed[0]
    actions.reply(case.pk, by(company.admin), text="查了", hand_over=second)
    third = give(case, company, by)
    send_back(case, company, by, granted=True)
    other = open_case(take=True).case
    give(other, company, by)
    send_back(other, company, by, granted=False)
    actions.reply(other.pk, by(company.zhougong), text="处理了")
    summed(clock.now)
    facts = dict(Fact.objects.filter(case=case, rate=Rate.KEPT).values_list("ref", "mark"))
    assert facts == {first: "passed", second: "replied", third: "returned"}
    assert marks(other)["kept"] == "replied"
    assert by_department(company, Rate.KEPT) == {"engineering": (1, 3), "security": (1, 1)}
    assert figure(company.zhaozhuguan, Rate.KEPT) == (2, 4)


def test_a_task_that_ends_with_its_case_or_by_stepping_aside_is_nobodys_fault(
    company: Company, case: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    resolve(case, company, by)
    other = open_case(take=True).case
    give(other, company, by)
    dispatch.concern(other.pk, by(company.admin), users=[], departments=[company.engineering], reason="投诉对象")
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.KEPT) == (0, 0)


def test_a_task_is_its_departments_and_nobodys_own(company: Company, case: Case, by: Mover, clock: TestClock) -> None:
    give(case, company, by)
    actions.reply(case.pk, by(company.zhougong), text="处理了")
    summed(clock.now)
    assert Fact.objects.get(case=case, rate=Rate.KEPT).person is None
    assert Rate.KEPT not in {one.rate for one in queries.own(company.zhougong, EVER)}


# --- judged -----------------------------------------------------------------------------------------------------------


def test_an_answer_counts_once_as_it_was_judged_last_for_whoever_gave_it(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    number = give(case, company, by)
    actions.reply(case.pk, by(company.zhougong), text="处理了")
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.USABLE) == (0, 0)
    judging.judge(case.pk, by(company.linxiao), usable=False, why="incomplete")
    summed(clock.now)
    assert (marks(case)["usable"], by_department(company, Rate.USABLE)) == ("incomplete", {"engineering": (0, 1)})
    judging.judge(case.pk, by(company.hemin), usable=True)
    summed(clock.now)
    assert (marks(case)["usable"], by_department(company, Rate.USABLE)) == ("usable", {"engineering": (1, 1)})
    own = {one.rate: one.due for one in queries.own(company.zhougong, EVER)}
    assert own[Rate.USABLE] == 1
    assert {one.rate: one.due for one in queries.own(company.hemin, EVER)}[Rate.USABLE] == 0
    wanted = Wanted(Rate.USABLE, EVER, queries.sites(company.zhaozhuguan))
    assert [row.fact.ref for row in queries.page(company.zhaozhuguan, wanted).items] == [number]


def test_what_is_left_out_stays_so_when_it_is_judged_again(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    actions.reply(case.pk, by(company.zhougong), text="处理了")
    judging.judge(case.pk, by(company.linxiao), usable=False, why="wording")
    fact = Fact.objects.get(case=case, rate=Rate.USABLE)
    asked = rates.ask(fact.pk, by(company.zhaozhuguan), reason="当天系统故障，只能电话回复")
    rates.decide(asked.pk, by(company.admin), granted=True)
    judging.judge(case.pk, by(company.linxiao), usable=False, why="incomplete")
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.USABLE) == (0, 0)


@pytest.mark.parametrize("seen", [True, False], ids=["recorded before", "recorded by passing on"])
def test_a_reply_that_was_late_already_stays_with_the_department_that_passes_it_on(
    company: Company, case: Case, by: Mover, clock: TestClock, *, seen: bool
) -> None:
    give(case, company, by)
    clock.move(60 * 24 * 4)
    if seen:
        clocks.sweep(clock.now)
    dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    summed(clock.now)
    assert by_department(company, Rate.REPLY) == {"engineering": (0, 1)}
    assert rebuild.differences() == []
    actions.reply(case.pk, by(company.admin), text="查了")
    summed(clock.now)
    assert by_department(company, Rate.REPLY) == {"engineering": (0, 1)}
    assert figure(company.zhaozhuguan, Rate.REPLY) == (0, 1)


def test_a_reply_that_is_passed_on_in_time_is_the_next_departments(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    clock.move(60 * 24 * 4)
    clocks.sweep(clock.now)
    summed(clock.now)
    assert by_department(company, Rate.REPLY) == {"security": (0, 1)}


def test_a_case_counts_for_the_department_that_did_the_work(
    company: Company, case: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    helping = actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="看门", part="assist")
    actions.reply(case.pk, by(company.zhougong), text="换了", hand_over=helping.events[-1].seq - 1)
    actions.reply(case.pk, by(company.admin), text="看了", hand_over=helping.events[-1].seq)
    resolve(case, company, by)
    returns.visit(case.pk, by(company.hemin), Result("phone", reached=True, solved=True, satisfied=4))
    solve(open_case().case, by, company.linxiao)
    summed(clock.now)
    for rate in (Rate.ONCE, Rate.RESOLVE, Rate.SATISFIED, Rate.REACHED):
        assert by_department(company, rate) == {"engineering": (1, 1)}, rate
    assert figure(company.zhaozhuguan, Rate.ONCE) == (2, 2)
    for rate in (Rate.UNTOUCHED, Rate.DIRECT):
        assert by_department(company, rate) == {}, rate
    Fact.objects.update(department=None)
    again = open_case(take=True).case
    actions.answer(again.pk, by(company.linxiao), text="马上看")
    respond = Fact.objects.get(case=again, rate=Rate.RESPOND)
    give(again, company, by)
    rebuild.rebuild(clock.now)
    respond.refresh_from_db()
    assert respond.department_id is None, "it was the desk's, whoever has the case now"
    assert by_department(company, Rate.SATISFIED) == {"engineering": (1, 1)}


def test_where_no_department_answered_the_one_that_had_it_counts(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    resolve(case, company, by)
    summed(clock.now)
    assert by_department(company, Rate.ONCE) == {"engineering": (1, 1)}


# --- what is stored agrees --------------------------------------------------------------------------------------------


def test_made_anew_from_the_events_nothing_is_another(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    give(case, company, by)
    send_back(case, company, by, granted=True)
    give(case, company, by)
    dispatch.pass_on(case.pk, by(company.zhougong), department=company.security, reason=WHY)
    actions.reply(case.pk, by(company.admin), text="查了")
    resolve(case, company, by)
    judging.judge(case.pk, by(company.linxiao), usable=False, why="late_facts")
    returns.close(case.pk, by(company.zhaozhuguan), reason=WHY)
    summed(clock.now)
    before, rows = sums(), set(Fact.objects.values_list("rate", "ref", "mark", "good", "at", "department", "person"))
    assert {row[0] for row in rows} >= {"once", "untouched", "direct", "kept", "usable"}
    Fact.objects.filter(case=case, rate=Rate.UNTOUCHED).update(mark="clock")
    assert rebuild.differences() == [("untouched", case.pk, 0)]
    rebuild.rebuild(clock.now)
    assert rebuild.differences() == []
    assert (sums(), set(Fact.objects.values_list("rate", "ref", "mark", "good", "at", "department", "person"))) == (
        before,
        rows,
    )
