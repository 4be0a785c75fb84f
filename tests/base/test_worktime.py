"""Working time on worked examples: spans, holidays, clock changes, and what a calendar refuses."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from huiyin.base.china import china_days, china_known_until
from huiyin.base.worktime import NoWorkingTime, Span, WorkCalendar, always

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_SIX: tuple[Span, ...] = ((540, 1080),)
CHINA = WorkCalendar(
    zone=SHANGHAI,
    week=(NINE_TO_SIX,) * 5 + ((), ()),
    days={day.date: NINE_TO_SIX if day.works else () for day in china_days()},
    known_until=china_known_until(),
)
NIGHTS = WorkCalendar(zone=BERLIN, week=(((0, 360), (1320, 1440)),) * 7)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def minutes(amount: float) -> timedelta:
    return timedelta(minutes=amount)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("2025-09-30 17:00", "2025-10-09 10:00", 120), ("2025-09-26 17:30", "2025-09-29 09:30", 600)],
)
def test_holidays_and_make_up_days_count_as_announced(start: str, end: str, expected: int) -> None:
    assert CHINA.between(at(start), at(end)) == minutes(expected)
    assert CHINA.add(at(start), minutes(expected)) == at(end)


def test_results_are_in_utc() -> None:
    assert CHINA.add(at("2025-09-29 09:00"), minutes(1)).tzinfo is UTC
    assert CHINA.add(at("2025-09-29 09:00"), minutes(0)).tzinfo is UTC


def test_the_last_minute_of_a_day_is_due_in_the_evening_not_next_morning() -> None:
    assert CHINA.add(at("2025-09-29 17:00"), minutes(60)) == at("2025-09-29 18:00")


def test_nothing_added_on_a_sunday_stays_on_the_sunday() -> None:
    assert CHINA.add(at("2025-09-21 03:00"), minutes(0)) == at("2025-09-21 03:00")


def test_a_minute_added_on_a_sunday_ends_on_monday_morning() -> None:
    assert CHINA.add(at("2025-09-21 03:00"), minutes(1)) == at("2025-09-22 09:01")


def test_a_lunch_break_is_no_working_time() -> None:
    lunch = WorkCalendar(zone=SHANGHAI, week=(((540, 720), (780, 1080)),) * 7)
    assert lunch.add(at("2025-09-22 11:30"), minutes(60)) == at("2025-09-22 13:30")
    assert lunch.between(at("2025-09-22 12:10"), at("2025-09-22 12:50")) == minutes(0)


def test_seconds_and_microseconds_are_kept() -> None:
    start = at("2025-09-22 17:59:30.250000")
    assert CHINA.add(start, minutes(1)) == at("2025-09-23 09:00:30.250000")


def test_day_and_night_is_plain_elapsed_time() -> None:
    start = at("2025-03-30 01:00", BERLIN)
    assert always(BERLIN).add(start, timedelta(hours=2)) == at("2025-03-30 04:00", BERLIN)
    assert always(BERLIN).between(start, at("2025-03-31 01:00", BERLIN)) == timedelta(hours=23)


def test_a_calendar_of_whole_days_with_one_holiday_skips_the_holiday() -> None:
    calendar = WorkCalendar(zone=SHANGHAI, week=(((0, 1440),),) * 7, days={date(2025, 10, 1): ()})
    assert calendar.add(at("2025-09-30 23:00"), minutes(120)) == at("2025-10-02 01:00")


@pytest.mark.parametrize(("day", "hours"), [("2025-03-29", 8), ("2025-03-30", 7), ("2025-10-26", 9)])
def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clocks_change(day: str, hours: int) -> None:
    start = at(f"{day} 00:00", BERLIN)
    end = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=BERLIN)
    assert NIGHTS.between(start, end) == timedelta(hours=hours)


def test_a_span_that_begins_in_the_skipped_hour_begins_at_the_clock_change() -> None:
    calendar = WorkCalendar(zone=BERLIN, week=(((150, 240),),) * 7)
    assert calendar.add(at("2025-03-30 00:00", BERLIN), minutes(1)) == at("2025-03-30 03:01", BERLIN)
    assert calendar.between(at("2025-03-30 00:00", BERLIN), at("2025-03-30 12:00", BERLIN)) == minutes(60)


def test_a_span_wholly_inside_the_skipped_hour_does_not_exist_that_day() -> None:
    calendar = WorkCalendar(zone=BERLIN, week=(((125, 175),),) * 7)
    assert calendar.between(at("2025-03-30 00:00", BERLIN), at("2025-03-31 00:00", BERLIN)) == minutes(0)


def test_a_span_that_begins_in_the_repeated_hour_begins_at_its_first_coming() -> None:
    calendar = WorkCalendar(zone=BERLIN, week=(((150, 240),),) * 7)
    assert calendar.between(at("2025-10-26 00:00", BERLIN), at("2025-10-26 12:00", BERLIN)) == minutes(150)


def test_a_skipped_midnight_and_a_skipped_day_are_survived() -> None:
    brazil = WorkCalendar(zone=ZoneInfo("America/Sao_Paulo"), week=(((0, 120),),) * 7)
    assert brazil.between(datetime(2018, 11, 4, tzinfo=UTC), datetime(2018, 11, 4, 12, tzinfo=UTC)) == minutes(60)
    samoa = WorkCalendar(zone=ZoneInfo("Pacific/Apia"), week=(((0, 720),),) * 7)
    assert samoa.between(at("2011-12-29 00:00", samoa.zone), at("2012-01-01 00:00", samoa.zone)) == timedelta(hours=24)


def test_a_deadline_past_the_known_holidays_is_provisional() -> None:
    known = WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 7, known_until=date(2026, 12, 31))
    start = at("2026-12-30 10:00")
    assert not known.provisional(start, at("2026-12-31 18:00"))
    assert not known.provisional(start, at("2027-01-01 00:00"))
    assert known.provisional(start, at("2027-01-01 00:01"))
    assert known.provisional(at("2027-01-01 00:00"), at("2027-01-01 00:00"))


def test_a_calendar_without_a_limit_is_never_provisional() -> None:
    assert not NIGHTS.provisional(at("2025-01-01 00:00"), at("2099-01-01 00:00"))


def test_a_naive_instant_is_refused_with_a_hint() -> None:
    for naive in (datetime(2025, 1, 1), datetime(2025, 1, 1).replace(microsecond=1)):  # noqa: DTZ001 - the point
        with pytest.raises(ValueError, match="has no time zone"):
            CHINA.add(naive, minutes(1))


def test_negative_amounts_and_reversed_ends_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CHINA.add(at("2025-01-01 00:00"), minutes(-1))
    with pytest.raises(ValueError, match="before the start"):
        CHINA.between(at("2025-01-02 00:00"), at("2025-01-01 00:00"))
    with pytest.raises(ValueError, match="before it begins"):
        CHINA.deadline(at("2025-01-01 00:00"), minutes(1), [(at("2025-01-02 00:00"), at("2025-01-01 00:00"))])


@pytest.mark.parametrize(
    ("spans", "hint"),
    [
        (((600, 540),), "not inside"),
        (((0, 1441),), "not inside"),
        (((0, 60), (30, 90)), "overlaps"),
        (((5, 5),), "not"),
    ],
)
def test_spans_out_of_range_or_order_are_refused(spans: tuple[Span, ...], hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        WorkCalendar(zone=SHANGHAI, week=(spans,) * 7)
    with pytest.raises(ValueError, match=hint):
        WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 7, days={date(2025, 1, 1): spans})


def test_a_week_without_work_or_with_six_days_is_refused() -> None:
    with pytest.raises(ValueError, match="no working span"):
        WorkCalendar(zone=SHANGHAI, week=((),) * 7)
    with pytest.raises(ValueError, match="7 days"):
        WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 6)


def test_more_than_five_years_of_rest_is_an_error_whatever_was_reckoned_before() -> None:
    rest: dict[date, tuple[Span, ...]] = {date(2020, 1, 1) + timedelta(days=i): () for i in range(365 * 6)}
    calendar = WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 7, days=rest)
    for _ in range(2):
        with pytest.raises(NoWorkingTime, match="five years"):
            calendar.add(at("2019-12-31 17:30"), minutes(31))
        calendar.between(at("2018-01-01 00:00"), at("2030-01-01 00:00"))
    assert calendar.add(at("2019-12-31 17:30"), minutes(30)) == at("2019-12-31 18:00")


def test_an_amount_beyond_the_reckoned_centuries_is_an_error() -> None:
    with pytest.raises(NoWorkingTime, match="reaches past 2199"):
        CHINA.add(at("2025-01-01 00:00"), timedelta(days=300 * 365))
    with pytest.raises(ValueError, match="1901 to 2199"):
        CHINA.add(datetime(1, 1, 1, tzinfo=UTC), minutes(1))


def test_changing_the_days_afterwards_does_not_change_the_calendar() -> None:
    days: dict[date, tuple[Span, ...]] = {date(2025, 9, 22): ()}
    calendar = WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 7, days=days)
    days.clear()
    assert calendar.add(at("2025-09-22 09:00"), minutes(1)) == at("2025-09-23 09:01")


def test_calendars_with_the_same_hours_are_equal_whatever_they_have_reckoned() -> None:
    one = WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 7)
    two = WorkCalendar(zone=SHANGHAI, week=(NINE_TO_SIX,) * 7)
    one.add(at("2025-09-22 09:00"), minutes(1))
    assert one == two
    assert hash(one) == hash(two)


def test_threads_that_share_a_calendar_agree() -> None:
    calendar = WorkCalendar(zone=SHANGHAI, week=CHINA.week, days=CHINA.days)
    starts = [at(f"{year}-03-01 10:00") for year in range(2005, 2026)]
    expected = [CHINA.add(start, timedelta(hours=27)) for start in starts]
    answers: list[list[datetime]] = []

    def reckon() -> None:
        answers.append([calendar.add(start, timedelta(hours=27)) for start in starts])

    threads = [threading.Thread(target=reckon) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 8
