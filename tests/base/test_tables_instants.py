"""Instants in cells, in the ways people and systems write them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.tables import CellError, parse_instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC_ZONE = ZoneInfo("UTC")
AFTERNOON = datetime(2019, 4, 24, 8, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2019-04-24 16:03",
        "2019-04-24T16:03",
        " 2019-04-24 16:03:00 ",
        "2019-04-24T16:03:00.000",
        "2019-04-24T08:03:00Z",
        "2019-04-24 08:03:00 UTC",
        "2019-04-24T08:03:00.000000000+00:00",
        "2019-04-24T10:03:00+0200",
        "2019-04-24T03:03:00-05:00",
        "2019/4/24 16:03",
        "2019.4.24 16:03",
        "2019年4月24日 16:03",
        "2019年4月24日16时3分",
        "2019年4月24日16时3分0秒",
        "2019/4/24 下午 4:03",
        "２０１９－０４－２４　１６：０３",
    ],
)
def test_the_same_afternoon_is_understood_in_each_spelling(text: str) -> None:
    parsed = parse_instant(text, SHANGHAI)
    assert parsed == AFTERNOON
    assert parsed.tzinfo is UTC


def test_noon_and_midnight_on_a_twelve_hour_clock() -> None:
    assert parse_instant("2019/4/24 下午12:00", UTC_ZONE).hour == 12
    assert parse_instant("2019/4/24 上午12:00", UTC_ZONE).hour == 0


@pytest.mark.parametrize("value", ["2019-04-24", "2019/4/24", "2019年4月24日", date(2019, 4, 24)])
def test_a_date_alone_is_its_local_midnight(value: object) -> None:
    assert parse_instant(value, SHANGHAI) == datetime(2019, 4, 23, 16, tzinfo=UTC)


def test_fractions_are_kept_to_the_microsecond() -> None:
    assert parse_instant("2019-04-24T08:03:00.1234567Z", SHANGHAI) == AFTERNOON.replace(microsecond=123456)


def test_instants_from_a_spreadsheet_are_local_unless_they_have_an_offset() -> None:
    assert parse_instant(datetime(2019, 4, 24, 16, 3), SHANGHAI) == AFTERNOON  # noqa: DTZ001 - the point
    there = AFTERNOON.astimezone(timezone(timedelta(hours=-3)))
    assert parse_instant(there, SHANGHAI) == AFTERNOON


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("", "There is no date"),
        (None, "There is no date"),
        ("  ", "There is no date"),
        (43579.66, "bare number"),
        (43579, "bare number"),
        (True, "bare number"),
        ("43579", "begins with the year"),
        ("20190424", "begins with the year"),
        ("24/04/2019", "begins with the year"),
        ("yesterday", "begins with the year"),
        ("{x}", "begins with the year"),
        ("2019-02-30", "is no date"),
        ("2019-04-24 25:00", "is no date"),
        ("2019-04-24 10:00+99:00", "is no date"),
        ("0001-01-01", "outside the years"),
        ("0000-01-01", "is no date"),
    ],
)
def test_anything_else_is_refused_with_a_hint(value: object, hint: str) -> None:
    with pytest.raises(CellError, match=hint):
        parse_instant(value, SHANGHAI)


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda d: 1 < d.year < 9999))
def test_iso_instants_are_read_back_exactly(instant: datetime) -> None:
    assert parse_instant(instant.isoformat(), SHANGHAI) == instant
    assert parse_instant(instant.replace(tzinfo=None).isoformat(" "), UTC_ZONE) == instant


@given(st.text(max_size=30))
def test_no_text_raises_anything_but_a_cell_error(text: str) -> None:
    with suppress(CellError):
        parse_instant(text, SHANGHAI)
