"""Group complaints: several customers, one fault. What one sees of a group is what one sees of its cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field, StrictBool, StrictInt

from huiyin.base.ids import receipt_number
from huiyin.cases.actions import By
from huiyin.groups import actions as acts
from huiyin.groups import queries
from huiyin.org.access import Verb
from huiyin.playbooks import kin, rollout
from huiyin.recovery import equal, together
from huiyin.recovery.wanted import Wanted

from . import answers, bodies, found, shared_plans
from .caller import ApiRequest
from .kept import once
from .preconditions import etag, expected
from .verbs import PROBLEMS

if TYPE_CHECKING:
    from huiyin.groups.models import Entry, Group
    from huiyin.groups.queries import Shown
    from huiyin.org.models import User
    from huiyin.recovery.models import Batch

router = Router(tags=["groups"])
MOST_CASES = 1_000
Numbers = Annotated[list[bodies.Text], Field(max_length=MOST_CASES)]
GroupId = Annotated[int, Field(ge=1, le=2**62)]


class Chosen(bodies.Body):
    """Cases by number, and why."""

    cases: Numbers
    reason: bodies.Text


class Merge(bodies.Body):
    """`into`: the group that goes on; and why."""

    into: GroupId
    reason: bodies.Text


class LeadOfGroup(bodies.Body):
    """`to`: a username."""

    to: bodies.Text


class MakeIncident(bodies.Body):
    """`title`: what the first case is about, if left out; `lead`: a username, who leads already or the caller."""

    title: bodies.Words = ""
    lead: bodies.Text | None = None


class PublicAnswer(bodies.Body):
    """One answer to the customers of all open cases, each under their own number; with `onward` also to those of the
    open incidents that followed from the group's, nobody twice."""

    text: bodies.Text
    onward: StrictBool = False


class Remark(bodies.Body):
    """What is special with one of the cases; it stays inside."""

    case: bodies.Text
    text: bodies.Text


class RoleOf(bodies.Body):
    """What somebody is in the group, by one of their cases: `ordinary`, `spokesperson` or `expert`; and why. It stays
    in the group's log."""

    case: bodies.Text
    role: bodies.Text
    reason: bodies.Text


class Aims(bodies.Body):
    """What was observed of somebody who may have other aims than the matter; it stays in the group's log."""

    case: bodies.Text
    text: bodies.Text


class GroupRow(BaseModel):
    """A group. `stage`: individual, several or collective, by distinct customers; `cause`: the category that most of
    its cases have. `unknown`: voices of nobody known, who count as one customer together. Only cases that you may see
    are in it and in its figures."""

    id: int
    stage: str
    place: str
    cause: str | None
    cases: list[str]
    customers: int
    first_at: datetime
    last_at: datetime
    unknown: int
    site: str
    lead: answers.Person | None
    version: int


class Groups(BaseModel):
    """Some groups; give `next` back as `cursor`."""

    items: list[GroupRow]
    next: int | None


class Day(BaseModel):
    """How many customers spoke for the first time on a day."""

    day: date
    customers: int


class Line(BaseModel):
    """What happened to a group. `by`: null for the machine, whose reason is `data`: how the places and causes compare,
    how like the words are in thousandths, and to which case."""

    what: str
    case: str | None
    other: int | None
    at: datetime
    by: answers.Person | None
    data: dict[str, str | int]
    reason: str


class WholeGroup(GroupRow):
    """One group: the case it began with, how it grew, what happened, its incident if it has one; `roles`: who is more
    than one of many, by the numbers of their cases."""

    first: str
    growth: list[Day]
    log: list[Line]
    incident: int | None
    roles: dict[str, str]
    plans: list[shared_plans.SharedPlan]


