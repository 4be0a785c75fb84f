"""Filling in the holidays of a year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huiyin.cli import holidays
from huiyin.clocks.models import CalendarDay, CalendarYear, Clock
from tests.conftest import Opener
from tests.people import Company, TestClock

pytestmark = pytest.mark.django_db
TABLE = "day,works,name\n2027-01-01,no,元旦\n2027-01-09,是,调休上班\n"


def run(tmp_path: Path, table: str, year: str = "2027") -> Result:
    file = tmp_path / "days.csv"
    file.write_text(table, encoding="utf-8")
    return CliRunner().invoke(holidays.command, [year, str(file), "--source", "国务院办公厅"])


def test_a_year_is_filled_and_provisional_deadlines_move(
    tmp_path: Path, company: Company, open_case: Opener, clock: TestClock
) -> None:
    clock.now = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
    case = open_case(kind="inquiry", category=company.fee).case
    before = Clock.objects.get(case=case, kind="resolve")
    assert before.provisional
    clock.move(1)
    result = run(tmp_path, TABLE)
    assert result.output == "2027: 2 days; 1 cases got another deadline.\n"
    after = Clock.objects.get(case=case, kind="resolve")
    assert (after.provisional, after.due_at) != (True, before.due_at)
    assert dict(CalendarDay.objects.filter(day__year=2027).values_list("day", "works")) == {
        date(2027, 1, 1): False,
        date(2027, 1, 9): True,
    }
    assert CalendarYear.objects.get(year=2027).source == "国务院办公厅"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("day,name\n2027-01-01,元旦\n", "no column works"),
        ("day,works\n2026-01-01,no\n", "Row 2: 2026-01-01 is not a day of 2027"),
        ("day,works\n2027-01-01,maybe\n", "Row 2: works is yes or no"),
        ("day,works\nNew Year,no\n", "New Year"),
        ("day,works\n", "no day of 2027"),
    ],
)
def test_a_wrong_table_changes_nothing_and_says_why(tmp_path: Path, company: Company, table: str, said: str) -> None:
    result = run(tmp_path, table)
    assert result.exit_code == 1
    assert said in result.output
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_from_sixty_days_before_the_end_there_is_a_warning(company: Company, clock: TestClock) -> None:
    clock.now = datetime(2026, 10, 1, tzinfo=UTC)
    assert holidays.warning() == ""
    clock.now = datetime(2026, 11, 22, tzinfo=UTC)
    assert "end in 39 days" in holidays.warning()
    clock.now = datetime(2027, 1, 2, tzinfo=UTC)
    assert "end already" in holidays.warning()
