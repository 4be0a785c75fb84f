"""Working time: how much of it lies between two instants, and when a promised amount of it is used up.

A calendar turns its local hours into UTC once, as a table of working segments with the working time before each. Both
questions are then one binary search in that table, however many spans a day, holidays or clock changes lie between.

    NoWorkingTime (ValueError)    the amount cannot be used up: the calendar rests for years, or the table ends first
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["NoWorkingTime", "Pause", "Span", "WorkCalendar", "always"]

Span = tuple[int, int]
"""Minutes of the local day, [start, end), 0..1440. A night shift is two spans, one on each side of midnight."""

Pause = tuple[datetime, datetime]
"""Aware instants [begin, end) during which a clock stands still."""

DAY_MINUTES = 1440
WEEK_DAYS = 7
WHOLE_DAY: tuple[Span, ...] = ((0, DAY_MINUTES),)
FIRST_YEAR, LAST_YEAR = 1900, 2200
GROW_YEARS = 5
LONGEST_REST = timedelta(days=5 * 366)
NOTHING = timedelta()


class NoWorkingTime(ValueError):
    """The calendar has too little working time after the start for the amount asked."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Working segments of whole years in UTC, ascending; `before[i]` is the working time of all segments before i."""

    since: datetime
    until: datetime
    starts: list[datetime]
    lengths: list[timedelta]
    before: list[timedelta]
    total: timedelta

    def worked(self, instant: datetime) -> timedelta:
        """Working time from the table's first instant to `instant`, which must lie inside the table."""
        i = bisect_right(self.starts, instant) - 1
        if i < 0:
            return NOTHING
        inside = instant - self.starts[i]
        length = self.lengths[i]
        return self.before[i] + (inside if inside < length else length)

    def reached(self, worked: timedelta) -> datetime:
        """The earliest instant by which `worked` (above nothing, at most the total) is used up."""
        i = bisect_left(self.before, worked) - 1
        return self.starts[i] + (worked - self.before[i])

    def longest_rest(self, start: datetime, end: datetime) -> timedelta:
        """The longest stretch without work between two instants of the table."""
        inner = range(bisect_right(self.starts, start), bisect_right(self.starts, end))
        if not inner:
            return NOTHING
        ends = [start, *(self.starts[i] + self.lengths[i] for i in inner)]
        return max(self.starts[i] - last for i, last in zip(inner, ends, strict=False))


_EMPTY = _Table(datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), [], [], [], NOTHING)


