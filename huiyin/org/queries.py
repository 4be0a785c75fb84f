"""Reading the organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from huiyin.base.ids import secret_digest

from . import reference
from .models import Department, Grant, Role, Site, User
from .reference import Reference


@dataclass(frozen=True)
class Organisation:
    """All sites, departments and grants, read-only."""

    sites: dict[int, Site]
    departments: dict[int, Department]
    grants: dict[int, tuple[tuple[Role, int], ...]]
    children: dict[int | None, tuple[int, ...]]

    def site(self, code: str) -> Site | None:
        """The site with this code (case does not matter)."""
        wanted = code.casefold()
        return next((site for site in self.sites.values() if site.code.casefold() == wanted), None)

    def department(self, code: str) -> Department | None:
        """The department with this code or name."""
        wanted = code.casefold()
        found = (d for d in self.departments.values() if wanted in (d.code.casefold(), d.name.casefold()))
        return next(found, None)

    def below(self, site: int) -> frozenset[int]:
        """Ids of a site and of all under it."""
        found: set[int] = set()
        waiting = [site]
        while waiting:
            here = waiting.pop()
            found.add(here)
            waiting += self.children.get(here, ())
        return frozenset(found)

    @property
    def doors(self) -> list[Site]:
        """Places of service that take new cases; levels above them are for us. A company of one site is that site."""
        used = [site for site in self.sites.values() if site.active]
        above = {site.parent_id for site in used}
        return [site for site in used if site.pk not in above]

    @property
    def root(self) -> Site:
        """The company itself."""
        return self.sites[self.children[None][0]]


def _load() -> Organisation:
    children: dict[int | None, list[int]] = defaultdict(list)
    sites = {site.pk: site for site in Site.objects.order_by("pk")}
    for site in sites.values():
        children[site.parent_id].append(site.pk)
    grants: dict[int, list[tuple[Role, int]]] = defaultdict(list)
    for user, role, site_id in Grant.objects.order_by("pk").values_list("user_id", "role", "site_id"):
        grants[user].append((Role(role), site_id))
    return Organisation(
        sites=sites,
        departments={d.pk: d for d in Department.objects.order_by("pk")},
        grants={user: tuple(rows) for user, rows in grants.items()},
        children={parent: tuple(rows) for parent, rows in children.items()},
    )


_organisation = Reference(_load)


def organisation() -> Organisation:
    """The organisation as it is now."""
    return _organisation.get()


def company_zone() -> ZoneInfo:
    """The time zone of the root site, or of the settings while there is none."""
    found = organisation()
    return ZoneInfo(found.root.time_zone if found.sites else settings.HUIYIN_TIME_ZONE)


def today(at: datetime) -> date:
    """The day it is for the company: no door may take the server's."""
    return at.astimezone(company_zone()).date()


# Brings the revision along: a program's request asks nothing else before it does its work.
_BEARER = """SELECT t.id, t.user_id, (SELECT value FROM org_revision ORDER BY id LIMIT 1)
FROM org_apitoken t JOIN org_user u ON u.id = t.user_id
WHERE t.digest = %s AND t.expires_at > %s AND t.revoked_at IS NULL AND u.is_active"""
_people = Reference[dict[int, User]](dict)
"""People met by their token, kept like all reference data until somebody changes them."""


def user_by_token(token: str, *, at: datetime) -> tuple[User, int] | None:
    """The user and the token's id, for a token that exists, has not expired and was not revoked."""
    with connection.cursor() as cursor:
        cursor.execute(_BEARER, [secret_digest(token), connection.ops.adapt_datetimefield_value(at)])
        found: tuple[int, int, str | None] | None = cursor.fetchone()
    if found is None:
        return None
    pk, user, revision = found
    reference.seen(revision or "")
    people = _people.get()
    if user not in people:
        people[user] = User.objects.get(pk=user)
    return people[user], pk


def user_named(username: str) -> User | None:
    """The member of staff with this log-in, unless they have left."""
    return User.objects.filter(username=username, is_active=True).first()


_names: Reference[dict[int, str]] = Reference(dict)
"""Names that were asked for already: a page with long events means the same people again and again."""


def names(user_ids: Collection[int]) -> dict[int, str]:
    """The names of these people, also of those who have left."""
    known = _names.get()
    if unknown := set(user_ids) - known.keys():
        known |= dict(User.objects.filter(pk__in=unknown).values_list("pk", "name"))
    return {pk: known[pk] for pk in user_ids if pk in known}


def administrators(most: int = 3) -> list[str]:
    """The names of some who give roles in the whole company: whom to ask for one."""
    whole = (Role.ADMINISTRATOR, organisation().root.pk) if organisation().sites else None
    users = [user for user, grants in organisation().grants.items() if whole in grants]
    people = User.objects.filter(pk__in=users, is_active=True).order_by("name", "pk").values_list("name", flat=True)
    return list(people[:most])


def _load_staff() -> tuple[User, ...]:
    people = User.objects.filter(is_active=True).exclude(grants=None).order_by("name", "pk").distinct()
    return tuple(people.select_related("department"))


_staff = Reference(_load_staff)


def staff(site_ids: frozenset[int] | None = None) -> list[User]:
    """People who can be given a case, by name; of the whole company when `site_ids` is None. Read-only."""
    people, grants = _staff.get(), organisation().grants
    if site_ids is None:
        return list(people)
    below = organisation().below
    reached = {site for site in organisation().sites if below(site) & site_ids}
    return [one for one in people if any(site in reached for _role, site in grants.get(one.pk, ()))]
