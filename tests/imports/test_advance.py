"""The worker's part of an import: killed, cancelled or shared by two, every row comes in once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from huiyin.base.tables import Table, csv_lines, read_table
from huiyin.cases import imports as rows
from huiyin.cases.actions import By
from huiyin.cases.heads import guess
from huiyin.cases.imports import GROUP
from huiyin.cases.models import Case
from huiyin.imports import actions, advance, preview, store
from huiyin.imports.actions import Wishes
from huiyin.imports.models import FailedRow, Import
from huiyin.wiring import SWEEPS
from tests.cases.shared_letters import DATA, LETTERS, needs_letters
from tests.people import Company, TestClock

COLUMNS = ["编号", "内容", "时间"]
MAP = {"external_number": "编号", "text": "内容", "received_at": "时间"}


class Upload(BytesIO):
    name: str | None = "letters.csv"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of its own; one group a turn, as a turn's time is up at once."""
    settings.HUIYIN_DATA_DIR = tmp_path
    monkeypatch.setattr(advance, "TURN", 0.0)
    advance._opened.clear()
    yield
    advance._opened.clear()


def started(company: Company, now: datetime, count: int = 2 * GROUP + 5, *, numbers: bool = True) -> Import:
    """An import at FLY whose every 50th row has no date."""
    lines = [
        {"编号": str(n) if numbers else "", "内容": f"第{n}件", "时间": "2026-03-02 09:30" if n % 50 else "?"}
        for n in range(1, count + 1)
    ]
    content = "".join(csv_lines(COLUMNS, lines)).encode()
    by = By(company.zhaozhuguan, now)
    one = actions.upload(Upload(content), company.fly, by)
    actions.describe(one, Wishes(MAP, "old", "complaint", "import"), by)
    assert actions.start(one, by)
    return one


def turns(clock: TestClock, count: int = 9) -> None:
    for _ in range(count):
        advance.sweep(clock.move(0.02))


