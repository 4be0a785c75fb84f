"""Reading notices to customers: what is shown where and when, and the list of all for the staff.

What may be shown is kept in each process like all reference data, so that no page of a customer and no new case asks
the database for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import translation

from huiyin.cases.lists import categories
from huiyin.cases.models import Case
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.org.queries import organisation
from huiyin.org.reference import Reference

from .models import NOT_WITHDRAWN, CustomerNotice, NoticeKind, NoticeState

KINDS, STATES = NoticeKind.choices, NoticeState.choices
KEPT = 300
"""So many approved ones, those that run longest, are kept in memory: older ones have been over for long."""
MOST_CURRENT = 200
_CALMER = ("", "", NoticeKind.STATEMENT, NoticeKind.SEASON, NoticeKind.USE, NoticeKind.SCOPE)
"""What is less urgent than outages and work, in this order."""
_WITH = ("site", "written_by", "approved_by", "withdrawn_by", "incident")


def _load() -> tuple[CustomerNotice, ...]:
    rows = CustomerNotice.objects.filter(NOT_WITHDRAWN, state=NoticeState.APPROVED)
    return tuple(rows.select_related("site").order_by("-until")[:KEPT])


_shown = Reference(_load)


def approved() -> tuple[CustomerNotice, ...]:
    """Those that are, were lately or will be shown."""
    return _shown.get()


def runs(row: CustomerNotice, at: datetime) -> bool:
    """Is it shown at this moment? Before somebody approved it nobody saw it, whatever its time."""
    seen = row.approved_at is not None and row.approved_at <= at
    return row.state == NoticeState.APPROVED and seen and row.show_from <= at < row.until


def reaches(row: CustomerNotice, site: int) -> bool:
    """Is it for this site, or for one above it?"""
    return site in organisation().below(row.site_id)


def at_site(site: int, at: datetime) -> list[CustomerNotice]:
    """What the customers of a site see at a moment: statements first, then what ends soonest."""
    rows = [row for row in approved() if runs(row, at) and reaches(row, site)]
    return sorted(rows, key=lambda row: (row.kind != NoticeKind.STATEMENT, row.until, row.pk))


def by_urgency(rows: Iterable[CustomerNotice], at: datetime) -> list[CustomerNotice]:
    """For somebody who hasn't said yet what it is about: what is out of order or worked on now, then what will be, then
    statements, the season, and what holds always; of each what begins or ends soonest."""
    return sorted(rows, key=lambda row: (_urgency(row, at), row.begins_at or row.until, row.pk))


def _urgency(row: CustomerNotice, at: datetime) -> int:
    if row.kind in (NoticeKind.OUTAGE, NoticeKind.WORK):
        return 0 if row.begins_at is None or row.begins_at <= at else 1
    return _CALMER.index(row.kind)


def fitting(rows: Iterable[CustomerNotice], category: int | None) -> list[CustomerNotice]:
    """Those about a category; for a matter that isn't sorted yet those about everything."""
    known = categories()
    line = {one.code for one in known.line(known.by_id[category])} if category is not None else set[str]()
    return [row for row in rows if not row.categories or not line.isdisjoint(row.categories.split("\n"))]


def of_case(case: Case, *moments: datetime) -> list[CustomerNotice]:
    """What a case has to do with: shown at its site at one of these moments, and about its category or incident."""
    found = {row.pk: row for at in moments for row in at_site(case.site_id, at)}
    fit = {row.pk for row in fitting(found.values(), case.category_id)}
    about = case.incident_id
    return [row for row in found.values() if row.pk in fit or (about is not None and row.incident_id == about)]


@dataclass(frozen=True)
class Words:
    """A notice in one language. `language`: the one it is told in."""

    language: str
    title: str
    text: str
    cause: str
    doing: str
    advice: str


def words_of(row: CustomerNotice, language: str = "") -> Words:
    """In the reader's language, or in Chinese where nobody has written it in theirs."""
    english = (language or translation.get_language() or "").startswith("en") and bool(row.title_en)
    names = ("title", "text", "cause", "doing", "advice")
    found = {name: getattr(row, f"{name}_en" if english else name) for name in names}
    return Words("en" if english else "zh-Hans", **found)


def about(row: CustomerNotice) -> list[str]:
    """The names of the categories that it is about; none for all."""
    known = categories().by_code
    return [str(known[code]) for code in row.categories.split("\n") if code in known]


# --- for the staff ---------------------------------------------------------------------------------------------------


def may_write(user: User, site: int) -> bool:
    """May `user` write to the customers of a site?"""
    return access.may(user, Verb.NOTICE, site)


def readable(user: User) -> QuerySet[CustomerNotice]:
    """The notices that reach a site where `user` works; drafts only for those who could write them."""
    rows = CustomerNotice.objects.select_related(*_WITH)
    seen, writes = access.reach(user, Verb.VIEW), access.reach(user, Verb.NOTICE)
    if not seen.everywhere:
        below, theirs = organisation().below, seen.sites | seen.department_sites
        rows = rows.filter(site__in=[pk for pk in organisation().sites if theirs & below(pk)])
    if writes.everywhere:
        return rows
    return rows.filter(Q(approved_at__isnull=False) | Q(site__in=writes.sites))


def get(user: User, pk: int) -> CustomerNotice:
    """One notice, or `CustomerNotice.DoesNotExist`."""
    return readable(user).get(pk=pk)


def current(user: User, at: datetime) -> list[CustomerNotice]:
    """Drafts, what is shown and what will be, the longest-running first."""
    rows = readable(user).filter(NOT_WITHDRAWN, until__gt=at)
    return list(rows.order_by("-until", "-pk")[:MOST_CURRENT])


@dataclass(frozen=True)
class Page:
    """Some notices; `next`: below which the following page begins."""

    items: Sequence[CustomerNotice]
    next: int | None


def over(user: User, at: datetime, *, before: int | None = None, limit: int = 50) -> Page:
    """Notices whose time is over, or that were withdrawn, the newest first."""
    rows = readable(user).filter(Q(state=NoticeState.WITHDRAWN) | Q(until__lte=at))
    rows = rows.filter(pk__lt=before) if before is not None else rows
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)
