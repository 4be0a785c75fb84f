"""Whatever a seal covers is missed, also when the case itself was made to match."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from huiyin.base import ledger
from huiyin.cases import actions, guard, seals, verify
from huiyin.cases.change import SNAPSHOT_FIELDS, entry_of
from huiyin.cases.models import Case, CaseEvent, Commitment, File, HandOver, Message, Seal, Unsealed
from huiyin.clocks.models import Clock
from huiyin.returns.models import ReturnVisit
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock


@pytest.fixture
def cases(open_case: Opener, company: Company, clock: TestClock, by: Mover) -> list[Case]:
    """Three cases and three seals: the second case goes on after the first seal, the third is under the last."""
    made = [open_case().case, open_case().case]
    seals.seal_now(clock.now)
    actions.accept(made[1].pk, by(company.linxiao))
    seals.seal_now(clock.move(60))
    made.append(open_case().case)
    actions.note(made[1].pk, by(company.linxiao), text="记一笔")
    seals.seal_now(clock.move(60))
    return made


def faults() -> set[str]:
    """Everything that `huiyin verify` finds, as it says it."""
    sealed = verify.seals_for()
    found = [fault for _count, faults in sealed.follow() for fault in faults]
    found += [fault for ids in verify.batches() for fault in verify.check_batch(ids, sealed)]
    return {f"{fault.number or '-'} {fault.seq or '-'} {fault.seal or '-'} {fault.what}" for fault in found}


def cut_back(case: Case, to: int) -> None:
    """Remove the last events and everything about them, and make the case's row match: its own chain holds."""
    for model in (CaseEvent, Message, HandOver, Commitment, File):
        model.objects.filter(case=case, seq__gt=to).delete()
    last = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    now = verify.replay(case, last)
    values = {name: getattr(now, name) for name in SNAPSHOT_FIELDS}
    Case.objects.filter(pk=case.pk).update(seq=to, digest=last[-1].digest, **values)


def delete_whole(case: Case) -> None:
    for model in (Clock, ReturnVisit, CaseEvent, Message, HandOver, Commitment, File):
        model.objects.filter(case=case).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])


def rewrite(case: Case) -> None:
    """Another first event, and every digest after it reckoned anew: the case's own chain holds."""
    digest = ledger.genesis(case.uid)
    for event in CaseEvent.objects.filter(case=case).order_by("seq"):
        event.at -= timedelta(minutes=30)
        digest = ledger.link(digest, entry_of(event))
        CaseEvent.objects.filter(pk=event.pk).update(at=event.at, digest=digest)
    values = {"digest": digest, "received_at": case.received_at - timedelta(minutes=30)}
    Case.objects.filter(pk=case.pk).update(**values)


def test_an_untouched_record_has_no_fault(cases: list[Case]) -> None:
    assert faults() == set()
    assert Seal.objects.count() == 3


@pytest.mark.tampers
def test_a_tail_that_was_cut_with_its_case_set_back_is_missed(cases: list[Case]) -> None:
    case = Case.objects.get(pk=cases[1].pk)
    with guard.lifted():
        cut_back(case, case.seq - 1)
    assert verify.check_batch([case.pk]) == []  # its own chain says nothing
    assert faults() == {f"{case.number} {case.seq} 3 sealed event missing"}


@pytest.mark.tampers
def test_a_case_that_was_deleted_with_all_that_belongs_to_it_is_missed(cases: list[Case]) -> None:
    one, other = cases[0], cases[2]
    with guard.lifted():
        delete_whole(one)
        delete_whole(other)
    seq = {case.pk: case.seq for case in cases}
    assert faults() == {
        f"{one.number} {seq[one.pk]} 1 case missing",
        f"{other.number} {seq[other.pk]} 3 case missing",
    }


@pytest.mark.tampers
def test_a_case_deleted_before_its_seal_is_missed_then_and_after_it(open_case: Opener, clock: TestClock) -> None:
    open_case()
    case = open_case().case
    with guard.lifted():
        delete_whole(case)
    assert faults() == {f"{case.number} {case.seq} - case missing"}
    seals.seal_now(clock.now)
    assert faults() == {f"{case.number} {case.seq} 1 case missing"}


@pytest.mark.tampers
def test_a_rewritten_chain_is_named_with_its_case(cases: list[Case]) -> None:
    case = cases[0]
    with guard.lifted():
        rewrite(Case.objects.get(pk=case.pk))
    assert [line for line in faults() if line == f"{case.number} {case.seq} 1 sealed event changed"]


