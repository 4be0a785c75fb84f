"""Cases like a text, or like a case: probably the same matter, and solved before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel

from huiyin.cases import alike, queries
from huiyin.cases.actions import BadInput
from huiyin.cases.alike import Voice
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.queries import organisation
from huiyin.returns import queries as returns

from . import answers, bodies, found
from .caller import ApiRequest
from .problems import bad_parameter
from .verbs import PROBLEMS

if TYPE_CHECKING:
    from huiyin.cases.alike import Likely, Past
    from huiyin.returns.models import ReturnVisit

router = Router(tags=["cases"])


class Like(BaseModel):
    """A like case. `score`: 0 to 1. `words`: the parts of the text that make it like."""

    number: str
    subject: str
    site: str
    place: str
    category: str | None
    status: str
    severity: str
    received_at: datetime
    score: float
    words: list[str]


class Solved(Like):
    """A like case that has ended: after how many minutes, how it was told, and what its customer said of it."""

    minutes: int
    outcome: str
    done: str
    told: str
    solved: bool | None
    satisfied: int | None


class Similar(BaseModel):
    """`likely`: probably the same matter, of the last 14 days. `past`: ended before, the likest first."""

    likely: list[Like]
    past: list[Solved]


class Wanted(bodies.Body):
    """What is compared. `text`: words, half a sentence is enough. `site`: its code. `place`: as in a case."""

    text: bodies.Text
    site: str
    place: bodies.Text = ""


@router.get("/similar", operation_id="similar_to_text", response={200: Similar, **PROBLEMS})
def to_text(request: ApiRequest, wanted: Query[Wanted]) -> HttpResponse:
    """Cases like a text, before it is a case: at most five of each, of those that you may see."""
    user = request.caller.user
    try:
        site = found.site(wanted.site)
    except BadInput as error:
        raise bad_parameter(error.field, error.text) from error
    reach = access.reach(user, Verb.VIEW)
    if not (reach.everywhere or site.pk in reach.sites | reach.department_sites):
        raise bad_parameter("site", f"There is no site with the code {wanted.site!r} whose cases you may see.")
    return _answer(request, Voice(wanted.text, site.pk, timezone.now(), wanted.place))


@router.get("/cases/{number}/similar", operation_id="similar_to_case", response={200: Similar, **PROBLEMS})
def to_case(request: ApiRequest, number: str) -> HttpResponse:
    """Cases like this one: at most five of each, of those that you may see."""
    case = queries.get(request.caller.user, number)
    return _answer(request, alike.voice_of(case, queries.first_words(case)))


def _answer(request: ApiRequest, voice: Voice) -> HttpResponse:
    user = request.caller.user
    likely = alike.around(user, voice).likely()
    past = alike.similar(user, voice)
    visits = returns.results([one.case.pk for one in past])
    solved = [_solved(one, visits.get(one.case.pk)) for one in past]
    return answers.send(Similar(likely=[_like(one, one.match.score) for one in likely], past=solved))


def _like(one: Likely | Past, score: float) -> Like:
    case = one.case
    return Like(
        number=case.number,
        subject=case.subject,
        site=organisation().sites[case.site_id].code,
        place=case.place,
        category=queries.categories().by_id[case.category_id].code if case.category_id else None,
        status=case.status,
        severity=case.severity,
        received_at=case.received_at,
        score=round(score, 3),
        words=list(one.words),
    )


def _solved(one: Past, visit: ReturnVisit | None) -> Solved:
    return Solved(
        **dict(_like(one, one.score)),
        minutes=int(one.took.total_seconds() // 60),
        outcome=one.case.outcome,
        done=one.done,
        told=one.told,
        solved=visit.solved if visit else None,
        satisfied=visit.satisfied if visit else None,
    )
