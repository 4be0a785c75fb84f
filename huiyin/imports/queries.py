"""Reading imports and saved maps. `visible` is the only way to an import, `maps` to a saved map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from huiyin.cases.letters import Recipe
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import FailedRow, Import, SavedMap

_MANY = 500


def visible(user: User) -> QuerySet[Import]:
    """The imports that `user` made, and those at sites where they may import."""
    reach = access.reach(user, Verb.IMPORT)
    every = Import.objects.select_related("site", "made_by")
    return every if reach.everywhere else every.filter(Q(site__in=reach.sites) | Q(made_by=user))


def get(user: User, pk: int) -> Import:
    """One import, or `Import.DoesNotExist`."""
    return visible(user).get(pk=pk)


@dataclass(frozen=True)
class Page:
    """Some imports, newest first; `next` is where the following page begins, if there is one."""

    items: list[Import]
    next: int | None


def page(user: User, *, before: int | None = None, limit: int = 30) -> Page:
    """A page of imports, newest first, below id `before`."""
    rows = visible(user).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    items = list(rows[: limit + 1])
    return Page(items[:limit], items[limit - 1].pk if len(items) > limit else None)


def recipe(one: Import) -> Recipe:
    """How the rows of an import are to be taken."""
    within = org.organisation().below(one.site_id)
    return Recipe(one.columns, one.site, one.kind, one.channel, one.source, within)


def failed_rows(user: User, one: Import) -> Iterator[FailedRow]:
    """The rows that could not be taken, in their order. Raises `Forbidden` for who may not import there any more."""
    access.require(user, Verb.IMPORT, one.site_id)
    return _failed_rows(one)


def _failed_rows(one: Import) -> Iterator[FailedRow]:
    last = 0
    while rows := list(FailedRow.objects.filter(of=one, number__gt=last).order_by("number")[:_MANY]):
        yield from rows
        last = rows[-1].number


def first_failed(one: Import, most: int = 20) -> list[FailedRow]:
    """The first rows that could not be taken."""
    return list(FailedRow.objects.filter(of=one).order_by("number")[:most])


# --- saved maps ------------------------------------------------------------------------------------------------------


def maps(user: User | None = None) -> QuerySet[SavedMap]:
    """Saved maps by name: those for sites where `user` may import, and those for no site; all for the command line."""
    every = SavedMap.objects.select_related("site", "created_by").order_by("name")
    if user is None:
        return every
    reach = access.reach(user, Verb.IMPORT)
    if reach.everywhere:
        return every
    return every.filter(Q(site__in=reach.sites) | Q(site=None)) if reach.sites else every.none()


def may_change(user: User, kept: SavedMap) -> bool:
    """May they rename or delete it? One for no site is its maker's, and theirs who may import everywhere."""
    if kept.site_id is not None:
        return access.may(user, Verb.IMPORT, kept.site_id)
    return kept.created_by_id == user.pk or access.reach(user, Verb.IMPORT).everywhere


def fitting(user: User, header: Sequence[str]) -> list[SavedMap]:
    """The saved maps whose columns a file has: who takes most of them first, then the newest."""
    found = [kept for kept in maps(user) if set(kept.columns.values()) <= set(header)]
    return sorted(found, key=lambda kept: (len(kept.columns), kept.pk), reverse=True)
