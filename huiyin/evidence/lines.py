"""What a copy says of the events of a case: one line of JSON each, as much of it as the reader may have.

A line always has the digest of its event, so that the chain can be walked. `entry` is what the digest covers; without
it the event is `withheld`. Words stand beside it with their salt, so that they can be compared with the digest in the
entry; those that were erased are `erased`, those that the reader may not have, or only crossed out, are `withheld`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huiyin.base import ledger
from huiyin.cases import queries, told
from huiyin.cases.change import entry_of
from huiyin.cases.files import path_of
from huiyin.cases.models import Case, CaseEvent, File, Message
from huiyin.cases.queries import Entry
from huiyin.cases.veil import Veil

from .packing import member_of

_FOR_CUSTOMERS = frozenset(
    {"words", "shown", "files", "public", "from", "due_at", "for", "granted", "reached", "outside"}
)
"""What the data of an entry may hold to be given to a customer as a whole; all else is how we work among ourselves."""


@dataclass(frozen=True)
class Told:
    """A case as it is copied. `events`: all of its own, in order; `entries`: those whose words and files the reader may
    have, by row id; `customer`: is the reader the customer?"""

    case: Case
    events: list[CaseEvent]
    entries: Mapping[int, Entry]
    customer: bool = False

    @property
    def in_time(self) -> list[Entry]:
        """The entries as they happened."""
        return sorted(self.entries.values(), key=lambda entry: (entry.event.at, entry.event.seq))


def for_staff(case: Case) -> Told:
    """As its row was given out: without the customer for whoever may not know them."""
    entries = {entry.event.pk: entry for entry in queries.timeline(case)}
    return Told(case, sorted((one.event for one in entries.values()), key=lambda event: event.seq), entries)


def for_customer(case: Case) -> Told:
    """With the words and files that its customer may see."""
    entries = {entry.event.pk: entry for entry in told.entries(case)}
    events = [entry.event for entry in queries.timeline(case, public=True)]
    return Told(case, sorted(events, key=lambda event: event.seq), entries, customer=True)


def lines(copied: Told, given: Collection[int]) -> Iterator[dict[str, Any]]:
    """Of each event a line. `given`: row ids of the files that are in the copy."""
    for event in copied.events:
        found = copied.entries.get(event.pk)
        entry = json.loads(ledger.canonical(entry_of(event)))
        line: dict[str, Any] = {"seq": event.seq, "digest": event.digest}
        shown = _whole(copied, event, entry)
        line |= {"entry": entry} if shown else {"withheld": True}
        digests = event.data.get("words", {})
        there = found.words if found else {}
        words = {part: _words(there.get(part), digests[part], copied.case.veil) for part in digests}
        if not shown:
            words = {part: said | {"digest": digests[part]} for part, said in words.items() if "salt" in said}
        line |= {"words": words} if words else {}
        files = list(_files(found.files if found else (), given))
        named = {file["sha256"] for file in files}
        others = [one for one in event.data.get("files", ()) if one not in named] if shown else []
        files += [{"sha256": one, "withheld": True} for one in others]
        yield line | ({"files": files} if files else {})


def _whole(copied: Told, event: CaseEvent, entry: Mapping[str, Any]) -> bool:
    """May the reader have the entry as it is?"""
    if copied.customer:
        return event.pk in copied.entries and "shown" in event.data and event.data.keys() <= _FOR_CUSTOMERS
    veil, written = copied.case.veil, json.dumps(entry, ensure_ascii=False)
    return veil is None or veil.over(written) == written


def _words(message: Message | None, digest: str, veil: Veil | None) -> dict[str, Any]:
    if message is None:
        return {"withheld": True}
    if message.erased_at is not None:
        return {"erased": True}
    # Crossed out, the salt would let somebody try names until the digest fits.
    if veil is not None and ledger.text_digest(bytes(message.salt), message.text) != digest:
        return {"withheld": True, "text": message.text}
    return {"text": message.text, "salt": bytes(message.salt).hex()}


def _files(files: Iterable[File], given: Collection[int]) -> Iterator[dict[str, Any]]:
    for file in files:
        if file.pk in given:
            line: dict[str, Any] = {"sha256": file.sha256, "name": file.name}
            there = path_of(file.sha256).is_file()
            yield line | ({"member": member_of(file.sha256, file.name)} if there else {"missing": True})


def written(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines of JSON."""
    return b"".join(ledger.canonical(dict(row)) + b"\n" for row in rows)
