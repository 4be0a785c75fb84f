"""The sweep finds what is due: at its own time, once, however late and however many workers look."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent
from huiyin.clocks import actions as clocks
from huiyin.clocks import queries
from huiyin.clocks.models import Clock
from tests.conftest import Mover, Opener
from tests.people import Company

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def notes(case: Case, what: str) -> list[tuple[str, datetime]]:
    events = CaseEvent.objects.filter(case=case, topic="clocks", data__what=what).order_by("seq")
    return [(event.data["clock"], event.at) for event in events]


@pytest.fixture
def case(open_case: Opener, company: Company) -> Case:
    """P2: an answer within 15 minutes, warned of after ten."""
    return open_case(kind="repair", category=company.lift).case


@pytest.mark.parametrize("late", [timedelta(), timedelta(microseconds=1), MINUTE, 3 * HOUR])
def test_a_missed_deadline_is_recorded_at_its_own_time_however_late_the_sweep_is(
    case: Case, now: datetime, late: timedelta
) -> None:
    due = now + 15 * MINUTE
    assert clocks.sweep(due + late) == 1
    assert notes(case, "breached") == [("respond", due)]
    assert Clock.objects.get(case=case, kind="respond").breached_at == due
    assert CaseEvent.objects.get(case=case, data__what="breached").recorded_at == due + late


def test_a_deadline_that_has_not_come_is_left_alone(case: Case, now: datetime) -> None:
    clocks.sweep(now + 15 * MINUTE - timedelta(microseconds=1))
    assert notes(case, "breached") == []


def test_a_second_sweep_finds_nothing(case: Case, now: datetime) -> None:
    assert clocks.sweep(now + HOUR) == 1
    assert clocks.sweep(now + HOUR) == 0
    assert clocks.sweep(now + 2 * HOUR) == 0
    assert len(notes(case, "breached")) == 1


def test_a_warning_comes_before_the_breach_and_once(case: Case, now: datetime) -> None:
    assert clocks.sweep(now + 9 * MINUTE) == 0
    assert clocks.sweep(now + 10 * MINUTE) == 1
    assert clocks.sweep(now + 11 * MINUTE) == 0
    assert notes(case, "due_soon") == [("respond", now + 10 * MINUTE)]


def test_a_sweep_after_the_deadline_warns_of_nothing_any_more(case: Case, now: datetime) -> None:
    clocks.sweep(now + HOUR)
    assert notes(case, "due_soon") == []


def test_an_answer_that_came_late_before_any_sweep_is_late_at_the_deadline(
    case: Case, company: Company, by: Mover, now: datetime
) -> None:
    actions.answer(case.pk, by(company.linxiao, 40), text="您好")
    assert notes(case, "breached") == [("respond", now + 15 * MINUTE)]
    assert Clock.objects.get(case=case, kind="respond").outcome == "late"


def test_an_answer_in_the_last_moment_is_in_time(case: Case, company: Company, now: datetime) -> None:
    actions.answer(case.pk, By(company.linxiao, now + 15 * MINUTE), text="您好")
    assert Clock.objects.get(case=case, kind="respond").outcome == "met"


def test_more_cases_than_one_transaction_takes_are_all_swept(
    open_case: Opener, company: Company, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "_CHUNK", 2)
    for _ in range(5):
        open_case(kind="repair", category=company.lift)
    assert clocks.sweep(now + HOUR) == 5


def test_due_soon_shows_a_case_once_by_its_earliest_near_clock(
    case: Case, company: Company, by: Mover, now: datetime
) -> None:
    assert queries.due_soon(company.linxiao, now).items == []
    clocks.sweep(now + 12 * MINUTE)
    assert [clock.kind for clock in queries.due_soon(company.linxiao, now + 12 * MINUTE).items] == ["respond"]
    clocks.sweep(now + 23 * HOUR)
    assert [clock.kind for clock in queries.due_soon(company.linxiao, now + 23 * HOUR).items] == ["respond"]
    assert queries.due_soon(company.chenjia, now + 23 * HOUR).items == []


def test_a_near_clock_is_shown_though_an_earlier_one_is_not_near_yet(
    case: Case, company: Company, by: Mover, now: datetime
) -> None:
    told = By(company.linxiao, now + 20 * HOUR)
    actions.answer(case.pk, told, text="快好了")  # the next word is due at 24 hours too, but not near yet
    actions.commit(case.pk, By(company.linxiao, now + 20 * HOUR), text="今晚到", due_at=now + 23 * HOUR)
    found = queries.due_soon(company.linxiao, now + 20 * HOUR)
    assert [clock.kind for clock in found.items] == ["resolve"]


def test_a_clock_that_a_lower_severity_moved_away_again_is_not_near_any_more(
    case: Case, company: Company, now: datetime
) -> None:
    later = now + 20 * HOUR
    actions.answer(case.pk, By(company.linxiao, now + 19 * HOUR), text="快好了")
    clocks.sweep(later)
    assert [clock.kind for clock in queries.due_soon(company.linxiao, later).items] == ["resolve"]
    actions.set_severity(case.pk, By(company.linxiao, later), severity="P4", reason="电梯已恢复,只剩面板更换")
    clocks.sweep(later)
    assert queries.due_soon(company.linxiao, later).items == []
    clock = Clock.objects.get(case=case, kind="resolve")
    assert (clock.near_at, clock.mark_at) == (now + timedelta(hours=19, minutes=12), clock.due_at)


def test_due_soon_goes_on_page_by_page(open_case: Opener, company: Company, now: datetime) -> None:
    numbers = [open_case(kind="repair", category=company.lift).case.pk for _ in range(5)]
    clocks.sweep(now + HOUR)
    seen: list[int] = []
    after = None
    while True:
        page = queries.due_soon(company.linxiao, now + HOUR, after=after, limit=2)
        seen += [clock.case_id for clock in page.items]
        if page.next is None:
            break
        after = page.next
    assert seen == numbers


@pytest.fixture
def shared(transactional_db: None) -> Iterator[None]:
    """A database that threads can share."""
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection; tests/clocks/test_sweep_processes.py does it on a file")
    yield
    connections.close_all()


def test_two_workers_at_once_record_a_breach_once(
    shared: None, open_case: Opener, company: Company, now: datetime
) -> None:
    cases = [open_case(kind="repair", category=company.lift).case.pk for _ in range(30)]
    ready = threading.Barrier(3)

    def work() -> None:
        ready.wait()
        clocks.sweep(now + HOUR)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    breaches = CaseEvent.objects.filter(data__what="breached", data__clock="respond")
    assert Counter(breaches.values_list("case", flat=True)) == dict.fromkeys(cases, 1)


def test_an_answer_and_a_sweep_at_once_leave_one_breach(
    shared: None, open_case: Opener, company: Company, now: datetime
) -> None:
    cases = [open_case(kind="repair", category=company.lift).case.pk for _ in range(10)]

    def answer() -> None:
        for pk in cases:
            actions.answer(pk, By(company.linxiao, now + HOUR), text="您好")
        connections.close_all()

    thread = threading.Thread(target=answer)
    thread.start()
    clocks.sweep(now + HOUR)
    thread.join()
    breaches = CaseEvent.objects.filter(data__what="breached", data__clock="respond")
    assert Counter(breaches.values_list("case", flat=True)) == dict.fromkeys(cases, 1)
