"""The verbs of a case: `POST /cases/{number}/{verb}`. Each parses what it got and calls one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from ninja import Router

from huiyin.alerts import emergencies
from huiyin.base.ids import receipt_number
from huiyin.cases import actions, contact, detailing, on_site, queries, tier
from huiyin.cases.actions import BadInput, By
from huiyin.cases.change import Change
from huiyin.cases.severity import Taps
from huiyin.clocks import queries as clocks
from huiyin.org.access import Verb
from huiyin.returns import actions as returns

from . import answers, bodies, found
from .caller import ApiRequest
from .dispatch_bodies import Close
from .kept import once
from .preconditions import etag, expected

router = Router(tags=["verbs"])
PROBLEMS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 412, 413, 422, 500, 503))
"""Statuses of problems. No shape: the door answers them, and Ninja would make a model of each for each operation."""
View = TypeVar("View", bound=Callable[..., HttpResponse])
Act = Callable[[int, By], Change]


def done(change: Change, shape: type[answers.Done] = answers.Done, **more: Any) -> HttpResponse:
    """The answer after a verb; `more` for a shape that has more members."""
    case = change.case
    answer = shape(
        number=receipt_number(case.pk),
        status=case.status,
        version=case.seq,
        events=[answers.event(event) for event in change.events],
        clocks=[answers.clock(row) for row in clocks.of_case(case)],
        hand_overs=answers.hand_overs(queries.hand_overs(case)) if case.hand_overs else [],
        commitments=answers.commitments(queries.commitments(case)),
        **more,
    )
    return answers.send(answer, headers={"ETag": etag(case.seq)})


def perform(
    request: ApiRequest,
    number: str,
    act: Act,
    *,
    content: bytes | None = None,
    finish: Callable[[Change], HttpResponse] = done,
) -> HttpResponse:
    """Let `act` change the case with this number, for the caller and the version they expect; `finish` answers."""
    caller = request.caller
    key = queries.key_of(number)
    expect = expected(request, lambda: queries.version(caller.user, key))
    return once(request, lambda: finish(act(key, caller.by(expect))), content=content)


def route(to: Router, verb: Verb, response: type[answers.Done] = answers.Done) -> Callable[[View], View]:
    """The route of a verb."""
    operation = f"{verb.value.replace('-', '_')}_case"
    return to.post(f"/cases/{{number}}/{verb.value}", operation_id=operation, response={200: response, **PROBLEMS})


@route(router, Verb.ACCEPT)
def accept(request: ApiRequest, number: str, body: bodies.Nothing | None = None) -> HttpResponse:
    """Take a case. The first to take it owns it until it is closed."""
    return perform(request, number, actions.accept)


@route(router, Verb.ASSIGN)
def assign(request: ApiRequest, number: str, body: bodies.Assign) -> HttpResponse:
    """Give a case to a person."""
    person = found.user(body.to)
    return perform(request, number, lambda pk, by: actions.assign(pk, by, to=person))


@route(router, Verb.HAND_OVER)
def hand_over(request: ApiRequest, number: str, body: bodies.HandOver) -> HttpResponse:
    """Give a department a task with a reply time; takes a case that nobody has taken."""
    unit = found.department(body.department)
    return perform(
        request,
        number,
        lambda pk, by: actions.hand_over(pk, by, department=unit, **body.model_dump(exclude={"department"})),
    )


@route(router, Verb.REPLY)
def reply(request: ApiRequest, number: str, body: bodies.Reply) -> HttpResponse:
    """A department's answer to a hand-over."""
    return perform(request, number, lambda pk, by: actions.reply(pk, by, text=body.text, hand_over=body.hand_over))


@route(router, Verb.ANSWER)
def answer(request: ApiRequest, number: str, body: bodies.Answer) -> HttpResponse:
    """A word to the customer; takes a case that nobody has taken."""
    return perform(request, number, lambda pk, by: actions.answer(pk, by, text=body.text, public=body.public))


