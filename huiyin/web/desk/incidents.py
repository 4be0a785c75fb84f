"""Incidents: the list of open ones, the page of one with its acts, and opening one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.alerts import incidents, queries
from huiyin.alerts.incidents import NotPossible
from huiyin.cases import hiding, words
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.given import Unfit
from huiyin.cases.timeline import Stale
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.playbooks import shared

from . import chain_forms
from .chain_forms import CHAIN
from .door import StaffRequest, show, staff
from .inbox import number
from .incident_forms import ACTS as OWN
from .incident_forms import Act, ActForm, NewIncidentForm
from .reach import can, sites_of
from .rows import Mark, rows
from .shared_plans import OF_INCIDENT

if TYPE_CHECKING:
    from huiyin.cases.incident_models import Incident
    from huiyin.cases.models import Case

ACTS: Mapping[str, Act] = {**OWN, **OF_INCIDENT, **CHAIN}
_OTHER_NAMES = {"cases": "more", "step": "target", "reason": "text"}
WIDE, HIGH = 560, 96
"""Of the curve of arrivals."""


@dataclass(frozen=True)
class Offer:
    """An act with its form; `open` when the form is open on the page. Without a form it is a link that opens it."""

    slug: str
    url: str
    act: Act
    form: ActForm | None
    open: bool


@dataclass(frozen=True)
class Bar:
    """An hour of the curve."""

    x: float
    y: float
    width: float
    height: float
    title: str


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """Open incidents, newest first."""
    closed = "closed" in request.GET
    page = queries.page(request.user, closed=closed, before=number(request.GET.get("before")))
    sizes = queries.sizes(request.user, page.items)
    kept = "closed=1&" if closed else ""
    context = {
        "incidents": [(one, sizes.get(one.pk, 0)) for one in page.items],
        "closed": closed,
        "may_open": can(request.user, Verb.JOIN),
        "older_url": f"?{kept}before={page.next}" if page.next else "",
    }
    return show(request, "desk/incidents.html", context, view="incidents")


@require_safe
@staff
def incident(request: StaffRequest, incident_id: int) -> HttpResponse:
    """One incident: how it stands, what was said, its cases, and what can be done."""
    return _page(request, queries.get(request.user, incident_id))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(request: StaffRequest, incident_id: int, act: str) -> HttpResponse:
    """An act: GET opens its form on the page of the incident, POST does it."""
    found, row = ACTS.get(act), queries.get(request.user, incident_id)
    if found is None:
        raise Http404
    access.require(request.user, found.verb, row.site_id)
    sent = request.POST if request.method == "POST" else None
    if sent is None:
        return _page(request, row, act)
    form = _form(request, row, act, sent, leads_on="onward" in sent)
    status = _do(request, found, form) if form.is_valid() else 422
    if status == 200:
        messages.success(request, str(found.done))
        return redirect("incident", row.pk)
    return _page(request, queries.get(request.user, incident_id), act, form, status=status)


def _do(request: StaffRequest, act: Act, form: ActForm) -> int:
    """Do it; or leave on the form what was wrong, and give the status that says so."""
    by = By(request.user, request.now, number(request.POST.get("version")), anyway="anyway" in request.POST)
    try:
        act.run(form.incident.pk, by, **form.given())
    except BadInput as error:
        form.unfit = error if isinstance(error, Unfit) else None
        name = _OTHER_NAMES.get(error.field, error.field)
        form.add_error(name if name in form.fields else None, error.text)
        return 422
    except Stale:
        form.add_error(None, _("Somebody did something with this incident meanwhile. Look at it, then send again."))
        return 412
    except NotPossible as error:
        form.add_error(None, error.text)
        return 409
    return 200


def _page(
    request: StaffRequest, row: Incident, opened: str = "", form: ActForm | None = None, *, status: int = 200
) -> HttpResponse:
    user = request.user
    members, more = queries.member_page(user, row, before=number(request.GET.get("before")))
    figures, chain = queries.figures(user, row), chain_forms.card(user, row)
    leads_on = chain is not None and chain.leads_on
    context = {
        "incident": row,
        "figures": figures,
        "statuses": [(words.status(code), count) for code, count in figures.by_status.items()],
        "bars": _bars(queries.arrivals(user, row)),
        "wide": WIDE,
        "high": HIGH,
        "said": queries.told(user, row),
        "rows": rows(members, request.now, grouped=_came_of_it(members)),
        "chain": chain,
        "shared": shared.of_fault(user, ("incident", row.pk)),
        "may_link": row.closed_at is None and access.may(user, Verb.JOIN, row.site_id),
        "step_url": reverse("incident_act", args=[row.pk, "step"]) if row.closed_at is None else "",
        "older_url": f"?before={more}" if more else "",
        "newest_url": request.path if "before" in request.GET else "",
        "offers": _offers(request, row, opened, form, leads_on=leads_on) if row.closed_at is None else [],
    }
    return show(request, "desk/incident.html", context, view="incidents", status=status, counted=False)


def _came_of_it(members: Sequence[Case]) -> dict[int, Mark]:
    return {one.pk: Mark("plain", _("came of it")) for one in members if queries.is_consequence(one)}


def _form(request: StaffRequest, row: Incident, slug: str, sent: QueryDict | None = None, *, leads_on: bool) -> ActForm:
    """With what was sent, or as it begins."""
    begun = {"instead": number(request.GET.get("instead"))}
    known = {"incident": row, "user": request.user, "now": request.now, "leads_on": leads_on}
    options: dict[str, Any] = {"auto_id": f"{slug}_%s", "initial": begun, **known}
    return ACTS[slug].form(sent, **options)


def _offers(request: StaffRequest, row: Incident, opened: str, form: ActForm | None, *, leads_on: bool) -> list[Offer]:
    def shown(slug: str, act: Act) -> ActForm | None:
        if slug == opened and form is not None:
            return form
        return None if act.asks and slug != opened else _form(request, row, slug, leads_on=leads_on)

    return [
        Offer(slug, reverse("incident_act", args=[row.pk, slug]), one, shown(slug, one), slug == opened)
        for slug, one in ACTS.items()
        if (one.fold or slug == opened) and access.may(request.user, one.verb, row.site_id)
    ]


def _bars(hours: list[tuple[Any, int]]) -> list[Bar]:
    if not hours:
        return []
    most, width = max(count for _hour, count in hours), WIDE / max(len(hours), 12)
    return [
        Bar(
            round(n * width, 1),
            round(HIGH - HIGH * count / most, 1),
            round(width * 0.8, 1),
            round(HIGH * count / most, 1),
            f"{hour.astimezone():%m-%d %H:00} · {count}",
        )
        for n, (hour, count) in enumerate(hours)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest) -> HttpResponse:
    """Open an incident; `?case=` names the first one."""
    user = request.user
    if not can(user, Verb.JOIN):
        raise Forbidden(Verb.JOIN)
    sites = [(site.code, site.name) for site in sites_of(user, Verb.JOIN)]
    form = NewIncidentForm(request.POST or None, sites=sites, user=user, initial=_first(request))
    if form.is_valid() and (made := _open(request, form)):
        messages.success(request, _("The incident is open."))
        return redirect("incident", made.pk)
    context = {"form": form}
    return show(request, "desk/incident_new.html", context, view="incidents", status=422 if form.is_bound else 200)


def _first(request: StaffRequest) -> dict[str, str]:
    if "case" not in request.GET:
        return {}
    case = cases.get(request.user, request.GET["case"])
    return {"cases": case.number, "site": case.site.code, "title": hiding.open_subject(case)}


def _open(request: StaffRequest, form: NewIncidentForm) -> Incident | None:
    given = form.cleaned_data
    site = org.organisation().site(given["site"])
    assert site is not None
    words = {"title": given["title"], "cause": given["cause"]}
    try:
        return incidents.open_incident(
            site, By(request.user, request.now), case_ids=given["cases"], lead=form.people[given["lead"]], **words
        )
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.text)
        return None
