"""The inbox: the same rows, looked at in seven ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from huiyin.cases import queries as cases
from huiyin.cases import words
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import Status
from huiyin.clocks import queries as clocks
from huiyin.clocks.deciding import to_decide
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb

from .door import StaffRequest, can, is_back_office, show, staff
from .rows import rows

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.org.models import Site, User


@dataclass(frozen=True)
class View:
    """One way to look: its title, what an empty one says (what would be here, how to get it), what it narrows."""

    title: str | Promise
    empty: str | Promise
    hint: str | Promise
    narrow: Callable[[User, Filter], Filter]


VIEWS: Mapping[str, View] = {
    "mine": View(
        _("Mine"),
        _("No case is in your hands"),
        _("Cases that you take or that are assigned to you stand here until they are resolved."),
        lambda user, wanted: replace(wanted, handler=user.pk),
    ),
    "unassigned": View(
        _("Unassigned"),
        _("Everything is taken"),
        _("New cases stand here until somebody takes them; the customer's first clock runs already."),
        lambda user, wanted: replace(wanted, unassigned=True),
    ),
    "due": View(
        _("Due soon"),
        _("Nothing is due soon"),
        _("Cases stand here from the moment a deadline comes near until it is met."),
        lambda user, wanted: wanted,
    ),
    "to-decide": View(
        _("To decide"),
        _("Nobody waits for a decision of yours"),
        _("Returns, requests for more time, and cases before the supervisor stand here until you have decided."),
        lambda user, wanted: wanted,
    ),
    "supervised": View(
        _("Under supervision"),
        _("No case is under supervision"),
        _("A case that a supervisor watches to its end stands here until it is resolved or the supervision ends."),
        lambda user, wanted: replace(wanted, supervised=True),
    ),
    "review": View(
        _("To review"),
        _("No result waits for a review"),
        _("What was resolved stands here until somebody else has looked at the result."),
        lambda user, wanted: replace(wanted, reviewing=True),
    ),
    "department": View(
        _("Handed to my department"),
        _("Your department has answered everything"),
        _("A task that the front desk hands over to your department stands here until you reply."),
        lambda user, wanted: replace(wanted, department=user.department_id),
    ),
    "all": View(
        _("All cases"),
        _("There is no case yet"),
        _("What customers say by phone, at the desk or on their own page becomes a case here."),
        lambda user, wanted: wanted,
    ),
}


@require_GET
@staff
def home(request: StaffRequest) -> HttpResponse:
    """Where work begins: back-office workers at their department's tasks, others at their own cases."""
    return redirect("inbox", "department" if is_back_office(request.user) else "mine")


@require_GET
@staff
def inbox(request: StaffRequest, view: str) -> HttpResponse:
    """A page of one view, newest first; `due` by deadline."""
    looked = VIEWS.get(view)
    if looked is None or not _has(request.user, view):
        raise Http404
    wanted = chosen(request.user, request.GET)
    found, older = _READ.get(view, _page)(request, looked.narrow(request.user, wanted))
    context = {
        "view": looked,
        "rows": rows(found, request.now),
        "older_url": older,
        "newest_url": request.path if "before" in request.GET else "",
        "filters": None if view == "due" else _filters(request.GET, request.user),
        "filtered": wanted != Filter(),
    }
    return show(request, "desk/inbox.html", context, view=view)


def _has(user: User, view: str) -> bool:
    """Is there anything in this view for such a person at all?"""
    if view == "department":
        return user.department_id is not None
    needed = {"to-decide": Verb.DECIDE_RETURN, "review": Verb.REVIEW}.get(view)
    return needed is None or can(user, needed)


def chosen(user: User, asked: QueryDict) -> Filter:
    """The filter that the address asks for; what it can't mean is ignored."""
    status, kind, site = asked.get("status", ""), asked.get("kind", ""), asked.get("site", "")
    within = next((one for one in sites_of(user) if one.code == site), None)
    return Filter(
        statuses=frozenset({status}) & frozenset(Status.values),
        kinds=frozenset({kind}) & frozenset(code for code, _label in cases.KINDS),
        sites=org.organisation().below(within.pk) if within else None,
        handler=number(asked.get("handler")),
    )


def sites_of(user: User, verb: Verb = Verb.VIEW) -> list[Site]:
    """The sites at which this person may do `verb`."""
    reach = access.reach(user, verb)
    every = org.organisation().sites.values()
    return [s for s in every if reach.everywhere or s.pk in reach.sites or s.pk in reach.department_sites]


def _filters(asked: QueryDict, user: User) -> list[dict[str, object]]:
    """What can be chosen; a person with one site has nothing to choose there."""
    sites = [(site.code, site.name) for site in sites_of(user)]
    rows: list[tuple[str, str, str, Sequence[tuple[str, object]]]] = [
        ("site", gettext("Site"), gettext("Every site"), sites if len(sites) > 1 else []),
        ("status", gettext("Status"), gettext("Every status"), [(s.value, words.status(s)) for s in Status]),
        ("kind", gettext("Kind"), gettext("Every kind"), cases.KINDS),
    ]
    return [_choice(asked, *row) for row in rows if row[-1]]


def _choice(
    asked: QueryDict, name: str, label: str, every: str, options: Sequence[tuple[str, object]]
) -> dict[str, object]:
    marked = [(code, text, asked.get(name) == code) for code, text in options]
    return {"name": name, "label": label, "any": every, "options": marked}


def _page(request: StaffRequest, wanted: Filter) -> tuple[list[Case], str]:
    page = cases.page(request.user, wanted, before=number(request.GET.get("before")))
    return page.items, _older(request, str(page.next) if page.next else "")


def _to_decide(request: StaffRequest, wanted: Filter) -> tuple[list[Case], str]:
    page = to_decide(request.user, wanted, before=number(request.GET.get("before")))
    return page.items, _older(request, str(page.next) if page.next else "")


def _due(request: StaffRequest, wanted: Filter) -> tuple[list[Case], str]:
    page = clocks.due_soon(request.user, request.now, after=cursor(request.GET.get("before")))
    return [clock.case for clock in page.items], _older(request, cursor_text(page.next))


_READ: Mapping[str, Callable[[StaffRequest, Filter], tuple[list[Case], str]]] = {
    "due": _due,
    "to-decide": _to_decide,
}
"""Views that are more than a filter."""


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
