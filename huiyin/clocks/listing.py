"""Lists of cases by their next deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.cases import hiding
from huiyin.cases.counting import LOOKED_AT, Counted
from huiyin.cases.filters import Filter
from huiyin.cases.listing import STRETCHES, Listed, allowed, few_of
from huiyin.cases.models import Case
from huiyin.cases.walk import Place, Walk
from huiyin.org.models import User

from .models import RUNNING_CLOCK, Clock
from .queries import near

_WITH = ("case__site", "case__customer", "case__category", "case__handler", "case__department", "case__owner")
_NEAR = RUNNING_CLOCK & Q(near_at__isnull=False)
_WALK = Walk(Clock, ("due_at", "pk"), down=False, where=RUNNING_CLOCK)


class Due(StrEnum):
    """Only cases with a deadline that is near or missed, or missed."""

    SOON = "soon"
    LATE = "late"


def by_deadline(user: User, wanted: Filter, *, due: Q = RUNNING_CLOCK, after: str = "", limit: int = 50) -> Listed:
    """A page of the open cases that pass and have a running clock, each once, by its earliest deadline; `due`: of which
    clocks."""
    wanted, walk = replace(wanted, open=True, q=""), replace(_WALK, where=due)
    few = few_of(user, wanted)
    rows = _firsts(due).filter(_passing(user, wanted)).order_by(*walk.order).select_related(*_WITH)
    rows = rows.filter(case__in=few) if few is not None else rows
    place, found, looked = walk.read(after), list[Clock](), 0
    end: Place | None = None
    for size in STRETCHES if few is None else (0,):
        end = walk.end(place, size) if size else None
        found += rows.filter(walk.after(place) & walk.until(end))[: limit + 1 - len(found)]
        looked += size
        if len(found) > limit or end is None:
            break
        place = end
    items: list[Case] = hiding.hide(user, [clock.case for clock in found])
    if len(found) > limit:
        return Listed(items[:limit], walk.text(walk.place_of(found[limit - 1])))
    return Listed(items, walk.text(end), looked) if end is not None else Listed(items)


def which(due: str, now: datetime) -> Q:
    """The running clocks that `Due` means; all of them without it."""
    # A pause moves the deadline away again, so being near once is not enough.
    found = {Due.SOON: _NEAR & Q(warn_at__lte=now), Due.LATE: RUNNING_CLOCK & Q(due_at__lte=now)}
    return found[Due(due)] if due else RUNNING_CLOCK


def is_place(text: str) -> bool:
    """Is this a place in the order of deadlines, as `Listed.next` names one?"""
    return _WALK.read(text) is not None


def total(user: User, wanted: Filter, *, due: Q = RUNNING_CLOCK, most: int = 10_000) -> int:
    """How many cases such a list has, exact up to `most`."""
    return _firsts(due).filter(_passing(user, replace(wanted, open=True, q="")))[:most].count()


def _firsts(due: Q) -> QuerySet[Clock]:
    """Of each case the first of these clocks."""
    earlier = Clock.objects.filter(due, case=OuterRef("case")).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    )
    return Clock.objects.filter(due, ~Exists(earlier))


def _passing(user: User, wanted: Filter) -> Exists:
    return Exists(allowed(user, wanted).filter(pk=OuterRef("case")))


def counted_near(user: User, now: datetime) -> Counted:
    """How many cases are due soon, for `counting`."""
    window = Clock.objects.filter(_NEAR).order_by("due_at", "pk").values("pk")[: LOOKED_AT + 1]
    return Counted(near(user, now).filter(pk__in=window).order_by().values("pk"), window)
