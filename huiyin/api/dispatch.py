"""The verbs between front and back office: `POST /cases/{number}/{verb}`, as in `verbs`."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from huiyin.base.ids import receipt_number
from huiyin.cases import dispatch as actions
from huiyin.cases import expecting, intake, judging, refusing, review
from huiyin.cases.actions import By
from huiyin.cases.change import Change
from huiyin.clocks import extensions, plans
from huiyin.fairness import escalations
from huiyin.org.access import Verb
from huiyin.returns import hearing

from . import answers, found
from . import dispatch_bodies as bodies
from .caller import ApiRequest
from .verbs import done, perform, route

router = Router(tags=["verbs"])


@route(router, Verb.SIGN)
def sign(request: ApiRequest, number: str, body: bodies.Sign | None = None) -> HttpResponse:
    """A department signs for a task: it has read it and takes it. The clock of the signature stops."""
    given = (body or bodies.Sign()).model_dump()
    return perform(request, number, lambda pk, by: actions.sign(pk, by, **given))


@route(router, Verb.REVIEW)
def review_result(request: ApiRequest, number: str, body: bodies.Review) -> HttpResponse:
    """Look at the result of somebody else: a yes starts the return visit, a no reopens the case for its handler."""
    return perform(request, number, lambda pk, by: review.review(pk, by, **body.model_dump()))


@route(router, Verb.ASK_BACK)
def ask_back(request: ApiRequest, number: str, body: bodies.AskBack) -> HttpResponse:
    """A department asks for what it must know; its clock goes on."""
    return perform(request, number, lambda pk, by: actions.ask_back(pk, by, **body.model_dump()))


@route(router, Verb.TELL)
def tell(request: ApiRequest, number: str, body: bodies.Tell) -> HttpResponse:
    """Answer what a department asked back."""
    return perform(request, number, lambda pk, by: actions.tell(pk, by, **body.model_dump()))


@route(router, Verb.PASS_ON)
def pass_on(request: ApiRequest, number: str, body: bodies.PassOn) -> HttpResponse:
    """A department gives its task to another, once; counted, and the reply time goes on."""
    unit = found.department(body.department)
    given = body.model_dump(exclude={"department"})
    return perform(request, number, lambda pk, by: actions.pass_on(pk, by, department=unit, **given))


@route(router, Verb.JUDGE)
def judge_answer(request: ApiRequest, number: str, body: bodies.Judgement) -> HttpResponse:
    """Say whether a department's answer can be used; until the case is closed it may be said again, otherwise."""
    return perform(request, number, lambda pk, by: judging.judge(pk, by, **body.model_dump()))


@route(router, Verb.ASK_DEPARTMENT)
def ask_department(request: ApiRequest, number: str, body: bodies.AskDepartment) -> HttpResponse:
    """After a bad answer at the return visit: ask a department that worked on it what would have helped."""
    unit = found.department(body.department)
    given = body.model_dump(exclude={"department"})
    return perform(request, number, lambda pk, by: hearing.ask(pk, by, department=unit, **given))


@route(router, Verb.EXPLAIN)
def explain(request: ApiRequest, number: str, body: bodies.Explain) -> HttpResponse:
    """A department says what would have helped."""
    return perform(request, number, lambda pk, by: hearing.explain(pk, by, **body.model_dump()))


@route(router, Verb.RETURN)
def apply_return(request: ApiRequest, number: str, body: bodies.Return) -> HttpResponse:
    """A department applies to return a task as not its own; the second application goes to the supervisor."""
    return perform(request, number, lambda pk, by: actions.apply_return(pk, by, **body.model_dump()))


@route(router, Verb.DECIDE_RETURN)
def decide_return(request: ApiRequest, number: str, body: bodies.Decision) -> HttpResponse:
    """Take a task back from a department, or let it stand."""
    return perform(request, number, lambda pk, by: actions.decide_return(pk, by, **body.model_dump()))


@route(router, Verb.EXTEND)
def extend(request: ApiRequest, number: str, body: bodies.Extend) -> HttpResponse:
    """Ask for more time, before the deadline."""
    return perform(request, number, lambda pk, by: extensions.extend(pk, by, **body.model_dump()))


@route(router, Verb.DECIDE_EXTENSION)
def decide_extension(request: ApiRequest, number: str, body: bodies.ExtensionDecision) -> HttpResponse:
    """Say yes or no to more time; the customer is told of a yes."""
    return perform(request, number, lambda pk, by: extensions.decide_extension(pk, by, **body.model_dump()))


@route(router, Verb.PLAN)
def plan(request: ApiRequest, number: str, body: bodies.Plan) -> HttpResponse:
    """Propose the milestones of a project, or others than it has."""
    wanted = [plans.Wanted(**one.model_dump()) for one in body.milestones]
    return perform(request, number, lambda pk, by: plans.plan(pk, by, milestones=wanted, reason=body.reason))


@route(router, Verb.DECIDE_PLAN)
def decide_plan(request: ApiRequest, number: str, body: bodies.PlanDecision) -> HttpResponse:
    """Approve a plan, or send it back; the customer sees the steps of an approved one."""
    return perform(request, number, lambda pk, by: plans.decide_plan(pk, by, **body.model_dump()))