@dataclass(frozen=True)
class WorkCalendar:
    """Working hours of one time zone: a weekly pattern (Monday first) with exceptions for single days.

    `days` maps a holiday to `()` and a make-up working day to its spans. `known_until` is the last day for which
    holiday data exist; None says that the weekly pattern is the whole truth. Spans are wall-clock time: on a day when
    the clocks change, a skipped minute counts as the instant of the change, one that comes twice as its first coming.

    Raises ValueError when the pattern is not seven days, a span lies outside 0..1440, spans of a day overlap or are out
    of order, or the week has no working span at all.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict, hash=False)
    known_until: date | None = None
    _years: dict[int, list[tuple[datetime, datetime]]] = field(init=False, repr=False, compare=False)
    _table: _Table = field(init=False, repr=False, compare=False)
    _round_the_clock: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != WEEK_DAYS:
            raise ValueError(f"A weekly pattern needs 7 days, Monday first; got {len(self.week)}.")
        for weekday, spans in enumerate(self.week):
            _check_spans(spans, f"weekday {weekday} (Monday is 0)")
        for day, spans in self.days.items():
            _check_spans(spans, day.isoformat())
        if not any(self.week):
            raise ValueError("The weekly pattern has no working span: no deadline could ever be reached.")
        # Frozen keeps callers honest; the reckoned tables behind it are private and change nothing that can be seen.
        object.__setattr__(self, "days", dict(self.days))
        object.__setattr__(self, "_years", {})
        object.__setattr__(self, "_table", _EMPTY)
        whole = all(_is_whole(spans) for spans in (*self.week, *self.days.values()))
        object.__setattr__(self, "_round_the_clock", whole)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant (UTC) from `start` on by which `amount` of working time has passed.

        `add(s, timedelta(0))` is `s` itself, even outside working time. Raises ValueError for a naive start, a negative
        amount or an instant outside the years 1901 to 2199, NoWorkingTime when five years pass without work.
        """
        start = _utc(start)
        if amount <= NOTHING:
            if amount < NOTHING:
                raise ValueError(f"Cannot add a negative amount of working time: {amount}.")
            return start
        if self._round_the_clock:
            return start + amount
        table = self._table_at(start)
        goal = table.worked(start) + amount
        if goal > table.total:
            table = self._table_holding(start, amount)
            goal = table.worked(start) + amount
        reached = table.reached(goal)
        if reached - start > LONGEST_REST and table.longest_rest(start, reached) > LONGEST_REST:
            raise NoWorkingTime(f"After {start.isoformat()} the calendar rests for more than five years.")
        return reached

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`. Raises ValueError when `end` is the earlier one or either is naive."""
        start, end = _utc(start), _utc(end)
        if end < start:
            raise ValueError(f"The end {end.isoformat()} lies before the start {start.isoformat()}.")
        if self._round_the_clock:
            return end - start
        table = self._table_at(start)
        if end >= table.until:
            table = self._grown(start.year - 1, end.year + 1)
        return table.worked(end) - table.worked(start)

    def provisional(self, start: datetime, end: datetime) -> bool:
        """Whether a day between `start` and `end` lies after `known_until`, so that holidays may still move the end."""
        if self.known_until is None:
            return False
        limit = _midnight(self.known_until + timedelta(days=1), self.zone)
        return _utc(end) > limit or _utc(start) >= limit

    def deadline(self, start: datetime, amount: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
        """The earliest instant (UTC) by which `amount` of working time has passed outside of the pauses.

        Pauses may be unsorted, touch or overlap. A pause moves the deadline by the working time inside it: none for a
        pause over a weekend. A pause that begins at or after the deadline moves nothing. Errors as for `add`, and
        ValueError for a pause that ends before it begins.
        """
        cursor, left = _utc(start), amount
        for begin, end in _merged(pauses, cursor) if pauses else ():
            due = self.add(cursor, left)
            if due <= begin:
                return due
            left -= self.between(cursor, begin)
            cursor = end
        return self.add(cursor, left)

    def spent(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
        """Working time from `start` to `end` outside of the pauses. Errors as for `between` and `deadline`."""
        start, end = _utc(start), _utc(end)
        total = self.between(start, end)
        for begin, finish in _merged(pauses, start):
            if begin >= end:
                break
            total -= self.between(begin, min(finish, end))
        return total

    def _table_at(self, instant: datetime) -> _Table:
        table = self._table
        if table.since <= instant < table.until:
            return table
        return self._grown(instant.year - 1, instant.year + 1)

    def _table_holding(self, start: datetime, amount: timedelta) -> _Table:
        table = self._table_at(start)
        goal = table.worked(start) + amount
        last = start.year + 1
        while table.total < goal:
            if last >= LAST_YEAR:
                raise NoWorkingTime(f"{amount} of working time after {start.isoformat()} reaches past {LAST_YEAR - 1}.")
            last = min(last + GROW_YEARS, LAST_YEAR)
            table = self._grown(start.year - 1, last)
            goal = table.worked(start) + amount  # growing to the left moves the zero of the count
        return table

    def _grown(self, first: int, last: int) -> _Table:
        """A table of at least the years asked for; threads that grow one at once each hold a whole one of their own."""
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise ValueError(f"Calendars are reckoned from {FIRST_YEAR + 1} to {LAST_YEAR - 1}, not for {first + 1}.")
        years = self._years
        first, last = min([first, *years]), max([last, *years])
        for year in range(first, last + 1):
            if year not in years:
                years[year] = list(self._segments(year))
        table = _assemble(
            _midnight(date(first, 1, 1), self.zone),
            _midnight(date(last + 1, 1, 1), self.zone),
            [segment for year in range(first, last + 1) for segment in years[year]],
        )
        object.__setattr__(self, "_table", table)
        return table

    def _segments(self, year: int) -> Iterable[tuple[datetime, datetime]]:
        """The year's working segments in UTC; a segment that a clock change swallowed whole is left out."""
        day, after = date(year, 1, 1), _midnight(date(year, 1, 1), self.zone)
        while day.year == year:
            midnight, tomorrow = after, day + timedelta(days=1)
            after = _midnight(tomorrow, self.zone)
            steady = after - midnight == timedelta(days=1)
            for begin, end in self.days.get(day, self.week[day.weekday()]):
                if steady:  # no clock change today: plain minutes, without asking the zone again
                    yield midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end)
                    continue
                segment = _instant(day, begin, self.zone), _instant(day, end, self.zone)
                if segment[0] < segment[1]:
                    yield segment
            day = tomorrow


def always(zone: ZoneInfo) -> WorkCalendar:
    """The calendar that never rests, day and night; the zone only says which local day an instant belongs to."""
    return WorkCalendar(zone=zone, week=(WHOLE_DAY,) * 7)


def _is_whole(spans: tuple[Span, ...]) -> bool:
    """Whether spans fill the day without a gap, in one piece or in several that touch."""
    return sum(end - begin for begin, end in spans) == DAY_MINUTES


def _check_spans(spans: tuple[Span, ...], where: str) -> None:
    last = 0
    for begin, end in spans:
        if not 0 <= begin < end <= DAY_MINUTES:
            raise ValueError(f"Span {begin}-{end} of {where} is not inside 0-1440 minutes with its start first.")
        if begin < last:
            raise ValueError(f"Span {begin}-{end} of {where} overlaps the one before it or is out of order.")
        last = end


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: pass an aware datetime, e.g. with tzinfo=UTC.")
    return instant.astimezone(UTC)


def _merged(pauses: Sequence[Pause], start: datetime) -> list[Pause]:
    """Pauses as disjoint ascending intervals, cut at `start`; a pause that is over by then is left out."""
    merged: list[Pause] = []
    for begin, end in sorted((_utc(begin), _utc(end)) for begin, end in pauses):
        if end < begin:
            raise ValueError(f"A pause ends at {end.isoformat()}, before it begins at {begin.isoformat()}.")
        if end <= start:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((max(begin, start), end))
    return merged


def _assemble(since: datetime, until: datetime, segments: list[tuple[datetime, datetime]]) -> _Table:
    starts: list[datetime] = []
    lengths: list[timedelta] = []
    before: list[timedelta] = []
    total = NOTHING
    for begin, end in segments:
        starts.append(begin)
        lengths.append(end - begin)
        before.append(total)
        total += lengths[-1]
    return _Table(since, until, starts, lengths, before, total)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return _instant(day, 0, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock minute: its first coming, or the clock change that skipped it."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    # Inside a gap zoneinfo reads fold=0 with the offset before the change and fold=1 with the one after it, so the
    # change lies between the two readings (PEP 495).
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late
