"""Saved views: who has which, and who may change it. They stand in every rail, so they are kept like reference data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from huiyin.org import access, reference
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.reference import Reference
from huiyin.web.models import SavedView

if TYPE_CHECKING:
    from huiyin.org.models import Site, User

MOST = 50
"""Of one person."""


def _load() -> tuple[SavedView, ...]:
    return tuple(SavedView.objects.order_by("position", "name", "pk"))


_views = Reference(_load)


def of(user: User) -> list[SavedView]:
    """Their own views, and those that are shared where they work, in the order of the rail."""
    return [view for view in _views.get() if view.owner_id == user.pk or _is_shared_with(user, view)]


def _is_shared_with(user: User, view: SavedView) -> bool:
    organisation = org.organisation()
    if view.site_id is None or not user.is_active:
        return False
    below = organisation.below(view.site_id)
    return any(site in below for _role, site in organisation.grants.get(user.pk, ()))


def get(user: User, pk: int) -> SavedView:
    """One of those, or one that is shared where they may share; else `SavedView.DoesNotExist`."""
    found = next((view for view in _views.get() if view.pk == pk), None)
    if found is None or not (found in of(user) or may_change(user, found)):
        raise SavedView.DoesNotExist
    return found


def may_change(user: User, view: SavedView) -> bool:
    """Their own; a shared one whoever may share at its site."""
    if view.site_id is None:
        return view.owner_id == user.pk
    return access.may(user, Verb.SHARE, view.site_id)


def require_change(user: User, view: SavedView) -> None:
    """Raise `Forbidden` when it isn't theirs to change."""
    if not may_change(user, view):
        raise access.Forbidden(Verb.SHARE)


@transaction.atomic
def add(user: User, *, name: str, params: Mapping[str, str], site: Site | None, position: int) -> SavedView:
    """A new one. Raises `Forbidden` when they may not share there."""
    if site is not None:
        access.require(user, Verb.SHARE, site.pk)
    view = SavedView.objects.create(owner=user, name=name, params=dict(params), site=site, position=position)
    reference.changed()
    return view


@transaction.atomic
def change(user: User, view: SavedView, **values: Any) -> None:
    """Rename, move, share, or another filter. Raises `Forbidden`."""
    require_change(user, view)
    if (site := values.get("site")) is not None:
        access.require(user, Verb.SHARE, site.pk)
    SavedView.objects.filter(pk=view.pk).update(**values)
    reference.changed()


@transaction.atomic
def delete(user: User, view: SavedView) -> None:
    """It is no more. Raises `Forbidden`."""
    require_change(user, view)
    SavedView.objects.filter(pk=view.pk).delete()
    reference.changed()
