"""`verify` finds whatever somebody with access to the database changed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection
from django.db.models import F

from huiyin.cases import actions, files, guard, intake, verify
from huiyin.cases.actions import By
from huiyin.cases.change import StoredFile
from huiyin.cases.models import Case, CaseEvent, File, Message
from tests.conftest import Mover
from tests.people import NOW, Company, voice

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"photo" * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"photo" * 20


class Sent(BytesIO):
    """An upload as a form hands it over."""

    name: str | None = "photo.png"
    size: int | None = None


def photo(content: bytes) -> StoredFile:
    return files.store(Sent(content))


@pytest.fixture
def pair(company: Company, by: Mover) -> tuple[Case, Case]:
    """Two cases with words, photos, a hand-over and an end."""
    cases = []
    for content in (PNG, JPEG):
        new = voice(company.ljf, files=[photo(content)])
        case = intake.open_case(new, By(company.linxiao, NOW)).case
        actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="看看")
        actions.reply(case.pk, by(company.zhougong), text="已更换", files=[photo(content + b"done")])
        actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已修好")
        cases.append(case)
    return cases[0], cases[1]


def events(case: Case) -> dict[int, CaseEvent]:
    return {event.seq: event for event in CaseEvent.objects.filter(case=case)}


def changed_kind(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=2).update(kind="assigned")


def changed_time(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=4).update(at=NOW)


def changed_actor(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=4).update(actor=None)


def changed_data(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=2).update(data={"by": 0})


def changed_data_that_cannot_be(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=2).update(data={"by": 1.5})


def deleted_event(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=3).delete()


def cut_tail(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one, seq=5).delete()


def cut_all(one: Case, other: Case) -> None:
    CaseEvent.objects.filter(case=one).delete()


def added_event(one: Case, other: Case) -> None:
    last = events(one)[5]
    last.pk, last.seq = None, 6
    last.save(force_insert=True)


def swapped_events(one: Case, other: Case) -> None:
    for seq, to in ((2, 99), (3, 2), (99, 3)):
        CaseEvent.objects.filter(case=one, seq=seq).update(seq=to)


def moved_chain(one: Case, other: Case) -> None:
    """The other case's whole record, with its digest, under this number."""
    CaseEvent.objects.filter(case=one).update(seq=F("seq") + 100)
    CaseEvent.objects.filter(case=other).update(case=one)
    Case.objects.filter(pk=one.pk).update(digest=Case.objects.get(pk=other.pk).digest)


def changed_words(one: Case, other: Case) -> None:
    Message.objects.filter(case=one, part="cause").update(text="住户自己弄坏")


def deleted_words(one: Case, other: Case) -> None:
    Message.objects.filter(case=one, seq=1).delete()


def added_words(one: Case, other: Case) -> None:
    Message.objects.create(case=one, seq=5, part="basis", public=True, text="合同", salt=b"salt")


def added_words_without_an_event(one: Case, other: Case) -> None:
    Message.objects.create(case=one, seq=50, part="text", public=True, text="已满意", salt=b"salt")


def words_called_erased(one: Case, other: Case) -> None:
    Message.objects.filter(case=one, seq=1).update(text="什么也没说", erased_at=NOW)


def note_shown_to_the_customer(one: Case, other: Case) -> None:
    Message.objects.filter(case=one, part="cause").update(public=True)


def answer_hidden_from_the_customer(one: Case, other: Case) -> None:
    Message.objects.filter(case=one, seq=5, part="text").update(public=False)


def changed_status(one: Case, other: Case) -> None:
    Case.objects.filter(pk=one.pk).update(status="closed")


def changed_owner(one: Case, other: Case) -> None:
    Case.objects.filter(pk=one.pk).update(owner=None)


def changed_site(one: Case, other: Case) -> None:
    Case.objects.filter(pk=one.pk).update(site=one.site.parent)


def changed_kind_of_case(one: Case, other: Case) -> None:
    Case.objects.filter(pk=one.pk).update(kind="praise")


def swapped_files(one: Case, other: Case) -> None:
    mine, theirs = (files.path_of(File.objects.get(case=case, seq=1).sha256) for case in (one, other))
    mine.write_bytes(theirs.read_bytes())


