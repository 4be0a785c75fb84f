"""Where the time of many cases went."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.cases import actions, dispatch
from huiyin.cases.journey import Stage
from huiyin.cases.models import Case
from huiyin.rates import queries, walking
from huiyin.rates.walking import Walkthrough
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

from .test_rates import EVER, solve

HOUR = timedelta(hours=1)


@pytest.fixture
def worked(company: Company, open_case: Opener, by: Mover) -> Case:
    """Taken after a minute, at a department for two hours, resolved half an hour later; the customer gave a 5."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao, 0), department=company.engineering, task="去看")
    actions.reply(case.pk, by(company.zhougong, 120), text="主板换了")
    actions.resolve(case.pk, by(company.linxiao, 30), cause="老化", done="更换", text="已修好")
    returns.visit(case.pk, by(company.hemin, 60), Result("phone", reached=True, solved=True, satisfied=5))
    return case


def through(company: Company, clock: TestClock, category: int | None = None) -> Walkthrough:
    user = company.zhaozhuguan
    return walking.through(user, walking.of_period(EVER, queries.sites(user), category), at=clock.now)


def test_the_time_of_a_department_is_its_own_and_the_shares_are_all_of_it(
    company: Company, worked: Case, clock: TestClock
) -> None:
    found = through(company, clock)
    assert {stage: station.half / HOUR for stage, station in found.stages.items()} == {
        Stage.UNTAKEN: pytest.approx(1 / 60),
        Stage.DEPARTMENT: 2,
        Stage.DESK: 0.5,
        Stage.VISIT: 1,
    }
    until_done = [station.share for stage, station in found.stages.items() if stage != Stage.VISIT]
    assert sum(until_done) == pytest.approx(1)
    assert {key: station.half / HOUR for key, station in found.departments.items()} == {company.engineering.pk: 2}
    assert [one.grade for one in found.walked] == [5]


def test_half_and_nine_in_ten_are_times_that_cases_had(
    company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    times = (5, 10, 15, 20, 25, 30, 35, 40, 45, 1000)
    for minutes in times:
        case = open_case().case
        actions.accept(case.pk, by(company.linxiao, 0))
        actions.resolve(case.pk, by(company.linxiao, minutes), cause="老化", done="更换", text="已修好")
    desk = through(company, clock).stages[Stage.DESK]
    assert (desk.count, desk.half, desk.most) == (10, timedelta(minutes=25), timedelta(minutes=45))
    assert desk.longest.case == case


def test_those_who_met_us_more_often_stand_apart(
    company: Company, worked: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    for _time in range(3):
        actions.answer(case.pk, by(company.linxiao), text="还在查", public=True)
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已修好")
    bands = {(one.least, one.most): (one.count, one.graded, one.satisfied) for one in through(company, clock).bands}
    assert bands == {(1, 2): (0, 0, 0), (3, 4): (1, 1, 1), (5, None): (1, 0, 0)}


def test_another_category_or_nothing_resolved_is_nothing_to_walk_through(
    company: Company, worked: Case, open_case: Opener, clock: TestClock
) -> None:
    open_case()
    assert len(through(company, clock).walked) == 1
    assert through(company, clock, category=company.tap.pk).walked == []


def test_only_what_the_reader_may_see_is_walked_through(
    company: Company, worked: Case, clock: TestClock, by: Mover
) -> None:
    dispatch.concern(
        worked.pk, by(company.linxiao), users=[company.zhaozhuguan], departments=[], reason="投诉的是主管本人"
    )
    assert through(company, clock).walked == []


def test_however_many_cases_the_questions_are_as_many(
    company: Company, worked: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    through(company, clock)
    with CaptureQueriesContext(connection) as of_one:
        assert len(through(company, clock).walked) == 1
    for _time in range(4):
        solve(open_case().case, by, company.linxiao)
    with CaptureQueriesContext(connection) as of_five:
        assert len(through(company, clock).walked) == 5
    assert len(of_one) == len(of_five)
    assert sum("org_revision" not in one["sql"] for one in of_five.captured_queries) == 5
