"""Rates: what is counted, when, for whom; sums that always are those of their facts."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from huiyin.cases import actions, dispatch, tier
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import Case, CaseEvent
from huiyin.clocks import actions as clocks
from huiyin.customers import tiers
from huiyin.customers.actions import Person
from huiyin.customers.tiers import TierValues
from huiyin.org.access import Forbidden
from huiyin.org.history import Editor
from huiyin.org.models import User
from huiyin.rates import actions as rates
from huiyin.rates import queries, rebuild, summing
from huiyin.rates.definitions import Mark, Rate
from huiyin.rates.models import DaySum, Exclusion, Fact
from huiyin.rates.queries import Figure, Period, Wanted
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

EVER = Period(date(2026, 1, 1), date(2027, 1, 1))
DAYS = 24 * 60


def summed(now: Any) -> None:
    """Let the sweep come to rest, and prove the sums."""
    while summing.sweep(now):
        pass
    assert sums() == expected()


def sums() -> dict[tuple[Any, ...], tuple[int, ...]]:
    rows = DaySum.objects.values_list("by", "site", "day", "rate", "value", "due", "good", "half", "excluded")
    return {row[:5]: row[5:] for row in rows if any(row[5:])}


def expected() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Reckoned from the facts, in the plainest way."""
    found: Counter[tuple[Any, ...]] = Counter()
    for fact in Fact.objects.exclude(mark=Mark.GONE):
        values = {"": "", "department": fact.department_id, "category": fact.category_id}
        values |= {"channel": fact.channel, "person": fact.person_id, "group": fact.group, "tier": fact.tier_id}
        values |= {"method": f"{fact.method}/{fact.mark}" if fact.method else ""}
        for by, value in values.items():
            if by == "" or value:
                key = (by, fact.site_id, fact.day, fact.rate, str(value))
                parts = (not fact.excluded, fact.good and not fact.excluded)
                half = fact.mark == "grade_3" and not fact.excluded
                for name, more in zip(("due", "good", "half", "out"), (*parts, half, fact.excluded), strict=True):
                    found[(*key, name)] += int(more)
    keys = {key[:-1] for key in found}
    return {key: tuple(found[(*key, name)] for name in ("due", "good", "half", "out")) for key in keys}


def figure(user: User, rate: Rate) -> tuple[int, int]:
    found = next(one for one in queries.figures(queries.sites(user), EVER) if one.rate == rate)
    return found.good, found.due


def solve(case: Case, by: Mover, user: User) -> None:
    actions.accept(case.pk, by(user))
    actions.resolve(case.pk, by(user, 31), cause="老化", done="更换", text="已修好")


def marks(case: Case) -> dict[str, str]:
    return dict(Fact.objects.filter(case=case).values_list("rate", "mark"))


# --- what is counted -------------------------------------------------------------------------------------------------


def test_a_case_that_just_came_in_counts_nowhere(company: Company, open_case: Opener, clock: TestClock) -> None:
    open_case()
    summed(clock.now)
    assert Fact.objects.count() == 0
    assert figure(company.zhaozhuguan, Rate.RESPOND) == (0, 0)


def test_an_answer_in_time_counts_for_and_a_missed_deadline_against_also_while_it_is_open(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    quick, slow = open_case().case, open_case(person=Person("李先生", "13900139000")).case
    actions.accept(quick.pk, by(company.linxiao))
    actions.answer(quick.pk, by(company.linxiao), text="已派人")
    clock.move(3 * DAYS)
    clocks.sweep(clock.now)
    summed(clock.now)
    assert marks(quick)["respond"] == "met"
    assert marks(slow)["respond"] == "open"
    assert figure(company.zhaozhuguan, Rate.RESPOND) == (1, 2)
    actions.accept(slow.pk, by(company.linxiao))
    actions.answer(slow.pk, by(company.linxiao), text="抱歉让您久等")
    summed(clock.now)
    assert marks(slow)["respond"] == "late"
    assert figure(company.zhaozhuguan, Rate.RESPOND) == (1, 2)


def test_a_promise_counts_as_kept_only_when_it_was(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    kept, broken = open_case().case, open_case(person=Person("李先生", "13900139000")).case
    for case, well in ((kept, True), (broken, False)):
        actions.accept(case.pk, by(company.linxiao))
        due = clock.now + timedelta(hours=2)
        actions.commit(case.pk, by(company.linxiao), text="两小时内上门", due_at=due)
        (number,) = Case.objects.get(pk=case.pk).open_commitments
        actions.keep(case.pk, by(company.linxiao), commitment=number, kept=well)
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.COMMITMENT) == (1, 2)


def test_a_reopened_case_was_not_solved_at_the_first_attempt_however_often_it_is_solved(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    solve(case, by, company.linxiao)
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.ONCE) == (1, 1)
    actions.reopen(case.pk, by(company.linxiao), reason="又坏了")
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.ONCE) == (0, 1)
    actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.ONCE) == (0, 1)


