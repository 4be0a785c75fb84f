"""Do the seals still say what they said, and is all that they cover still there?"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum

from huiyin.base import seal as plain
from huiyin.base.ids import receipt_number
from huiyin.base.seal import Entry, Head, Tail

from .models import Case, Seal, Unsealed

_BATCH = 500
_SPAN = 4096

# The pairs are numbers that this module has read as such.
_DIGESTS = """WITH wanted (case_id, seq) AS (VALUES {pairs})
SELECT e.case_id, e.seq, e.digest FROM wanted JOIN cases_caseevent e ON e.case_id = wanted.case_id
AND e.seq = wanted.seq"""


@dataclass(frozen=True)
class Fault:
    """What is wrong: with a case (its receipt number; `seq`: the event), with a seal, or with a case as a seal has
    it."""

    number: str
    what: str
    seq: int | None = None
    seal: int | None = None


class Ends:
    """Up to which event each case got: four bytes a case, also for millions."""

    def __init__(self) -> None:
        self._spans: dict[int, array[int]] = {}

    def __getitem__(self, case: int) -> int:
        span = self._spans.get(case // _SPAN)
        return span[case % _SPAN] if span is not None else 0

    def reach(self, case: int, first: int, last: int) -> bool:
        """Go on to event `last`, unless there is a gap before `first`; False when there is one."""
        if first > self[case] + 1:
            return False
        span = self._spans.setdefault(case // _SPAN, array("I", bytes(array("I").itemsize * _SPAN)))
        span[case % _SPAN] = max(last, span[case % _SPAN])
        return True


Found = Iterator[tuple[int, list[Fault]]]
"""Of each step how many cases were looked at, and what is wrong."""


class Seals:
    """Reads the seals in their order, each once, and what waits for the next one; remembers what they cover.

    `only`: looks at one case alone, and therefore can't prove the seals themselves.
    """

    def __init__(self, *, only: int | None = None) -> None:
        self.only = only
        self.sealed, self.covered = Ends(), Ends()
        """By a seal; by a seal or a row that waits for one."""
        self.number, self.digest = 0, plain.GENESIS
        self.waiting = 0
        self.known: dict[str, int] = {}
        """The seals read so far: digest → number."""

    def follow(self) -> Found:
        """Read on. Seals, then what waits, then seals again: whatever is sealed in between is seen in one of them."""
        yield from self._seals()
        while rows := list(Unsealed.objects.filter(pk__gt=self.waiting).order_by("pk")[:_BATCH]):
            self.waiting = rows[-1].pk
            yield len(rows), list(self._wait(rows))
        yield from self._seals()

    def ahead(self) -> int:
        """How many cases the seals that were not read yet cover together, those in several seals several times."""
        return Seal.objects.filter(pk__gt=self.number).aggregate(all=Sum("cases"))["all"] or 0

    def look_again(self, cases: Collection[int]) -> list[Fault]:
        """Read on for these cases, which somebody has written to; to be called while they are locked."""
        faults = list(self._wait(list(Unsealed.objects.filter(case_id__in=cases).order_by("first"))))
        return faults + [fault for _count, found in self._seals() for fault in found]

    def _seals(self) -> Found:
        while found := Seal.objects.filter(pk__gt=self.number).order_by("pk").first():
            yield found.cases, list(self._read(found))

    def _wait(self, rows: Sequence[Unsealed]) -> Iterator[Fault]:
        mine = [row for row in rows if self.only in {None, row.case_id}]
        for row in mine:
            self.covered.reach(row.case_id, row.first, row.last)
        digests = digests_of([(row.case_id, row.last) for row in mine])
        gone = _gone([row.case_id for row in mine if (row.case_id, row.last) not in digests])
        for row in mine:
            found = digests.get((row.case_id, row.last))
            if found is None:
                what = "case missing" if row.case_id in gone else "event missing that waits for its seal"
                yield Fault(receipt_number(row.case_id), what, row.last)
            elif found != row.digest:
                yield Fault(receipt_number(row.case_id), "event changed that waits for its seal", row.last)

    def _read(self, seal: Seal) -> Iterator[Fault]:
        yield from (Fault("", "missing", seal=number) for number in range(self.number + 1, seal.pk))
        previous, gap = self.digest, seal.pk != self.number + 1
        self.number, self.digest = seal.pk, seal.digest
        self.known[seal.digest] = seal.pk
        try:
            entries = plain.unpack(bytes(seal.entries), seal.cases)
        except ValueError:
            yield Fault("", "changed", seal=seal.pk)
            return
        if self.only is not None:
            entries = [entry for entry in entries if entry.case == self.only]
        tails, faults = self._tails(entries, seal.pk)
        yield from faults
        if self.only is None and not faults and not gap and not _holds(seal, previous, tails):
            yield Fault("", "changed", seal=seal.pk)

    def _tails(self, entries: Sequence[Entry], seal: int) -> tuple[list[Tail], list[Fault]]:
        tails, faults = list[Tail](), list[Fault]()
        for start in range(0, len(entries), _BATCH):
            chunk = entries[start : start + _BATCH]
            digests = digests_of([(entry.case, entry.last) for entry in chunk])
            gone = _gone([entry.case for entry in chunk if (entry.case, entry.last) not in digests])
            for entry in chunk:
                digest = digests.get((entry.case, entry.last))
                if (what := self._wrong(entry, digest, gone)) is not None:
                    faults.append(Fault(receipt_number(entry.case), what, entry.last, seal))
                self.covered.reach(entry.case, 0, entry.last)
                self.sealed.reach(entry.case, 0, entry.last)
                tails.append(Tail(entry.case, entry.first, entry.last, digest or ""))
        return tails, faults

    def _wrong(self, entry: Entry, digest: str | None, gone: Collection[int]) -> str | None:
        if digest is None:
            return "case missing" if entry.case in gone else "sealed event missing"
        if plain.mark_of(digest) != entry.mark:
            return "sealed event changed"
        if entry.first <= self.sealed[entry.case]:
            return "sealed twice"
        return None if entry.first == self.sealed[entry.case] + 1 else "earlier events not sealed"


def _holds(seal: Seal, previous: str, tails: Sequence[Tail]) -> bool:
    head = Head(seal.pk, seal.at, seal.cases, seal.events)
    events = sum(tail.last - tail.first + 1 for tail in tails)
    return events == seal.events and plain.digest_of(previous, head, tails) == seal.digest


def digests_of(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The digests of these events: (case, number) → digest; of one that is missing none."""
    if not pairs:
        return {}
    values = ", ".join(f"({case:d}, {seq:d})" for case, seq in pairs)
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS.format(pairs=values))
        return {(case, seq): digest for case, seq, digest in cursor.fetchall()}


def _gone(cases: Collection[int]) -> set[int]:
    """Those of these cases that have no row."""
    return set(cases) - set(Case.objects.filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()
