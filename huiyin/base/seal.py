"""Seals: one chain over the tails of all cases, so that a case that was cut short or is gone altogether is missed.

A case's own chain says nothing about its end: whoever removes the last events and sets the case back leaves a chain
that holds. A seal names, for every case that moved since the seal before, the events it covers and the digest of the
last of them. A seal's digest covers the digest before it, so no seal can change or go unseen either.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from huiyin.base import ledger

GENESIS = ledger.genesis("seals")
MARK_BYTES = 8
_ENTRY = struct.Struct(f">QII{MARK_BYTES}s")


class Entry(NamedTuple):
    """The events `first` to `last` of a case. `mark`: the beginning of the digest of `last`, to name a case whose
    digest is another one; what proves is the digest of the whole seal."""

    case: int
    first: int
    last: int
    mark: bytes


class Tail(NamedTuple):
    """The events `first` to `last` of a case and the digest (hexadecimal) of `last`."""

    case: int
    first: int
    last: int
    digest: str


@dataclass(frozen=True)
class Head:
    """What a seal says besides its entries."""

    number: int
    at: datetime
    cases: int
    events: int


def merged(tails: Iterable[Tail]) -> list[Tail]:
    """One tail a case, in the order of cases. Those of one case must come in the order of their events."""
    found: dict[int, Tail] = {}
    for tail in tails:
        before = found.get(tail.case)
        found[tail.case] = Tail(tail.case, before.first if before else tail.first, tail.last, tail.digest)
    return [found[case] for case in sorted(found)]


def pack(tails: Sequence[Tail]) -> bytes:
    """The entries of a seal as it is stored: about 15 bytes a case."""
    rows = (_ENTRY.pack(case, first, last, mark_of(digest)) for case, first, last, digest in tails)
    return zlib.compress(b"".join(rows))


def unpack(packed: bytes, count: int) -> list[Entry]:
    """The entries of a seal over `count` cases. Raises ValueError when that isn't what was packed."""
    try:
        rows = zlib.decompressobj().decompress(packed, count * _ENTRY.size + 1)
    except zlib.error as error:
        raise ValueError(f"The entries of the seal can't be read: {error}") from error
    if len(rows) != count * _ENTRY.size:
        raise ValueError(f"The seal should have {count} entries.")
    return [Entry(*row) for row in _ENTRY.iter_unpack(rows)]


def mark_of(digest: str) -> bytes:
    """The beginning of a digest in hexadecimal; nothing when it is none."""
    try:
        return bytes.fromhex(digest[: 2 * MARK_BYTES])
    except ValueError:
        return b""


def digest_of(previous: str, head: Head, tails: Iterable[Tail]) -> str:
    """The digest of a seal: over the one before it, its head, and every tail with its whole digest."""
    content = hashlib.sha256()
    for line in lines(tails):
        content.update(line)
    entry = {
        "seal": head.number,
        "at": head.at.astimezone(UTC).isoformat(),
        "cases": head.cases,
        "events": head.events,
        "entries": content.hexdigest(),
    }
    return ledger.link(previous, entry)


def lines(tails: Iterable[Tail]) -> Iterator[bytes]:
    """The lines that a seal is a digest of."""
    for case, first, last, digest in tails:
        yield f"{case} {first} {last} {digest}\n".encode()