@route(router, Verb.NOTE)
def note(request: ApiRequest, number: str, body: bodies.Note) -> HttpResponse:
    """A word among colleagues."""
    return perform(request, number, lambda pk, by: actions.note(pk, by, text=body.text))


@route(router, Verb.CHECK)
def check(request: ApiRequest, number: str, body: bodies.Check) -> HttpResponse:
    """Tick tasks off, open them again, add some."""
    return perform(request, number, lambda pk, by: detailing.check(pk, by, **body.model_dump()))


@route(router, Verb.FILL)
def fill(request: ApiRequest, number: str, body: bodies.Fill) -> HttpResponse:
    """Fill in fields of the category."""
    return perform(request, number, lambda pk, by: detailing.fill(pk, by, values=body.values))


@route(router, Verb.RELATE)
def relate(request: ApiRequest, number: str, body: bodies.Relate) -> HttpResponse:
    """Link two cases that belong together without being one, or end that."""
    queries.get(request.caller.user, number)  # as with `join`
    to = found.case_id(request.caller.user, body.to, "to")
    return perform(request, number, lambda pk, by: detailing.relate(pk, by, to=to, off=body.off))


@route(router, Verb.CONTACT)
def correct_contact(request: ApiRequest, number: str, body: bodies.Contact) -> HttpResponse:
    """Set right who the customer is, how to reach them, and where it is; mail goes to the new address from now on."""
    return perform(request, number, lambda pk, by: contact.contact(pk, by, **body.model_dump()))


@route(router, Verb.TIER)
def set_tier(request: ApiRequest, number: str, body: bodies.Tier) -> HttpResponse:
    """Give the customer a tier; no clock and no severity depends on it."""
    return perform(request, number, lambda pk, by: tier.set_tier(pk, by, tier=body.tier))


@route(router, Verb.PHONE)
def phone(request: ApiRequest, number: str, body: bodies.Phone) -> HttpResponse:
    """A phone call; takes a case that nobody has taken."""
    return perform(request, number, lambda pk, by: actions.phone(pk, by, text=body.text, reached=body.reached))


@route(router, Verb.COMMIT)
def commit(request: ApiRequest, number: str, body: bodies.Commit) -> HttpResponse:
    """Promise the customer something by a time; takes a case that nobody has taken."""
    return perform(request, number, lambda pk, by: actions.commit(pk, by, **body.model_dump()))


@route(router, Verb.KEEP)
def keep(request: ApiRequest, number: str, body: bodies.Keep) -> HttpResponse:
    """Say whether a promise was kept."""
    return perform(
        request,
        number,
        lambda pk, by: actions.keep(pk, by, commitment=body.commitment, kept=body.kept, text=body.text),
    )


@route(router, Verb.WAIT)
def wait(request: ApiRequest, number: str, body: bodies.Wait) -> HttpResponse:
    """Wait for the customer or for a third party."""
    return perform(request, number, lambda pk, by: actions.wait(pk, by, waiting_for=body.waiting_for, text=body.text))


@route(router, Verb.RESUME)
def resume(request: ApiRequest, number: str, body: bodies.Nothing | None = None) -> HttpResponse:
    """Go on after waiting."""
    return perform(request, number, actions.resume)


@route(router, Verb.ARRIVE)
def arrive(request: ApiRequest, number: str, body: bodies.Arrive | None = None) -> HttpResponse:
    """Somebody is on site; takes a case that nobody has taken."""
    told = body or bodies.Arrive()
    return perform(request, number, lambda pk, by: on_site.arrive(pk, by, text=told.text, at=told.at))


@route(router, Verb.CONTAIN)
def contain(request: ApiRequest, number: str, body: bodies.Contain) -> HttpResponse:
    """Danger or growing loss is stopped; takes a case that nobody has taken."""
    return perform(request, number, lambda pk, by: on_site.contain(pk, by, text=body.text, at=body.at))


