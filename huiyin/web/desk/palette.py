"""The command palette: everything this person can open, and cases by what is typed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.cases import queries as cases
from huiyin.cases.queries import Filter
from huiyin.cases.search import TooShort

from .door import StaffRequest, staff
from .search import MOST_LETTERS, exact

_MOST = 8


@require_safe
@staff
def palette(request: StaffRequest) -> HttpResponse:
    """The few newest cases with all the words, as lines of the palette; that of a receipt number first."""
    query = request.GET.get("q", "").strip()[:MOST_LETTERS]
    found = []
    if straight := exact(request, query):
        found.append(straight)
    try:
        page = cases.page(request.user, Filter(q=query), limit=_MOST).items if query else []
    except TooShort:
        page = []
    found += [case for case in page if case.pk not in {one.pk for one in found}]
    return render(request, "desk/palette.html#found", {"cases": found, "query": query})
