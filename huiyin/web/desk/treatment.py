"""Equal treatment: what comparable cases got, by tier, site or person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from huiyin.base import money
from huiyin.customers import tiers
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.recovery import failures
from huiyin.worth import treatment
from huiyin.worth.treatment import FEWEST, Group, Wanted

from .door import StaffRequest, show, staff

BY = {"tier": gettext_lazy("By tier"), "site": gettext_lazy("By site"), "person": gettext_lazy("By person")}


@dataclass(frozen=True)
class Line:
    """A group in words."""

    name: str
    group: Group
    share: str
    middle: str
    quartiles: str
    difference: str
    p: str
    url: str


def _asked(request: StaffRequest) -> Wanted | None:
    """What is compared; None while nothing has been named anywhere."""
    where, only_own = treatment.reach(request.user)
    if not where:
        raise Forbidden(Verb.MEASURE)
    by = "person" if only_own else request.GET.get("by", "tier")
    first = treatment.first()
    types = {one.code: one.pk for one in failures.types()}
    code, gravity = request.GET.get("failure", ""), request.GET.get("gravity", "")
    if by not in BY or (code and code not in types) or (gravity and gravity not in dict(failures.gravities())):
        raise Http404
    failure = types.get(code) or (first[0] if first else None)
    if failure is None:
        return None
    gravity = gravity or (first[1] if first and not code else "minor")
    own = request.user.pk if only_own else None
    return Wanted(failure, gravity, by, where, request.now, own)


@require_safe
@staff
def page(request: StaffRequest) -> HttpResponse:
    """The groups of one failure and gravity."""
    wanted = _asked(request)
    types = failures.types()
    context: dict[str, Any] = {"types": types, "gravities": failures.gravities(), "wanted": wanted, "fewest": FEWEST}
    if wanted is not None:
        found = treatment.compared(wanted)
        code = next((one.code for one in types if one.pk == wanted.failure), "")
        context |= {
            "lines": [_line(one, wanted, code) for one in found.groups],
            "small": found.small,
            "cut": found.cut,
            "tabs": [(name, _url(code, wanted.gravity, by), by == wanted.by) for by, name in BY.items()],
            "own": wanted.own is not None,
        }
    return show(request, "desk/treatment.html", context, view="treatment")


def _url(code: str, gravity: str, by: str) -> str:
    return f"{reverse('treatment')}?{urlencode({'failure': code, 'gravity': gravity, 'by': by})}"


def _line(one: Group, wanted: Wanted, code: str) -> Line:
    asked = {"failure": code, "gravity": wanted.gravity, "by": wanted.by, "key": one.key or ""}
    return Line(
        name=_name(wanted.by, one.key),
        group=one,
        share=f"{one.given / one.count:.0%} ({one.share.low:.0%}–{one.share.high:.0%})",
        middle=money.show(one.middle),
        quartiles=f"{money.show(one.lower)} – {money.show(one.upper)}",
        difference=f"{one.difference.low * 100:+.0f} … {one.difference.high * 100:+.0f}" if one.difference else "–",
        p=f"{one.p:.3f}" if one.difference else "–",
        url=f"{reverse('treatment_cases')}?{urlencode(asked)}",
    )


def _name(by: str, key: int | None) -> str:
    if key is None:
        return _("without")
    if by == "tier":
        return str(tiers.of(key) or key)
    if by == "site":
        return org.organisation().sites[key].name
    return org.names([key]).get(key, str(key))


@require_safe
@staff
def cases(request: StaffRequest) -> HttpResponse:
    """The cases of one group."""
    wanted, key = _asked(request), request.GET.get("key", "")
    if wanted is None or (key and not (key.isascii() and key.isdigit())):
        raise Http404
    if wanted.own is not None and key != str(wanted.own):
        raise Http404
    rows = treatment.behind(request.user, wanted, int(key) if key else None)
    code = next((one.code for one in failures.types() if one.pk == wanted.failure), "")
    context = {
        "rows": [(row, money.show(row.tally.given)) for row in rows],
        "name": _name(wanted.by, int(key) if key else None),
        "back": _url(code, wanted.gravity, wanted.by),
    }
    return show(request, "desk/treatment_cases.html", context, view="treatment")
