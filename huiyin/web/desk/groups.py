"""Group complaints: the list, the page of one with its acts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.alerts import queries as incidents
from huiyin.alerts.incidents import NotPossible
from huiyin.base.ids import receipt_number
from huiyin.cases.actions import BadInput, By
from huiyin.cases.given import Unfit
from huiyin.cases.timeline import Stale
from huiyin.cases.workflow import OPEN
from huiyin.groups import queries
from huiyin.org import access
from huiyin.playbooks import kin, shared
from huiyin.recovery import together

from .door import StaffRequest, show, staff
from .group_forms import ACTS as OWN
from .group_forms import GroupAct, GroupForm, title_of
from .group_gifts import GIFTS, gifts, term_words
from .group_words import event_line, reason_words
from .inbox import number
from .rows import rows
from .shared_plans import OF_GROUP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from huiyin.cases.incident_models import Incident
    from huiyin.cases.models import Case
    from huiyin.groups.queries import Belongs, Shown
    from huiyin.org.models import User

WIDE, HIGH = 560, 96
"""Of the curve."""
ACTS: Mapping[str, GroupAct] = {**GIFTS, **OWN, **OF_GROUP}
_BUTTONS = frozenset({"step"})
"""Acts that stand where they belong, and are no links."""
_SORTING = frozenset({"role", "aims", "add", "remove", "split", "merge"})


@dataclass(frozen=True)
class Listed:
    """A row of the list."""

    one: Shown
    title: str
    url: str


@dataclass(frozen=True)
class Curve:
    """Customers as time goes on: bars of new ones a day, and the line of all so far."""

    bars: list[tuple[float, float, float, float, str]]
    line: str
    first: date
    last: date
    most: int


@dataclass(frozen=True)
class Offer:
    """An act that can be done, and where."""

    slug: str
    url: str
    name: str
    sorting: bool
    """Is it about who is who or which cases belong together, and seldom needed?"""


@dataclass(frozen=True)
class Opened:
    """The act whose form is open."""

    slug: str
    url: str
    act: GroupAct
    form: GroupForm


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """Groups, newest first."""
    every = "all" in request.GET
    page = queries.page(request.user, shared=not every, before=number(request.GET.get("before")), limit=30)
    kept = "all=1&" if every else ""
    context = {
        "groups": [Listed(one, title_of(one), reverse("group", args=[one.group.pk])) for one in page.items],
        "every": every,
        "older_url": f"?{kept}before={page.next}" if page.next else "",
        "newest_url": request.path if "before" in request.GET else "",
    }
    return show(request, "desk/groups.html", context, view="groups")


@require_safe
@staff
def group(request: StaffRequest, group_id: int) -> HttpResponse:
    """One group: who speaks, how it grew, what all were told, and what can be done. One that was taken up by another
    leads there."""
    try:
        return _page(request, queries.get(request.user, group_id))
    except ObjectDoesNotExist:
        heir = queries.heir(request.user, group_id)
        if heir is None:
            raise
        return redirect("group", heir)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(request: StaffRequest, group_id: int, act: str) -> HttpResponse:
    """An act: GET opens its form on the page of the group, POST does it."""
    found, one = ACTS.get(act), queries.get(request.user, group_id)
    if found is None or (found.running is not None and found.running != _running(one)):
        raise Http404
    access.require(request.user, found.verb, one.group.site_id)
    if act in GIFTS and not found.fits(together.waits(group_id)):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = found.form(sent, one=one, user=request.user, auto_id=f"{act}_%s")
    opened = Opened(act, request.path, found, form)
    if sent is None:
        return _page(request, one, opened)
    if not form.is_valid():
        return _page(request, one, opened, status=422)
    return _done(request, opened)


def _done(request: StaffRequest, opened: Opened) -> HttpResponse:
    """Do it; or leave on the form what was wrong."""
    form, key = opened.form, opened.form.one.group.pk
    by = By(request.user, request.now, number(request.POST.get("version")), anyway="anyway" in request.POST)
    try:
        led_to = opened.act.run(key, by, **form.given())
    except BadInput as error:
        form.unfit = error if isinstance(error, Unfit) else None
        return _refused(request, opened, error.field, error.text, 422)
    except Stale:
        text = _("Somebody did something with this group meanwhile. Look at it, then send again.")
        return _refused(request, opened, "", text, 412)
    except NotPossible as error:
        return _refused(request, opened, "", error.text, 409)
    messages.success(request, str(opened.act.done))
    return (
        redirect("group", led_to.pk)
        if queries.visible(request.user).filter(pk=led_to.pk).exists()
        else redirect("groups")
    )


def _refused(request: StaffRequest, opened: Opened, field: str, text: str, status: int) -> HttpResponse:
    name = next((one for one in (field, "cases_in", "chosen") if one in opened.form.fields), None)
    opened.form.full_clean()
    opened.form.add_error(name if field in ("cases", name) else None, text)
    return _page(request, queries.get(request.user, opened.form.one.group.pk), opened, status=status)


def _page(request: StaffRequest, one: Shown, opened: Opened | None = None, *, status: int = 200) -> HttpResponse:
    user = request.user
    members, more = queries.members(user, one.group, before=number(request.GET.get("before")))
    made = _incident(user, one, members)
    # A form has questions of its own.
    for_all = together.for_all(one.group) if opened is None else None
    context = {
        "one": one,
        "group": one.group,
        "title": title_of(one),
        "first": receipt_number(one.first),
        "curve": _curve(one),
        "wide": WIDE,
        "high": HIGH,
        "incident": made,
        "words": incidents.words(made) if made is not None else [],
        "waiting": _waiting(one, made, members),
        "rows": _rows(request, one, members),
        "older_url": f"?before={more}" if more else "",
        "newest_url": request.path if "before" in request.GET else "",
        "log": [event_line(entry, request.now) for entry in queries.log(user, one)],
        "offers": _offers(user, one, for_all),
        "gifts": gifts(for_all) if for_all else [],
        "term": term_words(for_all) if for_all else None,
        "opened": opened,
        "shared": shared.of_fault(user, kin.of_group(one.group)) if opened is None else [],
        "step_url": reverse("group_act", args=[one.group.pk, "step"]),
    }
    return show(request, "desk/group.html", context, view="groups", status=status, counted=False)


def _rows(request: StaffRequest, one: Shown, members: Sequence[Case]) -> list[tuple[Any, str, str]]:
    """The cases as rows, each with what is special with it and the role of whoever spoke."""
    said, roles = queries.remarks(members), queries.roles(one)
    shown = rows(members, request.now)
    return [
        (row, said.get(case.pk, ""), str(roles[case.pk].label) if case.pk in roles else "")
        for row, case in zip(shown, members, strict=True)
    ]


def _running(one: Shown) -> bool:
    made = one.group.incident
    return made is not None and made.closed_at is None


def _incident(user: User, one: Shown, members: Sequence[Case]) -> Incident | None:
    """The incident that was made of the group, or into which a person gathered its cases before; whoever sees a case
    of an incident may see it."""
    if one.group.incident is not None and any(case.incident_id == one.group.incident_id for case in members):
        return one.group.incident
    theirs = Counter(case.incident for case in members if case.incident is not None).most_common(1)
    return theirs[0][0] if theirs and one.group.incident is None else queries.incident(user, one)


def _waiting(one: Shown, made: Incident | None, members: Sequence[Case]) -> int:
    """How many of these cases have not heard what all were told."""
    if made is None or made.closed_at is not None or made != one.group.incident:
        return 0
    return sum(case.incident_id is None and case.status in OPEN for case in members)


def _offers(user: User, one: Shown, for_all: together.ForAll | None) -> list[Offer]:
    return [
        Offer(slug, reverse("group_act", args=[one.group.pk, slug]), str(found.name), slug in _SORTING)
        for slug, found in ACTS.items()
        if found.running in (None, _running(one))
        and slug not in _BUTTONS
        and access.may(user, found.verb, one.group.site_id)
        and (found.fits(for_all.waits) if for_all else slug not in GIFTS)
    ]


def _curve(one: Shown) -> Curve | None:
    days = one.curve(ZoneInfo(one.group.site.time_zone))
    if not days:
        return None
    total, width = sum(count for _day, count in days), WIDE / max(len(days), 7)
    so_far, points, bars = 0, [f"0,{HIGH}"], []
    for place, (day, count) in enumerate(days):
        so_far += count
        high = round(HIGH * count / total, 1)
        label = f"{date_format(day, 'm-d')} · " + ngettext("%d new customer", "%d new customers", count) % count
        bars.append((round(place * width, 1), round(HIGH - high, 1), round(width * 0.7, 1), high, label))
        points.append(f"{round((place + 0.35) * width, 1)},{round(HIGH - HIGH * so_far / total, 1)}")
    return Curve(bars, " ".join(points), days[0][0], days[-1][0], total)


@dataclass(frozen=True)
class OnCase:
    """What the page of a case says of its group."""

    title: str
    url: str
    one: Shown
    why: str


def on_case(belongs: Belongs | None) -> OnCase | None:
    """For the page of a case."""
    if belongs is None:
        return None
    url = reverse("group", args=[belongs.shown.group.pk])
    data = {name: value for name, value in belongs.data.items() if name != "why"}
    why = belongs.reason or reason_words(data, belongs.like)
    return OnCase(title_of(belongs.shown), url, belongs.shown, why)
