"""Numbers for whoever watches over an installation; each from an index, none by reading a table."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from . import seals
from .models import Case, Unsealed
from .workflow import OPEN

MOST = 10_000
"""Queues are counted up to here."""


def open_by_status() -> dict[str, int]:
    """How many open cases stand in each status."""
    rows = Case.objects.filter(status__in=OPEN).values("status").annotate(count=Count("pk"))
    return {row["status"]: row["count"] for row in rows.order_by("status")}


def waiting_for_seal() -> int:
    """How many changes wait for the next seal."""
    return Unsealed.objects.order_by("pk")[:MOST].count()


def seal_age(now: datetime) -> float | None:
    """Seconds since the newest seal."""
    newest = seals.last()
    return (now - newest.at).total_seconds() if newest else None
