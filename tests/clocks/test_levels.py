"""Which deadline a service level gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases import actions
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Taps
from huiyin.clocks import actions as clocks
from huiyin.clocks import levels, queries
from huiyin.clocks.actions import LevelRow
from huiyin.clocks.models import CalendarDay, CalendarYear, Clock
from tests.conftest import Mover, Opener
from tests.people import LEVELS, NOW, WORK, WORKDAY, Company, TestClock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def clock_of(case: Case, kind: str) -> Clock:
    return Clock.objects.filter(case=case, kind=kind).order_by("-pk")[0]


@given(st.integers(1, 100_000))
def test_a_warning_comes_at_four_fifths_and_five_minutes_before(minutes: int) -> None:
    due = NOW + minutes * MINUTE
    found = levels.explicit(NOW, due)
    assert NOW <= found.warn_at <= max(NOW, due - 5 * MINUTE)
    assert found.warn_at <= NOW + (due - NOW) * 0.8
    if minutes >= 25:
        assert found.warn_at == NOW + (due - NOW) * 0.8


def test_the_warning_of_a_service_level_counts_working_time(open_case: Opener, company: Company, now: datetime) -> None:
    case = open_case(kind="inquiry", category=company.fee).case  # 3 working days: Wednesday 10:00 to Monday 10:00
    resolve = clock_of(case, "resolve")
    assert resolve.due_at == now + 5 * DAY
    assert resolve.warn_at == datetime(2026, 3, 13, 6, 12, tzinfo=UTC)  # 19.2 of 24 hours: Friday 14:12


def test_a_complaint_without_work_on_site_is_answered_within_three_working_days_at_most(
    open_case: Opener, company: Company, now: datetime
) -> None:
    conduct = open_case(category=company.conduct).case
    assert clock_of(conduct, "respond").due_at == now + 30 * MINUTE  # the severity's own is earlier
    assert clock_of(conduct, "resolve").due_at == now + 2 * DAY
    bare = open_case(category=None).case  # P4: three working days by both
    assert clock_of(bare, "resolve").due_at == now + 5 * DAY


def test_several_departments_double_the_time_to_finish_and_nothing_else(
    open_case: Opener, company: Company, now: datetime
) -> None:
    case = open_case(kind="repair", category=company.tap, complexity="several").case
    assert clock_of(case, "resolve").due_at == now + 4 * DAY
    assert clock_of(case, "respond").due_at == now + 30 * MINUTE


def test_a_cap_is_not_doubled(open_case: Opener, now: datetime) -> None:
    case = open_case(complexity="several").case  # P4: six working days of its own, but it is a complaint
    assert clock_of(case, "resolve").due_at == now + 5 * DAY


def test_a_project_is_answered_like_any_case_and_then_has_a_word_every_week(
    open_case: Opener, company: Company, by: Mover, now: datetime
) -> None:
    case = open_case(kind="repair", category=company.lift, complexity="project").case
    found = {clock.kind: clock.due_at for clock in queries.of_case(case)}
    assert found == {"respond": now + 15 * MINUTE, "plan": now + 7 * DAY}  # five workdays
    told = by(company.linxiao)
    actions.answer(case.pk, told, text="需要动用维修资金")
    assert clock_of(case, "update").due_at == told.at + 7 * DAY
    handed = by(company.linxiao)
    actions.hand_over(case.pk, handed, department=company.engineering, task="出方案")
    assert clock_of(case, "reply").due_at == handed.at + 2 * HOUR


def test_a_case_that_turns_out_a_project_has_no_time_to_finish_until_it_is_none_again(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="repair", category=company.tap).case
    tapped = Taps(state=1, scope=1, impact=1)
    actions.set_grade(case.pk, by(company.linxiao), taps=tapped, complexity="project")
    assert clock_of(case, "resolve").outcome == "cancelled"
    again = by(company.linxiao)
    actions.set_grade(case.pk, again, taps=tapped, complexity="simple")
    assert (clock_of(case, "resolve").outcome, clock_of(case, "resolve").due_at) == ("", again.at + 2 * DAY)


def test_a_higher_severity_moves_deadlines_forward_and_the_first_one_stays_visible(
    open_case: Opener, company: Company, by: Mover, now: datetime
) -> None:
    case = open_case(kind="repair", category=company.tap).case
    actions.set_grade(case.pk, by(company.linxiao, 5), taps=Taps(state=1, scope=2, impact=2))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.first_due_at) == (now + DAY, now + 2 * DAY)


def test_lowering_the_severity_does_not_undo_what_was_missed(
    open_case: Opener, company: Company, by: Mover, now: datetime
) -> None:
    case = open_case(kind="repair", category=company.lift).case
    actions.set_severity(case.pk, by(company.linxiao, 60), severity="P4", reason="住户说不着急，改天再修也行")
    respond = clock_of(case, "respond")
    assert (respond.due_at, respond.breached_at) == (now + 15 * MINUTE, now + 15 * MINUTE)


def test_changed_levels_leave_running_clocks_alone_and_count_for_new_ones(
    open_case: Opener, company: Company, by: Mover, now: datetime
) -> None:
    old = open_case(kind="repair", category=company.lift).case
    rows = [LevelRow(row.kind, row.severity, row.minutes * 2, row.calendar, row.condition) for row in LEVELS]
    policy = clocks.set_policy("test", rows, at=now, source="more time")
    assert policy.version == 2
    new = open_case(kind="repair", category=company.lift).case
    assert clock_of(old, "respond").due_at == now + 15 * MINUTE
    assert clock_of(new, "respond").due_at == now + 30 * MINUTE
    actions.set_grade(old.pk, by(company.linxiao), taps=Taps(state=1, scope=2, impact=2))
    assert clock_of(old, "respond").due_at == now + 15 * MINUTE  # reckoned anew, but under its own levels


def test_a_company_without_levels_has_cases_without_clocks(bare_levels: None, open_case: Opener) -> None:
    assert queries.of_case(open_case().case) == []


@pytest.fixture
def bare_levels(company: Company) -> None:
    clocks.set_policy("none", [], at=NOW, source="nothing promised")


# --- days for which nobody has published holidays --------------------------------------------------------------------


@pytest.fixture
def december(clock: TestClock) -> datetime:
    """Wednesday 30 December 2026, 10:00 in Shanghai; the holidays of 2027 are not known."""
    clock.now = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
    return clock.now


def test_a_deadline_in_a_year_without_holidays_is_provisional(
    december: datetime, open_case: Opener, company: Company
) -> None:
    resolve = clock_of(open_case(kind="inquiry", category=company.fee).case, "resolve")
    assert resolve.provisional
    assert resolve.due_at == datetime(2027, 1, 4, 2, 0, tzinfo=UTC)  # by the weekly pattern: Monday 10:00


def test_a_year_that_becomes_known_moves_provisional_deadlines_as_an_event(
    december: datetime, open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case(kind="inquiry", category=company.fee).case
    untouched = open_case(kind="repair", category=company.lift).case
    moved = clocks.set_year(2027, {date(2027, 1, 1): (False, "元旦")}, source="国务院", at=by(None).at)
    resolve = clock_of(case, "resolve")
    assert (moved, resolve.provisional, resolve.due_at) == (1, False, datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    assert resolve.first_due_at == datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
    event = CaseEvent.objects.get(case=case, topic="clocks", data__what="reckoned")
    assert (event.data["clock"], event.data["due_at"]) == ("resolve", "2027-01-05T02:00:00+00:00")
    assert not CaseEvent.objects.filter(case=untouched, topic="clocks").exists()


def test_a_gap_of_years_is_not_jumped_over(company: Company) -> None:
    clocks.set_year(2028, {}, source="guess", at=NOW)
    assert levels.levels().known_until == date(2026, 12, 31)
    clocks.set_year(2027, {}, source="guess", at=NOW)
    assert levels.levels().known_until == date(2028, 12, 31)


def test_a_year_set_by_hand_is_not_mixed_with_the_library(company: Company) -> None:
    clocks.set_year(2026, {date(2026, 1, 2): (False, "厂休")}, source="by hand", at=NOW)
    clocks.load_china_days()
    assert list(CalendarDay.objects.filter(day__year=2026).values_list("name", flat=True)) == ["厂休"]
    assert CalendarYear.objects.get(year=2026).source == "by hand"


def test_a_make_up_day_works_like_a_monday(company: Company) -> None:
    work = next(row for row in levels.levels().calendars.values() if row.code == WORK)
    calendar = levels.levels().calendar(work.pk, "Asia/Shanghai")
    make_up = datetime(2026, 2, 14, 0, 0, tzinfo=UTC)  # a Saturday that makes up for the Spring Festival
    assert calendar.between(make_up, make_up + DAY) == WORKDAY * MINUTE
    assert calendar.between(make_up + DAY, make_up + 2 * DAY) == timedelta()


def test_how_far_ahead_holidays_are_known(company: Company) -> None:
    assert clocks.days_of_data_left(datetime(2026, 12, 1, tzinfo=UTC)) == 30
    assert clocks.days_of_data_left(datetime(2027, 1, 10, tzinfo=UTC)) == -10
