"""Times that a text promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.promises import find

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Shanghai."""
ZONES = st.sampled_from([ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC")])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.lists(
    st.sampled_from(
        [
            *"今明后天周星期下上午点半分前内小时两三十一二个0123456789:：到-月日号 \n。",
            "by ",
            "on ",
            "tomorrow",
            "today",
            " noon",
            "Monday",
            "within ",
            " hours",
            "next ",
            " pm",
            "March ",
            "end of ",
        ]
    ),
    max_size=60,
).map("".join)


def told(text: str, now: datetime = NOW) -> list[tuple[str, str]]:
    """What is found, and by when on the clock at the site."""
    return [
        (text[one.start : one.end], f"{one.due_at.astimezone(SHANGHAI):%m-%d %H:%M}")
        for one in find(text, now, SHANGHAI)
    ]


@pytest.mark.parametrize(
    ("text", "said", "due"),
    [
        ("明天上午给您答复。", "明天上午", "03-12 12:00"),
        ("今天下午5点前一定有结果", "今天下午5点前", "03-11 17:00"),
        ("师傅两小时内到", "两小时内", "03-11 12:00"),
        ("半小时内给您回电话", "半小时内", "03-11 10:30"),
        ("一个半小时内到", "一个半小时内", "03-11 11:30"),
        ("二十四小时内答复", "二十四小时内", "03-12 10:00"),
        ("三天内书面答复", "三天内", "03-14 10:00"),
        ("周五之前修好", "周五之前", "03-13 18:00"),
        ("周一给您方案", "周一", "03-16 18:00"),
        ("下周三上门", "下周三", "03-18 18:00"),
        ("今晚8点恢复", "今晚8点", "03-11 20:00"),
        ("晚上12点前恢复", "晚上12点前", "03-12 00:00"),
        ("明早9点半安装", "明早9点半", "03-12 09:30"),
        ("下午2点到4点上门", "下午2点到4点", "03-11 16:00"),
        ("后天中午给您电话", "后天中午", "03-13 12:00"),
        ("3月15日前答复", "3月15日前", "03-15 18:00"),
        ("3月12日 16:02前我给您回电话", "3月12日 16:02前", "03-12 16:02"),
        ("5点前给您答复", "5点前", "03-11 17:00"),
        ("明天3点到", "明天3点", "03-12 15:00"),
        ("We answer within 2 hours.", "within 2 hours", "03-11 12:00"),
        ("He is there in half an hour.", "in half an hour", "03-11 10:30"),
        ("You hear from me by tomorrow noon.", "by tomorrow noon", "03-12 12:00"),
        ("We come on Monday.", "on Monday", "03-16 18:00"),
        ("It is done by Friday 10:00, I think", "by Friday 10:00", "03-13 10:00"),
        ("by 5 pm tomorrow", "by 5 pm tomorrow", "03-12 17:00"),
        ("I call tomorrow at 9:30.", "tomorrow at 9:30", "03-12 09:30"),
        ("this afternoon", "this afternoon", "03-11 18:00"),
        ("It runs again tonight", "tonight", "03-11 22:00"),
        ("by the end of today", "by the end of today", "03-11 18:00"),
        ("the day after tomorrow", "the day after tomorrow", "03-13 18:00"),
        ("by March 15", "by March 15", "03-15 18:00"),
    ],
)
def test_a_time_is_found_where_it_stands_with_its_deadline(text: str, said: str, due: str) -> None:
    assert told(text) == [(said, due)]


@pytest.mark.parametrize(
    "text",
    [
        *("昨天下午5点您来过", "上周五报的", "每周一上午开会", "每天9点前", "两天前您来过", "一小时前"),
        *("3个工作日内", "within 3 business days", "last Monday", "every Monday at 9 am", "yesterday by 5 pm"),
        *("一点问题都没有", "一共三点", "有点晚", "早点休息", "今后注意", "说明书", "3号楼", "今年之内", "今天9:00前"),
        *("March 1 was the day", "arrived at the Friday market's gate", "99999小时内", "25:00前"),
    ],
)
def test_what_has_been_or_comes_always_again_is_no_promise(text: str) -> None:
    assert told(text) == []


def test_several_promises_keep_their_order() -> None:
    assert [said for said, _due in told("今天查原因,明天上午出方案,周五之前施工。")] == ["今天", "明天上午", "周五之前"]


def test_a_weekday_that_is_today_counts_while_it_lasts() -> None:
    assert told("周三之前") == [("周三之前", "03-11 18:00")]
    assert told("周三之前", NOW + timedelta(hours=9)) == [("周三之前", "03-18 18:00")]


@given(st.integers(1, 300), st.sampled_from([("小时", 60), ("分钟", 1), ("天", 1440)]), MOMENTS, ZONES)
def test_so_much_time_is_that_much_from_now(amount: int, unit: tuple[str, int], now: datetime, zone: ZoneInfo) -> None:
    (one,) = find(f"我们{amount}{unit[0]}内答复您", now, zone)
    here = now.astimezone(zone)
    assert one.due_at == here + timedelta(minutes=amount * unit[1])


@given(st.integers(0, 23), st.integers(0, 59), MOMENTS, ZONES)
def test_a_time_of_tomorrow_is_that_time_on_the_clock_of_the_site(
    hour: int, minute: int, now: datetime, zone: ZoneInfo
) -> None:
    here = now.astimezone(zone)
    (one,) = find(f"明天{hour:02}:{minute:02}前", now, zone)
    due = one.due_at.astimezone(zone)
    assert due.date() == (here + timedelta(days=1)).date() if hour else due.date() >= here.date()
    assert due.hour in (hour, hour + 12 if 0 < hour < 7 else hour, hour + 1)  # an hour that summer time leaves out
    assert due.minute == minute


@given(WORDS | st.text(max_size=60), MOMENTS, ZONES)
def test_every_promise_lies_ahead_and_within_the_text_and_none_in_another(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    end = 0
    for one in find(text, now, zone):
        assert end <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip()
        assert now < one.due_at <= now + timedelta(days=367)
        end = one.end


@given(WORDS, WORDS)
def test_the_words_before_a_sentence_do_not_change_its_promise(before: str, after: str) -> None:
    said = "明天上午给您答复"
    found = find(f"{before}\n{said}。\n{after}", NOW, SHANGHAI)
    start = len(before) + 1
    assert any((one.start, one.end) == (start, start + 4) for one in found)


@pytest.mark.parametrize(
    "part", ["today ", "on ", " ", "the day after ", "1", "一", "今天的", "by 5 ", "周", "下个", "10:"]
)
def test_endless_repetition_is_read_to_its_end(part: str) -> None:
    find(part * 20_000, NOW, SHANGHAI)
