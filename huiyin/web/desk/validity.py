"""How far the answers can be trusted, broken down: by site, department, method, and by whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from huiyin.org import queries as org
from huiyin.rates import queries, validity
from huiyin.rates.queries import By
from huiyin.returns.methods import Method

from .door import StaffRequest, show, staff
from .rates import Asked, Line, asked_of, cell_of, periods_of, validity_of

if TYPE_CHECKING:
    from huiyin.returns.validity import Alike

BREAKDOWNS = {
    By.ALL: gettext_lazy("By site"),
    By.DEPARTMENT: gettext_lazy("By department"),
    By.PERSON: gettext_lazy("By who asks"),
    By.METHOD: gettext_lazy("By method"),
}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and how alike the answers are that they got, in per cent."""

    name: str
    alike: Alike

    @property
    def share(self) -> str:
        """Of the answer that they got most often."""
        return f"{self.alike.same / self.alike.answers * 100:.0f}"

    @property
    def span(self) -> str:
        """In which the true share lies."""
        return f"{self.alike.low * 100:.0f}–{self.alike.high * 100:.0f}"

    @property
    def usual(self) -> str:
        """The most that others get of it; empty when there are too few to tell."""
        return "" if self.alike.usual is None else f"{self.alike.usual * 100:.0f}"


@require_safe
@staff
def page(request: StaffRequest) -> HttpResponse:
    """The figures of some sites, where the person may measure."""
    asked = asked_of(request)
    by = request.GET.get("by", "")
    if by not in BREAKDOWNS:
        raise Http404
    where = queries.sites(request.user, asked.site.pk if asked.site else None)
    unseen = queries.unseen(request.user)
    found = validity.parts(where, asked.period, By(by), unseen)
    alike = validity.askers(request.user, where, asked.period) if by == By.PERSON else {}
    names = org.names([*alike, *(int(value) for value in found)]) if by == By.PERSON else {}
    context = {
        "asked": asked,
        "validity": validity_of(asked, where, unseen),
        "rates": queries.OF_ANSWERS,
        "lines": _lines(asked, By(by), found, names),
        "askers": sorted((Asker(names.get(pk, ""), one) for pk, one in alike.items()), key=lambda one: one.name),
        "breakdowns": [
            (label, asked.address("rates_validity", by=code), code == by) for code, label in BREAKDOWNS.items()
        ],
        "periods": periods_of(request, asked, "rates_validity", by=by),
        "sites": [org.organisation().sites[pk] for pk in sorted(queries.sites(request.user))],
        "by": by,
        "least": validity.LEAST_ANSWERS,
        "back": asked.address("rates"),
    }
    return show(request, "desk/validity.html", context, view="rates")


def _lines(asked: Asked, by: By, found: dict[str, list[queries.Figure]], names: dict[int, str]) -> list[Line]:
    sites, made = org.organisation().sites, []
    for value, figures in found.items():
        whose = Asked(asked.period, sites[int(value)]) if by == By.ALL else asked
        way, part = ("", "") if by == By.ALL else (str(by), value)
        name = sites[int(value)].name if by == By.ALL else _name(by, value, names)
        made.append(Line(name, [cell_of(whose, figure, by=way, value=part) for figure in figures]))
    return sorted(made, key=lambda line: line.name)


def _name(by: By, value: str, names: dict[int, str]) -> str:
    if by == By.PERSON:
        return names.get(int(value), value)
    if by == By.METHOD:
        return str(Method(value).label)
    department = org.organisation().departments.get(int(value))
    return department.name if department else value
