"""What customers expected and could not be given, of a month: for whoever may measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from huiyin.cases import expecting
from huiyin.cases import queries as cases
from huiyin.cases.expecting import Line
from huiyin.org.access import Forbidden, Verb
from huiyin.org.queries import organisation, today
from huiyin.rates import queries as rates

from . import answers, bodies
from .caller import ApiRequest
from .rates import only
from .verbs import PROBLEMS
from .worth import month_of

router = Router(tags=["economics"])
_KINDS = dict(expecting.KINDS)


class FindingOf(BaseModel):
    """How often something was found. `kind`: as in the verb `expectation`, or `all`. `cases`: the address of its cases;
    null where no list narrows to them."""

    kind: str
    name: str
    count: int
    cases: str | None


class GroupOf(BaseModel):
    """What was found in a part: a site with all below it, a category (empty: not sorted yet), or a channel."""

    code: str
    name: str
    items: list[FindingOf]


class OverPromise(BaseModel):
    """A case in which we promised too much: by whom, and of which department, if that is known."""

    case: str
    promiser: str
    department: str | None


class Expectations(BaseModel):
    """What was found in the cases that were received in a month, as far as you may open them; `promised`: the newest
    two hundred, by department."""

    month: str
    items: list[FindingOf]
    sites: list[GroupOf]
    categories: list[GroupOf]
    channels: list[GroupOf]
    promised: list[OverPromise]


class AskedMonth(bodies.Body):
    """`month` like 2026-03; this month where it isn't named."""

    month: bodies.Text = ""


Named = tuple[str, str]
"""Code and name."""


@router.get("/reports/expectations", operation_id="report_expectations", response={200: Expectations, **PROBLEMS})
def report(request: ApiRequest, asked: Query[AskedMonth]) -> HttpResponse:
    """How customers' expectations stood to what could be given: altogether, by site, category and channel, and by whose
    promise."""
    only(request, ("month",))
    user = request.caller.user
    if not rates.sites(user):
        raise Forbidden(Verb.MEASURE)
    first = month_of(asked.month) if asked.month else today(request.caller.at).replace(day=1)
    since, before = expecting.bounds(first)
    found = expecting.month(user, since, before)
    days = {"since": _moment(since), "until": _moment(before)}

    def groups(lines: Sequence[Line], called: Callable[[int | str | None], Named], narrowed: str) -> list[GroupOf]:
        named = [(line, *called(line.key)) for line in lines]
        return [
            GroupOf(code=code, name=name, items=_items(line, days | {narrowed: code})) for line, code, name in named
        ]

    answer = Expectations(
        month=f"{first:%Y-%m}",
        items=_items(Line(None, found.all), days),
        sites=groups(found.sites, _site, "site"),
        categories=groups(found.categories, _category, "category"),
        channels=groups(found.channels, _channel, "channel"),
        promised=_promised(request, since, before),
    )
    return answers.send(answer)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _items(line: Line, asked: Mapping[str, str]) -> list[FindingOf]:
    """Of each kind, and of all; without an address where a part has no code to be asked by."""

    def found(kind: str, name: str, count: int, kinds: str) -> FindingOf:
        address = f"/api/v1/cases?{urlencode({**asked, 'expectation': kinds})}" if all(asked.values()) else None
        return FindingOf(kind=kind, name=name, count=count, cases=address)

    whole = found("all", "", line.total, ",".join(_KINDS))
    return [whole, *(found(code, str(label), line.counts[code], code) for code, label in _KINDS.items())]


def _site(key: int | str | None) -> Named:
    site = organisation().sites[int(key or 0)]
    return site.code, site.name


def _category(key: int | str | None) -> Named:
    known = cases.categories().by_id.get(int(key or 0))
    return (known.code, str(known)) if known else ("", "")


def _channel(key: int | str | None) -> Named:
    return str(key), str(dict(cases.CHANNELS).get(str(key), ""))


def _promised(request: ApiRequest, since: datetime, before: datetime) -> list[OverPromise]:
    return [
        OverPromise(case=case.number, promiser=row.promiser, department=row.department.code if row.department else None)
        for row, case in expecting.over_promised(request.caller.user, since, before)
    ]