@route(router, Verb.GRADE)
def grade(request: ApiRequest, number: str, body: bodies.Grade) -> HttpResponse:
    """Set severity, by the points rule or by hand."""
    if (body.taps is None) == (body.severity is None):
        raise BadInput("taps", "Give either taps or severity.")
    if body.taps is None:
        severity = str(body.severity)
        return perform(
            request, number, lambda pk, by: actions.set_severity(pk, by, severity=severity, reason=body.reason)
        )
    taps = Taps(**body.taps.model_dump())
    return perform(
        request,
        number,
        lambda pk, by: actions.set_grade(pk, by, taps=taps, complexity=body.complexity or "", repeat=body.repeat),
    )


@route(router, Verb.SORT)
def sort(request: ApiRequest, number: str, body: bodies.Sort) -> HttpResponse:
    """Choose the category."""
    category = found.category(body.category)
    return perform(request, number, lambda pk, by: actions.sort(pk, by, category=category))


@route(router, Verb.RESOLVE)
def resolve(request: ApiRequest, number: str, body: bodies.Resolve) -> HttpResponse:
    """The work is done, and the customer is told."""
    return perform(request, number, lambda pk, by: actions.resolve(pk, by, **body.model_dump()))


@route(router, Verb.DECLINE)
def decline(request: ApiRequest, number: str, body: bodies.Decline) -> HttpResponse:
    """Not ours: say why, and which door is the right one."""
    return perform(request, number, lambda pk, by: actions.decline(pk, by, **body.model_dump()))


@route(router, Verb.REFUSE)
def refuse(request: ApiRequest, number: str, body: bodies.Refuse) -> HttpResponse:
    """It can't be met: say why, and on which basis."""
    return perform(request, number, lambda pk, by: actions.refuse(pk, by, **body.model_dump()))


@route(router, Verb.REOPEN)
def reopen(request: ApiRequest, number: str, body: bodies.Reopen) -> HttpResponse:
    """Take up an ended case again."""
    return perform(request, number, lambda pk, by: actions.reopen(pk, by, reason=body.reason))


@route(router, Verb.JOIN)
def join(request: ApiRequest, number: str, body: bodies.Join) -> HttpResponse:
    """Handle a case together with another."""
    queries.get(request.caller.user, number)  # a case that isn't theirs is not found, whatever the body says
    into = found.case_id(request.caller.user, body.into, "into")
    return perform(request, number, lambda pk, by: actions.join(pk, by, into=into))


@route(router, Verb.ACKNOWLEDGE)
def acknowledge(request: ApiRequest, number: str, body: bodies.Nothing | None = None) -> HttpResponse:
    """Take up an emergency call: nobody further in the order is called."""
    return perform(request, number, emergencies.acknowledge)


@route(router, Verb.VISIT)
def visit(request: ApiRequest, number: str, body: bodies.Visit) -> HttpResponse:
    """Record a return visit, or a try; a bad result reopens the case."""
    result = returns.Result(**body.model_dump() | {"reasons": tuple(body.reasons)})
    return perform(request, number, lambda pk, by: returns.visit(pk, by, result))


@route(router, Verb.RATING)
def rating(request: ApiRequest, number: str, body: bodies.Rating) -> HttpResponse:
    """Write down how somebody rated it after a call or at the closing question; a bad answer reopens the case."""
    said = body.model_dump(exclude={"method"})
    result = returns.Result(body.method, reached=True, **said)
    return perform(request, number, lambda pk, by: returns.rating(pk, by, result))


@route(router, Verb.CLOSE)
def close(request: ApiRequest, number: str, body: Close | None = None) -> HttpResponse:
    """File a case whose return visit is done or not needed; with a `reason`, those who may override it also before."""
    reason = body.reason if body else ""
    return perform(request, number, lambda pk, by: returns.close(pk, by, reason=reason))
