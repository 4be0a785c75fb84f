"""Reading incidents. A person sees an incident by its site, as its lead, or by a case of it that they may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.incident_models import OPEN_INCIDENT, Incident
from huiyin.cases.models import OPEN_ROW, Case
from huiyin.cases.workflow import OPEN, Status
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.org.reference import Reference

from .models import Consequence, IncidentWord, WordKind

_RECENT = 2_000
"""Among how many of the newest cases of a site like ones are looked for: a storm is never longer ago than that."""
_HOUR = timedelta(hours=1)


def visible(user: User) -> QuerySet[Incident]:
    """The incidents that `user` may see."""
    reach = access.reach(user, Verb.VIEW)
    if reach.everywhere:
        return Incident.objects.all()
    theirs = cases.visible(user).filter(incident=OuterRef("pk"))
    return Incident.objects.filter(Q(site__in=reach.sites) | Q(lead=user, lead__is_active=True) | Exists(theirs))


def get(user: User, incident_id: int) -> Incident:
    """One incident, or `Incident.DoesNotExist`."""
    return visible(user).select_related("site", "lead", "opened_by").get(pk=incident_id)


def require(user: User, verb: Verb, incident: Incident) -> None:
    """Raise `Incident.DoesNotExist` when `user` may not see it, `Forbidden` when only the verb isn't theirs."""
    if not visible(user).filter(pk=incident.pk).exists():
        raise Incident.DoesNotExist
    access.require(user, verb, incident.site_id)


def may_lead(user: User, site: int | None = None) -> bool:
    """Do they work on cases there (anywhere, without a site)? Whoever only reads leads nothing."""
    reaches = [access.reach(user, verb) for verb in (Verb.ANSWER, Verb.REPLY)]
    if site is None:
        return any(reach.everywhere or reach.sites or reach.department_sites for reach in reaches)
    return any(reach.covers(site) or site in reach.department_sites for reach in reaches)


def leaders(site: int | None = None) -> list[User]:
    """Who may lead at a site (somewhere, without one), by name."""
    return [one for one in org.staff(None if site is None else frozenset({site})) if may_lead(one, site)]


def about_lead(user: User, rows: QuerySet[Case]) -> bool:
    """Is one of these cases about `user`, so that they can't lead?"""
    return cases.about(user).filter(case__in=rows.order_by().values("pk")).exists()


@dataclass(frozen=True)
class Page:
    """Some incidents, newest first; `next` is the cursor of the following page."""

    items: list[Incident]
    next: int | None


def page(user: User, *, closed: bool = False, before: int | None = None, limit: int = 50) -> Page:
    """Open incidents, newest first; with `closed` all of them."""
    rows = visible(user) if closed else visible(user).filter(OPEN_INCIDENT)
    rows = rows.filter(pk__lt=before) if before is not None else rows
    items = list(rows.select_related("site", "lead", "opened_by").order_by("-pk")[: limit + 1])
    return Page(items[:limit], items[limit - 1].pk if len(items) > limit else None)


def members(user: User, incident: Incident) -> QuerySet[Case]:
    """The cases of an incident that `user` may see."""
    return cases.visible(user).filter(incident=incident)


def counted(user: User, incident: Incident) -> QuerySet[Case]:
    """The cases of an incident that `user` may know the number of: the lead knows it of all that aren't about them."""
    return (cases.not_about(user) if incident.lead_id == user.pk else cases.visible(user)).filter(incident=incident)


@dataclass(frozen=True)
class Figures:
    """How many cases an incident has by status, from how many customers, and how many are open."""

    by_status: dict[str, int]
    customers: int
    total: int
    open: int


def figures(user: User, incident: Incident) -> Figures:
    """The numbers of one incident."""
    rows = counted(user, incident).order_by()
    each = {status.value: Count("pk", filter=Q(status=status)) for status in Status}
    found = rows.aggregate(customers=Count("customer", distinct=True), **each)
    customers = found.pop("customers")
    by_status = {status: count for status, count in sorted(found.items()) if count}
    still = sum(count for status, count in by_status.items() if status in OPEN)
    return Figures(by_status, customers, sum(by_status.values()), still)


def sizes(user: User, incidents: Collection[Incident]) -> dict[int, int]:
    """How many cases each incident has, as far as `user` may know."""
    mine = [incident.pk for incident in incidents if incident.lead_id == user.pk]
    known = cases.not_about(user).filter(incident__in=mine)
    seen = cases.visible(user).filter(incident__in=[one.pk for one in incidents if one.pk not in mine])
    both = [rows.order_by().values_list("incident").annotate(Count("pk")) for rows in (known, seen)]
    return dict(row for rows in both for row in rows)


