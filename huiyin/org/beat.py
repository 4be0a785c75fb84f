"""A sign of life of the worker, in a row, so that anybody who can ask the database knows whether one works."""

from __future__ import annotations

from datetime import datetime, timedelta

from .models import Beat

EVERY = timedelta(seconds=20)
SILENT = timedelta(minutes=2)
"""After so long without a beat nobody works."""


def sweep(now: datetime) -> int:
    """Say that a worker lives; nothing that was done. Several workers share the row."""
    if not Beat.objects.filter(pk=1, at__gt=now - EVERY).exists():
        Beat.objects.update_or_create(pk=1, defaults={"at": now})
    return 0


def last() -> datetime | None:
    """When a worker was seen last."""
    return Beat.objects.filter(pk=1).values_list("at", flat=True).first()
