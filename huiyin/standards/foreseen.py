"""Reading what is worth warning of: by those who may write a notice about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from huiyin.cases.lists import categories
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import announced, warning
from .models import Foreseen, Why

MOST = 200


def readable(user: User, verb: Verb = Verb.NOTICE) -> QuerySet[Foreseen]:
    """What is or was foreseen at the sites where `user` may do `verb`."""
    rows, reach = Foreseen.objects.select_related("site", "category", "off_by"), access.reach(user, verb)
    return rows if reach.everywhere else rows.filter(site__in=reach.sites | reach.department_sites)


def get(user: User, pk: int) -> Foreseen:
    """One of them, at a site where `user` works at all, or `Foreseen.DoesNotExist`."""
    return readable(user, Verb.VIEW).get(pk=pk)


def current(user: User) -> list[Foreseen]:
    """All that the figures say now, what weighs most first."""
    weight = F("severity") * F("probability") * F("unknown")
    return list(readable(user).filter(gone_at=None).order_by(-weight, "-customers", "pk")[:MOST])


def waiting(user: User, at: datetime) -> int:
    """How many of them nobody has put off and no notice says."""
    return sum(not is_off(row, at) and not told_of(row, at) for row in current(user))


@dataclass(frozen=True)
class Page:
    """Some of them; `next`: after which the following page begins."""

    items: Sequence[Foreseen]
    next: int | None


def page(user: User, *, after: int | None = None, limit: int = 50) -> Page:
    """All that the figures say now, in the order in which it was first seen."""
    rows = readable(user).filter(gone_at=None, pk__gt=after or 0).order_by("pk")
    found = list(rows[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def told_of(row: Foreseen, at: datetime) -> bool:
    """Is there a notice that is shown, or will be, and names this category or one above it?"""
    known = categories()
    line = {one.code for one in known.line(known.by_id[row.category_id])}
    near = (one for one in announced.approved() if one.until > at and announced.reaches(one, row.site_id))
    return any(not line.isdisjoint(one.categories.split("\n")) for one in near)


def is_off(row: Foreseen, at: datetime) -> bool:
    """Has somebody put it off until a later day?"""
    return row.off_until is not None and row.off_until >= at.astimezone(ZoneInfo(row.site.time_zone)).date()


def ahead(row: Foreseen) -> date | None:
    """When its season begins; None for what is there now."""
    return row.first_day + timedelta(days=warning.YEAR) if row.why == Why.SEASON else None


def before(row: Foreseen) -> warning.Span | None:
    """The days that its days are compared with; a season is compared with a year."""
    if row.why == Why.SEASON:
        return None
    days = row.last_day - row.first_day + timedelta(days=1)
    return warning.Span(row.first_day - days, row.first_day - timedelta(days=1))
