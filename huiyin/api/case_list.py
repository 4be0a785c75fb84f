"""Lists of cases: the filters and orders of the inbox, for programs. What can't be meant is refused, not ignored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, get_args

from django.core.exceptions import ObjectDoesNotExist
from pydantic import Field

from huiyin.base.ids import receipt_number
from huiyin.cases import expecting, filters, listing, queries
from huiyin.cases.actions import BadInput
from huiyin.cases.listing import Listed, Sort
from huiyin.cases.workflow import Status
from huiyin.clocks import listing as deadlines
from huiyin.clocks import queries as clocks
from huiyin.clocks.listing import Due

from . import answers, bodies, found
from .caller import ApiRequest, Caller
from .problems import bad_parameter

_FLAGS = ("open", "unassigned", "deciding", "reviewing", "supervised", "overridden")
_AGE = "Give hours, days or weeks: 12h, 3d or 2w."
_WHEN = "Give a day (2026-03-11) or a moment with its offset (2026-03-11T10:00:00+08:00)."


class Wanted(bodies.Body):
    """What a list shows. `status`, `severity`, `kind` and `channel`: one or several, separated by commas. `site` and
    `category`: with all below. `owner` and `handler`: open cases of this username; `unassigned`: in nobody's hands.
    `department`: with a task it hasn't replied to. `since`, `until`: days or moments of receipt; `older`, `newer`: ages
    like `3d`. `overridden`: something was set by hand; `handovers`: handed over so often or more. `expectation`:
    what was found of it, one or several. `due`: only with a deadline that is near or missed (`soon`), or missed
    (`late`); by deadline. `external_number`: numbers that you gave yourself."""

    q: bodies.Text = ""
    status: str = ""
    severity: str = ""
    open: bool = False
    site: str = ""
    kind: str = ""
    channel: str = ""
    category: bodies.Text = ""
    tag: bodies.Text = ""
    owner: bodies.Text = ""
    handler: bodies.Text = ""
    unassigned: bool = False
    department: bodies.Text = ""
    deciding: bool = False
    reviewing: bool = False
    supervised: bool = False
    overridden: bool = False
    expectation: str = ""
    handovers: Annotated[int, Field(ge=0, le=filters.MOST_HAND_OVERS)] = 0
    since: str = ""
    until: str = ""
    older: str = ""
    newer: str = ""
    external_number: bodies.Text = ""
    due: str = ""
    sort: str = ""

    def filter(self, caller: Caller) -> filters.Filter:
        """For the query. Raises `BadInput`."""
        bounds = self._bounds(caller.at)
        return filters.Filter(
            q=self.q,
            since=bounds["since"],
            before=bounds["before"],
            hand_overs=self.handovers,
            **{name: getattr(self, name) for name in _FLAGS},
            statuses=found.one_of("status", self.status, Status.values),
            severities=found.one_of("severity", self.severity, get_args(bodies.Severity)),
            kinds=found.one_of("kind", self.kind, get_args(bodies.Kind)),
            channels=found.one_of("channel", self.channel, get_args(bodies.Channel)),
            expectations=found.one_of("expectation", self.expectation, list(dict(expecting.KINDS))),
            **self._named(),
            source=caller.source if self.external_number else "",
            external_number=self.external_number,
        )

    def _named(self) -> dict[str, Any]:
        """What is given by its code or name."""
        if self.handler and self.unassigned:
            raise BadInput("unassigned", "Ask for cases in nobody's hands, or in somebody's: not both.")
        return {
            "sites": found.below(self.site) if self.site else None,
            "categories": found.below_category(self.category) if self.category else None,
            "tag": found.tag(self.tag) if self.tag else None,
            "owner": found.user(self.owner, "owner").pk if self.owner else None,
            "handler": found.user(self.handler, "handler").pk if self.handler else None,
            "department": found.department(self.department).pk if self.department else None,
        }

    def _bounds(self, now: datetime) -> dict[str, datetime | None]:
        for name, after in (("since", 0), ("until", 1)):
            if (given := getattr(self, name)) and filters.moment(given, after=after) is None:
                raise BadInput(name, _WHEN)
        for name in ("older", "newer"):
            if (given := getattr(self, name)) and filters.ago(given, now) is None:
                raise BadInput(name, _AGE)
        return filters.times({name: getattr(self, name) for name in ("since", "until", "older", "newer")}, now)

    def order(self) -> str:
        """One of the orders. Raises `BadInput`."""
        found.one_of("due", self.due, list(Due))
        sort = self.sort or (Sort.DUE if self.due else Sort.NEWEST)
        if sort not in Sort.values:
            raise BadInput("sort", f"{sort}: choose of {', '.join(Sort.values)}.")
        if self.due and sort != Sort.DUE:
            raise BadInput("sort", "What is due comes by deadline: leave `sort` out, or give due.")
        if self.q and sort != Sort.NEWEST:
            raise BadInput("sort", "What is searched for comes newest first: leave `sort` and `due` out.")
        return sort


_PARAMETERS = (*Wanted.model_fields, "limit", "cursor", "total")
_SEVERAL = "Give it once; `status`, `severity`, `kind` and `channel` take several values with commas between them."


def read(request: ApiRequest, wanted: Wanted, *, limit: int, cursor: str, total: bool) -> answers.Listing:
    """A page of the list. Raises `Problem` for what can't be meant."""
    _refuse_unknown(request)
    user = request.caller.user
    try:
        chosen, sort = wanted.filter(request.caller), wanted.order()
    except BadInput as error:
        raise bad_parameter(error.field, error.text) from error
    after, due = _place(sort, cursor), deadlines.which(wanted.due, request.caller.at)
    if sort == Sort.DUE:
        page = deadlines.by_deadline(user, chosen, due=due, after=after, limit=limit)
        count = deadlines.total(user, chosen, due=due) if total else None
    else:
        page = listing.page(user, chosen, sort=sort, after=after, limit=limit)
        shown = chosen if sort == Sort.NEWEST else replace(chosen, open=True)
        count = queries.total(user, shown) if total else None
    return _listed(page, sort, count)


def _refuse_unknown(request: ApiRequest) -> None:
    if unknown := sorted(request.GET.keys() - set(_PARAMETERS)):
        raise bad_parameter(unknown[0], f"There is no such parameter; there are {', '.join(_PARAMETERS)}.")
    if twice := [name for name, values in request.GET.lists() if len(values) > 1]:
        raise bad_parameter(twice[0], _SEVERAL)


def _listed(page: Listed, sort: str, total: int | None) -> answers.Listing:
    due = clocks.next_due([case.pk for case in page.items])
    items = [answers.row(case, due.get(case.pk)) for case in page.items]
    return answers.Listing(items=items, next=_cursor(sort, page.next) if page.next else None, total=total)


def _cursor(sort: str, place: str) -> str:
    """Newest first: the number of the last case that was looked at; else the order and the place in it."""
    return receipt_number(int(place)) if sort == Sort.NEWEST else f"{sort}~{place}"


def _place(sort: str, cursor: str) -> str:
    """Where a page begins. Raises `Problem` for a cursor of another order, or none."""
    if not cursor:
        return ""
    try:
        if sort == Sort.NEWEST:
            return str(queries.key_of(cursor))
    except ObjectDoesNotExist:
        pass
    order, _mark, place = cursor.partition("~")
    known = deadlines.is_place(place) if sort == Sort.DUE else listing.is_place(sort, place)
    if order != sort or sort == Sort.NEWEST or not known:
        raise bad_parameter("cursor", "Give a cursor as you got it in `next`, with the same `sort`.")
    return place
