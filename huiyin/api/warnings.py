"""What is worth warning customers of, for whoever may write notices; and that it is not, for now."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from huiyin.org.access import Forbidden, Verb, reach
from huiyin.standards import foreseeing, foreseen

from . import answers, bodies
from .caller import ApiRequest
from .kept import once
from .verbs import PROBLEMS

if TYPE_CHECKING:
    from huiyin.standards.models import Foreseen

router = Router(tags=["notices"])


class Warned(BaseModel):
    """Something that customers of a site had better hear of before they meet it. `why`: `now` or `season`; the days
    `first_day` to `last_day` were counted, of last year for a season, which begins on `ahead`. `first`: customers for
    whom it was the first of its kind within a year; `before`: customers in as many days before, for a season in four
    weeks of the year on average; both count in full only where records reach back far enough (`known`). Grades are
    from 1 to 3; `product` is compared with the bar of the settings. `told_of`: a notice says it."""

    id: int
    site: str
    category: str
    why: str
    since: datetime
    looked_at: datetime
    first_day: date
    last_day: date
    ahead: date | None
    cases: int
    severe: int
    customers: int
    homes: int
    first: int
    before: int
    known: bool
    severity: int
    probability: int
    unknown: int
    product: int
    told_of: bool
    off_until: date | None
    off_reason: str


class Warnings(BaseModel):
    """A page of them; `next` is the `cursor` of the following one."""

    items: list[Warned]
    next: int | None


_PLAIN = (
    *("why", "since", "looked_at", "first_day", "last_day", "cases", "severe", "customers", "homes", "first", "before"),
    "known",
    *("severity", "probability", "unknown", "product", "off_until", "off_reason"),
)


def _row(row: Foreseen, at: datetime) -> Warned:
    return Warned(
        id=row.pk,
        site=row.site.code,
        category=row.category.code,
        ahead=foreseen.ahead(row),
        told_of=foreseen.told_of(row, at),
        **{name: getattr(row, name) for name in _PLAIN},
    )


@router.get("/warnings", operation_id="list_warnings", response={200: Warnings, **PROBLEMS})
def list_warnings(
    request: ApiRequest,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> HttpResponse:
    """What the figures of last night say, at the sites where you may write notices, oldest first."""
    user, at = request.caller.user, request.caller.at
    may = reach(user, Verb.NOTICE)
    if not (may.everywhere or may.sites or may.department_sites):
        raise Forbidden(Verb.NOTICE)
    page = foreseen.page(user, after=cursor, limit=limit)
    return answers.send(Warnings(items=[_row(one, at) for one in page.items], next=page.next))


class PutOff(bodies.Body):
    """`until`: the day from which on it waits again, within a year. `reason`: for colleagues; customers don't read
    it."""

    until: bodies.Day
    reason: bodies.Text


@router.post("/warnings/{int:warning_id}/put-off", operation_id="put_off_warning", response={200: Warned, **PROBLEMS})
def put_off(request: ApiRequest, warning_id: int, body: PutOff) -> HttpResponse:
    """Not now: it is left out of what waits until a day."""
    by = request.caller.by()
    return once(request, lambda: _answer(foreseeing.put_off(warning_id, by, **body.model_dump()), by.at))


@router.post("/warnings/{int:warning_id}/take-up", operation_id="take_up_warning", response={200: Warned, **PROBLEMS})
def take_up(request: ApiRequest, warning_id: int, body: bodies.Nothing | None = None) -> HttpResponse:
    """Now after all: what was put off waits again."""
    by = request.caller.by()
    return once(request, lambda: _answer(foreseeing.take_up(warning_id, by), by.at))


def _answer(row: Foreseen, at: datetime) -> HttpResponse:
    return answers.send(_row(row, at))
