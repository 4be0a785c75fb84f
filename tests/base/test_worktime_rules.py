"""Laws of working time, tried on many calendars, instants and pauses, clock changes among them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.base.worktime import Pause, Span, WorkCalendar

MICROSECOND = timedelta(microseconds=1)


def spans_from(cuts: list[int]) -> tuple[Span, ...]:
    cuts = sorted(cuts)
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


some_spans = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(spans_from)
weeks = st.lists(some_spans, min_size=7, max_size=7).filter(any).map(tuple)
days = st.dictionaries(st.dates(date(2025, 3, 1), date(2025, 4, 15)), some_spans, max_size=5)
zones = st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")])
calendars = st.builds(WorkCalendar, zone=zones, week=weeks, days=days)
# Around both of Berlin's changes of 2025, and anywhere in between.
instants = st.one_of(
    st.timedeltas(timedelta(days=85), timedelta(days=91)),
    st.timedeltas(timedelta(days=295), timedelta(days=301)),
    st.timedeltas(timedelta(), timedelta(days=365)),
).map(lambda after: datetime(2025, 1, 1, tzinfo=UTC) + after)
amounts = st.timedeltas(timedelta(), timedelta(days=20))
pause_lists: st.SearchStrategy[list[Pause]] = st.lists(
    st.tuples(instants, st.timedeltas(timedelta(), timedelta(days=30))).map(lambda p: (p[0], p[0] + p[1])), max_size=5
)


@given(calendars, instants, amounts)
def test_what_is_added_lies_between(calendar: WorkCalendar, start: datetime, amount: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, amount)) == amount


@given(calendars, instants, st.timedeltas(MICROSECOND, timedelta(days=20)))
def test_no_earlier_instant_would_do(calendar: WorkCalendar, start: datetime, amount: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, amount) - MICROSECOND) < amount


@given(calendars, instants, amounts, amounts)
def test_adding_twice_is_adding_the_sum(
    calendar: WorkCalendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    assert calendar.add(calendar.add(start, one), two) == calendar.add(start, one + two)


@given(calendars, instants, instants, instants)
def test_working_time_of_parts_is_that_of_the_whole(
    calendar: WorkCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    one, two, three = sorted([one, two, three])
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)
    assert calendar.between(one, two) <= two - one


@given(calendars, instants, instants, amounts)
def test_a_later_start_never_gives_an_earlier_end(
    calendar: WorkCalendar, one: datetime, two: datetime, amount: timedelta
) -> None:
    assert calendar.add(min(one, two), amount) <= calendar.add(max(one, two), amount)


@given(calendars, instants)
def test_an_instant_works_exactly_when_its_wall_clock_is_in_a_span(calendar: WorkCalendar, start: datetime) -> None:
    local = start.astimezone(calendar.zone)
    day, minute = local.date(), local.hour * 60 + local.minute
    changes = {(local + timedelta(days=i)).utcoffset() for i in (-1, 0, 1)}
    if len(changes) > 1:
        return  # on days around a clock change the worked examples say what holds
    inside = any(a <= minute < b for a, b in calendar.days.get(day, calendar.week[day.weekday()]))
    assert (calendar.between(start, start + MICROSECOND) > timedelta()) == inside


@given(calendars, instants, amounts, pause_lists)
def test_time_spent_until_the_deadline_is_the_allowance(
    calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: list[Pause]
) -> None:
    due = calendar.deadline(start, amount, pauses)
    assert calendar.spent(start, due, pauses) == amount
    if amount:
        assert calendar.spent(start, due - MICROSECOND, pauses) < amount


@given(calendars, instants, amounts, pause_lists)
def test_a_pause_never_brings_a_deadline_forward(
    calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: list[Pause]
) -> None:
    due = calendar.deadline(start, amount, pauses)
    assert due >= calendar.deadline(start, amount, pauses[1:])
    assert due == calendar.deadline(start, amount, pauses[::-1])


@settings(max_examples=25)  # each one reckons seventeen years anew
@given(calendars, instants, amounts)
def test_the_order_of_questions_does_not_change_answers(
    calendar: WorkCalendar, start: datetime, amount: timedelta
) -> None:
    fresh = calendar.add(start, amount)
    calendar.between(start - timedelta(days=3000), start + timedelta(days=3000))
    assert calendar.add(start, amount) == fresh