def test_an_import_comes_in_group_by_group_and_counts_what_became_of_it(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    assert advance.sweep(clock.now) == GROUP
    one.refresh_from_db()
    assert (one.state, one.done, one.position) == ("running", GROUP, GROUP + 1)
    turns(clock)
    one.refresh_from_db()
    failed = (2 * GROUP + 5) // 50
    assert (one.state, one.imported, one.failed) == ("done", one.rows - failed, failed)
    assert Case.objects.count() == one.imported
    assert FailedRow.objects.filter(of=one).count() == failed
    assert list(Case.objects.order_by("pk").values_list("pk", flat=True)[:1]) == [one.first_case]
    assert not store.path_of(one.stored).exists()


def test_a_worker_that_starts_anew_goes_on_where_the_last_one_ended(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    for _ in range(9):
        advance._opened.clear()
        advance.sweep(clock.now)
    one.refresh_from_db()
    assert (one.state, one.done, Case.objects.count()) == ("done", one.rows, one.imported)


@pytest.mark.parametrize("where", ["write", "_count"])
def test_what_is_killed_in_the_middle_of_a_group_leaves_nothing_and_is_done_again(
    company: Company, clock: TestClock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    one = started(company, clock.now)
    whole = rows.write

    class Killed(BaseException):
        pass

    def killed(*arguments: object) -> None:
        if where == "write":
            whole(*arguments)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(rows if where == "write" else advance, where, killed)
        advance.sweep(clock.now)
    assert not Case.objects.exists()
    assert Import.objects.get().position == 0
    turns(clock)
    one.refresh_from_db()
    assert (one.state, one.done, Case.objects.count()) == ("done", one.rows, one.imported)


def test_two_workers_share_an_import_without_doubling_a_row(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    mine: dict[int, advance._Open] = {}
    theirs: dict[int, advance._Open] = {}
    for _ in range(6):
        for opened in (mine, theirs):
            advance._opened.clear()
            advance._opened.update(opened)
            advance.sweep(clock.now)
            opened.clear()
            opened.update(advance._opened)
    one.refresh_from_db()
    assert (one.state, one.done, Case.objects.count()) == ("done", one.rows, one.imported)


def test_a_group_that_another_worker_has_written_meanwhile_is_left_alone(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    late = Import.objects.select_related("site", "made_by").get(pk=one.pk)
    advance.sweep(clock.now)
    advance._step(late, clock.now)
    assert (late.position, late.done) == (GROUP + 1, GROUP)
    assert Case.objects.count() == Import.objects.get().imported


def test_a_cancelled_import_writes_no_further_group(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    advance.sweep(clock.now)
    assert actions.cancel(one, By(company.zhaozhuguan, clock.now))
    turns(clock)
    one.refresh_from_db()
    assert (one.state, one.done) == ("cancelled", GROUP)
    assert not store.path_of(one.stored).exists()


def test_a_file_without_numbers_that_comes_twice_doubles_nothing(company: Company, clock: TestClock) -> None:
    for _ in range(2):
        started(company, clock.now, 20, numbers=False)
        turns(clock)
    first, second = Import.objects.order_by("pk")
    assert (first.imported, second.imported, second.known) == (20, 0, 20) == (Case.objects.count(), 0, first.imported)


def test_a_file_that_is_gone_stops_its_import(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    store.drop(one.stored)
    advance.sweep(clock.now)
    one.refresh_from_db()
    assert (one.state, one.stop) == ("stopped", "lost")


def test_whoever_has_left_imports_nothing_more(company: Company, clock: TestClock) -> None:
    one = started(company, clock.now)
    advance.sweep(clock.now)
    company.zhaozhuguan.is_active = False
    company.zhaozhuguan.save()
    turns(clock)
    one.refresh_from_db()
    assert (one.state, one.stop, one.done) == ("stopped", "right", GROUP)


def test_a_fault_ends_its_own_import_and_no_other_but_a_lost_database_is_tried_again(
    company: Company, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = started(company, clock.now, 5), started(company, clock.now, 5)
    whole, faults = rows.write, iter([OperationalError("gone"), ValueError("a fault")])

    def faulty(*arguments: object) -> object:
        for fault in faults:
            raise fault
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "write", faulty)
    with pytest.raises(OperationalError):
        advance.sweep(clock.now)
    turns(clock)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.stop) == ("stopped", "fault")
    assert (other.state, other.done) == ("done", 5)


def test_deadlines_have_their_turn_before_the_import_and_it_is_kept_short() -> None:
    assert SWEEPS[-1] is advance.sweep
    assert advance.TURN <= 1


def test_the_file_is_opened_once_and_not_once_a_turn(
    company: Company, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(company, clock.now)
    opened: list[Path] = []

    def read(path: Path) -> Table:
        opened.append(path)
        return read_table(path)

    monkeypatch.setattr(advance, "read_table", read)
    turns(clock)
    assert len(opened) == 1


@needs_letters
def test_public_letters_come_in_by_what_their_heads_tell(company: Company, clock: TestClock) -> None:
    by = By(company.zhaozhuguan, clock.now)
    with LETTERS.open("rb") as file:
        one = actions.upload(Upload(file.read()), company.fly, by)
    actions.describe(one, Wishes(guess(one.header), "letters", "complaint", "letter"), by)
    actions.start(one, by)
    turns(clock, 40)
    one.refresh_from_db()
    assert (one.state, one.done) == ("done", one.rows)
    assert one.imported + one.known > 0.99 * one.rows


@pytest.mark.parametrize("name", ["nyc311_20191231.csv.gz", "sf311_2008_2019.csv.gz"])
def test_packed_public_requests_are_mapped_but_for_the_words_and_tried(
    company: Company, clock: TestClock, name: str
) -> None:
    path = DATA / "gov311" / name
    if not path.is_file():
        pytest.skip("the public requests are absent: shared/data")
    by = By(company.zhaozhuguan, clock.now)
    one = actions.upload(Upload(path.read_bytes()), company.fly, by)
    columns = guess(one.header) | {"text": "descriptor", "subject": "complaint_type"}
    columns.pop("category", None)
    assert {"external_number", "received_at", "replied_at", "place"} <= set(columns)
    actions.describe(one, Wishes(columns, "311", "request", "import"), by)
    found = preview.rehearse(one, by)
    assert found.tally.rows == min(one.rows, preview.MOST_ROWS)
    assert found.tally.imported > 0.9 * found.tally.rows
