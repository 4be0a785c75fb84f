"""Rates: the figures of a period, broken down, with what stands behind each; and what is to be left out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput
from huiyin.cases.actions import By as Doer
from huiyin.customers import tiers
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.rates import actions, queries, validity
from huiyin.rates.queries import By, Counted, Figure, Mark, Period, Rate, Wanted
from huiyin.returns import trusting

from .door import StaffRequest, show, staff
from .reach import can

if TYPE_CHECKING:
    from huiyin.org.models import Site

BREAKDOWNS = {
    "": gettext_lazy("By site"),
    "department": gettext_lazy("By department"),
    "category": gettext_lazy("By category"),
    "channel": gettext_lazy("By channel"),
    "tier": gettext_lazy("By tier of customers"),
}
PERIODS = {
    7: gettext_lazy("7 days"),
    30: gettext_lazy("30 days"),
    90: gettext_lazy("90 days"),
    365: gettext_lazy("A year"),
}
_KEYED = ("department", "category", "tier", "person")
_DAYS = 30
"""Of a period whose first day isn't named."""
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Asked:
    """What the page is of. `site` None: the person's own figures."""

    period: Period
    site: Site | None
    by: str = ""
    value: str = ""

    def address(self, name: str, *args: str, **more: str) -> str:
        """Of a page about the same."""
        named = {"site": self.site.code} if self.site else {}
        named |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return f"{reverse(name, args=args)}?{urlencode(named | {k: v for k, v in more.items() if v})}"


@dataclass(frozen=True)
class Cell:
    """A figure as it stands on the page."""

    figure: Figure
    url: str
    bad_url: str = ""
    out_url: str = ""

    @property
    def percent(self) -> str:
        """Without the sign; a dash when nothing was due. Never rounded up to a hundred."""
        share = self.figure.share
        if share is None:
            return "–"
        return "100" if share == 1 else f"{min(share * 100, 99.9):.1f}"

    @property
    def width(self) -> str:
        """Of its bar, out of a hundred."""
        return f"{(self.figure.share or 0) * 100:.1f}"


@dataclass(frozen=True)
class Line:
    """One line of a breakdown."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Validity:
    """How far the answers can be trusted: the figures, of those asked who gave none (what became of them, how many, in
    per cent, and where they are), and how many are satisfied with and without doubtful answers."""

    cells: Sequence[Cell]
    gone: Sequence[tuple[str, int, str, str]]
    satisfied: Cell
    believed: Cell


def validity_of(asked: Asked, where: frozenset[int], unseen: Counted) -> Validity:
    """Of the sites and days that are meant."""
    found = validity.of(where, asked.period, unseen)
    due = found.figures[0].due
    gone = [
        (str(mark.label), count, f"{count / due * 100:.1f}", asked.address("rates_behind", Rate.RESPONSE, mark=mark))
        for mark, count in found.gone.items()
        if count
    ]
    cells = [cell_of(asked, figure) for figure in found.figures]
    return Validity(cells, gone, cell_of(asked, found.satisfied), cell_of(asked, found.believed))


@require_safe
@staff
def rates(request: StaffRequest) -> HttpResponse:
    """The rates of some sites, where the person may measure."""
    asked = asked_of(request)
    where = queries.sites(request.user, asked.site.pk if asked.site else None)
    by = request.GET.get("by", "")
    if by not in BREAKDOWNS:
        raise Http404
    unseen = queries.unseen(request.user)
    found = queries.figures(where, asked.period, unseen)
    context = {
        "asked": asked,
        "cells": [cell_of(asked, figure) for figure in found],
        "lines": _lines(asked, where, by, unseen),
        "rates": [rate for rate in Rate if rate not in queries.APART],
        "compared": _compared(where, asked.period, unseen),
        "validity": validity_of(asked, where, unseen),
        "validity_url": asked.address("rates_validity"),
        "breakdowns": [
            (code, label, asked.address("rates", by=code), code == by) for code, label in BREAKDOWNS.items()
        ],
        "periods": periods_of(request, asked, "rates", by=by),
        "sites": [org.organisation().sites[pk] for pk in sorted(queries.sites(request.user))],
        "by": by,
        "walkthrough_url": asked.address("walkthrough"),
    }
    return show(request, "desk/rates.html", context, view="rates")


@require_safe
@staff
def own(request: StaffRequest) -> HttpResponse:
    """A person's own rates, which nobody else reads."""
    asked = Asked(_period(request), None)
    cells = [cell_of(asked, figure, own=True) for figure in queries.own(request.user, asked.period)]
    context = {"asked": asked, "cells": cells, "periods": periods_of(request, asked, "rates_own"), "own": True}
    return show(request, "desk/rates.html", context, view="own_rates")


