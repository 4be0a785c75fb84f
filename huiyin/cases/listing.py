"""Lists of cases by any filter, in any of a few orders, a page at a time. None reads more than some thousand rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Model, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import hiding, search
from .expectation_models import Expectation
from .filters import Filter
from .models import OPEN_ROW, OVERRIDDEN_ROW, SUPERVISED_ROW, Case, HandOver
from .queries import visible
from .tag_models import CaseTag
from .walk import EVERY, Place, Walk

STRETCHES = (1_000, 5_000)
"""So many rows of an index are looked through for one page; the next page goes on after them."""
FEW = 2_000
"""So many rows are put in order when no index has them in order."""
_WITH = ("site", "customer", "category", "handler", "department", "owner")


class Sort(TextChoices):
    """The order of a list. All but the first show open cases only."""

    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Waiting longest first")
    DUE = "due", _("Due first")
    SEVERITY = "severity", _("Most urgent first")
    CHANGED = "changed", _("Last change first")


@dataclass(frozen=True)
class Listed:
    """Some cases; `next` is where the following page goes on, if there may be one. `looked`: the search for them ended
    after so many rows, and the page is not full for that."""

    items: list[Case]
    next: str = ""
    looked: int = 0


@dataclass(frozen=True)
class Source:
    """An index in which to look for the cases of a filter, from the newest on."""

    answers: tuple[str, ...]
    """Conditions of the filter that it answers; the first is why it is taken."""
    where: Callable[[Any], Q]
    """Of the value of the first condition."""
    model: type[Model] = Case
    key: str = "pk"
    fits: Callable[[Filter], bool] = lambda wanted: True
    own: Callable[[User], int | None] = lambda user: None
    """The value with which nearly all rows are such that `user` may see them."""

    def walk(self, wanted: Filter) -> Walk:
        """From the newest on."""
        return Walk(self.model, (self.key,), down=True, where=self.where(getattr(wanted, self.answers[0])))


def _one(name: str) -> Callable[[Filter], bool]:
    return lambda wanted: len(getattr(wanted, name)) == 1


_SOURCES = (
    Source(("customer",), lambda value: Q(customer=value)),
    Source(("deciding",), lambda value: Q(decide_since__isnull=False)),
    Source(("reviewing",), lambda value: Q(decide_since__isnull=False)),
    Source(("supervised", "open"), lambda value: SUPERVISED_ROW),
    Source(
        ("department",),
        lambda value: Q(department=value, replied_at=None, dropped=False),
        model=HandOver,
        key="case_id",
        own=lambda user: user.department_id,
    ),
    Source(("handler", "open"), lambda value: OPEN_ROW & Q(handler=value), own=lambda user: user.pk),
    Source(("unassigned", "open"), lambda value: OPEN_ROW & Q(handler=None)),
    Source(("owner", "open"), lambda value: OPEN_ROW & Q(owner=value), own=lambda user: user.pk),
    Source(("overridden",), lambda value: OVERRIDDEN_ROW),
    Source(
        ("expectations",),
        lambda value: Q(kind__in=value),
        model=Expectation,
        key="case_id",
        fits=_one("expectations"),
    ),
    Source(("tag",), lambda value: Q(tag=value), model=CaseTag, key="case_id"),
    Source(("categories",), lambda value: Q(category__in=value), fits=_one("categories")),
    Source(
        ("severities", "open"),
        lambda value: OPEN_ROW & Q(severity__in=value),
        fits=lambda wanted: wanted.open and len(wanted.severities) == 1,
    ),
    Source(("sites",), lambda value: Q(site__in=value), fits=_one("sites")),
    Source(("statuses",), lambda value: Q(status__in=value), fits=_one("statuses")),
)
"""The first that fits is taken: those with the fewest rows stand first."""
_SORTED: Mapping[str, Walk] = {
    Sort.OLDEST: Walk(Case, ("received_at", "pk"), down=False, where=OPEN_ROW),
    Sort.SEVERITY: Walk(Case, ("severity", "pk"), down=False, where=OPEN_ROW),
    Sort.CHANGED: Walk(Case, ("changed_at", "pk"), down=True, where=OPEN_ROW),
}
_NEWEST = Walk(Case, ("pk",), down=True)
_NOTHING = Filter()


def page(user: User, wanted: Filter, *, sort: str = Sort.NEWEST, after: str = "", limit: int = 50) -> Listed:
    """A page of the cases that pass, after a place. Raises `search.TooShort`.

    With words to search for, newest first whatever is asked.
    """
    if wanted.q:
        return _searched(user, wanted, after, limit)
    if sort == Sort.NEWEST:
        walk, served = newest(user, wanted)
        return _walked(user, wanted, walk, after=after, limit=limit, stretches=() if served else STRETCHES)
    wanted, walk = replace(wanted, open=True), _SORTED[sort]
    few = few_of(user, wanted)
    if few is None:
        return _walked(user, wanted, walk, after=after, limit=limit, stretches=STRETCHES)
    return _walked(user, wanted, replace(walk, where=Q(pk__in=few)), after=after, limit=limit)


def is_place(sort: str, text: str) -> bool:
    """Is this a place in the order `sort`, as `Listed.next` names one?"""
    return _SORTED.get(sort, _NEWEST).read(text) is not None


def allowed(user: User, wanted: Filter) -> QuerySet[Case]:
    """All that pass and that `user` may see."""
    rows = wanted.apply(visible(user))
    return hiding.known_to(user, rows) if wanted.customer is not None else rows


def newest(user: User, wanted: Filter) -> tuple[Walk, bool]:
    """The best index for a filter from the newest on, and whether it holds the answer row by row: then a page is full
    as soon as there are enough."""
    if wanted.source and wanted.external_number:
        return Walk(Case, ("pk",), down=True, where=_named(wanted)), True  # one at most
    reach = access.reach(user, Verb.VIEW)
    source = next((one for one in _SOURCES if getattr(wanted, one.answers[0]) and one.fits(wanted)), None)
    if source is not None:
        seen = reach.everywhere or getattr(wanted, source.answers[0]) == source.own(user)
        return source.walk(wanted), seen and asked(wanted) <= set(source.answers)
    if len(reach.sites) == 1 and not reach.department_sites and wanted.sites is None:
        return Walk(Case, ("pk",), down=True, where=Q(site__in=reach.sites)), not asked(wanted)
    if wanted.open or wanted.since or wanted.before:
        walk = Walk(Case, ("received_at", "pk"), down=True, where=_between(wanted))
        return walk, reach.everywhere and asked(wanted) <= {"open", "since", "before"}
    return Walk(Case, ("pk",), down=True), not asked(wanted)


def asked(wanted: Filter) -> set[str]:
    """The names of a filter's conditions."""
    return {one.name for one in fields(Filter) if getattr(wanted, one.name) != getattr(_NOTHING, one.name)}


