"""People as somebody may write them in a filter: those who work where one sees cases, by name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from huiyin.cases.filters import ME, NOBODY
from huiyin.org import queries as org

from .reach import sites_of

if TYPE_CHECKING:
    from huiyin.org.models import User


def known(user: User) -> list[tuple[str, str]]:
    """(code, name) of oneself, of nobody, and of all whom `user` may choose; two of one name with their log-in."""
    people = org.staff(frozenset(site.pk for site in sites_of(user)))
    alike = Counter(one.name for one in people)
    named = [(str(one.pk), one.name if alike[one.name] == 1 else f"{one.name} ({one.username})") for one in people]
    return [(ME, _("me")), (NOBODY, _("nobody")), *named]


def codes(user: User) -> dict[str, str]:
    """What can be typed, in small letters → its code: names as they are offered, and log-ins."""
    people = org.staff(frozenset(site.pk for site in sites_of(user)))
    found = {one.username.casefold(): str(one.pk) for one in people if not one.username.isdigit()}
    return found | {name.casefold(): code for code, name in known(user)}
