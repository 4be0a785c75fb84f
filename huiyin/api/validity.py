"""How far the answers of return visits can be trusted, with the cases behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, StrictBool

from huiyin.org.queries import names, organisation
from huiyin.rates import queries, validity
from huiyin.rates.queries import By, Period
from huiyin.returns import trusting
from huiyin.returns.methods import Method

from . import answers, bodies
from .caller import ApiRequest
from .kept import once
from .rates import WHERE, Asked, Part, RateOf, only, rate_of
from .verbs import PROBLEMS, done

router = Router(tags=["lists"])


class Alike(BaseModel):
    """How alike the answers are that one person got: `same` of `answers` are the same in every question; `low` to
    `high`: the true share with 95 %; `usual`: the most that others get of it, null when they are too few; `striking`:
    the whole range lies above it."""

    name: str
    answers: int
    same: int
    low: float
    high: float
    usual: float | None
    striking: bool


class Validity(BaseModel):
    """Figures of answers at a site, with all below it, in a period. `unanswered`: what became of those asked who gave
    none, and `unanswered_cases` where they are. `satisfied` is with all answers, `believed` without the doubtful ones.
    `parts` and `askers` as `by` says."""

    site: str
    first: date
    last: date
    items: list[RateOf]
    unanswered: dict[str, int]
    unanswered_cases: dict[str, str]
    satisfied: RateOf
    believed: RateOf
    parts: list[Part] | None = None
    askers: list[Alike] | None = None


class AskedValidity(Asked):
    """What to break the figures down by, if at all; `person`: by whoever asks."""

    by: Literal["", "site", "department", "person", "method"] = ""


@router.get("/rates/validity", operation_id="list_validity", response={200: Validity, **PROBLEMS})
def of_answers(request: ApiRequest, asked: Query[AskedValidity]) -> HttpResponse:
    """How many of those asked answered, refused, were not reached; how many answers are doubtful; what they say with
    and without those."""
    only(request, (*WHERE, "by"))
    code, where = asked.where(request)
    user, period = request.caller.user, asked.period(request.caller.at)
    unseen = queries.unseen(user)
    found = validity.of(where, period, unseen)
    asking = rate_of(queries.Figure(queries.Rate.RESPONSE), code, period)
    answer = Validity(
        site=code,
        first=period.first,
        last=period.last,
        items=[rate_of(figure, code, period) for figure in found.figures],
        unanswered={mark.value: count for mark, count in found.gone.items()},
        unanswered_cases={mark.value: f"{asking.cases}&mark={mark.value}" for mark in found.gone},
        satisfied=rate_of(found.satisfied, code, period),
        believed=rate_of(found.believed, code, period),
    )
    if asked.by:
        by = By.ALL if asked.by == "site" else By(asked.by)
        answer.parts = _parts(validity.parts(where, period, by, unseen), by, code, period)
    if asked.by == "person":
        answer.askers = _askers(validity.askers(user, where, period))
    return answers.send(answer)


class Trust(bodies.Body):
    """`trusted`: believe a doubtful answer all the same; false: doubt it again."""

    trusted: StrictBool
    reason: bodies.Text


@router.post("/rates/facts/{int:fact_id}/trust", operation_id="trust_answer", response={200: answers.Done, **PROBLEMS})
def trust(request: ApiRequest, fact_id: int, body: Trust) -> HttpResponse:
    """Overrule a doubt about an answer, by the `id` of what stands behind the rate `credible`."""
    key = queries.fact(request.caller.user, fact_id).case.pk
    return once(request, lambda: done(trusting.trust(key, request.caller.by(), **body.model_dump())))


def _parts(found: Mapping[str, list[queries.Figure]], by: By, site: str, period: Period) -> list[Part]:
    people = names([int(value) for value in found]) if by == By.PERSON else {}
    named = sorted((*_named(by, value, people), value) for value in found)
    return [
        Part(
            code=code,
            name=name,
            items=[_of_part(one, by, code, site, period) for one in found[value]],
        )
        for code, name, value in named
    ]


def _of_part(figure: queries.Figure, by: By, code: str, site: str, period: Period) -> RateOf:
    """With the address of its own rows."""
    return rate_of(figure, code, period) if by == By.ALL else rate_of(figure, site, period, (str(by), code))


def _named(by: By, value: str, people: Mapping[int, str]) -> tuple[str, str]:
    """Code and name of a part; a person's code is their number."""
    if by == By.METHOD:
        return value, str(Method(value).label)
    if by == By.PERSON:
        return value, people.get(int(value), value)
    finders: Mapping[By, Callable[[int], Any]] = {
        By.ALL: organisation().sites.get,
        By.DEPARTMENT: organisation().departments.get,
    }
    known = finders[by](int(value))
    return (known.code, known.name) if known is not None else (value, value)


def _askers(found: Mapping[int, validity.Alike]) -> list[Alike]:
    people = names(list(found))
    made = [
        Alike(
            name=people.get(pk, str(pk)),
            answers=one.answers,
            same=one.same,
            low=round(one.low, 6),
            high=round(one.high, 6),
            usual=None if one.usual is None else round(one.usual, 6),
            striking=one.striking,
        )
        for pk, one in found.items()
    ]
    return sorted(made, key=lambda one: one.name)
