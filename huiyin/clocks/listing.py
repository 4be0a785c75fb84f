"""Lists of cases by their next deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

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


def by_deadline(user: User, wanted: Filter, *, after: str = "", limit: int = 50) -> Listed:
    """A page of the open cases that pass and have a running clock, each once, by its earliest deadline."""
    wanted = replace(wanted, open=True, q="")
    few = few_of(user, wanted)
    earlier = Clock.objects.filter(RUNNING_CLOCK, case=OuterRef("case")).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    )
    passing = Exists(allowed(user, wanted).filter(pk=OuterRef("case")))
    rows = _WALK.rows.filter(passing, ~Exists(earlier)).select_related(*_WITH)
    rows = rows.filter(case__in=few) if few is not None else rows
    place, found, looked = _WALK.read(after), list[Clock](), 0
    end: Place | None = None
    for size in STRETCHES if few is None else (0,):
        end = _WALK.end(place, size) if size else None
        found += rows.filter(_WALK.after(place) & _WALK.until(end))[: limit + 1 - len(found)]
        looked += size
        if len(found) > limit or end is None:
            break
        place = end
    items: list[Case] = hiding.hide(user, [clock.case for clock in found])
    if len(found) > limit:
        return Listed(items[:limit], _WALK.text(_WALK.place_of(found[limit - 1])))
    return Listed(items, _WALK.text(end), looked) if end is not None else Listed(items)


def counted_near(user: User, now: datetime) -> Counted:
    """How many cases are due soon, for `counting`."""
    window = Clock.objects.filter(_NEAR).order_by("due_at", "pk").values("pk")[: LOOKED_AT + 1]
    return Counted(near(user, now).filter(pk__in=window).order_by().values("pk"), window)
