"""Search: by number, phone, name, any words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from huiyin.cases import asking
from huiyin.cases import queries as cases
from huiyin.cases.arriving import Typed, arriving
from huiyin.cases.queries import Filter, Page
from huiyin.cases.search import TooShort
from huiyin.customers import tiers
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb

from .door import StaffRequest, show, staff
from .inbox import number
from .rows import rows

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.org.models import User

MOST_LETTERS = 200


@require_safe
@staff
def search(request: StaffRequest) -> HttpResponse:
    """Cases with all the words, newest first; a receipt number leads straight to its case."""
    query = request.GET.get("q", "").strip()[:MOST_LETTERS]
    if straight := exact(request, query):
        return redirect("case", straight.number)
    asked = asking.read(query)
    if asked.narrows and not asked.wrong:
        return redirect(f"{reverse('inbox', args=['all'])}?{urlencode(asked.address())}")
    if request.GET.get("in") == "customers":
        return _customers(request, query)
    page, too_short = Page([], None), False
    try:
        if query and not asked.wrong:
            page = cases.page(request.user, Filter(q=query), before=number(request.GET.get("before")))
    except TooShort:
        too_short = True
    said = cases.excerpts(page.items, query) if page.items else {}
    again = request.GET.copy()
    again["before"] = str(page.next)
    context = {
        "query": query,
        "too_short": too_short,
        "wrong": asking.help_on(asked.wrong) if asked.wrong else "",
        "rows": rows(page.items, request.now, excerpts=said),
        "older_url": f"?{again.urlencode()}" if page.next else "",
    }
    return show(request, "desk/search.html", context, view="search", counted=False)


def _customers(request: StaffRequest, query: str) -> HttpResponse:
    """Who begins with this number or name, of those whose cases one may see, with their last cases."""
    typed = Typed(site=org.organisation().root.pk, name=query, phone=query)
    found = arriving(request.user, typed, request.now).callers if query else []
    # As in the search of cases, nobody finds a protected case by who its customer is.
    plain = [(one, [case for case in one.cases if not case.protected]) for one in found]
    people = [(one, rows(those, request.now), _tier_url(request.user, those)) for one, those in plain if those]
    context = {"query": query, "people": people, "part": "customers"}
    return show(request, "desk/search.html", context, view="search", counted=False)


def _tier_url(user: User, theirs: Sequence[Case]) -> str:
    """Where this person may set the tier of a customer with these cases; empty for nowhere."""
    where = next((case for case in theirs if access.may(user, Verb.TIER, case.site_id)), None)
    return reverse("case_act", args=[where.number, "tier"]) if where is not None and tiers.offered() else ""


def exact(request: StaffRequest, query: str) -> Case | None:
    """The case whose receipt number this is, if it is one that they may see."""
    try:
        return cases.get(request.user, query)
    except ObjectDoesNotExist:
        return None
