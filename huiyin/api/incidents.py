"""Incidents: several cases with one cause, one lead, one word to all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field, StrictBool

from huiyin.alerts import ending, linking, queries, telling
from huiyin.alerts import incidents as acts
from huiyin.alerts.ending import Ending
from huiyin.base.ids import receipt_number
from huiyin.cases.actions import By
from huiyin.playbooks import rollout

from . import answers, bodies, found, shared_plans
from .caller import ApiRequest
from .kept import once
from .preconditions import etag, expected
from .verbs import PROBLEMS

if TYPE_CHECKING:
    from huiyin.cases.incident_models import Incident as IncidentRow
    from huiyin.org.models import User

router = Router(tags=["incidents"])
MOST_CASES = 5_000
Numbers = Annotated[list[bodies.Text], Field(max_length=MOST_CASES)]


class NewIncident(bodies.Body):
    """`site` by code, with all below it; `cases`: numbers; `lead`: a username, the caller if left out."""

    site: bodies.Text
    title: bodies.Text
    cases: Numbers
    lead: bodies.Text | None = None
    cause: bodies.Words = ""


class Gather(bodies.Body):
    """Cases that join; with `tell_last` they hear at once the last word that was told to all. `consequence`: they came
    of it and are another matter."""

    cases: Numbers
    tell_last: StrictBool = True
    consequence: StrictBool = False


class Release(bodies.Body):
    """Cases that have another cause."""

    cases: Numbers


class Lead(bodies.Body):
    """`to`: a username."""

    to: bodies.Text


class Tell(bodies.Body):
    """One word to the customers of all open cases; with `chain` what led to what stands below it; with `onward` also to
    those of the open incidents that followed, nobody twice."""

    text: bodies.Text
    chain: StrictBool = False
    onward: StrictBool = False


class ResolveAll(bodies.Body):
    """`text` goes to the customers, and so does `prevention`: what keeps it from happening again. `cause` and `done`
    stay inside. `keep_open`: cases to leave as they are; with `keep_unfilled` also those in which required fields are
    empty, which are named otherwise. `skip`: why steps of plans that come before resolving are passed over."""

    cause: bodies.Text
    done: bodies.Text
    text: bodies.Text
    prevention: bodies.Words = ""
    keep_open: Numbers = []
    keep_unfilled: StrictBool = False
    skip: bodies.Words = ""


class CloseIncident(bodies.Body):
    """`reason` is needed while cases are open."""

    reason: bodies.Words = ""


class Word(BaseModel):
    """What was said to all, and how many cases got it. `finished_at`: when the last one had it; `unfilled`: numbers of
    cases that stayed open because required fields were empty. `followed`: it came down the chain from another incident;
    `origin`: from which, where you may see it."""

    kind: str
    text: str
    prevention: str
    by: answers.Person | None
    at: datetime
    cases: int
    finished_at: datetime | None
    unfilled: list[str]
    followed: bool
    origin: int | None


class Incident(BaseModel):
    """An incident. `cases`: how many it has, as far as you may know."""

    id: int
    site: str
    title: str
    cause: str
    lead: answers.Person | None
    opened_at: datetime
    opened_by: answers.Person | None
    closed_at: datetime | None
    version: int
    cases: int


class Incidents(BaseModel):
    """Some incidents; give `next` back as `cursor`."""

    items: list[Incident]
    next: int | None


class WholeIncident(Incident):
    """One incident with its cases by status, what was said, and a page of its cases."""

    open: int
    customers: int
    by_status: dict[str, int]
    words: list[Word]
    chain: list[shared_plans.LinkRow]
    plans: list[shared_plans.SharedPlan]
    members: list[answers.Row]
    next: str | None


@router.post("/incidents", operation_id="open_incident", response={201: WholeIncident, **PROBLEMS})
def open_incident(request: ApiRequest, body: NewIncident) -> HttpResponse:
    """Open an incident from one or more cases."""
    caller, site = request.caller, found.site(body.site)
    lead = found.user(body.lead, "lead") if body.lead else None
    keys = found.case_keys(body.cases, "cases")
    return once(
        request,
        lambda: _answer(
            caller.user,
            acts.open_incident(site, caller.by(), title=body.title, case_ids=keys, lead=lead, cause=body.cause).pk,
            status=201,
        ),
    )


@router.get("/incidents", operation_id="list_incidents", response={200: Incidents, **PROBLEMS})
def list_incidents(
    request: ApiRequest,
    closed: bool = False,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> HttpResponse:
    """Open incidents that you may see, newest first; with `closed` also those that are over."""
    user = request.caller.user
    page = queries.page(user, closed=closed, before=cursor, limit=limit)
    sizes = queries.sizes(user, page.items)
    items = [_row(one, sizes.get(one.pk, 0)) for one in page.items]
    return answers.send(Incidents(items=items, next=page.next))


@router.get("/incidents/{int:incident_id}", operation_id="get_incident", response={200: WholeIncident, **PROBLEMS})
def get_incident(request: ApiRequest, incident_id: int, cursor: str = "") -> HttpResponse:
    """One incident with the newest of its cases; give `next` back as `cursor` for more."""
    return _answer(request.caller.user, incident_id, before=found.case_keys([cursor], "cursor")[0] if cursor else None)


def _act(request: ApiRequest, incident_id: int, act: Callable[[By], object]) -> HttpResponse:
    """Do something with an incident, at the version that the caller expects."""
    caller = request.caller
    expect = expected(request, lambda: queries.get(caller.user, incident_id).version)

    def done() -> HttpResponse:
        act(caller.by(expect))
        return _answer(caller.user, incident_id)

    return once(request, done)


@router.post("/incidents/{int:incident_id}/gather", operation_id="gather", response={200: WholeIncident, **PROBLEMS})
def gather(request: ApiRequest, incident_id: int, body: Gather) -> HttpResponse:
    """Add cases."""
    keys = found.case_keys(body.cases, "cases")
    how = {"tell_last": body.tell_last, "consequence": body.consequence}
    return _act(request, incident_id, lambda by: acts.gather(incident_id, by, case_ids=keys, **how))


@router.post("/incidents/{int:incident_id}/release", operation_id="release", response={200: WholeIncident, **PROBLEMS})
def release(request: ApiRequest, incident_id: int, body: Release) -> HttpResponse:
    """Take cases out again."""
    keys = found.case_keys(body.cases, "cases")
    return _act(request, incident_id, lambda by: acts.release(incident_id, by, case_ids=keys))


@router.post("/incidents/{int:incident_id}/lead", operation_id="hand_lead", response={200: WholeIncident, **PROBLEMS})
def lead(request: ApiRequest, incident_id: int, body: Lead) -> HttpResponse:
    """Let another person lead."""
    person = found.user(body.to)
    return _act(request, incident_id, lambda by: acts.hand_lead(incident_id, by, to=person))


@router.post("/incidents/{int:incident_id}/tell", operation_id="tell_all", response={200: WholeIncident, **PROBLEMS})
def tell(request: ApiRequest, incident_id: int, body: Tell) -> HttpResponse:
    """One word to the customers of all open cases."""
    return _act(request, incident_id, lambda by: telling.tell(incident_id, by, **body.model_dump()))


@router.post(
    "/incidents/{int:incident_id}/resolve", operation_id="resolve_all", response={200: WholeIncident, **PROBLEMS}
)
def resolve(request: ApiRequest, incident_id: int, body: ResolveAll) -> HttpResponse:
    """Resolve all open cases but those to keep open."""
    kept = found.case_keys(body.keep_open, "keep_open")
    words = Ending(body.cause, body.done, body.text, body.prevention)
    return _act(
        request,
        incident_id,
        lambda by: ending.resolve(
            incident_id, by, words=words, keep_open=kept, keep_unfilled=body.keep_unfilled, skip=body.skip
        ),
    )


@router.post(
    "/incidents/{int:incident_id}/close", operation_id="close_incident", response={200: WholeIncident, **PROBLEMS}
)
def close(request: ApiRequest, incident_id: int, body: CloseIncident | None = None) -> HttpResponse:
    """Close an incident."""
    reason = body.reason if body else ""
    return _act(request, incident_id, lambda by: acts.close(incident_id, by, reason=reason))


@router.post(
    "/incidents/{int:incident_id}/plan", operation_id="plan_for_incident", response={200: WholeIncident, **PROBLEMS}
)
def plan(request: ApiRequest, incident_id: int, body: shared_plans.PlanForAll) -> HttpResponse:
    """Begin what is prepared for a failure in all open cases; what is shared is done once."""
    return _act(request, incident_id, lambda by: rollout.for_incident(incident_id, by, **body.model_dump()))


@router.post(
    "/incidents/{int:incident_id}/step", operation_id="step_for_incident", response={200: WholeIncident, **PROBLEMS}
)
def step(request: ApiRequest, incident_id: int, body: shared_plans.SharedStep) -> HttpResponse:
    """Settle a shared step once for all."""
    return _act(request, incident_id, lambda by: rollout.step_for_incident(incident_id, by, **body.model_dump()))


@router.post("/incidents/{int:incident_id}/link", operation_id="link", response={200: WholeIncident, **PROBLEMS})
def link(request: ApiRequest, incident_id: int, body: shared_plans.Link) -> HttpResponse:
    """Say that one thing led to another."""
    return _act(request, incident_id, lambda by: linking.link(incident_id, by, said=body.said(), instead=body.instead))


@router.post("/incidents/{int:incident_id}/unlink", operation_id="unlink", response={200: WholeIncident, **PROBLEMS})
def unlink(request: ApiRequest, incident_id: int, body: shared_plans.Unlink) -> HttpResponse:
    """Take a link out of the chain."""
    return _act(request, incident_id, lambda by: linking.unlink(incident_id, by, link=body.link))


def _fields(row: IncidentRow, cases: int) -> dict[str, object]:
    return {
        "id": row.pk,
        "site": row.site.code,
        "title": row.title,
        "cause": row.cause,
        "lead": answers.person(row.lead),
        "opened_at": row.opened_at,
        "opened_by": answers.person(row.opened_by),
        "closed_at": row.closed_at,
        "version": row.version,
        "cases": cases,
    }


def _row(row: IncidentRow, cases: int) -> Incident:
    return Incident.model_validate(_fields(row, cases))


def _words(user: User, row: IncidentRow) -> list[Word]:
    plain = ("kind", "text", "prevention", "at", "cases", "finished_at")
    return [
        Word(
            **{name: getattr(one.word, name) for name in plain},
            by=answers.person(one.word.by),
            unfilled=[case.number for case in one.unfilled],
            followed=one.word.followed_id is not None,
            origin=one.origin.pk if one.origin else None,
        )
        for one in queries.told(user, row)
    ]


def _answer(user: User, incident_id: int, *, before: int | None = None, status: int = 200) -> HttpResponse:
    row = queries.get(user, incident_id)
    figures = queries.figures(user, row)
    members, more = queries.member_page(user, row, before=before)
    answer = WholeIncident.model_validate(
        _fields(row, figures.total)
        | {
            "open": figures.open,
            "customers": figures.customers,
            "by_status": figures.by_status,
            "words": _words(user, row),
        }
        | {"chain": shared_plans.chain(user, row), "plans": shared_plans.plans(user, ("incident", row.pk))}
        | {"members": [answers.row(case, None) for case in members], "next": receipt_number(more) if more else None}
    )
    headers = {"ETag": etag(row.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/incidents/{row.pk}"
    return answers.send(answer, status=status, headers=headers)
