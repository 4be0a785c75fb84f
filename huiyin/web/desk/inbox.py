"""The inbox: the same rows, looked at in eight ways of the house and in those that people have saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from huiyin.bulk import queries as bulks
from huiyin.cases import listing
from huiyin.cases.filters import ME, NOBODY
from huiyin.cases.listing import Listed, Sort
from huiyin.cases.search import TooShort
from huiyin.clocks import listing as deadlines
from huiyin.clocks import queries as clocks
from huiyin.clocks.deciding import to_decide
from huiyin.org import queries as org
from huiyin.org.access import Verb

from . import choose, saved
from .bulk import offered, sent
from .choose import Chosen
from .counts import counts
from .door import StaffRequest, show, staff
from .group_words import group_marks
from .reach import can, is_back_office
from .rows import rows

if TYPE_CHECKING:
    from huiyin.org.models import User
    from huiyin.web.models import SavedView


Base = Mapping[str, str]


def _nothing(user: User) -> Base:
    return {}


def _department(user: User) -> Base:
    unit = org.organisation().departments.get(user.department_id or 0)
    return {"department": unit.code} if unit else {}


@dataclass(frozen=True)
class View:
    """One way to look: its title, what an empty one says (what would be here, how to get it), what it narrows."""

    title: str | Promise
    empty: str | Promise
    hint: str | Promise
    base: Callable[[User], Base] = _nothing


VIEWS: Mapping[str, View] = {
    "mine": View(
        _("Mine"),
        _("No case is in your hands"),
        _("Cases that you take or that are assigned to you stand here until they are resolved."),
        lambda user: {"handler": ME},
    ),
    "unassigned": View(
        _("Unassigned"),
        _("Everything is taken"),
        _("New cases stand here until somebody takes them; the customer's first clock runs already."),
        lambda user: {"handler": NOBODY},
    ),
    "due": View(
        _("Due soon"),
        _("Nothing is due soon"),
        _("Cases stand here from the moment a deadline comes near until it is met."),
    ),
    "to-decide": View(
        _("To decide"),
        _("Nobody waits for a decision of yours"),
        _("Returns, requests for more time, and cases before the supervisor stand here until you have decided."),
    ),
    "supervised": View(
        _("Under supervision"),
        _("No case is under supervision"),
        _("A case that a supervisor watches to its end stands here until it is resolved or the supervision ends."),
        lambda user: {"supervised": "1"},
    ),
    "review": View(
        _("To review"),
        _("No result waits for a review"),
        _("What was resolved stands here until somebody else has looked at the result."),
        lambda user: {"reviewing": "1"},
    ),
    "department": View(
        _("Handed to my department"),
        _("Your department has answered everything"),
        _("A task that the front desk hands over to your department stands here until you reply."),
        _department,
    ),
    "all": View(
        _("All cases"),
        _("There is no case yet"),
        _("What customers say by phone, at the desk or on their own page becomes a case here."),
    ),
}


SAVED = View(
    "",
    _("No case fits this view"),
    _("Cases stand here as long as they fit the filter that was saved."),
)
FIXED = frozenset({"due", "to-decide"})
"""Views with an order of their own, which are more than a filter."""


@dataclass(frozen=True)
class Looked:
    """A list that somebody looks at: one of the house's, or a saved one."""

    view: View
    key: str
    """In the rail."""
    path: str
    title: str
    base: Base
    one: Chosen
    saved: SavedView | None = None
    changed: bool = False
    """Is it narrowed otherwise than it was saved?"""

    @property
    def query(self) -> str:
        """All that it asks, for an address."""
        return urlencode({**self.one.params, **self.base})


@require_safe
@staff
def home(request: StaffRequest) -> HttpResponse:
    """Where work begins: back-office workers at their department's tasks, others at their own cases."""
    return redirect("inbox", "department" if is_back_office(request.user) else "mine")


@require_safe
@staff
def inbox(request: StaffRequest, view: str) -> HttpResponse:
    """A page of one view of the house."""
    return _page(request, _of_house(request, view))


@require_safe
@staff
def news(request: StaffRequest, view: str) -> HttpResponse:
    """What stands there now, for a page that is open."""
    return _news(request, _of_house(request, view))


@require_safe
@staff
def saved_view(request: StaffRequest, pk: int) -> HttpResponse:
    """A page of a saved view."""
    return _page(request, _of_saved(request, pk))


@require_safe
@staff
def saved_news(request: StaffRequest, pk: int) -> HttpResponse:
    """What stands there now, for a page that is open."""
    return _news(request, _of_saved(request, pk))


