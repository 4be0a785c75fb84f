"""Working days of mainland China: holidays and make-up working days, as announced by the State Council each autumn.

Source: the `chinese-calendar` package, which repeats those announcements. The next year is unknown until it is
announced and the package is renewed; until then the weekly pattern stands in and deadlines are provisional.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar

__all__ = ["ChinaDay", "china_days", "china_known_until"]

FIRST_YEAR = 2004  # the package's first; it says so only by refusing the years before
SATURDAY = 5


class ChinaDay(NamedTuple):
    """A day that differs from Monday to Friday: a holiday on a weekday, or a weekend day that is worked."""

    date: date
    works: bool
    name: str
    """The holiday's Chinese name; a make-up day bears the name of the holiday that it makes up for."""


@cache
def china_days() -> tuple[ChinaDay, ...]:
    """Every day that differs from the Monday-to-Friday pattern, ascending, for all years with data."""
    return tuple(_differing_days())


@cache
def china_known_until() -> date:
    """The last day for which holidays are known: 31 December of the last announced year."""
    return _last_day()


def _differing_days() -> Iterator[ChinaDay]:
    day, last = date(FIRST_YEAR, 1, 1), china_known_until()
    while day <= last:
        rests, name = chinese_calendar.get_holiday_detail(day)
        if rests == (day.weekday() < SATURDAY):
            yield ChinaDay(day, not rests, chinese_calendar.Holiday(name).chinese)
        day += timedelta(days=1)


def _last_day() -> date:
    year = FIRST_YEAR
    while _is_known(date(year + 1, 12, 31)):
        year += 1
    return date(year, 12, 31)


def _is_known(day: date) -> bool:
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True
