"""The monthly report: each case adds what is stored of it, whatever the order; the sums are those of the rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.test import Client

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.recovery import actions as recovery
from huiyin.recovery import failures, giving
from huiyin.recovery.wanted import Option, Wanted
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.worth import known, queries, tallying
from huiyin.worth.definitions import Figure, Outcome
from huiyin.worth.models import Line, MonthSum, SiteWorth, Tally, Worth
from huiyin.worth.priors import Book
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

MARCH = date(2026, 3, 1)


ClientFor = Callable[[User], Client]


def summed(now: datetime) -> None:
    while tallying.sweep(now):
        pass
    assert tallying.differences() == []
    assert tallying.wrong_sums() == 0


def give(case: Case, by: Mover, company: Company, amount: int = 30_00) -> None:
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    recovery.propose(case.pk, by(company.linxiao), options=[Option([Wanted("voucher", amount)])])
    giving.deliver(case.pk, by(company.linxiao), remedy=1)


def told(case: Case, company: Company, clock: TestClock, *, solved: bool) -> None:
    actions.resolve(case.pk, By(company.linxiao, clock.move(31)), cause="老化", done="更换", text="已修好")
    clock.move(5 * 60)
    result = Result(
        "phone", reached=True, answered=True, solved=solved, satisfied=5 if solved else 1, promise_kept=True
    )
    returns.visit(case.pk, By(company.hemin, clock.now), result)


def value(case: Case, amount: int = 10_000_00) -> None:
    assert case.customer_id
    Worth.objects.create(
        customer_id=case.customer_id,
        method="simple",
        value=amount,
        low=amount,
        high=amount,
        basis=3,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        priors="",
    )


def test_a_case_without_a_failure_adds_nothing(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    summed(clock.now)
    assert not Tally.objects.exists()


def test_what_was_given_and_worked_counts_in_the_month_of_the_site(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    give(case, by, company)
    summed(clock.now)
    found = queries.report(frozenset({company.ljf.pk}), MARCH)
    assert [(one.value, one.count, one.amount) for one in found.parts[Figure.COST]] == [("voucher/us", 1, 30_00)]
    entries = Case.objects.get(pk=case.pk).caseevent_set.exclude(actor=None).count()
    labour = found.whole(Figure.LABOUR)
    assert (labour.count, labour.amount) == (entries * 4, entries * 4 * 80)
    assert labour.low < labour.amount < labour.high
    assert Figure.OUTCOME not in found.parts
    assert queries.report(frozenset({company.fly.pk}), MARCH).parts == {}


def test_what_is_kept_is_reckoned_from_the_customers_value_once_they_say_it_is_solved(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    value(case)
    give(case, by, company)
    told(case, company, clock, solved=True)
    summed(clock.now)
    found = queries.report(queries.sites(company.zhaozhuguan), MARCH)
    assert found.part(Figure.OUTCOME, Outcome.RECOVERED).count == 1
    kept = found.whole(Figure.KEPT)
    # Major: 9 % leave when it isn't made good, 3 % when it is; words: 9 % · 13.5 people · 0.3 % · (10,000 − 300).
    assert kept.amount == round(0.06 * 10_000_00) + round(0.09 * 13.5 * 0.003 * 9_700_00)
    assert kept.low < kept.amount < kept.high
    assert found.net.value == kept.amount - 30_00 - found.whole(Figure.LABOUR).amount
    lost = found.part(Figure.LOST, Outcome.RECOVERED)
    assert (lost.count, lost.amount) == (200, 6_00)  # 3 % less the 1 % that leave anyway, at 300 yuan
    assert Figure.DELAY not in found.parts


def test_what_is_not_solved_keeps_nothing_and_a_second_failure_is_a_repetition(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    for _again in range(2):
        case = open_case().case
        failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
        told(case, company, clock, solved=False)
        assert Case.objects.get(pk=case.pk).resolved_at is None  # a bad visit opens it again
        actions.resolve(case.pk, by(company.hemin, 31), cause="老化", done="更换", text="已修好")
    summed(clock.now)
    found = queries.report(queries.sites(company.zhaozhuguan), MARCH)
    assert found.part(Figure.OUTCOME, Outcome.UNRESOLVED).count == 2
    assert found.whole(Figure.REPEAT).count == found.part(Figure.REPEAT, Outcome.UNRESOLVED).count == 1
    assert Figure.KEPT not in found.parts


def test_of_those_not_made_good_none_came_again_when_what_came_again_was_made_good(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock, client_for: ClientFor
) -> None:
    for _again in range(2):
        case = open_case().case
        give(case, by, company)
        told(case, company, clock, solved=True)
    summed(clock.now)
    found = queries.report(queries.sites(company.zhaozhuguan), MARCH)
    assert found.part(Figure.REPEAT, Outcome.RECOVERED).count == 1
    text = client_for(company.zhaozhuguan).get("/reports/recovery/?month=2026-03").content.decode()
    assert re.search(r"<strong>0</strong> failures not made good.*of customers who had one before: 0<", text)


def test_late_is_what_came_after_its_promised_time(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    value(case)
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    recovery.propose(case.pk, by(company.linxiao), options=[Option([Wanted("voucher", 30_00)])])
    due = clock.now + timedelta(hours=1)
    giving.promise(case.pk, by(company.linxiao), remedies=[1], due_at=due, text="今天给您送到")
    clock.move(3 * 60)
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    told(case, company, clock, solved=True)
    summed(clock.now)
    found = queries.report(queries.sites(company.zhaozhuguan), MARCH)
    assert found.whole(Figure.DELAY).amount == round(found.whole(Figure.KEPT).amount * 0.44)


def test_rebuilt_from_what_is_stored_it_is_the_same(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    for number in range(3):
        case = open_case(person=Person(f"客户{number}", f"1390013900{number}")).case
        give(case, by, company)
        told(case, company, clock, solved=number > 0)
    summed(clock.now)
    names = ("site", "month", "figure", "value", "count", "amount", "low", "high")
    before = set(MonthSum.objects.values_list(*names))
    tallying.rebuild(clock.now)
    assert set(MonthSum.objects.values_list(*names)) == before


def test_the_check_finds_what_was_changed_behind_its_back(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    give(case, by, company)
    summed(clock.now)
    Line.objects.filter(figure=Figure.COST).update(amount=1)
    assert tallying.differences() == [case.pk]
    assert tallying.wrong_sums() == 1
    tallying.rebuild(clock.now)
    summed(clock.now)


def test_the_rows_behind_a_figure_are_those_one_may_see(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    give(case, by, company)
    summed(clock.now)
    wanted = queries.Wanted(Figure.COST, MARCH, queries.sites(company.zhaozhuguan))
    assert [row.case.pk for row in queries.page(company.zhaozhuguan, wanted).items] == [case.pk]
    assert queries.page(company.chenjia, wanted).items == []
    assert queries.sites(company.linxiao) == frozenset()


def test_the_desk_weighs_by_the_average_and_only_who_measures_sees_the_customers_own_value(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    value(case, 50_000_00)
    SiteWorth.objects.create(
        site=company.hq, value=4_000_00, low=3_000_00, high=5_000_00, customers=9, at=clock.now, priors=""
    )
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    named = failures.of_case(case)
    assert named is not None
    events = list(case.caseevent_set.all())
    at_desk = queries.beside(company.linxiao, case, named, events)
    above = queries.beside(company.zhaozhuguan, case, named, events)
    assert at_desk is not None
    assert above is not None
    assert at_desk.known.range is not None
    assert at_desk.known.range.value == 4_000_00
    assert not at_desk.own
    assert above.known.range is not None
    assert above.known.range.value == 50_000_00
    assert above.own


def test_too_few_customers_make_no_average(company: Company, book: Book, clock: TestClock) -> None:
    SiteWorth.objects.create(site=company.hq, value=1, low=1, high=1, customers=4, at=clock.now, priors="")
    assert known.values([]).of(None, company.ljf.pk).range is None


def test_whoever_a_case_is_about_reads_a_report_without_it(
    company: Company, book: Book, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    for number, about in enumerate(([], [company.zhaozhuguan])):
        case = open_case(person=Person(f"客户{number}", f"1390013900{number}"), about_users=about, take=True).case
        give(case, by, company)
    summed(clock.now)
    where = queries.sites(company.zhaozhuguan)
    for reader, count in ((company.zhaozhuguan, 1), (company.admin, 2), (None, 2)):
        by_site = queries.by_site(where, MARCH, reader)
        for found in (queries.report(where, MARCH, reader), by_site[company.ljf.pk]):
            cost = found.whole(Figure.COST)
            assert (cost.count, cost.amount) == (count, count * 30_00)
        if reader is not None:
            assert len(queries.page(reader, queries.Wanted(Figure.COST, MARCH, where)).items) == count
