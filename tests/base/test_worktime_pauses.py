"""Pauses: what they credit and what they never do.

The faults that each of these guards against were reported for other help desks: a clock that ran on while it showed
"paused", a case breached while pending, a pause lost when the policy changed, a weekend credited as working days, and
time after solving counted as pending.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.base.worktime import Pause, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar(zone=SHANGHAI, week=(((540, 1080),),) * 5 + ((), ()))
FRIDAY, MONDAY, TUESDAY = "2025-09-19", "2025-09-22", "2025-09-23"


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def test_a_clock_does_not_run_while_it_is_paused() -> None:
    pause = (at(MONDAY, "10:00"), at(MONDAY, "15:00"))
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(2), [pause]) == at(MONDAY, "16:00")
    assert OFFICE.spent(at(MONDAY, "09:00"), at(MONDAY, "16:00"), [pause]) == hours(2)


def test_a_case_is_never_breached_while_it_is_paused() -> None:
    for now in (at(MONDAY, "10:01"), at(MONDAY, "18:00"), at("2025-10-31", "03:00")):
        assert OFFICE.deadline(at(MONDAY, "09:00"), hours(2), [(at(MONDAY, "10:00"), now)]) > now


def test_a_pause_is_kept_when_the_allowance_changes() -> None:
    pauses = [(at(MONDAY, "10:00"), at(MONDAY, "12:00"))]
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(4), pauses) == at(MONDAY, "15:00")
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(2), pauses) == at(MONDAY, "13:00")
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(9), pauses) == at(TUESDAY, "11:00")


def test_a_pause_over_a_weekend_credits_no_working_time() -> None:
    whole_weekend = (at(FRIDAY, "18:00"), at(MONDAY, "09:00"))
    assert OFFICE.deadline(at(FRIDAY, "17:00"), hours(2), [whole_weekend]) == at(MONDAY, "10:00")


def test_a_pause_from_friday_to_monday_credits_its_working_hours_only() -> None:
    pause = (at(FRIDAY, "17:00"), at(MONDAY, "10:00"))
    assert OFFICE.deadline(at(FRIDAY, "16:00"), hours(2), [pause]) == at(MONDAY, "11:00")


def test_a_pause_that_begins_after_the_deadline_moves_nothing() -> None:
    later = (at(MONDAY, "11:00"), at(TUESDAY, "11:00"))
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(2), [later]) == at(MONDAY, "11:00")


def test_time_between_solving_and_reopening_is_a_pause_and_the_time_before_it_stays_spent() -> None:
    solved = (at(MONDAY, "10:00"), at(TUESDAY, "10:00"))
    assert OFFICE.spent(at(MONDAY, "09:00"), at(TUESDAY, "11:00"), [solved]) == hours(2)


def test_overlapping_pauses_are_credited_once() -> None:
    pauses: list[Pause] = [
        (at(MONDAY, "13:00"), at(MONDAY, "14:00")),
        (at(MONDAY, "10:00"), at(MONDAY, "12:00")),
        (at(MONDAY, "11:00"), at(MONDAY, "13:00")),
        (at(MONDAY, "10:30"), at(MONDAY, "10:40")),
    ]
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(2), pauses) == at(MONDAY, "15:00")


def test_the_part_of_a_pause_before_the_start_is_not_credited() -> None:
    pauses = [(at(FRIDAY, "09:00"), at(MONDAY, "10:00")), (at(FRIDAY, "09:00"), at(FRIDAY, "10:00"))]
    assert OFFICE.deadline(at(MONDAY, "09:00"), hours(1), pauses) == at(MONDAY, "11:00")
    assert OFFICE.spent(at(MONDAY, "09:00"), at(MONDAY, "11:00"), pauses) == hours(1)


def test_a_pause_that_outlasts_the_period_is_cut_at_its_end() -> None:
    assert OFFICE.spent(
        at(MONDAY, "09:00"), at(MONDAY, "11:00"), [(at(MONDAY, "10:00"), at(TUESDAY, "10:00"))]
    ) == hours(1)
