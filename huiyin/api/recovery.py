"""What makes good: `POST /cases/{number}/{verb}`, as in `verbs`, and what is given and left to give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from huiyin.base import money
from huiyin.cases import queries as cases
from huiyin.cases.change import Change
from huiyin.org.access import Verb
from huiyin.org.history import BadSetting
from huiyin.org.queries import today
from huiyin.recovery import actions, editing, failures, giving, queries
from huiyin.recovery.wanted import Option, Wanted

from . import answers
from . import recovery_bodies as bodies
from .caller import ApiRequest
from .problems import bad_parameter
from .verbs import PROBLEMS, Act, done, perform, route

if TYPE_CHECKING:
    from huiyin.recovery.models import Budget, Proposal, Remedy

router = Router(tags=["recovery"])


def _perform(request: ApiRequest, number: str, act: Act) -> HttpResponse:
    return perform(request, number, act, finish=_finish)


def _finish(change: Change) -> HttpResponse:
    book = queries.book(change.case)
    numbers = {one.pk: one.number for one in book.proposals}
    rows = [_remedy(one, numbers) for one in book.remedies]
    return done(change, bodies.DoneWithRemedies, remedies=rows)


def _remedy(row: Remedy, proposals: dict[int, int]) -> bodies.RemedyRow:
    names = (
        *("option", "kind", "bearer", "amount", "currency", "duty", "finding", "state", "commitment", "due_at"),
        *("delivered_at", "paid", "confirmed_at"),
    )
    values = {name: getattr(row, name) for name in names}
    return bodies.RemedyRow(remedy=row.number, proposal=proposals[row.proposal_id], **values)


def _proposal(row: Proposal) -> bodies.ProposalRow:
    names = ("standing", "amount", "currency", "options", "chosen", "fraud", "asked_at", "granted_at", "escalated_at")
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    people = {"asked_by": row.asker, "first": row.first, "granted_by": row.granter}
    values |= {name: user.username if user else None for name, user in people.items()}
    return bodies.ProposalRow(proposal=row.number, request=row.seq, **values)


@route(router, Verb.FAILURE, bodies.DoneWithRemedies)
def failure(request: ApiRequest, number: str, body: bodies.Failure) -> HttpResponse:
    """Say what went wrong, and how bad it was: like cases are found by it."""
    return _perform(request, number, lambda pk, by: failures.name(pk, by, **body.model_dump()))


@route(router, Verb.REMEDY, bodies.DoneWithRemedies)
def propose(request: ApiRequest, number: str, body: bodies.Propose) -> HttpResponse:
    """Propose what makes good: granted at once within one's own limit, else an approval is asked for."""
    options = [Option([Wanted(**one.model_dump()) for one in option.remedies], option.label) for option in body.options]
    given = body.model_dump(include={"reason", "fraud", "currency"})
    return _perform(request, number, lambda pk, by: actions.propose(pk, by, options=options, **given))


@route(router, Verb.APPROVE, bodies.DoneWithRemedies)
def approve(request: ApiRequest, number: str, body: bodies.Approve) -> HttpResponse:
    """Say yes or no to what is proposed, within one's limit; never to one's own."""
    return _perform(request, number, lambda pk, by: actions.decide(pk, by, **body.model_dump()))


@route(router, Verb.CHOOSE, bodies.DoneWithRemedies)
def choose(request: ApiRequest, number: str, body: bodies.Choose) -> HttpResponse:
    """Write down which option the customer chose."""
    return _perform(request, number, lambda pk, by: giving.choose(pk, by, **body.model_dump()))


@route(router, Verb.PROMISE, bodies.DoneWithRemedies)
def promise(request: ApiRequest, number: str, body: bodies.Promise) -> HttpResponse:
    """Promise the customer what was approved, by a time."""
    return _perform(request, number, lambda pk, by: giving.promise(pk, by, **body.model_dump()))


@route(router, Verb.DELIVER, bodies.DoneWithRemedies)
def deliver(request: ApiRequest, number: str, body: bodies.Deliver) -> HttpResponse:
    """The customer has it; the promise is kept when all of it is there."""
    return _perform(request, number, lambda pk, by: giving.deliver(pk, by, **body.model_dump()))


@route(router, Verb.CONFIRM, bodies.DoneWithRemedies)
def confirm(request: ApiRequest, number: str, body: bodies.Confirm) -> HttpResponse:
    """The customer told us that they have it, or that they don't."""
    return _perform(request, number, lambda pk, by: giving.confirm(pk, by, **body.model_dump()))


@route(router, Verb.CANCEL, bodies.DoneWithRemedies)
def cancel(request: ApiRequest, number: str, body: bodies.Cancel) -> HttpResponse:
    """A remedy that isn't needed or can't be had; what was put aside is free again."""
    return _perform(request, number, lambda pk, by: giving.cancel(pk, by, **body.model_dump()))


@router.get(
    "/cases/{number}/remedies", operation_id="list_remedies_of_case", response={200: bodies.Remedies, **PROBLEMS}
)
def remedies(request: ApiRequest, number: str) -> HttpResponse:
    """What is proposed and given in a case."""
    case = cases.get(request.caller.user, number)
    book, said = queries.book(case), failures.of_case(case)
    like = failures.like(case, money.DEFAULT, timezone.now())
    numbers = {one.pk: one.number for one in book.proposals}
    answer = bodies.Remedies(
        failure=said.failure.code if said else None,
        gravity=said.gravity if said else None,
        comparable=bodies.Comparable(**vars(like)) if like else None,
        proposals=[_proposal(one) for one in book.proposals],
        remedies=[_remedy(one, numbers) for one in book.remedies],
    )
    return answers.send(answer)


@router.get("/failures", operation_id="list_failures", response={200: bodies.Failures, **PROBLEMS})
def types(request: ApiRequest) -> HttpResponse:
    """The types of failures in use."""
    names = ("code", "group", "name", "name_en", "source", "duty", "basis")
    rows = [bodies.FailureRow(**{name: getattr(row, name) for name in names}) for row in failures.types()]
    grades = [bodies.GradeRow(code=g.code, name=g.name, name_en=g.name_en) for g in failures.grades() if g.active]
    return answers.send(bodies.Failures(items=rows, gravities=grades))


@router.get("/budgets", operation_id="list_budgets", response={200: bodies.Budgets, **PROBLEMS})
def budgets(request: ApiRequest, month: str = "") -> HttpResponse:
    """The budgets of a month (`2026-03`; this one when left out) at the sites whose remedies one approves."""
    try:
        wanted = editing.month_of(month) if month else today(request.caller.at).replace(day=1)
    except BadSetting as error:
        raise bad_parameter("month", error.text) from error
    return answers.send(bodies.Budgets(items=[_budget(row) for row in queries.budgets(request.caller.user, wanted)]))


def _budget(row: Budget) -> bodies.BudgetRow:
    names = ("currency", "total", "reserved", "spent", "free")
    unit = row.department.code if row.department else None
    values = {name: getattr(row, name) for name in names}
    return bodies.BudgetRow(site=row.site.code, department=unit, month=f"{row.month:%Y-%m}", **values)