@require_safe
@staff
def behind(request: StaffRequest, rate: str) -> HttpResponse:
    """The cases behind a figure."""
    if rate not in Rate.values:
        raise Http404
    mine = "own" in request.GET
    asked = Asked(_period(request), None) if mine else asked_of(request)
    wanted = _wanted(request, Rate(rate), asked)
    page = queries.page(request.user, wanted, before=queries.place(request.GET.get("before", "")))
    kept = request.GET.copy()
    kept["before"] = page.next
    context = {
        "rate": Rate(rate),
        "known": queries.DEFINITIONS[Rate(rate)],
        "asked": asked,
        "rows": page.items,
        "older_url": f"?{kept.urlencode()}" if page.next else "",
        "back": asked.address("rates_own" if mine else "rates"),
        "good": wanted.good,
        "how": Mark(wanted.mark).label if wanted.mark else "",
        "may_exclude": can(request.user, Verb.EXCLUDE) and rate not in queries.OF_ANSWERS,
        "may_trust": can(request.user, Verb.OVERRIDE) and rate == Rate.CREDIBLE,
        "excluded": wanted.excluded,
        "here": request.get_full_path(),
    }
    return show(request, "desk/rates_behind.html", context, view="own_rates" if mine else "rates")


@require_POST
@staff
def exclude(request: StaffRequest, fact_id: int) -> HttpResponse:
    """Ask for one thing to be left out; back to where one came from."""
    return _act(request, lambda by: actions.ask(fact_id, by, reason=request.POST.get("reason", "")))


@require_POST
@staff
def decide(request: StaffRequest, exclusion_id: int) -> HttpResponse:
    """Decide on that."""
    granted = request.POST.get("granted") == "yes"
    return _act(request, lambda by: actions.decide(exclusion_id, by, granted=granted))


@require_POST
@staff
def trust(request: StaffRequest, fact_id: int) -> HttpResponse:
    """Believe a doubtful answer all the same, or doubt it again."""
    row = queries.fact(request.user, fact_id)
    trusted, reason = request.POST.get("trusted") == "yes", request.POST.get("reason", "")
    return _act(request, lambda by: trusting.trust(row.case.pk, by, trusted=trusted, reason=reason))


def _act(request: StaffRequest, act: Any) -> HttpResponse:
    try:
        act(Doer(request.user, request.now))
    except BadInput as error:
        messages.error(request, error.text)
    else:
        messages.success(request, _("Noted on the case's timeline."))
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/rates/") else "rates")


def asked_of(request: StaffRequest) -> Asked:
    """The site and days that an address names. A site where nobody may measure for this person isn't there."""
    reach = queries.sites(request.user)
    if not reach:
        raise Forbidden(Verb.MEASURE)
    organisation = org.organisation()
    code = request.GET.get("site", "")
    site = organisation.site(code) if code else None
    if code and (site is None or not organisation.below(site.pk) & reach):
        raise Http404
    return Asked(_period(request), site)


def _period(request: StaffRequest) -> Period:
    """The last thirty days, where the address names none that can be read."""
    last = _day(request.GET.get("to", "")) or org.today(request.now)
    first = _day(request.GET.get("from", "")) or queries.ending(_DAYS, last).first
    return Period(min(first, last), max(first, last))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= _FIRST_DAY else None


