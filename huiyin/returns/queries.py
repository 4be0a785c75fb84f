"""Reading return visits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.models import Case
from huiyin.org.access import Verb
from huiyin.org.models import User

from .methods import Method, outranked
from .models import ReturnVisit, State
from .plan import Mode


@dataclass(frozen=True)
class QueuePage:
    """Visits to do, the earliest first; `next` goes on after the last."""

    items: list[ReturnVisit]
    next: tuple[datetime, int] | None


def queue(user: User, *, after: tuple[datetime, int] | None = None, limit: int = 50) -> QueuePage:
    """The phone visits that `user` may do: of cases they see, whose customer they may know, and which they did not
    handle themselves."""
    theirs = hiding.known_to(user, cases.visible(user, Verb.VISIT)).filter(pk=OuterRef("case"))
    rows = ReturnVisit.objects.filter(Exists(theirs), state=State.OPEN, mode=Mode.PHONE).exclude(handler=user)
    if after is not None:
        at, pk = after
        rows = rows.filter(next_at__gte=at).exclude(next_at=at, pk__lte=pk)
    found = list(rows.select_related("case__site", "case__customer").order_by("next_at", "pk")[: limit + 1])
    hiding.hide(user, [visit.case for visit in found])
    last = found[limit - 1] if len(found) > limit else None
    return QueuePage(found[:limit], (last.next_at, last.pk) if last else None)


def results(case_ids: Collection[int]) -> dict[int, ReturnVisit]:
    """The last visit of each of these cases in which the customer answered, by case."""
    rows = ReturnVisit.objects.filter(case__in=case_ids, visited_at__isnull=False).order_by("case", "seq")
    return {visit.case_id: visit for visit in rows}


def own_answer(visit: ReturnVisit | None) -> bool:
    """Did the customer answer on their own page, and does that answer count?"""
    return visit is not None and visit.answered and visit.method == Method.LINK


def may_answer(visit: ReturnVisit | None) -> bool:
    """Would an answer on the own page count for something? Not beside one that weighs more."""
    return visit is None or not outranked(Method.LINK, visit.method if visit.answered else "")


def planned(case: Case) -> ReturnVisit | None:
    """The visit planned for a case as it stands, or None."""
    return ReturnVisit.objects.filter(case=case).exclude(state=State.CANCELLED).order_by("-seq").first()
