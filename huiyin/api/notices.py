"""Notices to customers: what is shown at a site now, and writing, approving and withdrawing them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field, StrictInt

from huiyin.org.queries import organisation
from huiyin.standards import announced, announcing
from huiyin.standards.announcing import MOST, NoticeValues, stamp

from . import answers, bodies
from .caller import ApiRequest
from .kept import once
from .problems import bad_parameter
from .verbs import PROBLEMS

if TYPE_CHECKING:
    from huiyin.standards.models import CustomerNotice

router = Router(tags=["notices"])
Key = Annotated[StrictInt, Field(ge=1, le=2**31 - 1)]
Codes = Annotated[list[bodies.Text], Field(max_length=100)]


class NewNotice(bodies.Body):
    """A draft. `site` by code, with all below it; `categories` by code, none for all. `begins_at`: of work or an
    outage, which ends with the notice at `until`; `show_from`: at once if left out. A `statement` needs `cause`,
    `doing` and `next_at`. English (`…_en`) is left out altogether, or given for all that is there. `replaces`: the
    statement whose next word it is."""

    kind: Literal["work", "outage", "season", "use", "scope", "statement"]
    site: bodies.Text
    title: bodies.Text
    text: bodies.Text
    until: bodies.Moment
    show_from: bodies.Moment | None = None
    begins_at: bodies.Moment | None = None
    next_at: bodies.Moment | None = None
    categories: Codes = []
    incident: Key | None = None
    replaces: Key | None = None
    cause: bodies.Words = ""
    doing: bodies.Words = ""
    advice: bodies.Words = ""
    title_en: bodies.Words = ""
    text_en: bodies.Words = ""
    cause_en: bodies.Words = ""
    doing_en: bodies.Words = ""
    advice_en: bodies.Words = ""

    def values(self, now: datetime) -> NoticeValues:
        """As the house keeps them."""
        plain = {name: getattr(self, name) for name in ("kind", "site", "incident", *MOST)}
        plain |= {name: stamp(getattr(self, name)) for name in ("until", "begins_at", "next_at")}
        shown = stamp(self.show_from or now)
        return NoticeValues(**plain, show_from=shown, categories="\n".join(self.categories))


class Withdraw(bodies.Body):
    """`reason`: for colleagues; customers don't read it."""

    reason: bodies.Text


class Notice(BaseModel):
    """A notice. `state`: `draft`, `approved` (shown from `show_from` until `until`) or `withdrawn`."""

    id: int
    kind: str
    state: str
    site: str
    categories: list[str]
    incident: int | None
    replaces: int | None
    title: str
    text: str
    cause: str
    doing: str
    advice: str
    title_en: str
    text_en: str
    cause_en: str
    doing_en: str
    advice_en: str
    show_from: datetime
    begins_at: datetime | None
    until: datetime
    next_at: datetime | None


class Notices(BaseModel):
    """What the customers of a site are told now, statements first."""

    items: list[Notice]


def _row(row: CustomerNotice) -> Notice:
    plain = ("kind", "state", *MOST, "show_from", "begins_at", "until", "next_at")
    return Notice(
        id=row.pk,
        site=organisation().sites[row.site_id].code,
        categories=row.categories.split("\n") if row.categories else [],
        incident=row.incident_id,
        replaces=row.replaces_id,
        **{name: getattr(row, name) for name in plain},
    )


@router.get("/notices", operation_id="list_notices", response={200: Notices, **PROBLEMS})
def list_notices(request: ApiRequest, site: str) -> HttpResponse:
    """What the customers of a site read now, as they do: with what is told to all above it."""
    if unknown := sorted(request.GET.keys() - {"site"}):
        raise bad_parameter(unknown[0], "There is no such parameter; there is site.")
    known = organisation().site(site)
    if known is None:
        raise bad_parameter("site", f"There is no site with the code {site!r}.")
    return answers.send(Notices(items=[_row(row) for row in announced.at_site(known.pk, request.caller.at)]))


@router.post("/notices", operation_id="write_notice", response={201: Notice, **PROBLEMS})
def write_notice(request: ApiRequest, body: NewNotice) -> HttpResponse:
    """Write a draft, which no customer sees before it is approved."""
    by = request.caller.by()

    def write() -> HttpResponse:
        made = announcing.write(body.values(by.at), by, replaces=body.replaces)
        return answers.send(_row(made), status=201)

    return once(request, write)


@router.post("/notices/{int:notice_id}/approve", operation_id="approve_notice", response={200: Notice, **PROBLEMS})
def approve_notice(request: ApiRequest, notice_id: int, body: bodies.Nothing | None = None) -> HttpResponse:
    """Let it be shown in its time; a statement by somebody else than its last writer."""
    return once(request, lambda: answers.send(_row(announcing.approve(notice_id, request.caller.by()))))


@router.post("/notices/{int:notice_id}/withdraw", operation_id="withdraw_notice", response={200: Notice, **PROBLEMS})
def withdraw_notice(request: ApiRequest, notice_id: int, body: Withdraw) -> HttpResponse:
    """Take it back: it is shown nowhere any more."""
    by = request.caller.by()
    return once(request, lambda: answers.send(_row(announcing.withdraw(notice_id, by, reason=body.reason))))
