"""Does the record still say what was written? Replay, chain, texts and seals, on live data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction

from huiyin.base import ledger

from . import files, queries
from .change import entry_of, fixed, snapshot_of
from .fold import step
from .models import Case, CaseEvent, File, Message
from .sealed import Fault, Seals
from .workflow import NotAllowed, Snapshot

_BATCH = 500


def replay(case: Case, events: list[CaseEvent]) -> Snapshot:
    """The fold of a case's events."""
    now = Snapshot()
    for event in events:
        now = step(now, event.kind, seq=event.seq, at=event.at, data=event.data)
    return now


Words = dict[tuple[int, str], Message]


def check(case: Case, events: list[CaseEvent], messages: Words) -> Iterator[Fault]:
    """Every fault of one case."""
    digest, number = ledger.genesis(case.uid), case.number
    for expected, event in enumerate(events, start=1):
        if event.seq != expected:
            yield Fault(number, "event missing", expected)
            return
        digest = _link(digest, event)
        if event.digest != digest:
            yield Fault(number, "event changed", event.seq)
            return
        yield from _text_faults(number, event, messages)
    yield from (Fault(number, f"text added ({part})", seq) for seq, part in messages if seq > len(events))
    if (case.seq, case.digest) != (len(events), digest):
        yield Fault(number, "events cut off", len(events))
        return
    if events and not _as_received(case, events[0]):
        yield Fault(number, "case differs from what was received")
    try:
        if replay(case, events) != snapshot_of(case):
            yield Fault(number, "snapshot differs from its events")
    except (NotAllowed, KeyError, ValueError, TypeError):
        yield Fault(number, "events can't be replayed")


def _link(digest: str, event: CaseEvent) -> str:
    try:
        return ledger.link(digest, entry_of(event))
    except TypeError:  # e.g. a float that our own writer would have refused
        return ""


def _as_received(case: Case, event: CaseEvent) -> bool:
    """Are the fields that no event ever changes still those of the first?"""
    return all(event.data.get(name) == value for name, value in fixed(case).items())


def _text_faults(number: str, event: CaseEvent, messages: Words) -> Iterator[Fault]:
    expected = event.data.get("words", {})
    for part in {part for seq, part in messages if seq == event.seq} - set(expected):
        yield Fault(number, f"text added ({part})", event.seq)
    for part, digest in expected.items():
        message = messages.get((event.seq, part))
        if message is None:
            yield Fault(number, f"text missing ({part})", event.seq)
        elif _text_changed(message, digest):
            yield Fault(number, f"text changed ({part})", event.seq)
        elif message.public != (part in event.data.get("shown", ())):
            yield Fault(number, f"text shown or hidden ({part})", event.seq)


def _text_changed(message: Message, digest: str) -> bool:
    if message.erased_at is not None:
        return bool(message.text or message.salt)
    return ledger.text_digest(bytes(message.salt), message.text) != digest


def check_batch(ids: list[int], seals: Seals | None = None) -> list[Fault]:
    """Faults of these cases. A case that somebody writes to at this moment is looked at again under its lock.

    `seals`, which have been followed: is every event sealed, or waiting for its seal?
    """
    suspects = {fault.number for fault in _faults(ids, seals, lock=False)}
    if not suspects:
        return []
    again = [pk for pk in ids if Case(pk=pk).number in suspects]
    with transaction.atomic():
        faults = list(_faults(again, None, lock=True))
        return faults + (_unsealed_under_lock(again, seals) if seals is not None else [])


def _unsealed_under_lock(ids: list[int], seals: Seals) -> list[Fault]:
    return [*seals.look_again(ids), *_unsealed(Case.objects.filter(pk__in=ids).order_by("pk"), seals)]


def _unsealed(cases: Iterable[Case], seals: Seals) -> Iterator[Fault]:
    for case in cases:
        if case.seq > (end := seals.covered[case.pk]):
            yield Fault(case.number, "neither sealed nor waiting for a seal", end + 1)


def _faults(ids: list[int], seals: Seals | None, *, lock: bool) -> Iterator[Fault]:
    rows = Case.objects.filter(pk__in=ids).order_by("pk")
    cases = list(rows.select_for_update() if lock else rows)
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in CaseEvent.objects.filter(case__in=ids).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    messages: dict[int, Words] = defaultdict(dict)
    for message in Message.objects.filter(case__in=ids):
        messages[message.case_id][message.seq, message.part] = message
    attached: dict[int, Attached] = defaultdict(lambda: defaultdict(set))
    for file in File.objects.filter(case__in=ids):
        attached[file.case_id][file.seq].add((file.sha256, file.public))
    for found in cases:
        yield from check(found, events[found.pk], messages[found.pk])
        yield from _file_faults(found, events[found.pk], attached[found.pk])
    if seals is not None:
        yield from _unsealed(cases, seals)


Attached = dict[int, set[tuple[str, bool]]]
"""Of each event the digests of its files, and whether the customer may see them."""


def _file_faults(case: Case, events: list[CaseEvent], rows: Attached) -> Iterator[Fault]:
    for event in events:
        digests, shown = event.data.get("files", ()), "files" in event.data.get("shown", ())
        if {(sha256, shown) for sha256 in digests} != rows.get(event.seq, set()):
            yield Fault(case.number, "file missing, added, shown or hidden", event.seq)
        for sha256 in set(digests):
            if not files.intact(sha256):
                yield Fault(case.number, "file changed or lost", event.seq)
    yield from (Fault(case.number, "file added", seq) for seq in rows if seq > len(events))


def ids_of(number: str) -> list[int]:
    """The case with this receipt number as a batch. Raises `Case.DoesNotExist`."""
    return [Case.objects.values_list("pk", flat=True).get(pk=queries.key_of(number))]


def seals_for(number: str | None = None) -> Seals:
    """The seals, to be followed for all cases or for one."""
    return Seals(only=None if number is None else ids_of(number)[0])


def size(number: str | None = None) -> tuple[int, int]:
    """How many cases and events there are, or in one case. Raises `Case.DoesNotExist`."""
    if number is None:
        return Case.objects.count(), CaseEvent.objects.count()
    return 1, CaseEvent.objects.filter(case__in=ids_of(number)).count()


def batches(first: int = 0) -> Iterator[list[int]]:
    """All case ids in order, some hundred at a time."""
    while ids := list(Case.objects.filter(pk__gt=first).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield ids
        first = ids[-1]
