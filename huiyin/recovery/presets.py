"""What a house begins with: limits that every house changes to its own."""

from __future__ import annotations

import csv
from pathlib import Path

from django.utils.translation import gettext_noop

from huiyin.org import reference
from huiyin.org.models import Role

from .models import FailureType, Grade, Limit

OWN_SOURCE = gettext_noop("made for this product")
"""Where a type that no book names is from, as the file of presets says it."""

LIMITS = (
    # A desk makes small things good at once, the supervisor a day's trouble; a manager gives much only with another.
    (Role.AGENT, 100_00, 300_00, None),
    (Role.SUPERVISOR, 500_00, 1_500_00, None),
    (Role.MANAGER, 50_000_00, None, 2_000_00),
)
"""Role, in one case, for one customer a year, two people above; in yuan × 100."""


GRADES = (("minor", "轻微", "minor"), ("major", "较重", "major"), ("critical", "严重", "critical"))
"""Code and names of how bad a failure can be, the mildest first."""


def furnish() -> None:
    """Add the limits where there are none, and the types and grades of failures that are not there."""
    _add_types()
    add_grades()
    if Limit.objects.exists():
        return
    for role, per_case, per_customer, two_above in LIMITS:
        Limit.objects.create(role=role, per_case=per_case, per_customer=per_customer, two_above=two_above)
    reference.changed()


def add_grades() -> None:
    """Add how bad a failure can be, when a house has no list of its own."""
    if Grade.objects.exists():
        return
    Grade.objects.bulk_create(
        Grade(code=code, name=name, name_en=name_en, position=place * 10)
        for place, (code, name, name_en) in enumerate(GRADES, start=1)
    )
    reference.changed()


def _add_types() -> None:
    path = Path(__file__).parent / "data" / "failures.csv"
    there = set(FailureType.objects.values_list("code", flat=True))
    with path.open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["code"] not in there]
    FailureType.objects.bulk_create(
        FailureType(
            code=row["code"],
            group=row["group"],
            name=row["name"],
            name_en=row["name_en"],
            categories=row["category"],
            source=row["source"],
            starts=row["starts"],
            duty=bool(row["basis"]),
            basis=row["basis"],
            basis_en=row["basis_en"],
        )
        for row in found
    )
    if found:
        reference.changed()
