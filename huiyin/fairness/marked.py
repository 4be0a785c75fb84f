"""Reading special-attention marks: the one place that says who may see one.

Supervisors, managers and auditors read all of their sites, with their history. Whoever has an open case of the
customer, or whose department has an open task in one, sees that there is one and what to do, as long as it runs. Nobody
sees one on a case whose customer is protected: who saw it where would tell who spoke.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet

from huiyin.cases.models import OPEN_ROW, Case, HandOver
from huiyin.cases.workflow import OPEN
from huiyin.customers.models import Customer
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import RUNNING, Did, Mark, MarkEntry, MarkKind, Objection, Sight

_WITH = ("customer__site", "set_by")


def readable(user: User) -> QuerySet[Mark]:
    """The marks of the sites where `user` reads all."""
    reach = access.reach(user, Verb.MARKS)
    rows = Mark.objects.select_related(*_WITH)
    return rows if reach.everywhere else rows.filter(customer__site__in=reach.sites)


def get(user: User, mark_id: int, at: datetime) -> Mark:
    """One mark: of those that they read, or one that they see on an open case of theirs. Else it is not there."""
    found = readable(user).filter(pk=mark_id).first()
    if found is not None:
        return found
    mark = Mark.objects.select_related(*_WITH).filter(RUNNING, pk=mark_id).get()
    if mark.until < at.astimezone(ZoneInfo(mark.customer.site.time_zone)).date():
        raise Mark.DoesNotExist
    theirs = Case.objects.filter(OPEN_ROW, customer=mark.customer_id, protected=False)
    if not (theirs.filter(handler=user) | theirs.filter(owner=user)).exists() and not _sent_there(user, theirs):
        raise Mark.DoesNotExist
    return mark


def _sent_there(user: User, rows: QuerySet[Case]) -> bool:
    """Has the department of `user` an open task in one of these cases, which they may do?"""
    tasks = HandOver.objects.filter(case__in=rows, department=user.department_id, replied_at=None, dropped=False)
    return user.department_id is not None and any(_goes_there(user, one.case) for one in tasks.select_related("case"))


def runs(mark: Mark, day: date) -> bool:
    """Does it hold on this day?"""
    return mark.ended_at is None and mark.until >= day


def of_case(user: User, case: Case, day: date) -> Mark | None:
    """The mark of the customer of a case that `user` was given, if they may see it there."""
    if case.customer_id is None or case.protected or case.veil is not None or case.status not in OPEN:
        return None
    theirs = user.pk in (case.handler_id, case.owner_id) and access.may(user, Verb.ANSWER, case.site_id)
    if not theirs and not _goes_there(user, case) and not access.may(user, Verb.MARKS, case.site_id):
        return None
    if case.customer is None or case.customer.marked_until is None or case.customer.marked_until < day:
        return None
    saw = Exists(Sight.objects.filter(mark=OuterRef("pk"), by=user, case=case))
    return Mark.objects.filter(RUNNING, customer=case.customer_id, until__gte=day).annotate(was_seen=saw).first()  # type: ignore[no-redef]


def _goes_there(user: User, case: Case) -> bool:
    """Has their department a task that is open? Whoever rings at the door must know what to do; who works in an office
    of that department, by a right of another sort, need not."""
    sent = any(unit == user.department_id for _number, unit in case.open_hand_overs)
    return sent and case.site_id in access.reach(user, Verb.REPLY).department_sites


def may_mark(user: User, case: Case) -> bool:
    """May `user` mark the customer of this case?"""
    known = case.customer_id is not None and not case.protected and case.veil is None
    return known and access.may(user, Verb.MARK, case.site_id)


def seen(user: User, mark: Mark, at: datetime, *, case: Case | None = None) -> None:
    """Write down that somebody has seen a mark, the first time on each case."""
    if not mark.was_seen and not Sight.objects.filter(mark=mark, by=user, case=case).exists():
        Sight.objects.bulk_create([Sight(mark=mark, by=user, case=case, at=at)], ignore_conflicts=True)


@dataclass(frozen=True)
class Page:
    """Some marks; `next`: below which the following page begins."""

    items: Sequence[Mark]
    next: int | None


def page(user: User, day: date, *, ended: bool = False, before: int | None = None, limit: int = 50) -> Page:
    """Marks that run, or those that have ended, the newest first."""
    rows = readable(user)
    over = rows.exclude(RUNNING) | rows.filter(until__lt=day)
    rows = over if ended else rows.filter(RUNNING, until__gte=day)
    rows = rows.filter(pk__lt=before) if before is not None else rows
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def counts(user: User, day: date) -> list[tuple[str, int]]:
    """How many run, by kind, in words."""
    rows = readable(user).filter(RUNNING, until__gte=day).order_by().values_list("kind").annotate(count=Count("pk"))
    found: Mapping[str, int] = dict(rows)
    return [(str(kind.label), found.get(kind, 0)) for kind in MarkKind]


def log(mark: Mark) -> list[MarkEntry]:
    """What happened to a mark, in order."""
    return list(MarkEntry.objects.filter(mark=mark).select_related("by").order_by("pk"))


def sights(mark: Mark, *, limit: int = 100) -> list[Sight]:
    """Who has seen it, the first of them first."""
    return list(Sight.objects.filter(mark=mark).select_related("by", "case").order_by("pk")[:limit])


def objections(mark: Mark) -> list[Objection]:
    """The customer's objections, the last one first."""
    rows = Objection.objects.filter(mark=mark).select_related("taken_by", "decided_by")
    return list(rows.order_by("-pk"))


def waiting(user: User) -> list[Objection]:
    """Objections that wait for a decision or of which the customer doesn't know what was decided."""
    rows = Objection.objects.filter(told_at=None, mark__in=readable(user)).select_related("mark__customer")
    return list(rows.order_by("pk")[:50])


def of_customer(customer: Customer) -> list[Mark]:
    """All marks that a customer ever had, the newest first."""
    return list(Mark.objects.filter(customer=customer).select_related("set_by").order_by("-pk"))


DID = dict(Did.choices)
"""What an entry is called."""
