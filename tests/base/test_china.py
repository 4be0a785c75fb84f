"""The holiday table against the announced numbers of working days, and against make-up days known by date."""

from datetime import date, timedelta

import pytest

from huiyin.base.china import china_days, china_known_until


def workdays(year: int) -> int:
    differs = {day.date: day.works for day in china_days()}
    days = (date(year, 1, 1) + timedelta(days=i) for i in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
    return sum(differs.get(day, day.weekday() < 5) for day in days)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2018, 250),
        (2019, 250),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ],
)
def test_each_year_has_its_announced_number_of_workdays(year: int, expected: int) -> None:
    assert workdays(year) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2025, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_weekend_days_that_are_worked_are_known_by_date(year: int, expected: list[str]) -> None:
    assert [f"{d.date:%m-%d}" for d in china_days() if d.works and d.date.year == year] == expected


def test_only_days_that_differ_from_monday_to_friday_are_listed_in_order() -> None:
    days = china_days()
    assert [d.date for d in days] == sorted({d.date for d in days})
    assert all(d.works == (d.date.weekday() >= 5) for d in days)


def test_a_holiday_bears_its_chinese_name() -> None:
    names = {d.date: d.name for d in china_days()}
    assert names[date(2025, 10, 1)] == "国庆节"
    assert names[date(2025, 1, 26)] == "春节"


def test_the_data_end_with_a_year_and_no_day_is_listed_after_it() -> None:
    last = china_known_until()
    assert (last.month, last.day) == (12, 31)
    assert last.year >= 2026
    assert china_days()[-1].date <= last
