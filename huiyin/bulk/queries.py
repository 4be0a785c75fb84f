"""Reading bulk actions: their own, nobody else's."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.org.models import User

from .models import Bulk

SHOWN = timedelta(minutes=2)
"""So long after it was sent an action stands above the lists of its user."""


def recent(user: User, now: datetime) -> list[Bulk]:
    """What they sent in the last minutes, and did not take back, newest first."""
    return list(Bulk.objects.filter(user=user, at__gt=now - SHOWN).exclude(state="undone").order_by("-at")[:5])


def get(user: User, pk: int) -> Bulk:
    """One of theirs, or `Bulk.DoesNotExist`."""
    return Bulk.objects.get(pk=pk, user=user)
