"""Every event gets under exactly one seal."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.base import seal as plain
from huiyin.cases import actions, intake, seals
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent, Seal, Unsealed
from huiyin.customers.actions import Person
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, TestClock, company, voice


def sealed() -> list[tuple[int, int]]:
    """Every event under a seal, by case and number, as often as it is under one."""
    entries = [entry for seal in Seal.objects.all() for entry in plain.unpack(bytes(seal.entries), seal.cases)]
    return sorted((entry.case, seq) for entry in entries for seq in range(entry.first, entry.last + 1))


def events() -> list[tuple[int, int]]:
    return sorted(CaseEvent.objects.values_list("case_id", "seq"))


def test_the_first_seal_is_written_as_soon_as_there_is_anything(open_case: Opener, clock: TestClock) -> None:
    assert seals.sweep(clock.now) == 0
    case = open_case().case
    assert seals.sweep(clock.now) == case.seq
    assert sealed() == events()
    assert not Unsealed.objects.exists()


def test_a_seal_is_written_once_an_hour_and_never_over_nothing(
    open_case: Opener, company: Company, clock: TestClock, by: Mover
) -> None:
    case = open_case().case
    seals.sweep(clock.now)
    actions.accept(case.pk, by(company.linxiao, 1))
    actions.answer(case.pk, by(company.linxiao, 58), text="马上到。")
    assert seals.sweep(clock.now) == 0
    assert seals.sweep(clock.move(1)) > 0
    assert [(seal.pk, seal.cases) for seal in Seal.objects.order_by("pk")] == [(1, 1), (2, 1)]
    assert sealed() == events()
    assert seals.sweep(clock.move(300)) == 0


def test_a_seal_holds_so_many_changes_and_the_rest_follows_at_once(
    open_case: Opener, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST", 3)
    for _ in range(8):
        open_case()
    while seals.sweep(clock.now):
        pass
    assert [seal.cases for seal in Seal.objects.order_by("pk")] == [3, 3]
    assert Unsealed.objects.count() == 2
    last = seals.seal_now(clock.now)
    assert last is not None
    assert (last.pk, last.cases) == (3, 2)
    assert sealed() == events()


def test_a_sealed_case_that_goes_on_is_sealed_from_there_on(
    open_case: Opener, company: Company, clock: TestClock, by: Mover
) -> None:
    case = open_case().case
    for _ in range(4):
        actions.note(case.pk, by(company.linxiao), text="记一笔")
        seals.seal_now(clock.now)
    assert Seal.objects.count() == 4
    assert sealed() == events()


def test_nothing_is_sealed_when_the_writing_fails(
    open_case: Opener, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_case()
    with monkeypatch.context() as patch:
        patch.setattr(plain, "pack", lambda tails: None)
        with pytest.raises(DatabaseError), transaction.atomic():
            seals.sweep(clock.now)
    assert (Seal.objects.count(), Unsealed.objects.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_after_a_seal_that_is_newer_gets_under_the_next_one() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    people = company()
    written, go_on = Event(), Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                intake.open_case(voice(people.ljf), By(people.linxiao, NOW))
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert written.wait(20)
    quick = intake.open_case(voice(people.fly, person=Person()), By(people.chenjia, NOW)).case
    seals.seal_now(NOW)
    assert {case for case, _seq in sealed()} == {quick.pk}
    go_on.set()
    thread.join(20)
    seals.seal_now(NOW)
    assert len({case for case, _seq in sealed()}) == Case.objects.count() == 2
    assert sealed() == events()


@pytest.mark.django_db(transaction=True)
def test_many_workers_and_writers_at_once_leave_no_event_out_and_seal_none_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share SQLite's database in memory; processes are tested in test_backup.py")
    monkeypatch.setattr(seals, "EVERY", timedelta(0))
    people, writing, failures = company(), Event(), list[Exception]()

    def write() -> None:
        try:
            for _ in range(15):
                case = intake.open_case(voice(people.ljf), By(people.linxiao, NOW)).case
                actions.note(case.pk, By(people.linxiao, NOW), text="记一笔")
        finally:
            connection.close()

    def work() -> None:
        try:
            while not writing.is_set():
                seals.sweep(NOW)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writers, workers = [Thread(target=write) for _ in range(3)], [Thread(target=work) for _ in range(3)]
    for thread in (*workers, *writers):
        thread.start()
    for thread in writers:
        thread.join(60)
    writing.set()
    for thread in workers:
        thread.join(20)
    seals.seal_now(NOW)
    assert failures == []
    assert len(events()) >= 90
    assert sealed() == events()
    assert [seal.pk for seal in Seal.objects.order_by("pk")] == list(range(1, Seal.objects.count() + 1))
