"""Arrival and containment: which cases have these clocks, and what starts, moves and ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.cases import actions, intake, on_site, timeline
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import Case, Commitment
from huiyin.cases.severity import Taps
from huiyin.cases.workflow import EventKind
from huiyin.clocks import actions as clocks
from huiyin.clocks import queries
from huiyin.clocks.actions import LevelRow
from huiyin.packs import catalogue
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, TestClock, voice

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
P1, P2, P3_NOW, P3_PAST, P4 = (
    Taps(danger=True),
    Taps(state=1, scope=2, impact=2),
    Taps(state=1, scope=2),
    Taps(scope=2, impact=1),
    Taps(),
)


@pytest.fixture(autouse=True)
def preset(company: Company, clock: TestClock) -> None:
    """The service levels of the property preset."""
    clocks.set_policy("zh-property", catalogue.named("zh-property").levels(), at=NOW - DAY, source="test")


def of(case: Case, kind: str) -> list[tuple[timedelta, str]]:
    """(time from receipt to the deadline, outcome) of each clock of a kind."""
    return [(c.due_at - case.received_at, c.outcome) for c in queries.of_case(case) if c.kind == kind]


@pytest.mark.parametrize(
    ("taps", "arrive", "contain"),
    [
        (P1, 15 * MINUTE, HOUR),
        (P2, 30 * MINUTE, 2 * HOUR),
        (P3_NOW, HOUR, None),
        (P3_PAST, DAY, None),
        (P4, None, None),
    ],
)
def test_work_on_site_has_a_time_to_arrive_and_danger_one_to_stop(
    open_case: Opener, company: Company, taps: Taps, arrive: timedelta | None, contain: timedelta | None
) -> None:
    case = open_case(kind="repair", category=company.tap, taps=taps).case
    assert of(case, "arrive") == ([(arrive, "")] if arrive else [])
    assert of(case, "contain") == ([(contain, "")] if contain else [])


def test_nobody_has_to_come_for_what_is_not_on_site(open_case: Opener, company: Company) -> None:
    assert of(open_case(category=company.corridor).case, "arrive") == []


def test_an_arrival_may_be_told_later_and_counts_when_it_was(
    open_case: Opener, company: Company, by: Mover, clock: TestClock
) -> None:
    case = open_case(kind="repair", category=company.lift).case
    late = by(company.linxiao, 50)
    clocks.sweep(late.at)
    on_site.arrive(case.pk, late, text="师傅已到", at=NOW + 20 * MINUTE)
    after = Case.objects.get(pk=case.pk)
    assert (of(case, "arrive"), after.arrived_at) == ([(30 * MINUTE, "met")], NOW + 20 * MINUTE)
    on_site.arrive(case.pk, by(company.linxiao, 60))
    assert Case.objects.get(pk=case.pk).arrived_at == NOW + 20 * MINUTE


@pytest.mark.parametrize("wrong", [-1, 90])
def test_an_arrival_lies_neither_before_the_case_nor_in_the_future(
    open_case: Opener, company: Company, by: Mover, wrong: int
) -> None:
    case = open_case(kind="repair", category=company.lift).case
    for verb in (on_site.arrive, on_site.contain):
        with pytest.raises(BadInput) as caught:
            verb(case.pk, by(company.linxiao, 5), text="到了", at=NOW + wrong * MINUTE)
        assert caught.value.field == "at"
    assert Case.objects.get(pk=case.pk).seq == 1


def test_an_arrival_after_reopening_is_not_before_it(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="repair", category=company.lift).case
    on_site.arrive(case.pk, by(company.linxiao, 5))
    actions.resolve(case.pk, by(company.linxiao, 5), cause="开关", done="更换", text="好了")
    actions.reopen(case.pk, by(company.linxiao, 60), reason="又停了")
    with pytest.raises(BadInput):
        on_site.arrive(case.pk, by(company.linxiao, 5), at=NOW + 20 * MINUTE)
    on_site.arrive(case.pk, by(company.linxiao, 5))
    assert [outcome for _due, outcome in of(case, "arrive")] == ["met", "met"]


def test_the_word_to_the_customer_is_due_every_half_hour_until_the_danger_is_over(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="repair", category=company.lift, taps=P1).case
    actions.answer(case.pk, by(company.linxiao, 4), text="师傅已出发")
    assert of(case, "update") == [(34 * MINUTE, "")]
    on_site.contain(case.pk, by(company.linxiao, 20), text="人已救出")
    assert of(case, "contain") == [(HOUR, "met")]
    assert of(case, "update") == [(4 * HOUR + 4 * MINUTE, "")]
    actions.answer(case.pk, by(company.linxiao, 6), text="人已救出")
    assert of(case, "update")[-1] == (4 * HOUR + 30 * MINUTE, "")


def test_regrading_starts_reckons_and_ends_them_by_the_policy_of_the_start(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="repair", category=company.tap, taps=P4).case
    others = [LevelRow("arrive", "P2", 5, "always"), LevelRow("resolve", "P2", 5, "always")]
    clocks.set_policy("zh-property", others, at=NOW, source="test")
    actions.set_grade(case.pk, by(company.linxiao, 10), taps=P2)
    assert (of(case, "arrive"), of(case, "contain")) == ([(40 * MINUTE, "")], [(130 * MINUTE, "")])
    actions.set_grade(case.pk, by(company.linxiao, 1), taps=P1)
    assert (of(case, "arrive"), of(case, "contain")) == ([(25 * MINUTE, "")], [(70 * MINUTE, "")])
    actions.set_grade(case.pk, by(company.linxiao, 1), taps=P3_NOW)
    assert of(case, "arrive") == [(70 * MINUTE, "")]
    assert of(case, "contain")[0][1] == "cancelled"
    actions.set_grade(case.pk, by(company.linxiao, 1), taps=P4)
    assert of(case, "arrive")[0][1] == "cancelled"


def test_a_category_with_work_on_site_starts_the_way_there(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="repair", taps=P3_NOW).case
    assert of(case, "arrive") == []
    actions.sort(case.pk, by(company.linxiao, 5), category=company.tap)
    assert of(case, "arrive") == [(65 * MINUTE, "")]
    actions.sort(case.pk, by(company.linxiao, 5), category=company.fee)
    assert [outcome for _due, outcome in of(case, "arrive")] == ["cancelled"]


def test_an_appointment_is_the_time_to_be_there_and_arriving_keeps_it(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="repair", category=company.tap, taps=P4).case
    due = NOW + 5 * HOUR
    actions.commit(case.pk, by(company.linxiao, 5), text="下午三点上门", due_at=due, appointment=True)
    assert of(case, "arrive") == of(case, "commitment") == [(5 * HOUR, "")]
    actions.wait(case.pk, by(company.linxiao, 5), waiting_for="customer", text="请确认门牌")
    assert not [clock for clock in queries.of_case(case) if clock.paused and clock.kind == "arrive"]
    on_site.arrive(case.pk, by(company.linxiao, 270))
    assert of(case, "arrive") == of(case, "commitment") == [(5 * HOUR, "met")]
    assert Commitment.objects.get(case=case).kept is True


def test_who_comes_after_the_appointment_has_broken_it(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="repair", category=company.tap, taps=P3_PAST).case
    actions.commit(case.pk, by(company.linxiao, 5), text="十一点上门", due_at=NOW + HOUR, appointment=True)
    assert of(case, "arrive") == [(DAY, "cancelled"), (HOUR, "")]
    on_site.arrive(case.pk, by(company.linxiao, 90))
    assert of(case, "arrive")[-1] == (HOUR, "late")
    assert Commitment.objects.get(case=case).kept is False


def test_danger_waits_for_no_appointment(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="repair", category=company.tap, taps=P4).case
    actions.commit(case.pk, by(company.linxiao, 5), text="明天上门", due_at=NOW + DAY, appointment=True)
    actions.set_grade(case.pk, by(company.linxiao, 5), taps=P1)
    assert of(case, "arrive") == [(DAY, "cancelled"), (25 * MINUTE, "")]
    actions.commit(case.pk, by(company.linxiao, 1), text="下午", due_at=NOW + 5 * HOUR, appointment=True)
    assert of(case, "arrive")[-1] == (25 * MINUTE, "")


def test_waiting_for_the_customer_stops_both(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="repair", category=company.lift).case
    actions.accept(case.pk, by(company.linxiao, 5))
    actions.wait(case.pk, by(company.linxiao, 5), waiting_for="customer", text="请开门")
    actions.resume(case.pk, by(company.linxiao, 60))
    assert (of(case, "arrive"), of(case, "contain")) == ([(90 * MINUTE, "")], [(3 * HOUR, "")])


def test_the_end_stops_the_danger_and_says_nothing_of_an_arrival(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="repair", category=company.lift).case
    actions.accept(case.pk, by(company.linxiao, 5))
    actions.resolve(case.pk, by(company.linxiao, 5), cause="停电", done="远程复位", text="好了")
    assert (of(case, "arrive"), of(case, "contain")) == ([(30 * MINUTE, "cancelled")], [(2 * HOUR, "met")])


@pytest.mark.parametrize(("told", "found"), [(True, [(30 * MINUTE, "late")]), (False, [])])
def test_a_whole_history_has_the_clocks_it_tells_of(
    company: Company, told: bool, found: list[tuple[timedelta, str]]
) -> None:
    new = voice(company.ljf, kind="repair", category=company.lift, received_at=NOW - DAY)
    change = intake.draft(new, By(None, NOW), None)
    change.add(EventKind.ACCEPTED, {"by": None}, at=NOW - DAY + MINUTE)
    if told:
        change.add(EventKind.ARRIVED, {}, at=NOW - DAY + 45 * MINUTE)
    change.add(EventKind.RESOLVED, {}, at=NOW - DAY + 2 * HOUR)
    timeline.write([change])
    assert (of(change.case, "arrive"), of(change.case, "contain")) == (found, [])


def test_a_department_says_that_it_is_there(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case(kind="repair", category=company.lift).case
    actions.hand_over(case.pk, by(company.linxiao, 5), department=company.engineering, task="去看")
    on_site.arrive(case.pk, by(company.zhougong, 5))
    on_site.contain(case.pk, by(company.zhougong, 5), text="已断电")
    assert of(case, "contain")[0][1] == of(case, "arrive")[0][1] == "met"