def test_what_was_declined_and_taken_up_again_was_not_solved_at_the_first_attempt(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    actions.decline(case.pk, by(company.linxiao), reason="不归我们管", right_door="请找供电局")
    actions.reopen(case.pk, by(company.linxiao), reason="归我们管")
    resolved = []
    for _again in range(2):
        resolved.append(by(company.linxiao, 31))
        actions.resolve(case.pk, resolved[-1], cause="老化", done="更换", text="已修好")
        actions.reopen(case.pk, by(company.linxiao), reason="又坏了")
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.ONCE) == (0, 1)
    assert Fact.objects.get(case=case, rate=Rate.ONCE).at == resolved[0].at


@pytest.mark.parametrize(("days", "expect"), [(5, "repeated"), (29, "repeated"), (31, "solved")])
def test_the_same_customer_with_the_same_matter_within_thirty_days_was_not_helped(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, days: int, expect: str
) -> None:
    first = open_case(category=company.lift).case
    solve(first, by, company.linxiao)
    summed(clock.now)
    clock.move(days * DAYS)
    again = open_case(category=company.lift).case
    solve(again, by, company.linxiao)
    summed(clock.now)
    assert (marks(first)["once"], marks(again)["once"]) == (expect, "solved")


def test_another_matter_or_another_customer_is_no_repetition(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    first = open_case(category=company.lift).case
    solve(first, by, company.linxiao)
    clock.move(5 * DAYS)
    for overrides in ({"category": company.tap}, {"category": company.lift, "person": Person("李", "13900139000")}):
        solve(open_case(**overrides).case, by, company.linxiao)
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.ONCE) == (3, 3)


