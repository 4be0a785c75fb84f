"""Search: by number, phone, name, any words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from huiyin.cases import queries as cases
from huiyin.cases.queries import Filter, Page
from huiyin.cases.search import TooShort

from .door import StaffRequest, show, staff
from .inbox import number
from .rows import rows

if TYPE_CHECKING:
    from huiyin.cases.models import Case

MOST_LETTERS = 200


@require_GET
@staff
def search(request: StaffRequest) -> HttpResponse:
    """Cases with all the words, newest first; a receipt number leads straight to its case."""
    query = request.GET.get("q", "").strip()[:MOST_LETTERS]
    if straight := exact(request, query):
        return redirect("case", straight.number)
    page, too_short = Page([], None), False
    try:
        if query:
            page = cases.page(request.user, Filter(q=query), before=number(request.GET.get("before")))
    except TooShort:
        too_short = True
    said = cases.excerpts(page.items, query) if page.items else {}
    again = request.GET.copy()
    again["before"] = str(page.next)
    context = {
        "query": query,
        "too_short": too_short,
        "rows": rows(page.items, request.now, excerpts=said),
        "older_url": f"?{again.urlencode()}" if page.next else "",
    }
    return show(request, "desk/search.html", context, view="search")


def exact(request: StaffRequest, query: str) -> Case | None:
    """The case whose receipt number this is, if it is one that they may see."""
    try:
        return cases.get(request.user, query)
    except ObjectDoesNotExist:
        return None
