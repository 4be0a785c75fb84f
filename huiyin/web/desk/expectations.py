"""What customers expected and could not be given: the sentence of a case, the form, and the month by site, category and
channel with what we promised too much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.cases import expecting
from huiyin.cases import queries as cases
from huiyin.cases.expecting import Line, Month
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb

from .door import StaffRequest, show, staff
from .reach import can

if TYPE_CHECKING:
    from huiyin.cases.expectation_models import Expectation
    from huiyin.cases.models import Case
    from huiyin.cases.queries import Entry

Data = Mapping[str, Any]
_KINDS, _SETTLED, _PROMISERS = dict(expecting.KINDS), dict(expecting.SETTLED), dict(expecting.PROMISERS)


def sentence(data: Data) -> str:
    """What was found, by whose promise, and what was done."""
    found = str(_KINDS[data["kind"]])
    if data["promiser"]:
        units = org.organisation().departments
        unit = units[data["department"]].name if data["department"] in units else ""
        found += f" ({' · '.join(part for part in (str(_PROMISERS[data['promiser']]), unit) if part)})"
    return _("Expectation: %(found)s; %(settled)s") % {"found": found, "settled": _SETTLED[data["settled"]]}


@dataclass(frozen=True)
class Said:
    """What the side of a case shows. `file`: the signed sheet; `unsigned`: it was agreed in writing and isn't there."""

    sentence: str
    file: int | None
    unsigned: bool


def of_entries(entries: Sequence[Entry]) -> Said | None:
    """What was found last; None when nobody has said anything."""
    told = [one.event.data for one in entries if one.event.data.get("what") == expecting.WHAT]
    if not told:
        return None
    last = told[-1]
    return Said(sentence(last), last["file"], last["settled"] == "agreed" and last["file"] is None)


# --- the month --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A group in words: how often each finding was made, and where its cases are."""

    name: str
    cells: list[tuple[int, str]]
    total: tuple[int, str]


@require_safe
@staff
def page(request: StaffRequest) -> HttpResponse:
    """What was found in the cases that were received in a month."""
    if not can(request.user, Verb.MEASURE):
        raise Forbidden(Verb.MEASURE)
    today = org.today(request.now)
    first = _month(request.GET.get("month", ""), today)
    since, before = expecting.bounds(first)
    last = before.date() - timedelta(days=1)
    asked = {"since": first.isoformat(), "until": last.isoformat()}
    context = {
        "first": first,
        "kinds": [label for _code, label in expecting.KINDS],
        "tables": _tables(expecting.month(request.user, since, before), asked),
        "promised": _by_department(expecting.over_promised(request.user, since, before)),
        "earlier": f"{first - timedelta(days=1):%Y-%m}",
        "later": f"{last + timedelta(days=1):%Y-%m}" if last < today else "",
    }
    return show(request, "desk/expectations.html", context, view="expectations")


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError as error:
        raise Http404 from error


def _tables(found: Month, asked: Mapping[str, str]) -> list[tuple[str, list[Row]]]:
    """Each table with its rows; none for a month in which nobody said anything."""
    parts = (
        (_("Altogether"), [Line(None, found.all)], _whole),
        (_("By site, with all below"), found.sites, _site),
        (_("By category"), found.categories, _category),
        (_("By channel"), found.channels, _channel),
    )
    return [
        (title, [_row(line, *called(line.key), asked) for line in lines]) for title, lines, called in parts if found.all
    ]


def _row(line: Line, name: str, where: Mapping[str, str], asked: Mapping[str, str]) -> Row:
    def cell(count: int, kinds: str) -> tuple[int, str]:
        if where == _NO_LIST:
            return count, ""
        return count, f"{reverse('inbox', args=['all'])}?{urlencode({**asked, **where, 'expectation': kinds})}"

    cells = [cell(line.counts[kind], kind) for kind in _KINDS]
    return Row(name, cells, cell(line.total, ",".join(_KINDS)))


_NO_LIST = {"category": ""}
"""No list narrows to what nobody has sorted yet."""
Called = tuple[str, Mapping[str, str]]
"""The name of a group, and how an address narrows to it."""


def _whole(key: int | str | None) -> Called:
    return _("All"), {}


def _site(key: int | str | None) -> Called:
    found = org.organisation().sites[int(key or 0)]
    return found.name, {"site": found.code}


def _category(key: int | str | None) -> Called:
    found = cases.categories().by_id.get(int(key or 0))
    return (str(found), {"category": found.code}) if found else (_("Not sorted yet"), _NO_LIST)


def _channel(key: int | str | None) -> Called:
    return str(dict(cases.CHANNELS).get(str(key), "")), {"channel": str(key)}


def _by_department(found: Sequence[tuple[Expectation, Case]]) -> list[tuple[str, list[tuple[str, Case]]]]:
    """What we promised too much, by whose promise it was; each case with the way it was promised."""
    groups: dict[str, list[tuple[str, Case]]] = {}
    for row, case in found:
        name = row.department.name if row.department else _("Nobody knows which department")
        groups.setdefault(name, []).append((str(row.get_promiser_display()), case))
    return list(groups.items())
