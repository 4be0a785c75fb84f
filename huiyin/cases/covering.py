"""The seals over one case, with all that is needed to reckon them anew elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from huiyin.base import seal as plain
from huiyin.base.seal import Entry, Tail

from .models import Case, CaseEvent, Seal
from .sealed import digests_of

_BATCH = 500


@dataclass(frozen=True)
class Covering:
    """A seal, the digest of the one before it, and the lines that it is a digest of: numbers and digests of the cases
    that moved in that hour, nothing else."""

    seal: Seal
    previous: str
    lines: bytes


def covering(case: Case) -> Iterator[Covering]:
    """The seals that cover events of a case, in order. One that can't be read is left out: `verify` names it."""
    begun = CaseEvent.objects.filter(case=case, seq=1).values_list("recorded_at", flat=True).first()
    if begun is None:
        return
    number, covered = max(1, _first_since(begun) - 1), 0
    while covered < case.seq and (seal := Seal.objects.filter(pk=number).first()):
        entry, entries = _entry(seal, case.pk)
        if entry is not None:
            covered = entry.last
            yield Covering(seal, _digest(number - 1), b"".join(plain.lines(_tails(entries))))
        number += 1


def _first_since(at: datetime) -> int:
    """The first seal at or after a moment. They are numbered without a gap, so a few looks find it without an index."""
    last = Seal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return bisect_left(range(1, last + 1), at, key=lambda pk: Seal.objects.values_list("at", flat=True).get(pk=pk)) + 1


def _entry(seal: Seal, case: int) -> tuple[Entry | None, list[Entry]]:
    try:
        entries = plain.unpack(bytes(seal.entries), seal.cases)
    except ValueError:
        return None, []
    at = bisect_left(entries, case, key=lambda entry: entry.case)
    found = at < len(entries) and entries[at].case == case
    return (entries[at] if found else None), entries


def _tails(entries: list[Entry]) -> Iterator[Tail]:
    for start in range(0, len(entries), _BATCH):
        chunk = entries[start : start + _BATCH]
        digests = digests_of([(entry.case, entry.last) for entry in chunk])
        for entry in chunk:
            yield Tail(entry.case, entry.first, entry.last, digests.get((entry.case, entry.last), ""))


def _digest(number: int) -> str:
    """Of the seal with this number; before the first stands the beginning of the chain."""
    return Seal.objects.filter(pk=number).values_list("digest", flat=True).first() or plain.GENESIS
