"""Service levels, calendars and holidays as an administrator edits them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huiyin.cases.models import Case
from huiyin.clocks import calendars, editing, queries
from huiyin.clocks.editing import NewVersion
from huiyin.clocks.levels import levels
from huiyin.clocks.models import Calendar, CalendarDay, Clock, Policy
from huiyin.org import history
from huiyin.org.history import BadSetting, Editor, Stale
from huiyin.org.models import SettingsEntry
from tests.conftest import Opener
from tests.people import Company, TestClock

HOUR = timedelta(hours=1)


@pytest.fixture
def editor(company: Company, clock: TestClock) -> Editor:
    """The administrator, now."""
    return Editor(company.admin, clock.now)


def table() -> dict[str, str]:
    return editing.table(editing.versions("test")[0])


def respond(case: Case) -> timedelta:
    found = Clock.objects.filter(case=case, kind="respond").latest("pk")
    return found.due_at - found.started_at


def test_a_table_goes_into_rows_and_back(company: Company, editor: Editor) -> None:
    before = table()
    assert before["resolve//complaint"] == "1440@work;10080@always"
    editing.save("test", NewVersion(before, "again"), editor)
    assert table() == before


def test_a_new_version_holds_for_new_clocks_and_leaves_running_ones(
    company: Company, editor: Editor, open_case: Opener
) -> None:
    old = open_case(kind="inquiry", category=company.fee).case
    editing.save("test", NewVersion(table() | {"respond/P4/": "60@service"}, "2026-03 contract"), editor)
    new = open_case(kind="inquiry", category=company.fee).case
    assert (respond(old), respond(new)) == (4 * HOUR, HOUR)
    entry = SettingsEntry.objects.get()
    assert entry.after is not None
    assert (entry.before or {})["respond/P4/"] == "240@service"
    assert entry.after["respond/P4/"] == "60@service"
    assert "respond/P3/" not in entry.after


def test_a_version_of_the_future_holds_from_its_time_on_and_not_before(
    company: Company, editor: Editor, open_case: Opener, clock: TestClock
) -> None:
    new = NewVersion(table() | {"respond/P4/": "60@service"}, "contract", editor.at + HOUR)
    editing.save("test", new, editor)
    assert respond(open_case(kind="inquiry", category=company.fee).case) == 4 * HOUR
    assert queries.first_answer(company.ljf.pk, clock.now) == clock.now + 4 * HOUR
    clock.move(60)
    assert respond(open_case(kind="inquiry", category=company.fee).case) == HOUR


def test_a_time_that_has_passed_is_refused(company: Company, editor: Editor) -> None:
    with pytest.raises(BadSetting) as caught:
        editing.save("test", NewVersion(table(), "contract", editor.at - HOUR), editor)
    assert caught.value.field == "valid_from"


def test_before_there_was_any_policy_the_first_holds(company: Company, editor: Editor) -> None:
    first = Policy.objects.get()
    assert levels().policy_at(first.valid_from - timedelta(days=99)) == first


def test_a_version_to_come_is_withdrawn_and_one_that_holds_is_not(company: Company, editor: Editor) -> None:
    editing.save("test", NewVersion(table(), "contract", editor.at + HOUR), editor)
    editing.withdraw("test", 2, editor)
    assert [policy.version for policy in editing.versions("test")] == [1]
    with pytest.raises(BadSetting):
        editing.withdraw("test", 1, editor)


def test_an_older_version_is_taken_up_again(company: Company, editor: Editor, clock: TestClock) -> None:
    first = table()
    editing.save("test", NewVersion(first | {"respond/P4/": "60@service"}, "contract"), editor)
    editing.take_up("test", 1, Editor(company.admin, clock.move(1)))
    held = editing.in_force(clock.now)
    assert held is not None
    assert (held.version, editing.table(held)) == (3, first)


def test_two_editors_of_levels_do_not_overwrite_each_other(company: Company, editor: Editor) -> None:
    seen = history.version(editing.looked_at(editing.versions("test")[0]))
    editing.save("test", NewVersion(table(), "one"), replace(editor, expect=seen))
    with pytest.raises(Stale):
        editing.save("test", NewVersion(table(), "two"), replace(editor, expect=seen))


def test_the_effect_says_what_the_deadline_would_be(company: Company, editor: Editor) -> None:
    new = table() | {"respond/P4/": "60@service"}
    (found,) = editing.differences(table(), new, [editor.at], "Asia/Shanghai")
    assert (found.key, found.old, found.new) == ("respond/P4/", "240@service", "60@service")
    assert found.samples == [(editor.at + 4 * HOUR, editor.at + HOUR)]


@pytest.mark.parametrize(
    ("minutes", "calendar", "said"),
    [(30, "service", (30, "min")), (240, "service", (4, "h")), (480, "work", (1, "day")), (2880, "always", (48, "h"))],
)
def test_an_amount_is_said_as_people_do(minutes: int, calendar: str, said: tuple[int, str], company: Company) -> None:
    assert editing.split(minutes, calendar) == said
    assert editing.joined(*said, calendar) == minutes


@pytest.mark.parametrize("text", ["9-12, 13-18", "09:00–12:00，13:00～18:00", "09:00-12:00,13:00-18:00"])
def test_hours_are_read_as_they_are_typed(text: str) -> None:
    assert calendars.spans(text, "day0") == [[540, 720], [780, 1080]]


@pytest.mark.parametrize("text", ["9", "12-9", "09:00-12:00, 11:00-13:00", "09:70-10:00", "20:00-25:00", "早上"])
def test_hours_that_are_none_name_their_day(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        calendars.spans(text, "day3")
    assert caught.value.field == "day3"


def test_working_hours_are_changed_with_a_row_of_history(company: Company, editor: Editor) -> None:
    before = calendars.calendar_values(Calendar.objects.get(code="work"))
    week = ("08:00-12:00", *before.week[1:])
    calendars.change_calendar("work", replace(before, week=week), editor)
    assert Calendar.objects.get(code="work").week[0] == [[480, 720]]
    assert (SettingsEntry.objects.get().after or {})["week"][0] == "08:00-12:00"
    with pytest.raises(BadSetting):
        calendars.change_calendar("work", replace(before, week=("",) * 7), editor)


def test_a_year_is_read_from_lines_and_runs() -> None:
    found = calendars.read_days("2027-01-01 holiday 元旦\n2/5 ~ 2/7, 放假, 春节\n2月14日 works\n", 2027)
    assert found[date(2027, 1, 1)] == (False, "元旦")
    assert found[date(2027, 2, 6)] == (False, "春节")
    assert found[date(2027, 2, 14)] == (True, "")
    assert calendars.read_days(calendars.write_days(found), 2027) == found


@pytest.mark.parametrize("text", ["x", "2026-01-01 holiday", "2027-02-30 works", "2027-01-05..2027-01-01 works"])
def test_a_line_that_is_none_is_named_by_its_number(text: str, company: Company) -> None:
    with pytest.raises(BadSetting, match="Line 2"):
        calendars.read_days(f"2027-01-01 holiday\n{text}", 2027)


def test_a_year_reckons_as_many_provisional_deadlines_as_the_preview_says(
    company: Company, open_case: Opener, clock: TestClock
) -> None:
    clock.move(60 * 24 * 294)  # to the end of the last year that is known
    open_case()
    count = queries.provisional()
    assert count > 0
    first = date(clock.now.year + 1, 1, 1)
    days = {first + timedelta(days=n): (False, "元旦") for n in range(3)}
    moved = calendars.change_year(first.year, days, "公告", Editor(company.admin, clock.now))
    assert moved == 1
    assert queries.provisional() == 0
    assert CalendarDay.objects.filter(day__year=first.year).count() == 3
    assert (SettingsEntry.objects.get().after or {})[str(first)] == "holiday 元旦"
