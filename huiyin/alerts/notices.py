"""Notices: what a member of staff is told inside the product. The access function decides what is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.incident_models import Incident
from huiyin.db.rows import insert_objects
from huiyin.org.models import User

from .models import UNSEEN, Notice, What

_FIELDS = ("user_id", "case_id", "seq", "incident_id", "what", "at", "must_acknowledge", "seen_at")
MOST_COUNTED = 99
OF_GROUPS = frozenset({What.APPROVE_ALL, What.DECIDED_ALL})
"""What is about all cases of a group: its case is the first of them."""


def tell(
    user_ids: Collection[int],
    what: What,
    *,
    at: datetime,
    case_id: int | None = None,
    seq: int = 0,
    incident: Incident | None = None,
) -> None:
    """Tell these people something about a case or an incident, in the caller's transaction."""
    write(
        [
            Notice(user_id=user, case_id=case_id, seq=seq, incident=incident, what=what, at=at)
            for user in dict.fromkeys(user_ids)
        ]
    )


def write(rows: Collection[Notice], *, must_acknowledge: bool = False) -> None:
    """Insert notices, all in one statement, which may wait for that of a new case."""
    for row in rows:
        row.must_acknowledge = must_acknowledge
    insert_objects(Notice, _FIELDS, list(rows))


def of(user: User) -> QuerySet[Notice]:
    """The notices of a person, without those about cases that they may no longer see."""
    # Asked of those who see all sites too: a complaint about themselves isn't there for them.
    return Notice.objects.filter(user=user).filter(
        Q(case=None) | Exists(cases.visible(user).filter(pk=OuterRef("case")))
    )


@dataclass(frozen=True)
class Waiting:
    """What the top bar shows: how many are unseen (at most 99), and calls that wait for an acknowledgement."""

    count: int
    calls: list[Notice]


def waiting(user: User) -> Waiting:
    """Unseen notices of a person: one query."""
    rows = of(user).filter(UNSEEN).select_related("case__customer").order_by("-pk")[: MOST_COUNTED + 1]
    found = _hidden(user, rows)
    calls = {row.case_id: row for row in reversed(found) if row.must_acknowledge}
    return Waiting(min(len(found), MOST_COUNTED), list(calls.values()))


@dataclass(frozen=True)
class Page:
    """Some notices; `next` is the cursor of the following page: seen or unseen, and below which."""

    items: list[Notice]
    next: tuple[bool, int] | None


def page(user: User, *, after: tuple[bool, int] | None = None, limit: int = 50) -> Page:
    """Unseen ones first, each group newest first."""
    seen, below = after or (False, None)
    rows = _some(user, seen, below, limit + 1)
    if not seen and len(rows) <= limit:
        rows += _some(user, True, None, limit + 1 - len(rows))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], (last.seen_at is not None, last.pk) if last else None)


def _some(user: User, seen: bool, below: int | None, limit: int) -> list[Notice]:
    rows = of(user).filter(~UNSEEN if seen else UNSEEN)
    rows = rows.filter(pk__lt=below) if below is not None else rows
    return _hidden(user, rows.select_related("case__site", "case__customer", "incident").order_by("-pk")[:limit])


def _hidden(user: User, rows: Iterable[Notice]) -> list[Notice]:
    found = list(rows)
    hiding.hide(user, [row.case for row in found if row.case is not None])
    return found


def mark_seen(user: User, *, at: datetime, notice_id: int | None = None) -> int:
    """Mark one notice as seen, or all; a call stays until somebody acknowledges it. How many were marked."""
    rows = Notice.objects.filter(UNSEEN, user=user, must_acknowledge=False)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(seen_at=at)