def _between(wanted: Filter) -> Q:
    rows = OPEN_ROW if wanted.open else Q()
    rows &= Q(received_at__gte=wanted.since) if wanted.since else Q()
    return rows & Q(received_at__lt=wanted.before) if wanted.before else rows


def _named(wanted: Filter) -> Q:
    # The second half lets SQLite take the partial index.
    return Q(source=wanted.source, external_number=wanted.external_number) & ~Q(external_number="")


def few_of(user: User, wanted: Filter) -> list[int] | None:
    """The keys of all cases among which those that pass are, when an index says that they are few; else None."""
    walk, _served = newest(user, wanted)
    if len(walk.fields) > 1 or not walk.where:
        return None
    keys = list(walk.rows.values_list(*walk.fields, flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def _walked(user: User, wanted: Filter, walk: Walk, *, after: str, limit: int, stretches: Sequence[int] = ()) -> Listed:
    """A page along an index: to its end, or through stretches of so many rows."""
    of_cases = walk if walk.model is Case else replace(walk, model=Case, fields=("pk",), where=EVERY)
    rows = allowed(user, wanted).filter(of_cases.where).select_related(*_WITH).order_by(*of_cases.order)
    place, found, looked = walk.read(after), list[Case](), 0
    end: Place | None = None
    for size in stretches or (0,):
        end = walk.end(place, size) if size else None
        found += rows.filter(of_cases.after(place) & of_cases.until(end))[: limit + 1 - len(found)]
        looked += size
        if len(found) > limit or end is None:
            break
        place = end
    items = hiding.hide(user, found)
    if len(items) > limit:
        return Listed(items[:limit], of_cases.text(of_cases.place_of(items[limit - 1])))
    return Listed(items, walk.text(end), looked) if end is not None else Listed(items)


class _Enough(Exception):
    """So many hits were looked through."""


def _searched(user: User, wanted: Filter, after: str, limit: int) -> Listed:
    """Newest first. Hits that the other conditions throw away are counted."""
    reach = access.reach(user, Verb.VIEW)
    sites = None if reach.everywhere else reach.sites | reach.department_sites
    if wanted.sites is not None:
        sites = wanted.sites if sites is None else sites & wanted.sites
    rows, place = allowed(user, wanted), _NEWEST.read(after)
    seen: list[int] = []

    def keep(ids: Sequence[int]) -> set[int]:
        if len(seen) > STRETCHES[-1]:
            raise _Enough
        seen.extend(ids)
        return set(rows.filter(pk__in=ids).values_list("pk", flat=True))

    keys: list[int] = []
    try:
        for key in search.find(wanted.q, sites=sites, before=place[0] if place else None, keep=keep):
            keys.append(key)
            if len(keys) > limit:
                break
        ended = 0
    except _Enough:
        ended = len(seen)
    found = rows.filter(pk__in=keys).select_related(*_WITH).order_by("-pk") if keys else []
    items = hiding.hide(user, found)
    if len(items) > limit:
        return Listed(items[:limit], str(items[limit - 1].pk))
    return Listed(items, str(min(seen)), ended) if ended else Listed(items)
