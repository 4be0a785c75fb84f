"""Times that a text promises, in Chinese and English: where they stand, and the instant by which they fall due.

"明天上午", "今天下午5点前", "两小时内", "周五之前"; "within 2 hours", "by tomorrow noon", "on Monday". What is found is
a proposal that a person confirms, so it leaves out what it isn't sure of: times that have passed, "every Monday", and
workdays, which need a calendar. Where a text names a day or a part of one, the deadline is its end in office hours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["Promise", "find"]

_EVENING = time(18)
"""A day without an hour is over when offices close."""
_LAST = time(23, 59)
_PARTS = {
    "凌晨": time(6), "早上": time(12), "早晨": time(12), "早": time(12), "上午": time(12), "中午": time(12),
    "下午": time(18), "傍晚": time(19), "晚上": time(22), "晚间": time(22), "晚": time(22),
    "morning": time(12), "noon": time(12), "midday": time(12), "afternoon": time(18), "evening": time(22),
    "night": time(22),
}  # fmt: skip
"""When a part of the day is over."""
_LATE = frozenset({"下午", "傍晚", "晚上", "晚间", "晚", "afternoon", "evening", "night"})
_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_WORDS = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ENGLISH = {word: max(1, n) for n, word in enumerate(_WORDS)} | {"an": 1, "twenty-four": 24, "forty-eight": 48}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {
    "分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "钟头": timedelta(hours=1), "天": timedelta(days=1),
    "日": timedelta(days=1), "周": timedelta(weeks=1), "星期": timedelta(weeks=1), "礼拜": timedelta(weeks=1),
    "min": timedelta(minutes=1), "hour": timedelta(hours=1), "hr": timedelta(hours=1), "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}  # fmt: skip
_MOST = 366
"""A larger amount, or a day further away, is no promise."""
_SOON = 240
"""A date without its year that comes again later than this is one that has passed."""
_LONGEST = 20_000


@dataclass(frozen=True)
class Promise:
    """`text[start:end]` promises something by `due_at`, which lies in the future."""

    start: int
    end: int
    due_at: datetime


_NUMBER = r"(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
_CLOCK_ZH = (
    rf"(?:{_NUMBER}(?:点钟?|时)(?:半|一刻|三刻|[0-9]{{1,2}}分?|[一二三四五]?十[一二三四五六七八九]?分)?"
    r"|[0-2]?[0-9][:：][0-5][0-9])"
)
_ZH_SPAN = re.compile(
    rf"(?P<amount>半|{_NUMBER})(?P<more>个半|个)?(?P<unit>分钟|小时|钟头|天|日|周|星期|礼拜)"
    r"(?:之内|以内|内|之后|以后|后)"
)
_ZH_TIME = re.compile(
    r"(?:(?P<off>昨天|昨日|昨|前天|前日|每天|每日|每晚|每早|每个?(?:周|星期|礼拜)[一二三四五六日天]?"
    r"|上个?(?:周|星期|礼拜)[一二三四五六日天]?)"
    r"|(?P<day>今天|今日|今|明天|明日|明|大后天|后天)(?=[^年后年明天日]|$)"
    r"|(?P<week>本|这个?|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?:(?P<month>[0-9]{1,2})月)?(?P<date>[0-9]{1,2})(?:日|号)(?![楼栋院线门梯房])"
    r")?的?\s?(?P<part>凌晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚间|晚)?\s?"
    rf"(?P<clock>{_CLOCK_ZH})?(?:[到至~—–-](?P<until>{_CLOCK_ZH}))?(?:之前|以前|前)?"
)
_BARE = re.compile(rf"的?{_NUMBER}[点时]")
"""一点, 三点 mean "a little" and "three points" as often as a time."""
_ZH_DAYS = {"今": 0, "明": 1, "后": 2, "大": 3}

# White space is bounded everywhere: two open runs beside each other would take time by the square of their length.
_CLOCK_EN = r"(?:[0-2]?[0-9]:[0-5][0-9](?:\s?(?:am|pm|a\.m\.|p\.m\.))?|[0-9]{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|o['’]clock))"
_DAY_EN = (
    r"(?:(?P<off{n}>yesterday|(?:last|every|each)\s{{1,3}}(?:{weekdays}|night|morning|week))"
    r"|(?P<after{n}>the\s{{1,3}}day\s{{1,3}}after\s{{1,3}}tomorrow)|(?P<day{n}>today|tonight|tomorrow)"
    r"|(?P<week{n}>on|by|before|until|this|next|(?:by|before|until)\s{{1,3}}(?:this|next))\s{{1,3}}(?P<weekday{n}>{weekdays})"
    r"|(?P<date{n}>[0-9]{{1,2}})(?:st|nd|rd|th)?\s{{1,3}}(?:of\s{{1,3}})?(?P<month{n}>{months})[a-z]*"
    r"|(?P<monthb{n}>{months})[a-z]*\s{{1,3}}(?P<dateb{n}>[0-9]{{1,2}})(?:st|nd|rd|th)?\b)"
)


def _day_en(n: str) -> str:
    return _DAY_EN.format(n=n, weekdays="|".join(_WEEKDAYS), months="|".join(_MONTHS))


_EN_SPAN = re.compile(
    r"\b(?:within|in)\s{1,3}(?:the\s{1,3}next\s{1,3})?(?:(?P<half>half\s{1,3}an?\s{1,3})|(?P<amount>[0-9]{1,3}|"
    + "|".join(sorted(_ENGLISH, key=len, reverse=True))
    + r")\s{1,3})(?P<unit>min|hour|hr|day|week)(?:ute)?s?\b",
    re.IGNORECASE,
)
_EN_TIME = re.compile(
    r"\b(?:by|before|until|at|on)?\s{0,3}(?:the\s{1,3})?(?:end\s{1,3}of\s{1,3})?(?:"
    + _day_en("a")
    + r"(?:\s{1,3}(?P<parta>morning|noon|midday|afternoon|evening|night)\b)?"
    + rf"(?:,?\s{{1,3}}(?:at|by|before|until)?\s{{0,3}}(?P<clocka>{_CLOCK_EN}))?"
    + rf"|(?:(?P<clockb>{_CLOCK_EN})|(?P<partb>(?<=by\s)(?:noon|midday))"
    + r"|this\s{1,3}(?P<partc>morning|afternoon|evening)\b)"
    + rf"(?:,?\s{{1,3}}(?:on\s{{1,3}})?{_day_en('b')})?)(?![a-z])",
    re.IGNORECASE,
)


_LEADS = ("by", "before", "until", "at")


def find(text: str, now: datetime, zone: ZoneInfo) -> list[Promise]:
    """The promises of a text that is said at `now` (aware) in `zone`, in their order, none inside another."""
    here = now.astimezone(zone)
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime | None]], ...] = (
        (_ZH_SPAN, _span_zh),
        (_EN_SPAN, _span_en),
        (_ZH_TIME, _time_zh),
        (_EN_TIME, _time_en),
    )
    candidates = [
        Promise(match.end() - len(match.group().lstrip()), match.end(), due_at.astimezone(now.tzinfo))
        for pattern, read in readers
        for match in pattern.finditer(text, 0, _LONGEST)
        if match.group().strip() and (due_at := read(match, here)) is not None
        if here < due_at <= here + timedelta(days=_MOST)
    ]
    found: list[Promise] = []
    for one in sorted(candidates, key=lambda one: one.start - one.end):  # the longest knows most
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _number(text: str) -> int:
    """`12`, `十二`, `二十四`, `两`; 0 for what is no number."""
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return _DIGITS.get(text, 0)
    tens, _ten, ones = text.partition("十")
    return _DIGITS.get(tens or "一", 0) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def _span_zh(match: re.Match[str], here: datetime) -> datetime | None:
    unit = _UNITS[match["unit"]]
    if match["amount"] == "半":
        return here + unit / 2
    amount = _number(match["amount"])
    if not 0 < amount <= _MOST:
        return None
    return here + unit * amount + (unit / 2 if match["more"] == "个半" else timedelta())


def _span_en(match: re.Match[str], here: datetime) -> datetime | None:
    unit = _UNITS[match["unit"].lower()]
    if match["half"]:
        return here + unit / 2
    given = match["amount"].lower()
    amount = int(given) if given.isdigit() else _ENGLISH[given]
    return here + unit * amount if 0 < amount <= _MOST else None


def _time_zh(match: re.Match[str], here: datetime) -> datetime | None:
    day, part = _day_zh(match, here), match["part"] or ""
    named = any(match[name] for name in ("day", "weekday", "date"))
    if match["off"] or (named and day is None):
        return None
    clock = match["until"] or match["clock"]
    if match["day"] in ("今", "明") and part not in ("早", "晚"):
        return None  # half a word: 今年, 说明
    if match["date"] and not match["month"] and not (match["clock"] or match.group().endswith("前")):
        return None  # "3号" may be anything
    if not named and (not clock or (not part and _BARE.fullmatch(match.group()))):
        return None
    if clock:
        hour, minute = _clock_zh(clock)
        return _at(here, day, part, hour, minute)
    return _end(here, day, part, weekly=bool(match["weekday"]) and not match["week"])


def _day_zh(match: re.Match[str], here: datetime) -> date | None:
    today = here.date()
    if match["day"]:
        return today + timedelta(days=_ZH_DAYS[match["day"][0]])
    if match["weekday"]:
        weekday = min("一二三四五六日天".index(match["weekday"]), 6)
        return _weekday(today, weekday, (match["week"] or "")[:1])
    if match["date"]:
        return _date(today, int(match["month"] or 0), int(match["date"]))
    return None


def _clock_zh(clock: str) -> tuple[int, int]:
    if ":" in clock or "：" in clock:
        hour, minute = re.split("[:：]", clock)
        return int(hour), int(minute)
    found = re.match(rf"({_NUMBER})(?:点钟?|时)(.*)", clock)
    assert found is not None
    rest = found[2].removesuffix("分")
    minute = {"半": 30, "一刻": 15, "三刻": 45, "": 0}.get(rest)
    return _number(found[1]), _number(rest) if minute is None else minute


def _weekday(today: date, weekday: int, which: str) -> date:
    """The day of a week: of this one (`本`, `这`), of the next (`下`), or the nearest that isn't over."""
    monday = today - timedelta(days=today.weekday())
    found = monday + timedelta(days=weekday)
    if which == "下":
        return found + timedelta(days=7)
    return found + timedelta(days=7) if which not in ("本", "这") and found < today else found


