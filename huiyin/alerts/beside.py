"""Notices about what belongs to no case: a statement that waits for its approval, something to warn customers of.

Whoever leads at a site is told; who only keeps the installation running is not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Role, User

from .models import UNSEEN, Notice, What
from .notices import tell

_LEADS = frozenset({Role.SUPERVISOR, Role.MANAGER})


class Statement(Protocol):
    """What is asked of a statement."""

    pk: int
    site_id: int
    written_by_id: int


def waits(row: Statement, at: datetime) -> None:
    """Tell those who may approve a statement, but for who wrote it last; each once while they haven't looked."""
    people = {one.pk for one in _leaders(row.site_id)} - {row.written_by_id}
    unseen = Notice.objects.filter(UNSEEN, user__in=people, what=What.STATEMENT, seq=row.pk)
    tell(sorted(people - set(unseen.values_list("user", flat=True))), What.STATEMENT, at=at, seq=row.pk)


def foreseen(site: int, at: datetime) -> None:
    """Tell the managers of a site, or its supervisors where there is none, that something new is worth a warning."""
    leaders = _leaders(site)
    managers = [one.pk for one in leaders if _is(one, Role.MANAGER, site)]
    tell(managers or [one.pk for one in leaders], What.FORESEEN, at=at, seq=site)


def _leaders(site: int) -> list[User]:
    found = [one for one in org.staff(frozenset({site})) if access.may(one, Verb.NOTICE, site)]
    return [one for one in found if any(_is(one, role, site) for role in _LEADS)]


def _is(person: User, role: Role, site: int) -> bool:
    known = org.organisation()
    return any(held is role and site in known.below(where) for held, where in known.grants.get(person.pk, ()))