def test_a_grade_of_three_is_not_satisfied_and_stands_apart(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    for number, grade in enumerate((5, 3, 1)):
        case = open_case(person=Person(f"客户{number}", f"1390013900{number}")).case
        solve(case, by, company.linxiao)
        clock.move(5 * 60)
        result = Result("phone", reached=True, answered=True, solved=True, satisfied=grade, promise_kept=True)
        returns.visit(case.pk, By(company.hemin, clock.now), result)
    summed(clock.now)
    found = {one.rate: one for one in queries.figures(queries.sites(company.zhaozhuguan), EVER)}
    assert found[Rate.SATISFIED] == Figure(Rate.SATISFIED, due=3, good=1, half=1)
    assert found[Rate.REACHED] == Figure(Rate.REACHED, due=3, good=3)
    # The grade is about who did the work, not about who asks.
    assert {one.rate: one.due for one in queries.own(company.linxiao, EVER)}[Rate.SATISFIED] == 3
    assert {one.rate: one.due for one in queries.own(company.hemin, EVER)}[Rate.SATISFIED] == 0


def test_three_groups_are_compared_by_what_they_said_at_the_visit(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    told = [("complaint", True, 5), ("complaint", True, 4), ("repair", False, 1), ("inquiry", True, 2)]
    for number, (kind, solved, grade) in enumerate(told):
        case = open_case(kind=kind, person=Person(f"客户{number}", f"1390013900{number}")).case
        actions.accept(case.pk, by(company.linxiao))
        actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
        returns.rate(case.pk, result=Result("link", reached=True, solved=solved, satisfied=grade), at=clock.move(60))
    summed(clock.now)
    found = queries.compared(queries.sites(company.zhaozhuguan), EVER)
    assert [(one.group, one.good, one.due) for one in found.groups] == [
        ("never", 0, 1),
        ("recovered", 2, 2),
        ("unresolved", 0, 1),
    ]
    assert found.difference is not None
    assert found.difference.low < 1 <= found.difference.high
    nowhere = queries.compared(frozenset({company.fly.pk}), EVER)
    assert nowhere.difference is None


def test_who_is_not_reached_three_times_counts_as_not_reached(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    solve(case, by, company.linxiao)
    for _try in range(3):
        clock.move(DAYS)
        returns.visit(case.pk, By(company.hemin, clock.now), Result("phone", reached=False))
    summed(clock.now)
    assert figure(company.zhaozhuguan, Rate.REACHED) == (0, 1)
    assert figure(company.zhaozhuguan, Rate.SATISFIED) == (0, 0)


# --- what is stored agrees -------------------------------------------------------------------------------------------


def test_made_anew_from_what_is_stored_nothing_is_another(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    cases = [open_case(person=Person(f"客户{n}", f"1390013900{n}"), category=company.lift).case for n in range(4)]
    solve(cases[0], by, company.linxiao)
    solve(cases[1], by, company.linxiao)
    actions.reopen(cases[1].pk, by(company.linxiao), reason="又坏了")
    clock.move(20 * DAYS)
    clocks.sweep(clock.now)
    summed(clock.now)
    before = sums()
    assert rebuild.differences() == []
    Fact.objects.filter(case=cases[0]).delete()
    assert rebuild.differences() != []
    rebuild.rebuild(clock.now)
    assert rebuild.differences() == []
    assert sums() == before == expected()


def test_a_row_that_belongs_nowhere_is_found_and_taken_out_of_the_sums(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    solve(case, by, company.linxiao)
    summed(clock.now)
    before = sums()
    fact = Fact.objects.get(case=case, rate=Rate.ONCE)
    fact.pk, fact.ref = None, 99
    fact.save(force_insert=True)
    assert rebuild.differences() == [("once", case.pk, 99)]
    rebuild.rebuild(clock.now)
    assert sums() == before
    fact.delete()


# --- who reads what --------------------------------------------------------------------------------------------------


def test_figures_are_read_where_one_may_measure_and_nowhere_else(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    solve(open_case(site=company.ljf).case, by, company.linxiao)
    summed(clock.now)
    assert queries.sites(company.linxiao) == frozenset()
    assert figure(company.admin, Rate.ONCE) == (1, 1)
    reach = queries.sites(company.zhaozhuguan)
    assert queries.sites(company.zhaozhuguan, company.ljf.pk) <= reach
    assert {one.rate: one.good for one in queries.own(company.linxiao, EVER)}[Rate.ONCE] == 1


def test_the_rows_behind_a_figure_are_as_many_as_it_says_and_none_of_those_one_may_not_see(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    cases = [open_case(person=Person(f"客户{n}", f"1390013900{n}")).case for n in range(3)]
    for case in cases:
        solve(case, by, company.linxiao)
    summed(clock.now)
    wanted = Wanted(Rate.ONCE, EVER, queries.sites(company.zhaozhuguan), good=True)
    page = queries.page(company.zhaozhuguan, wanted, limit=2)
    rest = queries.page(company.zhaozhuguan, wanted, before=queries.place(page.next), limit=2)
    assert [row.case.pk for row in (*page.items, *rest.items)] == [case.pk for case in reversed(cases)]
    assert rest.next == ""
    dispatch.concern(cases[0].pk, by(company.admin), users=[company.zhaozhuguan], departments=[], reason="客户投诉他")
    assert len(queries.page(company.zhaozhuguan, wanted).items) == 2


def test_by_person_nobody_reads_but_they_themselves(company: Company) -> None:
    with pytest.raises(ValueError, match="person"):
        queries.broken_down(queries.sites(company.admin), EVER, queries.By.PERSON)


# --- left out --------------------------------------------------------------------------------------------------------


@pytest.fixture
def missed(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> Fact:
    """An answer that came too late."""
    case = open_case().case
    clock.move(3 * DAYS)
    clocks.sweep(clock.now)
    summed(clock.now)
    return Fact.objects.get(case=case, rate=Rate.RESPOND)


def test_what_is_left_out_is_counted_apart_after_somebody_else_agreed(
    company: Company, missed: Fact, by: Mover, clock: TestClock
) -> None:
    asked = rates.ask(missed.pk, by(company.zhaozhuguan), reason="台风停电，电话不通")
    assert figure(company.admin, Rate.RESPOND) == (0, 1)
    with pytest.raises(BadInput, match="Somebody else"):
        rates.decide(asked.pk, by(company.zhaozhuguan), granted=True)
    rates.decide(asked.pk, by(company.admin), granted=True)
    summed(clock.now)
    found = queries.figures(queries.sites(company.admin), EVER)[0]
    assert (found.due, found.excluded) == (0, 1)
    events = CaseEvent.objects.filter(case=missed.case_id, topic="rates").order_by("seq")
    assert [event.data["what"] for event in events] == ["leave_out", "left_out"]
    with pytest.raises(BadInput, match="already"):
        rates.decide(asked.pk, by(company.admin), granted=False)


def test_what_somebody_refused_to_leave_out_stays_in_and_may_be_asked_for_again(
    company: Company, missed: Fact, by: Mover, clock: TestClock
) -> None:
    asked = rates.ask(missed.pk, by(company.zhaozhuguan), reason="不算")
    with pytest.raises(BadInput, match="asked for"):
        rates.ask(missed.pk, by(company.admin), reason="也不算")
    rates.decide(asked.pk, by(company.admin), granted=False)
    summed(clock.now)
    assert figure(company.admin, Rate.RESPOND) == (0, 1)
    rates.ask(missed.pk, by(company.admin), reason="台风停电")
    assert Exclusion.objects.filter(fact=missed).count() == 2


@pytest.mark.parametrize("reason", ["", "   ", "长" * 501])
def test_without_a_fit_reason_nothing_is_left_out(company: Company, missed: Fact, by: Mover, reason: str) -> None:
    with pytest.raises(BadInput):
        rates.ask(missed.pk, by(company.zhaozhuguan), reason=reason)


def test_an_agent_can_leave_nothing_out(company: Company, missed: Fact, by: Mover) -> None:
    with pytest.raises((Forbidden, Fact.DoesNotExist)):
        rates.ask(missed.pk, by(company.linxiao), reason="不算")


def test_rates_by_tier_follow_the_tier_of_then_and_a_rebuild_keeps_it(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    gold = tiers.add("gold", TierValues("金卡"), Editor(company.admin, clock.now))
    plain = tiers.add("plain", TierValues("普通"), Editor(company.admin, clock.now))
    case = open_case(take=True).case
    tier.set_tier(case.pk, by(company.zhaozhuguan), tier="gold")
    actions.answer(case.pk, by(company.linxiao), text="马上来")
    tier.set_tier(case.pk, by(company.zhaozhuguan), tier="plain")
    actions.resolve(case.pk, by(company.linxiao), cause="a", done="b", text="好了")
    while summing.sweep(clock.now):
        pass
    period = Period(clock.now.date(), clock.now.date() + timedelta(days=40))

    def due() -> dict[str, dict[str, int]]:
        found = queries.broken_down(frozenset({company.ljf.pk}), period, queries.By.TIER)
        return {value: {one.rate: one.due for one in figures if one.due} for value, figures in found.items()}

    before = due()
    assert before[str(gold.pk)] == {"respond": 1}
    assert {"resolve", "once"} <= before[str(plain.pk)].keys()
    rebuild.rebuild(clock.now)
    assert due() == before


def test_what_was_summed_before_there_were_tiers_is_taken_out_as_it_was(company: Company) -> None:
    old = [1, "2026-03-11", "", "", "phone", "", "", True, False, False, True]
    assert [place[0] for place, _counts in summing.counted("respond", old)] == ["", "channel"]


@pytest.mark.parametrize(
    "later", [Result("phone", reached=True, declined=True), Result("phone", reached=True, solved=True)]
)
def test_a_grade_that_a_later_answer_replaced_counts_no_more(
    company: Company, open_case: Opener, by: Mover, later: Result
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已修好")
    first = (Result("phone", reached=False), Result("phone", reached=True, solved=True, satisfied=5))
    for result in (*first, later):
        returns.visit(case.pk, by(company.hemin, 61), result)
    assert Fact.objects.get(case=case, rate=Rate.SATISFIED).mark == Mark.GONE
    assert Fact.objects.get(case=case, rate=Rate.REACHED).mark == Mark.ANSWERED
    assert rebuild.differences() == []


# --- what is about whoever reads -------------------------------------------------------------------------------------


def test_a_figure_says_as_many_as_its_reader_may_open(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    """Whoever a complaint is about does not learn of it by counting."""
    for number, about in enumerate(([], [company.zhaozhuguan], [])):
        case = open_case(person=Person(f"客户{number}", f"1390013900{number}"), about_users=about, take=True).case
        actions.answer(case.pk, by(company.linxiao), text="已派人")
    summed(clock.now)
    period, mine = EVER, queries.sites(company.zhaozhuguan)
    for reader, due in ((company.zhaozhuguan, 2), (company.admin, 3), (None, 3)):
        unseen = queries.unseen(reader) if reader is not None else None
        found = [queries.figures(mine, period, unseen)]
        found += queries.broken_down(mine, period, queries.By.CHANNEL, unseen).values()
        found += queries.by_site(mine, period, unseen).values()
        assert [(one[0].rate, one[0].good, one[0].due) for one in found] == [(Rate.RESPOND, due, due)] * 3
        if reader is not None:
            rows = queries.page(reader, Wanted(Rate.RESPOND, period, mine))
            assert len(rows.items) == due
    assert (
        queries.broken_down(
            mine, Period(date(2026, 1, 1), date(2026, 1, 2)), queries.By.CHANNEL, queries.unseen(company.admin)
        )
        == {}
    )
