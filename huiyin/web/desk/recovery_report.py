"""The monthly report on recovery: what it cost, what it is expected to keep, and the cases behind each figure."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.base import money
from huiyin.org import queries as org
from huiyin.org import staffing
from huiyin.org.access import Forbidden, Verb
from huiyin.recovery.queries import BEARERS, KINDS
from huiyin.worth import leavers, priors, queries
from huiyin.worth.decision import Money
from huiyin.worth.queries import Figure, Outcome, Report, Sums, Wanted

from .door import StaffRequest, show, staff
from .economics import rounded, span

if TYPE_CHECKING:
    from huiyin.org.models import Site, User

_SHARE = 10_000


@dataclass(frozen=True)
class Asked:
    """Of which month and site (None: everything within reach)."""

    month: date
    site: Site | None
    where: frozenset[int]

    def address(self, name: str, *args: str, **more: str) -> str:
        """Of a page about the same."""
        named = {"site": self.site.code} if self.site else {}
        named |= {"month": f"{self.month:%Y-%m}"} | more
        return f"{reverse(name, args=args)}?{urlencode({key: value for key, value in named.items() if value})}"


def asked_of(request: StaffRequest) -> Asked:
    """Raises `Forbidden` for somebody who measures nowhere, `Http404` for a site that isn't theirs or no month."""
    reach = queries.sites(request.user)
    if not reach:
        raise Forbidden(Verb.MEASURE)
    code = request.GET.get("site", "")
    site = org.organisation().site(code) if code else None
    where = queries.sites(request.user, site.pk) if site else reach
    if code and (site is None or not where):
        raise Http404
    return Asked(_month(request), site, where)


def _month(request: StaffRequest) -> date:
    text = request.GET.get("month", "")
    if not text:
        return timezone.localdate(request.now).replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error


def beside(month: date, by: int) -> str:
    """The month so many later, as an address has it."""
    place = month.year * 12 + month.month - 1 + by
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


@dataclass(frozen=True)
class Cell:
    """A figure as it stands on the page."""

    name: str
    amount: str
    count: str
    url: str
    formula: str = ""
    source: str = ""
    parts: Sequence[Cell] = ()


def _amount(one: Sums) -> str:
    if one.low == one.high:
        return rounded(one.amount)
    return span(Money(one.low, one.amount, one.high))


def _count(figure: Figure, one: Sums) -> str:
    if figure == Figure.LOST:
        return _("%(count)s customers") % {"count": f"{one.count / _SHARE:.2f}"}
    if figure == Figure.LABOUR:
        return _("%(count)d minutes") % {"count": one.count}
    if figure == Figure.COST:
        return _("%(count)d remedies") % {"count": one.count}
    return _("%(count)d cases") % {"count": one.count}


def part_name(figure: str, value: str) -> str:
    """What a part of a figure is called."""
    if figure == Figure.COST:
        kind, _slash, bearer = value.partition("/")
        by = _("borne by: %(who)s") % {"who": dict(BEARERS).get(bearer, bearer)}
        return f"{dict(KINDS).get(kind, kind)} · {by}"
    if figure == Figure.LABOUR:
        return str(dict(staffing.ROLES).get(value, value))
    return str(dict(Outcome.choices).get(value, value))


def _cell(asked: Asked, found: Report, figure: Figure) -> Cell:
    whole, known = found.whole(figure), queries.MEANINGS[figure]
    countless = figure in (Figure.OUTCOME, Figure.REPEAT)
    parts = [
        Cell(
            part_name(figure, one.value),
            "" if countless else _amount(one),
            _count(figure, one),
            asked.address("recovery_behind", figure.value, value=one.value),
        )
        for one in found.parts.get(figure, ())
        if one.value
    ]
    return Cell(
        str(figure.label),
        "" if countless else _amount(whole),
        _count(figure, whole),
        asked.address("recovery_behind", figure.value),
        str(known.formula),
        known.source,
        parts,
    )


@require_safe
@staff
def report(request: StaffRequest) -> HttpResponse:
    """The figures of a month."""
    asked = asked_of(request)
    found = queries.report(asked.where, asked.month, request.user)
    context = {
        "asked": asked,
        "cells": [_cell(asked, found, figure) for figure in Figure],
        "net": span(found.net),
        "any": bool(found.parts),
        "circle": _circle(found),
        "lines": _lines(asked, request.user),
        "sites": [org.organisation().sites[pk] for pk in sorted(queries.sites(request.user))],
        "before": _other(asked, -1),
        "after": _other(asked, 1),
        "won": leavers.win_back(request.user, asked.where, (asked.month, last_day(asked.month))),
        "winback_urls": {state: asked.address("winback", state=state) for state in ("", "won", "lost")},
        "csv_url": asked.address("recovery_csv"),
        "rates_url": f"{reverse('rates')}?{urlencode(_days(asked))}#compared",
        "run": queries.last_run(),
        "version": priors.book().version[:8],
    }
    return show(request, "desk/recovery_report.html", context, view="recovery_report")


