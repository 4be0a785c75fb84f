"""Rates: figures with numerator and denominator, and the cases behind each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
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
from huiyin.rates import queries, validity
from huiyin.rates.queries import By, Figure, Period, Rate, Wanted
from huiyin.returns.methods import Method

from . import answers, bodies, found
from .caller import ApiRequest
from .problems import bad_parameter
from .verbs import PROBLEMS

router = Router(tags=["lists"])
DAYS = 30
"""Of a period whose first day isn't named."""
WHERE = ("site", "from", "to")
_NUMBER = re.compile(r"[0-9]{1,18}")


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
    """One thing that a rate counts. `id`: of the thing, not of its case. `mark`: how it went."""

    id: int
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
    that were left out instead. `by` and `value`: only those of one part, by its code. `mark`: only those that went
    so."""

    good: bool | None = None
    excluded: bool = False
    by: Literal["", "department", "category", "channel", "tier", "person", "method"] = ""
    value: bodies.Text = ""
    mark: bodies.Text = ""

    def wanted(self, rate: Rate, period: Period, where: frozenset[int]) -> Wanted:
        """For the query. Raises a problem."""
        if self.mark and self.mark not in queries.Mark.values:
            raise bad_parameter("mark", f"Choose of {', '.join(queries.Mark.values)}.")
        by, value = self.part(rate)
        found = Wanted(rate, period, where, good=self.good, excluded=self.excluded, mark=self.mark)
        return replace(found, by=by, value=value)

    def part(self, rate: Rate) -> tuple[By, str]:
        """The part as the rows have it. Raises a problem for a way in which this rate isn't broken down."""
        ways = validity.WAYS if rate in queries.OF_ANSWERS else queries.WAYS
        if self.by not in ways:
            raise bad_parameter("by", f"Choose of {', '.join(way for way in ways if way)} for this rate.")
        known = _key(self.by, self.value) if self.by else self.value
        if bool(known) != bool(self.by):
            raise bad_parameter("value", "Give `by`, and as `value` the code of one of its parts.")
        return By(self.by), known


def _key(by: str, code: str) -> str:
    """What stands in the rows for a code as `Part` has it; empty for none. What is no longer there has its number."""
    if by == By.METHOD:
        return code if code in Method.values else ""
    if by == By.CHANNEL:
        return code if code in dict(cases.CHANNELS) else ""
    listed: Mapping[str, Iterable[Any]] = {
        "department": organisation().departments.values(),
        "category": cases.categories().by_id.values(),
        "tier": tiers.every(),
    }
    row = next((one for one in listed.get(by, ()) if one.code == code), None)
    number = code if _NUMBER.fullmatch(code) else ""
    return str(row.pk) if row is not None else number


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
        Part(code=code, name=name, items=[rate_of(one, site, period, (by, code)) for one in found[value]])
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
    only(request, (*WHERE, "good", "excluded", "by", "value", "mark", "limit", "cursor"))
    if rate not in Rate.values:
        raise Http404
    before = queries.place(cursor) if cursor else None
    if cursor and before is None:
        raise bad_parameter("cursor", "Give a cursor as you got it in `next`.")
    _code, where = asked.where(request)
    period = asked.period(request.caller.at)
    wanted = asked.wanted(Rate(rate), period, where)
    page = queries.page(request.caller.user, wanted, before=before, limit=limit)
    return answers.send(BehindRate(items=[_behind(row) for row in page.items], next=page.next or None))


def _behind(row: queries.Row) -> Behind:
    fact = row.fact
    return Behind(id=fact.pk, number=row.case.number, at=fact.at, good=fact.good, mark=fact.mark)


def rate_of(figure: Figure, site: str, period: Period, part: tuple[str, str] = ("", "")) -> RateOf:
    """A figure as it is sent, with where its cases are. `part`: by what, and its code, of a part."""
    known = figure.definition
    asked = {"site": site, "from": period.first.isoformat(), "to": period.last.isoformat()}
    named = urlencode(asked | (dict(zip(("by", "value"), part, strict=True)) if part[0] else {}))
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
