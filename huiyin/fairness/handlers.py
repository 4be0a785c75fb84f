"""Who takes a case that somebody else is to take: of another department before another person of the same."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from huiyin.alerts import emergencies
from huiyin.alerts.models import What
from huiyin.alerts.notices import tell
from huiyin.cases.change import Change
from huiyin.cases.models import OPEN_ROW, Case, CaseEvent
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Role, User

TOPIC = "fairness"
_RANK = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)
"""Who works on cases, the nearest to them first; keeping the installation running is another trade."""


def somebody_else(change: Change, aside: Collection[int | None]) -> User | None:
    """Another person than those of `aside`, and of another department where there is one; nobody the case is about.
    Of equals who has the fewest open cases. None when nobody is left."""
    site, now = change.case.site_id, change.now
    people = {one.pk: one for one in org.staff(frozenset({site}))}
    units = {people[pk].department_id for pk in aside if pk in people} - {None}
    left = [
        one
        for one in people.values()
        if one.pk not in {*aside, *now.about_users}
        and one.department_id not in now.about_departments
        and _rank(one, site) is not None
        and access.may(one, Verb.ANSWER, site)
    ]
    if not left:
        return None
    busy = _busy([one.pk for one in left])
    return min(left, key=lambda one: (one.department_id in units, _rank(one, site), busy.get(one.pk, 0), one.pk))


def _rank(person: User, site: int) -> int | None:
    found = org.organisation()
    held = {role for role, where in found.grants.get(person.pk, ()) if site in found.below(where)}
    return next((place for place, role in enumerate(_RANK) if role in held), None)


def _busy(people: Collection[int]) -> dict[int, int]:
    rows = Case.objects.filter(OPEN_ROW, handler__in=people).order_by().values_list("handler")
    return dict(rows.annotate(count=Count("pk")))


def tell_supervisors(change: Change, event: CaseEvent, what: What) -> None:
    """Those who lead at the site are told, but for whom it is about and who did it."""
    aside = {*change.now.about_users, event.actor_id}
    people = emergencies.people_of(change.case.site_id, role=Role.SUPERVISOR)
    tell([one for one in people if one not in aside], what, at=change.at, case_id=change.case.pk, seq=event.seq)