def _date(today: date, month: int, day: int) -> date | None:
    """The next such day; without a month, of this month or the next one that has it."""
    tries = [(today.year, month), (today.year + 1, month)]
    soon = today + timedelta(days=_SOON)
    if not month:
        after = today.month % 12 + 1
        tries = [(today.year, today.month), (today.year + (after == 1), after)]
    for year, one in tries:
        try:
            found = date(year, one, day)
        except ValueError:
            continue
        if today <= found <= soon:
            return found
    return None


def _time_en(match: re.Match[str], here: datetime) -> datetime | None:
    given = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "offa" in given or "offb" in given:
        return None
    side = "a" if any(name in given for name in ("daya", "aftera", "weekdaya", "datea", "dateba")) else "b"
    day, named = _day_english(given, side, here.date())
    part = next((given[name] for name in ("parta", "partb", "partc") if name in given), "")
    if given.get("day" + side) == "tonight":
        part = "night"
    clock = given.get("clocka") or given.get("clockb")
    if (named and day is None) or not (named or clock or part):
        return None
    if clock and not (named or part or match.group().strip().lower().startswith(_LEADS)):
        return None  # a bare time of the clock is as often one that has been
    if clock:
        hour, minute, half = _clock_en(clock)
        return _at(here, day, half or part, hour, minute)
    weekly = "weekday" + side in given and "this" not in given["week" + side] and "next" not in given["week" + side]
    return _end(here, day if named else here.date(), part, weekly=weekly)