def periods_of(request: StaffRequest, asked: Asked, route: str, **more: str) -> list[tuple[str, str, bool]]:
    """Name, address, chosen? `more`: what else is asked for."""
    periods = {name: queries.latest(days, request.now) for days, name in PERIODS.items()}
    return [
        (str(name), replace(asked, period=period).address(route, **more), period == asked.period)
        for name, period in periods.items()
    ]


def cell_of(asked: Asked, figure: Figure, *, own: bool = False, by: str = "", value: str = "") -> Cell:
    more = {"own": "1" if own else "", "by": by, "value": value}
    address = asked.address("rates_behind", figure.rate, **more)
    return Cell(figure, address, f"{address}&good=0", f"{address}&excluded=1")


def _lines(asked: Asked, where: frozenset[int], by: str, unseen: Counted) -> list[Line]:
    """The breakdown, by name."""
    if not by:
        found = queries.by_site(where, asked.period, unseen)
        sites = org.organisation().sites
        return [
            Line(sites[pk].name, [cell_of(Asked(asked.period, sites[pk]), figure) for figure in found[pk]])
            for pk in sorted(found, key=lambda pk: sites[pk].name)
        ]
    rows = queries.broken_down(where, asked.period, By(by), unseen)
    named = sorted((_name(by, value), value) for value in rows)
    return [Line(name, [cell_of(asked, one, by=by, value=value) for one in rows[value]]) for name, value in named]


@dataclass(frozen=True)
class Bar:
    """One of the groups that are compared, in per cent."""

    name: str
    due: int
    percent: str
    low: str
    width: str


def _compared(where: frozenset[int], period: Period, unseen: Counted) -> tuple[list[Bar], str]:
    """The groups with answers, and what may be said of them."""
    found = queries.compared(where, period, unseen)
    bars = [
        Bar(
            str(one.group.label),
            one.due,
            f"{one.good / one.due * 100:.0f}",
            f"{one.low * 100:.1f}",
            f"{(one.high - one.low) * 100:.1f}",
        )
        for one in found.groups
        if one.due
    ]
    between = found.difference
    if between is None:
        return bars, _("Nothing can be compared yet: one of the groups has no answers.")
    said = _("These answers can't tell whether making good reaches those for whom nothing went wrong.")
    if between.low > 0:
        said = _("Those for whom it was made good are more satisfied than those for whom nothing went wrong.")
    elif between.high < 0:
        said = _("A failure costs satisfaction even where it was made good.")
    span = {"low": f"{between.low * 100:+.0f}", "high": f"{between.high * 100:+.0f}"}
    return bars, said + " " + _("Difference: %(low)s to %(high)s points.") % span


def _name(by: str, value: str) -> str:
    if by == "department":
        found = org.organisation().departments.get(int(value))
        return found.name if found else value
    if by == "category":
        category = cases.categories().by_id.get(int(value))
        return str(category) if category else value
    if by == "tier":
        return str(tiers.of(int(value)) or value)
    return str(dict(cases.CHANNELS).get(value, value))


def _wanted(request: StaffRequest, rate: Rate, asked: Asked) -> Wanted:
    good = {"0": False, "1": True}.get(request.GET.get("good", ""))
    excluded = "excluded" in request.GET
    if "own" in request.GET:
        return Wanted(rate, asked.period, good=good, person=request.user.pk, excluded=excluded)
    where = queries.sites(request.user, asked.site.pk if asked.site else None)
    by, value = request.GET.get("by", ""), request.GET.get("value", "")
    ways = validity.WAYS if rate in queries.OF_ANSWERS else BREAKDOWNS
    if by not in ways or (by and not value) or (by in _KEYED and not (value.isascii() and value.isdigit())):
        raise Http404
    mark = request.GET.get("mark", "")
    if mark and mark not in Mark.values:
        raise Http404
    return Wanted(rate, asked.period, where, good=good, by=By(by), value=value, excluded=excluded, mark=mark)
