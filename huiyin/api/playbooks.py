"""Recovery plans: what is prepared, what runs in a case, and the verbs by which it is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from ninja import Router

from huiyin.cases import queries as cases
from huiyin.cases.change import Change
from huiyin.org.access import Verb
from huiyin.playbooks import actions, queries
from huiyin.recovery import failures

from . import answers, dispatch
from . import playbook_bodies as bodies
from .caller import ApiRequest
from .verbs import PROBLEMS, done, perform, route

if TYPE_CHECKING:
    from huiyin.playbooks.queries import Line, Running
    from huiyin.playbooks.steps import Step

router = Router(tags=["playbooks"])


def _finish(change: Change) -> HttpResponse:
    return done(change, bodies.DoneWithPlans, plans=[_plan(one) for one in queries.of_case(change.case)])


def _step(one: Step) -> dict[str, Any]:
    names = ("title", "title_en", "deed", "deed_en", "minutes", "calendar", "kind", "amount", "most", "bearer")
    return {name: getattr(one, name) for name in (*names, "required", "shared")}


def _line(one: Line) -> bodies.PlanStepRow:
    by = one.by.username if one.by else None
    return bodies.PlanStepRow(step=one.number, due_at=one.due_at, state=one.state, at=one.at, by=by, **_step(one.step))


def _plan(one: Running) -> bodies.PlanRow:
    plan = one.plan
    return bodies.PlanRow(
        plan=plan.number,
        playbook=one.playbook.code,
        version=plan.version.number,
        started_at=plan.started_at,
        ended_at=plan.ended_at,
        outcome=plan.outcome,
        lead=one.lead.number if one.lead else None,
        steps=[_line(line) for line in one.lines],
    )


@route(router, Verb.STEP, bodies.DoneWithPlans)
def step(request: ApiRequest, number: str, body: bodies.StepAct) -> HttpResponse:
    """Tick a step of a plan off, pass it over with a reason, or take that back."""
    return perform(request, number, lambda pk, by: actions.step(pk, by, **body.model_dump()), finish=_finish)


@route(router, Verb.PLAYBOOK, bodies.DoneWithPlans)
def playbook(request: ApiRequest, number: str, body: bodies.Choice) -> HttpResponse:
    """Begin a plan by hand, in place of one that runs for the same failure; with an empty `playbook` plans end."""
    return perform(request, number, lambda pk, by: actions.choose(pk, by, **body.model_dump()), finish=_finish)


# At the router that has the verb of this address: one path is answered by one router.
@dispatch.router.get(
    "/cases/{number}/plan", operation_id="list_plans_of_case", response={200: bodies.Plans, **PROBLEMS}
)
def plans(request: ApiRequest, number: str) -> HttpResponse:
    """The plans of a case with their steps, those that run first."""
    case = cases.get(request.caller.user, number)
    return answers.send(bodies.Plans(items=[_plan(one) for one in queries.of_case(case)]))


@router.get("/playbooks", operation_id="list_playbooks", response={200: bodies.Playbooks, **PROBLEMS})
def playbooks(request: ApiRequest) -> HttpResponse:
    """What is prepared, as it is in force."""
    types = {row.pk: row.code for row in failures.every()}
    items = [
        bodies.PlaybookRow(
            playbook=row.code,
            name=row.name,
            name_en=row.name_en,
            failure=types[row.failure_id],
            category=row.category,
            gravity=row.gravity,
            version=version,
            steps=[bodies.StepRow(step=place, **_step(one)) for place, one in enumerate(steps, start=1)],
        )
        for row, version, steps in queries.in_force()
    ]
    return answers.send(bodies.Playbooks(items=items))