def swapped_file_rows(one: Case, other: Case) -> None:
    theirs = File.objects.get(case=other, seq=1).sha256
    File.objects.filter(case=one, seq=1).update(sha256=theirs)


def deleted_file_row(one: Case, other: Case) -> None:
    File.objects.filter(case=one, seq=4).delete()


def lost_file(one: Case, other: Case) -> None:
    files.path_of(File.objects.get(case=one, seq=4).sha256).unlink()


def file_shown_to_the_customer(one: Case, other: Case) -> None:
    File.objects.filter(case=one, seq=4).update(public=True)


TAMPERING: tuple[tuple[Callable[[Case, Case], None], str], ...] = (
    (changed_kind, "event changed"),
    (changed_time, "event changed"),
    (changed_actor, "event changed"),
    (changed_data, "event changed"),
    (changed_data_that_cannot_be, "event changed"),
    (deleted_event, "event missing"),
    (cut_tail, "events cut off"),
    (cut_all, "events cut off"),
    (added_event, "event changed"),
    (swapped_events, "event changed"),
    (moved_chain, "event changed"),
    (changed_words, "text changed (cause)"),
    (deleted_words, "text missing (text)"),
    (added_words, "text added (basis)"),
    (added_words_without_an_event, "text added (text)"),
    (words_called_erased, "text changed (text)"),
    (note_shown_to_the_customer, "text shown or hidden (cause)"),
    (answer_hidden_from_the_customer, "text shown or hidden (text)"),
    (changed_status, "snapshot differs from its events"),
    (changed_owner, "snapshot differs from its events"),
    (changed_site, "case differs from what was received"),
    (changed_kind_of_case, "case differs from what was received"),
    (swapped_files, "file changed or lost"),
    (swapped_file_rows, "file missing, added, shown or hidden"),
    (deleted_file_row, "file missing, added, shown or hidden"),
    (lost_file, "file changed or lost"),
    (file_shown_to_the_customer, "file missing, added, shown or hidden"),
)


@pytest.mark.tampers
@pytest.mark.parametrize(("tamper", "what"), TAMPERING, ids=lambda value: getattr(value, "__name__", ""))
def test_it_finds_and_names(tamper: Callable[[Case, Case], None], what: str, pair: tuple[Case, Case]) -> None:
    one, other = pair
    ids = [one.pk, other.pk]
    assert verify.check_batch(ids) == []
    with guard.lifted():
        tamper(one, other)
    faults = {(fault.number, fault.what) for fault in verify.check_batch(ids)}
    assert (one.number, what) in faults
    for path in (files.path_of(row.sha256) for row in File.objects.filter(case__in=ids)):
        path.unlink(missing_ok=True)  # the next test finds its own bytes again


def test_a_text_erased_by_law_leaves_the_chain_whole(pair: tuple[Case, Case]) -> None:
    Message.objects.filter(case=pair[0], seq=1).update(text="", salt=b"", erased_at=NOW)
    assert verify.check_batch([pair[0].pk]) == []


def test_all_cases_are_looked_at_in_batches(pair: tuple[Case, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_BATCH", 1)
    assert list(verify.batches()) == [[pair[0].pk], [pair[1].pk]]


def test_a_trigger_that_was_disabled_is_missing(db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite can't disable a trigger; dropping one is tested in test_guard.py")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_caseevent DISABLE TRIGGER timeline_no_change")
        assert guard.missing() == ["timeline_no_change"]
        cursor.execute("ALTER TABLE cases_caseevent ENABLE TRIGGER timeline_no_change")


def test_a_trigger_that_refuses_nothing_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER timeline_no_delete")
            cursor.execute("CREATE TRIGGER timeline_no_delete BEFORE DELETE ON cases_caseevent BEGIN SELECT 1; END")
            assert guard.missing() == ["timeline_no_delete"]
        else:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION timeline_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NEW; END $$"
            )
            guarded = ("timeline", "seal", "settings", "groups", "ledger", "marks", "custody")
            assert guard.missing() == [f"{what}_no_{act}" for what in guarded for act in ("change", "truncate")]
    guard.remove()
    guard.install()
    assert guard.missing() == []