@route(router, Verb.REACH)
def reach(request: ApiRequest, number: str, body: bodies.Reach) -> HttpResponse:
    """A milestone is reached."""
    return perform(request, number, lambda pk, by: plans.reach(pk, by, **body.model_dump()))


@route(router, Verb.OVERRIDE)
def override(request: ApiRequest, number: str, body: bodies.Override) -> HttpResponse:
    """Set a deadline by hand; counted."""
    return perform(request, number, lambda pk, by: extensions.override(pk, by, **body.model_dump()))


@route(router, Verb.CHASE)
def chase(request: ApiRequest, number: str, body: bodies.Chase) -> HttpResponse:
    """Remind whoever has the task; counted."""
    given = body.model_dump(exclude={"by"})
    customer = body.by == "customer"
    return perform(request, number, lambda pk, by: actions.chase(pk, by, customer=customer, **given))


@route(router, Verb.SUPERVISE)
def supervise(request: ApiRequest, number: str, body: bodies.Supervise) -> HttpResponse:
    """Watch a case to its end, or stop watching it."""

    def act(pk: int, by: By) -> Change:
        if body.end:
            return actions.release(pk, by, reason=body.reason)
        return actions.supervise(pk, by, reason=body.reason, due_at=body.due_at)

    return perform(request, number, act)


@route(router, Verb.REFER)
def refer(request: ApiRequest, number: str, body: bodies.Refer) -> HttpResponse:
    """Put a case before the supervisor; takes a case that nobody has taken."""
    return perform(request, number, lambda pk, by: actions.refer(pk, by, reason=body.reason))


@route(router, Verb.DECIDE)
def decide(request: ApiRequest, number: str, body: bodies.Decide) -> HttpResponse:
    """The supervisor decides on measure and department; the customer is told."""
    lead = found.department(body.department) if body.department else None
    given = body.model_dump(include={"measure", "text", "reply_by"})
    helpers = [found.department(name, "assist") for name in body.assist]
    return perform(request, number, lambda pk, by: actions.decide(pk, by, department=lead, assist=helpers, **given))


@route(router, Verb.CONCERN)
def concern(request: ApiRequest, number: str, body: bodies.Concern) -> HttpResponse:
    """Name whom the complaint is about: they step aside and see nothing of it."""
    people = [found.user(name, "users") for name in body.users]
    units = [found.department(name, "departments") for name in body.departments]
    return perform(
        request, number, lambda pk, by: actions.concern(pk, by, users=people, departments=units, reason=body.reason)
    )


@route(router, Verb.TRANSFER)
def transfer(request: ApiRequest, number: str, body: bodies.Transfer) -> HttpResponse:
    """It came down from above too; an outside deadline only shortens ours."""
    return perform(request, number, lambda pk, by: actions.transfer(pk, by, **body.model_dump()))


@route(router, Verb.PROPOSE_REFUSAL)
def propose_refusal(request: ApiRequest, number: str, body: bodies.ProposeRefusal) -> HttpResponse:
    """Ask for a no to the customer; somebody else decides on it."""
    return perform(request, number, lambda pk, by: refusing.propose(pk, by, **body.model_dump()))


@route(router, Verb.DECIDE_REFUSAL)
def decide_refusal(request: ApiRequest, number: str, body: bodies.DecideRefusal) -> HttpResponse:
    """Refuse it as asked for, or let the work go on."""
    return perform(request, number, lambda pk, by: refusing.decide(pk, by, **body.model_dump()))


@route(router, Verb.ESCALATE)
def escalate(request: ApiRequest, number: str, body: bodies.Escalate) -> HttpResponse:
    """The customer went over the handler's head: another person takes the case, the supervisor is told; counted."""
    return perform(request, number, lambda pk, by: escalations.escalate(pk, by, **body.model_dump()))


@route(router, Verb.EXPECTATION)
def expectation(request: ApiRequest, number: str, body: bodies.Expectation) -> HttpResponse:
    """Say, once a case has ended, how the customer's expectation stood to what could be given."""
    unit = found.department(body.department) if body.department else None
    told = body.model_dump() | {"department": unit}
    return perform(request, number, lambda pk, by: expecting.expectation(pk, by, **told))


@route(router, Verb.WITHDRAW)
def withdraw(request: ApiRequest, number: str, body: bodies.Withdraw) -> HttpResponse:
    """The customer takes it back."""
    return perform(request, number, lambda pk, by: actions.withdraw(pk, by, text=body.text))


@route(router, Verb.SPLIT, response=answers.Split)
def split(request: ApiRequest, number: str, body: bodies.Split) -> HttpResponse:
    """Make a case of its own of a part; `part` is its number."""
    category = found.category(body.category) if body.category else None
    parts: list[Change] = []

    def act(pk: int, by: By) -> Change:
        change, part = intake.split(pk, by, subject=body.subject, text=body.text, category=category)
        parts.append(part)
        return change

    return perform(
        request,
        number,
        act,
        finish=lambda change: done(change, answers.Split, part=receipt_number(parts[0].case.pk)),
    )