def _day_english(given: dict[str, str], side: str, today: date) -> tuple[date | None, bool]:
    if "after" + side in given:
        return today + timedelta(days=2), True
    if word := given.get("day" + side):
        return today + timedelta(days=int(word == "tomorrow")), True
    if word := given.get("weekday" + side):
        which = {"next": "下", "this": "本"}.get(given["week" + side].split()[-1], "")
        return _weekday(today, _WEEKDAYS.index(word), which), True
    number = given.get("date" + side) or given.get("dateb" + side)
    if number:
        month = given.get("month" + side) or given.get("monthb" + side) or ""
        return _date(today, _MONTHS.index(month) + 1, int(number)), True
    return None, False


def _clock_en(clock: str) -> tuple[int, int, str]:
    """Hour, minute, and the half of the day when it is said."""
    found = re.match(r"([0-9]{1,2})(?::([0-9]{2}))?\s?(am|pm|a\.m\.|p\.m\.)?", clock)
    assert found is not None
    half = {"a": "morning", "p": "afternoon"}.get((found[3] or " ")[0], "")
    return int(found[1]), int(found[2] or 0), half


def _at(here: datetime, day: date | None, part: str, hour: int, minute: int) -> datetime | None:
    """A time of the clock. Twelve-hour times without a half of the day are those of office hours; without a day, the
    next one today."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    if part:
        hours = [_in_part(part, hour)]
    elif day is None:
        hours = [hour, hour + 12] if 0 < hour < 12 else [hour]
    else:
        hours = [hour + 12 if 0 < hour < 7 else hour]
    start = datetime.combine(day or here.date(), time(), here.tzinfo)
    times = [start.replace(hour=one % 24, minute=minute) + timedelta(days=one // 24) for one in hours]
    return next((one for one in times if one > here), None)


def _in_part(part: str, hour: int) -> int:
    if part in ("中午", "noon", "midday"):
        return hour + 12 if hour < 5 else hour
    if part in _LATE:
        if hour == 12:  # at noon, or at midnight
            return 12 if part in ("下午", "afternoon") else 24
        return hour + 12 if hour < 12 else hour
    return 0 if hour == 12 and part not in ("上午",) else hour


def _end(here: datetime, day: date | None, part: str, *, weekly: bool) -> datetime | None:
    """The end of a day or of a part of it. A weekday that is today and over is that of next week."""
    day = day or here.date()
    found = datetime.combine(day, _PARTS.get(part, _EVENING), here.tzinfo)
    if found <= here and weekly:
        return found + timedelta(days=7)
    if found <= here and not part:
        return datetime.combine(day, _LAST, here.tzinfo)
    return found