@router.get("/groups", operation_id="list_groups", response={200: Groups, **PROBLEMS})
def list_groups(
    request: ApiRequest,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> HttpResponse:
    """Groups of which you may see a case, newest first."""
    page = queries.page(request.caller.user, before=cursor, limit=limit)
    return answers.send(Groups(items=[GroupRow.model_validate(_row(one)) for one in page.items], next=page.next))


@router.post("/groups", operation_id="make_group", response={201: WholeGroup, **PROBLEMS})
def make_group(request: ApiRequest, body: Chosen) -> HttpResponse:
    """Make a group of cases of one site."""
    caller, keys = request.caller, found.case_keys(body.cases, "cases")
    return once(
        request,
        lambda: _answer(caller.user, acts.make(caller.by(), case_ids=keys, reason=body.reason).pk, status=201),
    )


@router.get("/groups/{int:group_id}", operation_id="get_group", response={200: WholeGroup, **PROBLEMS})
def get_group(request: ApiRequest, group_id: int) -> HttpResponse:
    """One group."""
    return _answer(request.caller.user, group_id)


def _act(request: ApiRequest, group_id: int, act: Callable[[By], Group]) -> HttpResponse:
    """Do something with a group, at the version that the caller expects; the answer is the group that it led to."""
    caller = request.caller
    expect = expected(request, lambda: queries.version(caller.user, group_id))
    return once(request, lambda: _answer(caller.user, act(caller.by(expect)).pk))


@router.post("/groups/{int:group_id}/add", operation_id="add_to_group", response={200: WholeGroup, **PROBLEMS})
def add(request: ApiRequest, group_id: int, body: Chosen) -> HttpResponse:
    """Put cases into a group."""
    keys = found.case_keys(body.cases, "cases")
    return _act(request, group_id, lambda by: acts.add(group_id, by, case_ids=keys, reason=body.reason))


@router.post("/groups/{int:group_id}/remove", operation_id="remove_from_group", response={200: WholeGroup, **PROBLEMS})
def remove(request: ApiRequest, group_id: int, body: Chosen) -> HttpResponse:
    """Take cases out; the machine never puts them into a group again."""
    keys = found.case_keys(body.cases, "cases")
    return _act(request, group_id, lambda by: acts.remove(group_id, by, case_ids=keys, reason=body.reason))


@router.post("/groups/{int:group_id}/split", operation_id="split_group", response={200: WholeGroup, **PROBLEMS})
def split(request: ApiRequest, group_id: int, body: Chosen) -> HttpResponse:
    """Make a group of its own of some of the cases; the answer is the new one."""
    keys = found.case_keys(body.cases, "cases")
    return _act(request, group_id, lambda by: acts.split(group_id, by, case_ids=keys, reason=body.reason))


@router.post("/groups/{int:group_id}/merge", operation_id="merge_groups", response={200: WholeGroup, **PROBLEMS})
def merge(request: ApiRequest, group_id: int, body: Merge) -> HttpResponse:
    """Put all cases of a group into another one; the answer is that one."""
    return _act(request, group_id, lambda by: acts.merge(group_id, by, into=body.into, reason=body.reason))


@router.post("/groups/{int:group_id}/lead", operation_id="lead_group", response={200: WholeGroup, **PROBLEMS})
def lead(request: ApiRequest, group_id: int, body: LeadOfGroup) -> HttpResponse:
    """Say who leads."""
    person = found.user(body.to)
    return _act(request, group_id, lambda by: acts.hand_lead(group_id, by, to=person))


@router.post(
    "/groups/{int:group_id}/incident", operation_id="group_to_incident", response={200: WholeGroup, **PROBLEMS}
)
def incident(request: ApiRequest, group_id: int, body: MakeIncident | None = None) -> HttpResponse:
    """Make an incident of a group."""
    wanted = body or MakeIncident()
    person = found.user(wanted.lead, "lead") if wanted.lead else None
    return _act(request, group_id, lambda by: acts.raise_incident(group_id, by, title=wanted.title, lead=person))


@router.post("/groups/{int:group_id}/answer", operation_id="answer_group", response={200: WholeGroup, **PROBLEMS})
def answer(request: ApiRequest, group_id: int, body: PublicAnswer) -> HttpResponse:
    """One public answer to all; without an incident one is made."""
    return _act(request, group_id, lambda by: acts.answer(group_id, by, **body.model_dump()))


@router.post("/groups/{int:group_id}/catch-up", operation_id="catch_up_group", response={200: WholeGroup, **PROBLEMS})
def catch_up(request: ApiRequest, group_id: int) -> HttpResponse:
    """Those who joined since hear the last public answer too."""
    return _act(request, group_id, lambda by: acts.catch_up(group_id, by))


@router.post("/groups/{int:group_id}/remark", operation_id="remark_on_case", response={200: WholeGroup, **PROBLEMS})
def remark(request: ApiRequest, group_id: int, body: Remark) -> HttpResponse:
    """Note what is special with one of the cases."""
    (key,) = found.case_keys([body.case], "case")
    return _act(request, group_id, lambda by: acts.remark(group_id, by, case_id=key, text=body.text))


@router.post("/groups/{int:group_id}/role", operation_id="give_role_in_group", response={200: WholeGroup, **PROBLEMS})
def role(request: ApiRequest, group_id: int, body: RoleOf) -> HttpResponse:
    """Say what somebody is in the group."""
    (key,) = found.case_keys([body.case], "case")
    return _act(
        request, group_id, lambda by: acts.give_role(group_id, by, case_id=key, role=body.role, reason=body.reason)
    )


@router.post("/groups/{int:group_id}/aims", operation_id="observe_in_group", response={200: WholeGroup, **PROBLEMS})
def aims(request: ApiRequest, group_id: int, body: Aims) -> HttpResponse:
    """Note that somebody may have other aims."""
    (key,) = found.case_keys([body.case], "case")
    return _act(request, group_id, lambda by: acts.observe(group_id, by, case_id=key, text=body.text))


@router.post("/groups/{int:group_id}/plan", operation_id="plan_for_group", response={200: WholeGroup, **PROBLEMS})
def plan(request: ApiRequest, group_id: int, body: shared_plans.PlanForAll) -> HttpResponse:
    """Begin what is prepared for a failure in all open cases; what is shared is done once."""
    return _act(request, group_id, lambda by: rollout.for_group(group_id, by, **body.model_dump()))


@router.post("/groups/{int:group_id}/step", operation_id="step_for_group", response={200: WholeGroup, **PROBLEMS})
def step(request: ApiRequest, group_id: int, body: shared_plans.SharedStep) -> HttpResponse:
    """Settle a shared step once for all."""
    return _act(request, group_id, lambda by: rollout.step_for_group(group_id, by, **body.model_dump()))


class GiveAll(bodies.Body):
    """The same for each case: `amount` in the smallest unit; `finding` for compensation; and why."""

    kind: bodies.Text
    amount: Annotated[StrictInt, Field(ge=0)] = 0
    bearer: bodies.Words = "us"
    finding: bodies.Words = ""
    reason: bodies.Text


class DecideAll(bodies.Body):
    """A no needs its `reason`."""

    granted: StrictBool
    reason: bodies.Words = ""


class TermOfGroup(bodies.Body):
    """What each home gets: `amount` a day, in the smallest unit, for so many `days`; and why."""

    amount: StrictInt
    days: StrictInt = 1
    reason: bodies.Text


class Given(BaseModel):
    """One decision about all of a group. `given`: to how many, none before it is granted. `failed`: to which cases it
    could not be given, and why."""

    standing: str
    kind: str
    amount: int
    given: int
    total: int
    failed: list[tuple[str, str]]


def _given(batch: Batch) -> HttpResponse:
    names = ("standing", "kind", "amount", "given", "total", "failed")
    return answers.send(Given.model_validate({name: getattr(batch, name) for name in names}))


@router.post("/groups/{int:group_id}/give", operation_id="give_all_of_group", response={200: Given, **PROBLEMS})
def give_all(request: ApiRequest, group_id: int, body: GiveAll) -> HttpResponse:
    """The same remedy for all cases of a group, as one decision; what fails for one keeps no other from it."""
    remedy = Wanted(body.kind, body.amount, body.bearer or "us", finding=body.finding)
    by = request.caller.by(None)
    return once(request, lambda: _given(together.give_all(group_id, by, remedy=remedy, reason=body.reason)))


@router.post(
    "/groups/{int:group_id}/decide-give", operation_id="decide_all_of_group", response={200: Given, **PROBLEMS}
)
def decide_all(request: ApiRequest, group_id: int, body: DecideAll) -> HttpResponse:
    """Say yes or no to what waits for all of a group."""
    user, by = request.caller.user, request.caller.by(None)
    queries.require(user, Verb.APPROVE, queries.get(user, group_id).group)
    return once(
        request, lambda: _given(together.decide_all(together.waiting_for_id(group_id), by, **body.model_dump()))
    )


@router.post("/groups/{int:group_id}/term", operation_id="set_term_of_group", response={200: WholeGroup, **PROBLEMS})
def term(request: ApiRequest, group_id: int, body: TermOfGroup) -> HttpResponse:
    """Say what each home of a group gets; more or less needs a reason then."""
    return _act(request, group_id, lambda by: equal.set_term(group_id, by, **body.model_dump()))


def _row(one: Shown) -> dict[str, object]:
    group, figures = one.group, one.figures
    return {
        "id": group.pk,
        "stage": one.stage.value,
        "place": one.place,
        "cause": one.category.code if one.category else None,
        "cases": [receipt_number(voice.case) for voice in one.voices],
        "customers": figures.customers,
        "first_at": figures.first_at,
        "last_at": figures.last_at,
        "unknown": figures.unknown,
        "site": group.site.code,
        "lead": answers.person(group.lead),
        "version": group.version,
    }


def _answer(user: User, group_id: int, *, status: int = 200) -> HttpResponse:
    one = queries.get(user, group_id)
    made = queries.incident(user, one)
    zone = ZoneInfo(one.group.site.time_zone)
    whole = WholeGroup.model_validate(
        _row(one)
        | {
            "first": receipt_number(one.first),
            "growth": [Day(day=day, customers=count) for day, count in one.curve(zone)],
            "log": [_line(entry) for entry in queries.log(user, one)],
            "incident": made.pk if made is not None else None,
            "roles": {receipt_number(case): role.value for case, role in queries.roles(one).items()},
            "plans": shared_plans.plans(user, kin.of_group(one.group)),
        }
    )
    headers = {"ETag": etag(one.group.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/groups/{group_id}"
    return answers.send(whole, status=status, headers=headers)


def _line(entry: Entry) -> Line:
    # The case it is like may be one that isn't there for the caller.
    data = {name: value for name, value in entry.data.items() if name != "like"}
    case = receipt_number(entry.case_id) if entry.case_id else None
    by = answers.person(entry.by)
    return Line(what=entry.what, case=case, other=entry.other_id, at=entry.at, by=by, data=data, reason=entry.reason)
