"""Rates: figures with numerator and denominator, and the cases behind each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput
from huiyin.customers import tiers
from huiyin.org.access import Forbidden, Verb
from huiyin.org.queries import organisation, today
from huiyin.rates import queries
from huiyin.rates.queries import By, Figure, Period, Rate, Wanted

from . import answers, bodies, found
from .caller import ApiRequest
from .problems import bad_parameter
from .verbs import PROBLEMS

router = Router(tags=["lists"])
DAYS = 30
"""Of a period whose first day isn't named."""
WHERE = ("site", "from", "to")


class RateOf(BaseModel):
    """One rate. `numerator` of `denominator` went well; `share`: their quotient, null when nothing was due; `half`: of
    the denominator, barely satisfied; `excluded`: left out of both; `cases`: address of the cases behind it."""

    rate: str
    name: str
    question: str
    formula: str
    source: str
    numerator: int
    denominator: int
    share: float | None
    half: int
    excluded: int
    cases: str


class Part(BaseModel):
    """All rates of one part: its code (of a channel, department, category, tier) and name."""

    code: str
    name: str
    items: list[RateOf]


class Rates(BaseModel):
    """All rates of a site, with all below it, in a period. `parts`: the same broken down, when `by` was given."""

    site: str
    first: date
    last: date
    items: list[RateOf]
    parts: list[Part] | None = None


class Behind(BaseModel):
    """One thing that a rate counts. `mark`: how it went."""

    number: str
    at: datetime
    good: bool
    mark: str


class BehindRate(BaseModel):
    """What stands behind a rate, newest first; give `next` back as `cursor`."""

    items: list[Behind]
    next: str | None


class Asked(bodies.Body):
    """Where and when. `from` and `to`: days, both counted; the last thirty days where they are not named."""

    site: bodies.Text = ""
    first: Annotated[bodies.Text, Field(alias="from")] = ""
    to: bodies.Text = ""

    def period(self, now: datetime) -> Period:
        """The days meant. Raises a problem for what is no day, or ends before it begins."""
        last = _day("to", self.to) or today(now)
        first = _day("from", self.first) or queries.ending(DAYS, last).first
        if first > last:
            raise bad_parameter("from", "The period ends before it begins: give `from` a day that isn't after `to`.")
        return Period(first, last)

    def where(self, request: ApiRequest) -> tuple[str, frozenset[int]]:
        """The site's code, and the sites that are meant. Raises `Forbidden` for somebody who measures nowhere."""
        user = request.caller.user
        if not queries.sites(user):
            raise Forbidden(Verb.MEASURE)
        try:
            site = found.site(self.site) if self.site else organisation().root
        except BadInput as error:
            raise bad_parameter(error.field, error.text) from error
        where = queries.sites(user, site.pk)
        if not where:
            raise bad_parameter("site", f"There is no site with the code {self.site!r}.")
        return site.code, where


class AskedRates(Asked):
    """What to break the rates down by, if at all."""

    by: Literal["", "department", "category", "channel", "tier"] = ""


class AskedRows(Asked):
    """Which of the things behind a rate. `good`: only those that went well (true) or not (false). `excluded`: those
    that were left out instead."""

    good: bool | None = None
    excluded: bool = False


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise bad_parameter(name, "Give a day like 2026-03-31.") from error


def only(request: ApiRequest, names: Sequence[str]) -> None:
    """Raise a problem for a parameter that there is none of."""
    if unknown := sorted(request.GET.keys() - set(names)):
        raise bad_parameter(unknown[0], f"There is no such parameter; there are {', '.join(names)}.")


@router.get("/rates", operation_id="list_rates", response={200: Rates, **PROBLEMS})
def rates(request: ApiRequest, asked: Query[AskedRates]) -> HttpResponse:
    """The rates of a site and all below it, from one day to another; `by`: broken down too."""
    only(request, (*WHERE, "by"))
    code, where = asked.where(request)
    period = asked.period(request.caller.at)
    unseen = queries.unseen(request.caller.user)
    items = [rate_of(figure, code, period) for figure in queries.figures(where, period, unseen)]
    found = queries.broken_down(where, period, By(asked.by), unseen) if asked.by else {}
    parts = _parts(found, asked.by, period, code) if asked.by else None
    return answers.send(Rates(site=code, first=period.first, last=period.last, items=items, parts=parts))


def _parts(found: Mapping[str, list[queries.Figure]], by: str, period: Period, site: str) -> list[Part]:
    named = sorted((_named(by, value), value) for value in found)
    return [
        Part(code=code, name=name, items=[rate_of(one, site, period) for one in found[value]])
        for (code, name), value in named
    ]


def _named(by: str, value: str) -> tuple[str, str]:
    """Code and name of a part; what is no longer there keeps its number."""
    if by == "channel":
        return value, str(dict(cases.CHANNELS).get(value, value))
    finders: Mapping[str, Callable[[int], Any]] = {
        "department": organisation().departments.get,
        "category": cases.categories().by_id.get,
        "tier": tiers.of,
    }
    known = finders[by](int(value))
    return (known.code, str(known)) if known is not None else (value, value)


@router.get("/rates/{rate}/cases", operation_id="list_cases_of_rate", response={200: BehindRate, **PROBLEMS})
def behind(
    request: ApiRequest,
    rate: str,
    asked: Query[AskedRows],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str = "",
) -> HttpResponse:
    """What stands behind a rate, as far as you may see the cases."""
    only(request, (*WHERE, "good", "excluded", "limit", "cursor"))
    if rate not in Rate.values:
        raise Http404
    before = queries.place(cursor) if cursor else None
    if cursor and before is None:
        raise bad_parameter("cursor", "Give a cursor as you got it in `next`.")
    _code, where = asked.where(request)
    period = asked.period(request.caller.at)
    wanted = Wanted(Rate(rate), period, where, good=asked.good, excluded=asked.excluded)
    page = queries.page(request.caller.user, wanted, before=before, limit=limit)
    items = [
        Behind(number=row.case.number, at=row.fact.at, good=row.fact.good, mark=row.fact.mark) for row in page.items
    ]
    return answers.send(BehindRate(items=items, next=page.next or None))


def rate_of(figure: Figure, site: str, period: Period) -> RateOf:
    """A figure as it is sent, with where its cases are."""
    known = figure.definition
    named = urlencode({"site": site, "from": period.first.isoformat(), "to": period.last.isoformat()})
    return RateOf(
        rate=figure.rate,
        name=str(figure.rate.label),
        question=str(known.question),
        formula=str(known.formula),
        source=known.source,
        numerator=figure.good,
        denominator=figure.due,
        share=round(figure.share, 6) if figure.share is not None else None,
        half=figure.half,
        excluded=figure.excluded,
        cases=f"/api/v1/rates/{figure.rate}/cases?{named}",
    )