def _other(asked: Asked, by: int) -> tuple[str, str]:
    month = beside(asked.month, by)
    return month, Asked(date.fromisoformat(f"{month}-01"), asked.site, asked.where).address("recovery_report")


def last_day(month: date) -> date:
    """Of a month."""
    return date.fromisoformat(f"{beside(month, 1)}-01") - timedelta(days=1)


def _days(asked: Asked) -> dict[str, str]:
    named = {"site": asked.site.code} if asked.site else {}
    return named | {"from": asked.month.isoformat(), "to": last_day(asked.month).isoformat()}


def _circle(found: Report) -> dict[str, Any] | None:
    """The vicious circle (R037): failures lose customers, who tell others, who don't come."""
    unresolved = found.part(Figure.OUTCOME, Outcome.UNRESOLVED).count
    book = priors.book()
    if not book.complete or not found.whole(Figure.OUTCOME).count:
        return None
    told, convert = book.range("told/dissatisfied"), book.range("told/convert")
    lost = found.whole(Figure.LOST)
    return {
        "unresolved": unresolved,
        "repeated": found.part(Figure.REPEAT, Outcome.UNRESOLVED).count,
        "lost": f"{lost.count / _SHARE:.2f}",
        "replacing": _amount(lost),
        "told": f"{unresolved * told.low:.0f}–{unresolved * told.high:.0f}" if unresolved else "0",
        "away": f"{unresolved * told.value * convert.value:.1f}",
    }


def _lines(asked: Asked, reader: User) -> list[dict[str, Any]]:
    sites = org.organisation().sites
    found = queries.by_site(asked.where, asked.month, reader)
    return [
        {
            "name": sites[pk].name,
            "url": Asked(asked.month, sites[pk], asked.where).address("recovery_report"),
            "cost": rounded(found[pk].whole(Figure.COST).amount),
            "labour": rounded(found[pk].whole(Figure.LABOUR).amount),
            "kept": _amount(found[pk].whole(Figure.KEPT)),
            "net": span(found[pk].net),
        }
        for pk in sorted(found, key=lambda pk: sites[pk].name)
    ]


@require_safe
@staff
def behind(request: StaffRequest, figure: str) -> HttpResponse:
    """The cases behind a figure."""
    if figure not in Figure.values:
        raise Http404
    asked, value = asked_of(request), request.GET.get("value", "")
    wanted = Wanted(Figure(figure), asked.month, asked.where, value)
    page = queries.page(request.user, wanted, before=queries.place(request.GET.get("before", "")))
    kept = request.GET.copy()
    kept["before"] = page.next
    context = {
        "figure": Figure(figure),
        "part": part_name(figure, value) if value else "",
        "known": queries.MEANINGS[Figure(figure)],
        "asked": asked,
        "rows": [(row, _row(row.line)) for row in page.items],
        "older_url": f"?{kept.urlencode()}" if page.next else "",
        "back": asked.address("recovery_report"),
    }
    return show(request, "desk/recovery_behind.html", context, view="recovery_report")


def _row(line: Any) -> str:
    one = Sums(line.value, line.count, line.amount, line.low, line.high)
    name = part_name(line.figure, line.value) if line.value else ""
    amount = "" if line.figure in (Figure.OUTCOME, Figure.REPEAT) else _amount(one)
    count = _count(Figure(line.figure), one) if line.figure in (Figure.LABOUR, Figure.LOST) else ""
    return " · ".join(part for part in (name, count, amount) if part)


@require_safe
@staff
def table(request: StaffRequest) -> HttpResponse:
    """The same as CSV, a row a figure, part and site; amounts in yuan with a point."""
    asked = asked_of(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="recovery-{asked.month:%Y-%m}.csv"'
    response.write("\ufeff")  # spreadsheets take it for another encoding else
    writer = csv.writer(response)
    writer.writerow(["site", "month", "figure", "part", "count", "amount", "low", "high"])
    writer.writerows(_csv_rows(asked, request.user))
    return response


def _csv_rows(asked: Asked, reader: User) -> Iterator[list[str]]:
    sites = org.organisation().sites
    for pk, found in sorted(queries.by_site(asked.where, asked.month, reader).items()):
        for figure, parts in found.parts.items():
            for one in parts:
                count = f"{one.count / _SHARE:.4f}" if figure == Figure.LOST else str(one.count)
                amounts = [money.plain(amount) for amount in (one.amount, one.low, one.high)]
                yield [sites[pk].code, f"{asked.month:%Y-%m}", figure.value, one.value, count, *amounts]
