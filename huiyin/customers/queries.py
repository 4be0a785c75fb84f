"""Finding customers while somebody types who is calling: by the beginning of a phone number or name, a few at once."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import connection
from django.db.models import Q

from .models import Customer

MOST = 12
LEAST_DIGITS = 3
_LAST = "\U0010ffff"


def by_phone(typed: str, sites: Collection[int], *, region: str = "86") -> list[Customer]:
    """Customers of these sites whose number begins with what is typed; `region`: the code of numbers without one."""
    digits = re.sub(r"\D", "", typed)
    if len(digits) < LEAST_DIGITS:
        return []
    start = f"+{digits}" if typed.strip().startswith("+") else f"+{region}{digits.removeprefix('0')}"
    # Digits stand in the same order in every collation, so the index of whole numbers serves.
    rows = Customer.objects.filter(phone__gte=start, phone__lt=f"{start}:").exclude(phone="")
    return list(rows.filter(site__in=sites).order_by("phone")[:MOST])


def by_name(typed: str, sites: Collection[int]) -> list[Customer]:
    """Customers of these sites whose name begins with what is typed."""
    start = typed.strip()
    if not start:
        return []
    # SQLite can't look up LIKE in an ordinary index, PostgreSQL can't look up a range in one of patterns.
    begins = Q(name__gte=start, name__lt=start + _LAST)
    rows = Customer.objects.filter(begins if connection.vendor == "sqlite" else Q(name__startswith=start))
    return list(rows.filter(site__in=sites).order_by("site", "name")[:MOST])
