"""The economics: purchases and contracts in, the monthly report on recovery out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from huiyin.base.taking import Taken
from huiyin.cases.actions import BadInput
from huiyin.org.access import Forbidden, Verb
from huiyin.org.queries import organisation, today
from huiyin.worth import buying, queries
from huiyin.worth.queries import Figure, Report, Sums

from . import answers, bodies, found
from .caller import ApiRequest
from .kept import once
from .problems import bad_parameter
from .verbs import PROBLEMS

router = Router(tags=["economics"])
MOST = 1000
Short = Annotated[bodies.Text, Field(max_length=100)]


class Whose(bodies.Body):
    """Whose it is, by one of them. `customer`: their number in the system `customer_source` (`source`, if not said)."""

    phone: Short = ""
    email: Annotated[bodies.Text, Field(max_length=254)] = ""
    customer: Short = ""
    customer_source: Short = ""
    currency: Annotated[bodies.Text, Field(max_length=3)] = ""
    reference: Annotated[bodies.Text, Field(min_length=1, max_length=64)]


class PurchaseIn(Whose):
    """A purchase. `amount`: as text, like `30.50`; `on`: the day, like `2026-03-31`."""

    on: Annotated[bodies.Text, Field(max_length=20)]
    amount: Annotated[bodies.Text, Field(max_length=24)]
    what: Short = ""


class ContractIn(Whose):
    """A contract. `fee`: of a year; `ended`: the day from which it no longer holds."""

    began: Annotated[bodies.Text, Field(max_length=20)]
    ended: Annotated[bodies.Words, Field(max_length=20)] = ""
    fee: Annotated[bodies.Text, Field(max_length=24)]


class Purchases(bodies.Body):
    """`source`: the system that the references belong to."""

    source: Annotated[bodies.Text, Field(min_length=1, max_length=64)]
    purchases: Annotated[list[PurchaseIn], Field(min_length=1, max_length=MOST)]


class Contracts(bodies.Body):
    """As of purchases."""

    source: Annotated[bodies.Text, Field(min_length=1, max_length=64)]
    contracts: Annotated[list[ContractIn], Field(min_length=1, max_length=MOST)]


class BadRow(BaseModel):
    """A row that wasn't taken, by a JSON pointer into the body; all others were."""

    pointer: str
    detail: str


class TakenIn(BaseModel):
    """What became of the rows. `known`: were here already, exactly so."""

    new: int
    corrected: int
    known: int
    failed: list[BadRow]


def _taken(name: str, done: Taken) -> HttpResponse:
    failed = [BadRow(pointer=f"/{name}/{one.place}/{one.field}", detail=one.text) for one in done.bad]
    return answers.send(TakenIn(new=done.new, corrected=done.corrected, known=done.known, failed=failed))


@router.post("/purchases", operation_id="add_purchases", response={200: TakenIn, **PROBLEMS})
def purchases(request: ApiRequest, body: Purchases) -> HttpResponse:
    """Take in what customers paid; a row that can't be taken is told and stops no other."""
    return _take(request, "purchases", body.source, body.purchases, buying.purchases)


@router.post("/contracts", operation_id="add_contracts", response={200: TakenIn, **PROBLEMS})
def contracts(request: ApiRequest, body: Contracts) -> HttpResponse:
    """Take in the contracts that customers have or had."""
    return _take(request, "contracts", body.source, body.contracts, buying.contracts)


def _take(
    request: ApiRequest, name: str, source: str, given: Sequence[Whose], take: Callable[..., Taken]
) -> HttpResponse:
    rows = [{key: value or "" for key, value in one.model_dump().items()} for one in given]
    return once(request, lambda: _taken(name, take(rows, source=source, user=request.caller.user)))


class PartOf(BaseModel):
    """A figure, or a part of it. Amounts in the smallest unit, with the range in which they are expected; `count` of
    customers expected to be lost is in ten-thousandths."""

    part: str
    count: int
    amount: int
    low: int
    high: int


class FigureOf(BaseModel):
    """One figure of the report, whole and by parts."""

    figure: str
    name: str
    formula: str
    source: str
    whole: PartOf
    parts: list[PartOf]


class Net(BaseModel):
    """Expected value kept, less our cost of remedies and labour."""

    low: int
    value: int
    high: int


class RecoveryReport(BaseModel):
    """What recovery cost and keeps, at a site and all below it, in a month."""

    site: str
    month: str
    currency: Literal["CNY"] = "CNY"
    net: Net
    figures: list[FigureOf]


class Asked(bodies.Body):
    """`month` like 2026-03; this month where it isn't named. `site`: its code; the whole company without."""

    month: bodies.Text = ""
    site: bodies.Text = ""


@router.get("/reports/recovery", operation_id="report_recovery", response={200: RecoveryReport, **PROBLEMS})
def recovery(request: ApiRequest, asked: Query[Asked]) -> HttpResponse:
    """The report on recovery of a month."""
    if unknown := sorted(request.GET.keys() - {"month", "site"}):
        raise bad_parameter(unknown[0], "There is no such parameter; there are month, site.")
    code, where = where_of(request, asked.site)
    month = month_of(asked.month) if asked.month else today(request.caller.at).replace(day=1)
    report = queries.report(where, month, request.caller.user)
    low, value, high = report.net
    net = Net(low=low, value=value, high=high)
    figures = [_figure(report, figure) for figure in Figure]
    return answers.send(RecoveryReport(site=code, month=f"{month:%Y-%m}", net=net, figures=figures))


def where_of(request: ApiRequest, code: str) -> tuple[str, frozenset[int]]:
    """The site's code, and the sites that are meant. Raises `Forbidden` for somebody who measures nowhere."""
    if not queries.sites(request.caller.user):
        raise Forbidden(Verb.MEASURE)
    try:
        site = found.site(code) if code else organisation().root
    except BadInput as error:
        raise bad_parameter(error.field, error.text) from error
    where = queries.sites(request.caller.user, site.pk)
    if not where:
        raise bad_parameter("site", f"There is no site with the code {code!r}.")
    return site.code, where


def month_of(text: str) -> date:
    """The first day of a month. Raises a problem for what is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise bad_parameter("month", "Give a month like 2026-03.") from error


def _figure(report: Report, figure: Figure) -> FigureOf:
    known = queries.MEANINGS[figure]
    return FigureOf(
        figure=figure.value,
        name=str(figure.label),
        formula=str(known.formula),
        source=known.source,
        whole=_part(report.whole(figure)),
        parts=[_part(one) for one in report.parts.get(figure, ()) if one.value],
    )


def _part(one: Sums) -> PartOf:
    return PartOf(part=one.value, count=one.count, amount=one.amount, low=one.low, high=one.high)
