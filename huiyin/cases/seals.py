"""Seals over everything that was written since the last one: written every hour, read again by `verify`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from huiyin.base import seal as plain
from huiyin.base.seal import Head, Tail
from huiyin.db import turns
from huiyin.db.turns import Turn

from .models import Seal, Unsealed

EVERY = timedelta(hours=1)
MOST = 5_000
"""Changes under one seal: after an import several seals follow each other, and each is a short transaction."""

_TAKE = """DELETE FROM cases_unsealed WHERE id IN (SELECT id FROM cases_unsealed ORDER BY id LIMIT %s)
RETURNING id, case_id, first, last, digest"""


def sweep(now: datetime) -> int:
    """Write a seal when the last one is an hour old, or earlier when there is enough for a whole one; how many events
    it covers. Of several workers one writes."""
    if not _due(now):
        return 0
    with transaction.atomic():
        if not turns.take(Turn.SEALS, wait=False) or not _due(now):
            return 0
        written = _write(now)
    return written.events if written else 0


def seal_now(now: datetime) -> Seal | None:
    """Seal all that waits; the last seal, or None when nothing was ever written."""
    until = Unsealed.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while Unsealed.objects.filter(pk__lte=until).exists():
        with transaction.atomic():
            turns.take(Turn.SEALS)
            _write(now)
    return last()


def last() -> Seal | None:
    """The newest seal."""
    return Seal.objects.order_by("-pk").first()


def _due(now: datetime) -> bool:
    waiting = Unsealed.objects.order_by("pk").values_list("pk", flat=True).first()
    if waiting is None:
        return False
    before = Seal.objects.order_by("-pk").values_list("at", flat=True).first()
    if before is None or now - before >= EVERY:
        return True
    newest = Unsealed.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest is not None and newest - waiting >= MOST  # gaps in the keys only make a seal smaller


def _write(now: datetime) -> Seal | None:
    """Take the changes that wait and seal them. What is committed later, with whatever key, waits for the next seal:
    a row goes from one table to the other in this one transaction."""
    tails = _take()
    if not tails:
        return None
    before = last()
    head = Head(
        number=before.pk + 1 if before else 1,
        at=now,
        cases=len(tails),
        events=sum(tail.last - tail.first + 1 for tail in tails),
    )
    digest = plain.digest_of(before.digest if before else plain.GENESIS, head, tails)
    return Seal.objects.create(
        pk=head.number, at=now, cases=head.cases, events=head.events, entries=plain.pack(tails), digest=digest
    )


def _take() -> list[Tail]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [MOST])
        rows = sorted(cursor.fetchall())
    return plain.merged(Tail(*row[1:]) for row in rows)
