"""Timed work of the API. Apart from the rest, so that the worker needn't load what answers requests."""

from __future__ import annotations

from datetime import datetime, timedelta

from .models import KeptAnswer

KEEP = timedelta(hours=48)
_GRACE = timedelta(minutes=1)


def sweep(now: datetime) -> int:
    """Remove kept answers older than 48 hours; how many. Waits until the oldest is a minute over, so that a busy door
    costs the worker one transaction a minute and not one a second."""
    if not KeptAnswer.objects.filter(created_at__lte=now - KEEP - _GRACE).exists():
        return 0
    removed, _by_model = KeptAnswer.objects.filter(created_at__lte=now - KEEP).delete()
    return removed
