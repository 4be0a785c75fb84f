"""Reading who leaves, who was won back and who was let go, where the person may measure. Who spoke in confidence is in
none of these lists, and nothing that is about the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from huiyin.cases import queries as cases
from huiyin.cases.models import Case
from huiyin.cases.walk import Place, Walk
from huiyin.org.models import User

from . import known, queries
from .models import GOING, Leaving, LetGo, Now
from .priors import Book

OBJECTED = Q(reason=LetGo.OBJECTS)
_GOING = Walk(Leaving, ("since", "id"), down=True, where=GOING)
_SETTLED = Walk(Leaving, ("settled_at", "id"), down=True, where=Q(settled_at__isnull=False))
_WITH = ("customer", "site", "asker")


@dataclass(frozen=True)
class Row:
    """One customer with the case as the reader may have it. `marked`: not to be asked."""

    leaving: Leaving
    case: Case
    marked: bool


@dataclass(frozen=True)
class Page:
    """Some rows, newest first; `next` is where the following page begins."""

    items: list[Row]
    next: str


@dataclass(frozen=True)
class WinBack:
    """`won` and `lost` of a period: how many, what was at stake, what it cost."""

    won: int = 0
    lost: int = 0
    kept: int = 0
    gone: int = 0
    cost: int = 0

    @property
    def share(self) -> float | None:
        """Won back ÷ (won back + let go)."""
        settled = self.won + self.lost
        return self.won / settled if settled else None


def going(user: User, where: frozenset[int], today: date, *, before: str = "", limit: int = 50) -> Page:
    """Who leaves and is neither won back nor let go."""
    return _page(user, _seen(user, where).filter(GOING), walk=_GOING, before=before, limit=limit, today=today)


def settled(
    user: User, where: frozenset[int], days: tuple[date, date], state: str, *, before: str = "", limit: int = 50
) -> Page:
    """Who was won back (or let go) from one day to another."""
    rows = _between(_seen(user, where), days).filter(state=state)
    return _page(user, rows, walk=_SETTLED, before=before, limit=limit, today=days[1])


def win_back(user: User, where: frozenset[int], days: tuple[date, date]) -> WinBack:
    """The rate of a period; its rows are those of `settled`."""
    rows = _between(_seen(user, where), days).order_by().values_list("state")
    sums = {
        state: tuple(one or 0 for one in numbers)
        for state, *numbers in rows.annotate(count=Count("pk"), at_stake=Sum("stake"), spent=Sum("cost"))
    }
    (won, kept, a), (lost, gone, b) = sums.get(Now.WON, (0, 0, 0)), sums.get(Now.LOST, (0, 0, 0))
    return WinBack(won, lost, kept, gone, a + b)


def get(user: User, pk: int) -> Leaving:
    """One, or `Leaving.DoesNotExist`."""
    return _seen(user, queries.sites(user)).get(pk=pk)


def one(user: User, pk: int, today: date) -> Row:
    """One as a list has it, or `Leaving.DoesNotExist`."""
    row = _seen(user, queries.sites(user)).select_related(*_WITH).get(pk=pk)
    (case,) = cases.some(user, [row.case_id])
    return Row(row, case, marked(row, today))


def is_place(text: str, *, going: bool) -> bool:
    """Does a page of `going` (else of `settled`) begin there?"""
    return (_GOING if going else _SETTLED).read(text) is not None


def marked(row: Leaving, today: date) -> bool:
    """Has the customer a special-attention mark that runs?"""
    return row.customer.marked_until is not None and row.customer.marked_until >= today


def stake(customer: int, book: Book) -> int | None:
    """What somebody who says that they leave is still worth, if that is known."""
    found = known.values({customer}).own.get(customer)
    return round(found.range.value) if found is not None and found.range is not None and book.complete else None


def _seen(user: User, where: frozenset[int]) -> QuerySet[Leaving]:
    theirs = cases.visible(user).filter(pk=OuterRef("case"))
    protected = Case.objects.filter(customer=OuterRef("customer"), protected=True)
    return Leaving.objects.filter(Exists(theirs), ~Exists(protected), site__in=where)


def _between(rows: QuerySet[Leaving], days: tuple[date, date]) -> QuerySet[Leaving]:
    begin = datetime.combine(days[0], time.min, UTC)
    return rows.filter(settled_at__gte=begin, settled_at__lt=datetime.combine(days[1], time.min, UTC) + timedelta(1))


def _page(user: User, rows: QuerySet[Leaving], *, walk: Walk, before: str, limit: int, today: date) -> Page:
    place: Place | None = walk.read(before)
    rows = rows.select_related(*_WITH)
    found = list(rows.filter(walk.after(place)).order_by(*walk.order)[: limit + 1])
    seen = {case.pk: case for case in cases.some(user, list({one.case_id for one in found[:limit]}))}
    items = [Row(one, seen[one.case_id], marked(one, today)) for one in found[:limit] if one.case_id in seen]
    return Page(items, walk.text(walk.place_of(found[limit - 1])) if len(found) > limit else "")