def arrivals(user: User, incident: Incident) -> list[tuple[datetime, int]]:
    """How many cases came in each hour, from the first to the last, at most the last 72."""
    times = counted(user, incident).order_by("-pk").values_list("received_at", flat=True)[:5_000]
    per_hour = Counter(at.replace(minute=0, second=0, microsecond=0) for at in times)
    if not per_hour:
        return []
    last = max(per_hour)
    hour = max(min(per_hour), last - 71 * _HOUR)
    return [(hour + n * _HOUR, per_hour[hour + n * _HOUR]) for n in range((last - hour) // _HOUR + 1)]


def member_page(
    user: User, incident: Incident, *, before: int | None = None, limit: int = 50
) -> tuple[list[Case], int | None]:
    """Cases of an incident, newest first, and the cursor of the next page."""
    rows = members(user, incident)
    rows = rows.filter(pk__lt=before) if before is not None else rows
    related = ("site", "customer", "category", "handler", "department")
    rows = rows.annotate(came_of_it=Exists(Consequence.objects.filter(case=OuterRef("pk"))))
    items = hiding.hide(user, rows.select_related(*related).order_by("-pk")[: limit + 1])
    return items[:limit], items[limit - 1].pk if len(items) > limit else None


def is_consequence(case: Case) -> bool:
    """Is a case of a page of members another matter, that came of the incident?"""
    return bool(getattr(case, "came_of_it", False))


def words(incident: Incident, *, seen_by: User | None = None, limit: int = 50) -> list[IncidentWord]:
    """What was said to all, newest first; with `seen`: may `seen_by` see the incident from which it came?"""
    rows = IncidentWord.objects.filter(incident=incident).select_related("by", "followed__incident").order_by("-pk")
    if seen_by is not None:
        rows = rows.annotate(seen=Exists(visible(seen_by).filter(pk=OuterRef("followed__incident"))))
    return list(rows[:limit])


@dataclass(frozen=True)
class Said:
    """A word to all as one person reads it. `unfilled`: cases that stayed open because fields were empty; `origin`: the
    incident from which it came down the chain; each as far as they may see it."""

    word: IncidentWord
    unfilled: Sequence[Case]
    origin: Incident | None


def told(user: User, incident: Incident) -> list[Said]:
    """What was said to all, newest first: one question, and another where fields were empty."""
    said = words(incident, seen_by=user)
    known = {case.pk: case for case in cases.some(user, sorted({pk for word in said for pk in word.unfilled}))}
    return [
        Said(
            word,
            [known[pk] for pk in word.unfilled if pk in known],
            word.followed.incident if word.followed is not None and word.seen else None,  # type: ignore[attr-defined]
        )
        for word in said
    ]


def last_word(incident: Incident) -> IncidentWord | None:
    """The last word told to all: what a case that joins later hears."""
    return IncidentWord.objects.filter(incident=incident, kind=WordKind.TOLD).order_by("-pk").first()


def proposed(user: User, incident: Incident, *, since: datetime, limit: int = 200) -> list[Case]:
    """Open cases of the same site and the same categories received since then, that belong to no incident yet."""
    like = members(user, incident).exclude(category=None).order_by("-pk")
    categories = set(like.values_list("category", flat=True)[:500])
    newest = cases.visible(user, Verb.JOIN).filter(site__in=org.organisation().below(incident.site_id))
    recent = newest.order_by("-pk").values("pk")[:_RECENT]
    rows = Case.objects.filter(OPEN_ROW, pk__in=recent, incident=None, category__in=categories, received_at__gte=since)
    return hiding.hide(user, rows.select_related("site", "customer", "category").order_by("-pk")[:limit])


def _load_open() -> frozenset[int]:
    return frozenset(Incident.objects.filter(OPEN_INCIDENT).values_list("site", flat=True))


_open_sites = Reference(_load_open)
"""Where incidents are open, so that a case on an ordinary day asks nothing. Who opens or closes one tells."""


def open_here(user: User, site_ids: Collection[int]) -> list[Incident]:
    """Open incidents that cases of these sites may belong to."""
    below, sites = org.organisation().below, frozenset(site_ids)
    above = {site for site in _open_sites.get() if below(site) & sites}
    if not above:
        return []
    rows = visible(user).filter(OPEN_INCIDENT, site__in=above)
    return list(rows.select_related("site").order_by("-pk")[:20])


def like(user: User, case: Case) -> Incident | None:
    """The open incident that this case may belong to: same site, same category."""
    if case.incident_id is not None or case.status not in OPEN or case.category_id is None:
        return None
    found = open_here(user, [case.site_id])
    keys: Sequence[int] = [one.pk for one in found]
    if not keys:
        return None
    same = Case.objects.filter(incident__in=keys, category=case.category_id).order_by("-incident")
    key = same.values_list("incident", flat=True).first()
    return next((one for one in found if one.pk == key), None)
