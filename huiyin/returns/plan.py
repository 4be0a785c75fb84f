"""Who is asked again after a case was resolved. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

PHONE_SAMPLE = 30
"""Per cent of ordinary repairs that are asked by phone; the others get the link alone."""
LOW = 2
"""A rating up to here counts as a bad result."""
MOST_TRIES = 3


class Mode(TextChoices):
    """How the customer is asked."""

    PHONE = "phone", _("by phone")
    LINK = "link", _("by link")
    NONE = "none", _("not asked")


@dataclass(frozen=True)
class Subject:
    """What the plan looks at."""

    number: str
    kind: str
    severity: str
    reachable: bool
    settled_at_once: bool
    history: bool
    """Resolved long before it was entered (an import): nobody is called about it now."""
    again: bool = False
    """Taken up again before: the first answer wasn't good."""


def mode_of(case: Subject) -> Mode:
    """Complaints, reports, P1 and P2, and what was taken up again, always by phone; of other repairs a sample by
    phone, the rest by link; inquiries settled at once, requests, praise and our own findings not at all."""
    if case.history or not case.reachable or case.kind in ("praise", "finding"):
        return Mode.NONE
    if case.again or case.kind in ("complaint", "report") or case.severity in ("P1", "P2"):
        return Mode.PHONE
    if case.kind == "repair":
        return Mode.PHONE if sampled(case.number) else Mode.LINK
    if case.kind == "request" or (case.kind == "inquiry" and case.settled_at_once):
        return Mode.NONE
    return Mode.LINK


def sampled(number: str) -> bool:
    """Is this case in the phone sample? Decided by its number alone, so nobody can choose whom to ask."""
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:4]) % 100 < PHONE_SAMPLE


def is_bad(solved: bool | None, satisfied: int | None) -> bool:
    """Does this result reopen the case?"""
    return solved is False or (satisfied is not None and satisfied <= LOW)
