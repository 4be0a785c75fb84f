"""The one writer of cases. What happened is appended; the snapshot on the `Case` row is folded from it.

    with timeline.editing(case_id, at=now, actor=user) as change:
        change.add(EventKind.ANSWERED, {"public": True}, words={"text": words}, public={"text"})

`write` sends everything a change needs in one statement a table: first the facts are stepped through in memory, then
the followers look at them (they may add facts of their own with `note`), then rows are inserted and the snapshot saved.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from huiyin.base import ledger
from huiyin.base.text import normalise
from huiyin.db import keys
from huiyin.db.rows import insert_objects, insert_rows
from huiyin.org import reference
from huiyin.org.models import User

from . import hiding, projection, search
from .change import SNAPSHOT_FIELDS, Change
from .models import Case, CaseEvent, File, Message, Unsealed

_CASE_FIELDS = tuple(field.attname for field in Case._meta.concrete_fields)
_EVENT_FIELDS = ("case_id", "seq", "kind", "topic", "at", "recorded_at", "actor_id", "data", "digest")
_MESSAGE_FIELDS = ("case_id", "seq", "part", "public", "text", "salt", "erased_at")
_UNSEALED_FIELDS = ("case_id", "first", "last", "digest")
_FILE_FIELDS = ("case_id", "seq", "public", "sha256", "name", "media_type", "size")


class Stale(Exception):
    """Somebody else wrote to the case since it was read; `version` is its last event number now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


Follower = Callable[[Sequence[Change]], None]
FOLLOWERS: list[Follower] = []
"""Who reacts to changes, in order; filled by `wiring.connect`. Followers run inside the transaction and do no I/O."""


def begin(case: Case, *, at: datetime, actor: User | None) -> Change:
    """A change that will make a new case; `case` holds the fields that never change."""
    case.uid = secrets.token_hex(16)
    case.digest = ledger.genesis(case.uid)
    return Change(case, at=at, actor=actor, new=True)


@contextmanager
def editing(case_id: int, *, at: datetime, actor: User | None) -> Iterator[Change]:
    """Lock a case, let the caller add facts, write them all or none."""
    with editing_all([case_id], at=at, actor=actor) as changes:
        yield changes[case_id]


def expect(change: Change, version: int | None) -> None:
    """Raise `Stale` when the locked case isn't at `version` any more; None expects nothing."""
    if version is not None and version != change.case.seq:
        raise Stale(change.case.seq)


@contextmanager
def editing_all(case_ids: Collection[int], *, at: datetime, actor: User | None) -> Iterator[dict[int, Change]]:
    """Lock several cases, in the order of their ids so that two callers can't wait for each other."""
    with transaction.atomic():
        cases = {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk")}
        if len(cases) < len(set(case_ids)):
            raise Case.DoesNotExist
        changes = {pk: Change(case, at=at, actor=actor) for pk, case in cases.items()}
        yield changes
        write(list(changes.values()))


def write(changes: Sequence[Change]) -> None:
    """Write changes of different cases; to be called in a transaction that holds the locks of those that exist."""
    give_ids([change.case for change in changes if change.new and not change.case.pk])
    with reference.pinned():
        for follower in FOLLOWERS:
            follower(changes)
    changes = [change for change in changes if change.events]
    for change in changes:
        _show(change)
        rows: list[CaseEvent | Message | File] = [*change.events, *change.messages, *change.files]
        for row in rows:
            row.case_id = change.case.pk
    _save_cases(changes)
    insert_objects(CaseEvent, _EVENT_FIELDS, [event for change in changes for event in change.events])
    insert_rows(Unsealed, _UNSEALED_FIELDS, [_unsealed(change) for change in changes])
    insert_objects(Message, _MESSAGE_FIELDS, [message for change in changes for message in change.messages])
    insert_objects(File, _FILE_FIELDS, [file for change in changes for file in change.files])
    projection.write(changes)
    search.add([entry for change in changes for entry in _entries(change)])


def give_ids(cases: Sequence[Case]) -> None:
    """Take the keys of new cases before their rows, so that all that refers to them can be made in memory.

    To be called in the transaction that writes them.
    """
    for case, key in zip(cases, take_keys(len(cases)), strict=True):
        case.pk = key


def take_keys(count: int) -> list[int]:
    """Keys for cases to come, in a transaction; once it is committed nobody else gets them."""
    return keys.take_many(Case, count)


def start_numbers_after(last: int) -> None:
    """Let the next case of an empty installation get key `last` + 1."""
    if not Case.objects.exists():
        keys.start_after(Case, last)


def _save_cases(changes: Sequence[Change]) -> None:
    insert_objects(Case, _CASE_FIELDS, [change.case for change in changes if change.new])
    for change in changes:
        if not change.new:
            before, now = vars(change.before), vars(change.now)
            moved = [name.removesuffix("_id") for name in SNAPSHOT_FIELDS if before[name] != now[name]]
            change.case.save(update_fields=["seq", "digest", *moved])


def _show(change: Change) -> None:
    """Let the row be what the facts have made of it."""
    if change.new:
        change.case.__dict__.update(vars(change.now))  # nobody has asked it for its handler yet: nothing to forget
    elif change.now != change.before:
        for name in SNAPSHOT_FIELDS:
            setattr(change.case, name, getattr(change.now, name))


def _unsealed(change: Change) -> tuple[int, int, int, str]:
    return change.case.pk, change.events[0].seq, change.case.seq, change.case.digest


def _entries(change: Change) -> Iterator[search.Entry]:
    case, texts = change.case, dict[int, list[str]]()
    if change.new:
        customer = case.customer
        known = (customer.name, customer.phone, customer.phone_as_typed) if customer and not case.protected else ()
        address = (case.email,) if case.email and not case.protected else ()
        texts[1] = [case.subject, case.number, case.external_number, case.place, *known, *address]
    for message in change.messages:
        texts.setdefault(message.seq, []).append(message.text)
    if case.protected and texts:
        # Nobody finds a protected case by who its customer is; twice, because texts are compared normalised.
        veil = hiding.veil_of(case)
        texts = {seq: [veil.over(normalise(veil.over(one))) for one in words] for seq, words in texts.items()}
    for seq, words in texts.items():
        yield search.Entry(case.pk, seq, case.site_id, words)