@pytest.mark.tampers
def test_a_chain_rewritten_before_its_seal_is_named(open_case: Opener, clock: TestClock) -> None:
    case = open_case().case
    with guard.lifted():
        rewrite(Case.objects.get(pk=case.pk))
    assert f"{case.number} {case.seq} - event changed that waits for its seal" in faults()
    seals.seal_now(clock.now)
    assert f"{case.number} {case.seq} 1 sealed event changed" in faults()


@pytest.mark.tampers
def test_a_deleted_seal_is_missed(cases: list[Case]) -> None:
    with guard.lifted():
        Seal.objects.filter(pk=2).delete()
    assert "- - 2 missing" in faults()


@pytest.mark.tampers
def test_the_last_seals_can_not_go_unnoticed_either(cases: list[Case]) -> None:
    with guard.lifted():
        Seal.objects.filter(pk=3).delete()
    assert {line.partition(" ")[0] for line in faults()} == {cases[1].number, cases[2].number}
    assert all(line.endswith("neither sealed nor waiting for a seal") for line in faults())


@pytest.mark.tampers
def test_an_event_taken_from_those_that_wait_is_missed(cases: list[Case], open_case: Opener) -> None:
    case = open_case().case
    Unsealed.objects.filter(case_id=case.pk).delete()
    assert faults() == {f"{case.number} 1 - neither sealed nor waiting for a seal"}


CHANGES: dict[str, Callable[[Seal], dict[str, object]]] = {
    "time": lambda seal: {"at": seal.at - timedelta(days=1)},
    "events": lambda seal: {"events": seal.events + 1},
    "cases": lambda seal: {"cases": seal.cases + 1},
    "entries": lambda seal: {"entries": b"nothing"},
    "digest": lambda seal: {"digest": "0" * 64},
}


@pytest.mark.tampers
@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_seal_is_named(what: str, cases: list[Case]) -> None:
    with guard.lifted():
        Seal.objects.filter(pk=2).update(**CHANGES[what](Seal.objects.get(pk=2)))
    assert "- - 2 changed" in faults()


@pytest.mark.tampers
def test_seals_numbered_anew_over_a_deleted_one_do_not_follow_each_other(cases: list[Case]) -> None:
    with guard.lifted():
        Seal.objects.filter(pk=2).delete()
        Seal.objects.filter(pk=3).update(id=2)
    case = cases[1]
    assert f"{case.number} {case.seq + 2} 2 earlier events not sealed" in faults()


def test_a_case_written_to_meanwhile_is_no_fault(
    cases: list[Case], company: Company, by: Mover, clock: TestClock
) -> None:
    sealed = verify.seals_for()
    assert [fault for _count, faults in sealed.follow() for fault in faults] == []
    actions.note(cases[0].pk, by(company.linxiao), text="记一笔")  # waits
    assert verify.check_batch([cases[0].pk], sealed) == []
    actions.note(cases[2].pk, by(company.linxiao), text="记一笔")
    seals.seal_now(clock.now)  # sealed
    assert verify.check_batch([case.pk for case in cases], sealed) == []
    assert [fault for _count, faults in sealed.follow() for fault in faults] == []


def test_one_case_can_be_looked_at_alone(cases: list[Case]) -> None:
    sealed = verify.seals_for(cases[1].number)
    assert [fault for _count, faults in sealed.follow() for fault in faults] == []
    assert verify.check_batch([cases[1].pk], sealed) == []


@pytest.mark.tampers
def test_one_case_alone_is_missed_by_its_seals(cases: list[Case]) -> None:
    case = Case.objects.get(pk=cases[1].pk)
    with guard.lifted():
        cut_back(case, case.seq - 1)
    found = [fault for _count, faults in verify.seals_for(case.number).follow() for fault in faults]
    assert [(fault.number, fault.seq, fault.seal) for fault in found] == [(case.number, case.seq, 3)]


def test_many_cases_are_remembered_in_little_room(cases: list[Case]) -> None:
    sealed = verify.seals_for()
    for case in (1, 4095, 4096, 10_000_000):
        assert sealed.covered.reach(case, 1, 3)
        assert not sealed.covered.reach(case, 5, 6)
        assert sealed.covered[case] == 3
    assert sealed.covered[4097] == 0
