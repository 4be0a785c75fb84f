"""What somebody may do anywhere at all, for pages and links that belong to no case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb

if TYPE_CHECKING:
    from huiyin.org.models import Site, User


def can(user: User, verb: Verb) -> bool:
    """May they do this anywhere at all?"""
    reach = access.reach(user, verb)
    return reach.everywhere or bool(reach.sites) or bool(reach.department_sites)


def sites_of(user: User, verb: Verb = Verb.VIEW) -> list[Site]:
    """The sites at which this person may do `verb`."""
    reach = access.reach(user, verb)
    every = org.organisation().sites.values()
    return [s for s in every if reach.everywhere or s.pk in reach.sites or s.pk in reach.department_sites]


def is_back_office(user: User) -> bool:
    """Does this person see only what was handed over to their department?"""
    reach = access.reach(user, Verb.VIEW)
    return bool(reach.department_sites) and not reach.sites
