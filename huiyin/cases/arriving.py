"""What is known about a voice while it is being written down: who may be speaking, and what else they and others said.

Looked up at every pause in the typing, so every look-up is bounded and has an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huiyin.base.text import normalise
from huiyin.customers import queries as customers
from huiyin.customers.actions import BadPhone, to_e164
from huiyin.customers.models import Customer
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import alike
from .alike import Around, Voice
from .models import Case
from .workflow import OPEN

_CALLERS, _CASES, _LOOKED_AT = 5, 3, 4


@dataclass(frozen=True)
class Typed:
    """What stands in the form so far."""

    site: int
    name: str = ""
    phone: str = ""
    place: str = ""
    text: str = ""
    category: int | None = None


@dataclass(frozen=True)
class Caller:
    """Somebody who may be speaking: their last cases, open ones first, and the place they named last."""

    customer: Customer
    cases: Sequence[Case]
    certain: bool
    """The whole number is theirs."""

    @property
    def phone(self) -> str:
        """As they gave it."""
        return self.customer.phone_as_typed or self.customer.phone

    @property
    def place(self) -> str:
        """Where they were the last time."""
        return next((case.place for case in sorted(self.cases, key=lambda case: -case.pk) if case.place), "")


@dataclass(frozen=True)
class Arriving:
    """Who may be speaking, and what lies near their words (None as long as there are none)."""

    callers: Sequence[Caller]
    around: Around | None


def arriving(user: User, typed: Typed, at: datetime) -> Arriving:
    """What is known, of what `user` may see."""
    here = alike.ground()
    there = alike.at_place(typed.place, frozenset({typed.site}), here)
    callers = _callers(user, typed, there)
    if not typed.text.strip():
        return Arriving(callers, None)
    speaking = frozenset(one.customer.pk for one in callers if one.certain)
    voice = Voice(typed.text, typed.site, at, typed.place, typed.category, speaking)
    return Arriving(callers, alike.around(user, voice, here=here, there=there))


def _callers(user: User, typed: Typed, there: Sequence[int]) -> list[Caller]:
    """By phone, else by name; and who spoke from that place. Whose cases `user` doesn't see is nobody to them: else a
    name would tell who spoke in confidence."""
    reach = access.reach(user, Verb.VIEW)
    sites = org.organisation().sites.keys() if reach.everywhere else reach.sites
    found = customers.by_phone(typed.phone, sites) or customers.by_name(typed.name, sites)
    theirs = _newest(found)
    rows = alike.rows_of(user, {*theirs, *there})
    known = [case for case in rows if case.veil is None and case.customer is not None]
    order = {customer.pk: place for place, customer in enumerate(found)}
    here = normalise(typed.place)
    for case in known:
        if here and case.customer_id and normalise(case.place).startswith(here):
            order.setdefault(case.customer_id, len(order))
    people = {case.customer_id: case.customer for case in known if case.customer_id in order}
    exact = _whole(typed.phone)
    return [
        Caller(customer, _theirs(known, pk), bool(exact) and customer.phone == exact)
        for pk, customer in sorted(people.items(), key=lambda one: order[one[0]])[:_CALLERS]
        if customer is not None
    ]


_LAST_OF_ONE = """SELECT id FROM (SELECT id FROM cases_case WHERE customer_id = %s
ORDER BY id DESC LIMIT %s) AS newest"""


def _newest(found: Sequence[Customer]) -> list[int]:
    """The last cases of each, in one question; the ORM can't ask several limited ones at once on SQLite."""
    some = found[: _CALLERS + 2]
    if not some:
        return []
    with connection.cursor() as cursor:
        values = [value for one in some for value in (one.pk, _LOOKED_AT)]
        cursor.execute(" UNION ALL ".join([_LAST_OF_ONE] * len(some)), values)
        return [pk for (pk,) in cursor.fetchall()]


def _theirs(known: Sequence[Case], customer: int | None) -> list[Case]:
    mine = [case for case in known if case.customer_id == customer]
    return sorted(mine, key=lambda case: (case.status not in OPEN, -case.pk))[:_CASES]


def _whole(phone: str) -> str:
    try:
        return to_e164(phone) if phone.strip() else ""
    except BadPhone:
        return ""