def _of_house(request: StaffRequest, name: str) -> Looked:
    view = VIEWS.get(name)
    if view is None or not has(request.user, name):
        raise Http404
    base = view.base(request.user)
    one = choose.chosen(choose.params_of(request.GET, request.user), request.user, request.now, base)
    return Looked(view, name, reverse("inbox", args=[name]), str(view.title), base, one)


def _of_saved(request: StaffRequest, pk: int) -> Looked:
    view = saved.get(request.user, pk)
    asked = choose.params_of(request.GET, request.user)
    narrowed = bool(request.GET.keys() - {"before"})
    one = choose.chosen(asked if narrowed else view.params, request.user, request.now)
    path = reverse("saved_view", args=[pk])
    return Looked(SAVED, f"saved-{pk}", path, view.name, {}, one, view, narrowed and asked != view.params)


def has(user: User, view: str) -> bool:
    """Is there anything in this view of the house for such a person at all?"""
    if view == "department":
        return user.department_id is not None
    needed = {"to-decide": Verb.DECIDE_RETURN, "review": Verb.REVIEW}.get(view)
    return needed is None or can(user, needed)


def _page(request: StaffRequest, looked: Looked) -> HttpResponse:
    listed, too_short = _read(request, looked)
    fixed = looked.key in FIXED
    context = _shown(request, looked, listed) | {
        "looked": looked,
        "view": looked.view,
        "too_short": too_short,
        "older_url": _older(request, listed.next),
        "newest_url": looked.path if "before" in request.GET else "",
        "searched": listed.looked,
        "choices": [] if looked.key == "due" else choose.choices(looked.one, request.user, looked.base),
        "sorts": [] if fixed else choose.sorts(looked.one),
        "columns": choose.columns(looked.one),
        "filtered": looked.one.filtered and looked.key != "due",
        "acts": offered(request.user),
        "may_change": looked.saved is not None and saved.may_change(request.user, looked.saved),
    }
    return show(request, "desk/inbox.html", context, view=looked.key)


def _shown(request: StaffRequest, looked: Looked, listed: Listed) -> dict[str, Any]:
    """What also changes while a page is open, and by what one sees that it has."""
    found: dict[str, Any] = {
        "counts": counts(request.user, request.now),
        "sent": sent(bulks.recent(request.user, request.now), request.now),
    }
    marks = [[case.pk, case.seq] for case in listed.items]
    grouped = group_marks(request.user, [case.pk for case in listed.items])
    state = json.dumps([marks, found["counts"], [one.mark for one in found["sent"]], sorted(grouped.items())])
    tag = hashlib.sha256(state.encode()).hexdigest()[:20]
    return found | {
        "rows": rows(listed.items, request.now, columns=looked.one.columns, grouped=grouped),
        "etag": f'"{tag}"',
    }


def _news(request: StaffRequest, looked: Looked) -> HttpResponse:
    listed, _too_short = _read(request, looked)
    context = _shown(request, looked, listed)
    if request.headers.get("If-None-Match") == context["etag"]:
        return HttpResponse(status=304, headers={"ETag": context["etag"]})
    answer = render(request, "desk/inbox_news.html", context | {"now": request.now, "looked": looked})
    answer.headers["ETag"] = context["etag"]
    return answer


def _read(request: StaffRequest, looked: Looked) -> tuple[Listed, bool]:
    """The cases, and whether what was searched for is too short to be."""
    user, before = request.user, request.GET.get("before", "")
    wanted, sort = looked.one.wanted, looked.one.sort
    try:
        if looked.key == "due":
            return _due(request), False
        if looked.key == "to-decide":
            page = to_decide(user, replace(wanted, q=""), before=number(before))
            return Listed(page.items, str(page.next or "")), False
        if sort == Sort.DUE and not wanted.q:
            return deadlines.by_deadline(user, wanted, after=before), False
        return listing.page(user, wanted, sort=sort, after=before), False
    except TooShort:
        return Listed([]), True


def _due(request: StaffRequest) -> Listed:
    page = clocks.due_soon(request.user, request.now, after=cursor(request.GET.get("before")))
    return Listed([clock.case for clock in page.items], cursor_text(page.next))


def _older(request: StaffRequest, before: str) -> str:
    if not before:
        return ""
    query = request.GET.copy()
    query["before"] = before
    return f"?{query.urlencode()}"


def number(text: str | None) -> int | None:
    """A positive number in an address, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def cursor(text: str | None) -> tuple[datetime, int] | None:
    """`2026-03-11T02:00:00+00:00~17` as the place where a page by time goes on, or None."""
    at, _mark, key = (text or "").partition("~")
    pk = number(key)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, pk) if pk is not None and moment.tzinfo else None


def cursor_text(place: tuple[datetime, int] | None) -> str:
    """The other way round."""
    return f"{place[0].isoformat()}~{place[1]}" if place else ""
