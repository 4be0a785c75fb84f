"""Who leaves after something went wrong, and what is done about it: for whoever may measure, as the page has it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field, StrictInt

from huiyin.cases.actions import BadInput
from huiyin.org.access import Forbidden, Verb
from huiyin.org.queries import today
from huiyin.worth import leavers, queries, winning

from . import answers, bodies
from .caller import ApiRequest
from .kept import once
from .problems import bad_parameter
from .rates import only
from .verbs import PROBLEMS
from .worth import Asked, month_of, where_of

if TYPE_CHECKING:
    from huiyin.worth.leavers import Row, WinBack
    from huiyin.worth.models import Leaving

router = Router(tags=["economics"])
_PARAMETERS = ("month", "site", "state", "limit", "cursor")
Cost = Annotated[StrictInt, Field(ge=0, le=winning.MOST)]


class Calls(bodies.Body):
    """`call_on`: the day, within ninety days."""

    call_on: bodies.Day


class Won(bodies.Body):
    """`words`: the customer's own. `cost`: of asking and winning back, in the smallest unit."""

    words: bodies.Text
    cost: Cost = 0


class LetGo(bodies.Body):
    """`cost` as in winning back."""

    reason: Literal["moved", "other_firm", "price", "failure", "objects", "unreached"]
    words: bodies.Words = ""
    cost: Cost = 0


class Says(bodies.Body):
    """`number`: of the case in which the customer said it; `words`: their own."""

    number: bodies.Text
    words: bodies.Text


class Leaver(BaseModel):
    """A customer who leaves, or has left, `since` a day; `case`: the last in which something went wrong. `why`:
    `contract` (ended), `stopped` (buying), `said`. `state`: `open`, `asked` (`asker` calls on `call_on`), `won` (by
    `evidence`: `bought`, `signed`, `said`), `lost` (for a `reason`). `stake`: what they would have brought; amounts in
    the smallest unit. `marked`: special attention, not to be asked."""

    id: int
    site: str
    customer: str
    case: str
    since: date
    why: str
    state: str
    stake: int | None
    cost: int
    asker: answers.Person | None
    call_on: date | None
    settled_at: datetime | None
    evidence: str
    reason: str
    marked: bool


class WinBackRate(BaseModel):
    """Of the month: `share` is won ÷ (won + lost), null when nothing was settled; `kept` and `gone`: what was at stake
    with either. `won_rows`, `lost_rows`: addresses of the customers behind both."""

    won: int
    lost: int
    share: float | None
    kept: int
    gone: int
    cost: int
    won_rows: str
    lost_rows: str


class Leavers(BaseModel):
    """A page of them, newest first, never in the order of what they bring; give `next` back as `cursor`."""

    site: str
    month: str
    win_back: WinBackRate
    items: list[Leaver]
    next: str | None


class AskedLeavers(Asked):
    """`state`: who leaves and is neither won back nor let go (`going`), or who was `won` or `lost` in the month."""

    state: Literal["going", "won", "lost"] = "going"


@router.get("/reports/winback", operation_id="list_leavers", response={200: Leavers, **PROBLEMS})
def listing(
    request: ApiRequest,
    asked: Query[AskedLeavers],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str = "",
) -> HttpResponse:
    """Who leaves after something went wrong for them, at a site and all below it, with the win-back rate of a month."""
    only(request, _PARAMETERS)
    code, where = where_of(request, asked.site)
    user, at = request.caller.user, request.caller.at
    first = month_of(asked.month) if asked.month else today(at).replace(day=1)
    days = (first, first.replace(day=monthrange(first.year, first.month)[1]))
    going = asked.state == "going"
    if cursor and not leavers.is_place(cursor, going=going):
        raise bad_parameter("cursor", "Give a cursor as you got it in `next`, with the same `state`.")
    if going:
        page = leavers.going(user, where, today(at), before=cursor, limit=limit)
    else:
        page = leavers.settled(user, where, days, asked.state, before=cursor, limit=limit)
    month = f"{first:%Y-%m}"
    answer = Leavers(
        site=code,
        month=month,
        win_back=_rate(leavers.win_back(user, where, days), {"site": code, "month": month}),
        items=[_row(one) for one in page.items],
        next=page.next or None,
    )
    return answers.send(answer)


@router.post("/reports/winback/says", operation_id="says_leaving", response={201: Leaver, **PROBLEMS})
def says(request: ApiRequest, body: Says) -> HttpResponse:
    """A customer said in a case that they leave."""
    user, by = request.caller.user, request.caller.by()
    if not queries.sites(user):
        raise Forbidden(Verb.MEASURE)

    def add() -> HttpResponse:
        try:
            made = winning.says(body.number, by, words=body.words, today=today(by.at))
        except ObjectDoesNotExist as error:
            raise BadInput("number", f"There is no case {body.number!r} that you may see.") from error
        return _answer(request, made, status=201)

    return once(request, add)


@router.post("/reports/winback/{int:leaving_id}/call", operation_id="call_leaver", response={200: Leaver, **PROBLEMS})
def call(request: ApiRequest, leaving_id: int, body: Calls) -> HttpResponse:
    """You call this customer on a day; not who has a special-attention mark."""
    by = request.caller.by()
    now = today(by.at)
    return once(request, lambda: _answer(request, winning.plan_call(leaving_id, by, call_on=body.call_on, today=now)))


@router.post("/reports/winback/{int:leaving_id}/won", operation_id="win_back", response={200: Leaver, **PROBLEMS})
def won(request: ApiRequest, leaving_id: int, body: Won) -> HttpResponse:
    """The customer says that they stay or come back."""
    by = request.caller.by()
    return once(request, lambda: _answer(request, winning.won(leaving_id, by, words=body.words, cost=body.cost)))


@router.post("/reports/winback/{int:leaving_id}/lost", operation_id="let_go", response={200: Leaver, **PROBLEMS})
def lost(request: ApiRequest, leaving_id: int, body: LetGo) -> HttpResponse:
    """Nobody tries any longer; who doesn't want to be asked (`objects`) is never found again."""
    by = request.caller.by()
    return once(request, lambda: _answer(request, winning.let_go(leaving_id, by, **body.model_dump())))


def _answer(request: ApiRequest, row: Leaving, *, status: int = 200) -> HttpResponse:
    caller = request.caller
    return answers.send(_row(leavers.one(caller.user, row.pk, today(caller.at))), status=status)


_PLAIN = ("since", "why", "state", "stake", "cost", "call_on", "settled_at", "evidence", "reason")


def _row(row: Row) -> Leaver:
    one = row.leaving
    return Leaver(
        id=one.pk,
        site=one.site.code,
        customer=one.customer.name,
        case=row.case.number,
        asker=answers.person(one.asker),
        marked=row.marked,
        **{name: getattr(one, name) for name in _PLAIN},
    )


def _rate(one: WinBack, asked: dict[str, str]) -> WinBackRate:
    def rows(state: str) -> str:
        return f"/api/v1/reports/winback?{urlencode({**asked, 'state': state})}"

    return WinBackRate(
        share=round(one.share, 6) if one.share is not None else None,
        won_rows=rows("won"),
        lost_rows=rows("lost"),
        **{name: getattr(one, name) for name in ("won", "lost", "kept", "gone", "cost")},
    )
