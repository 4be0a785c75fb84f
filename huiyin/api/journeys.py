"""The journey of a case: who had it, for how long, and when both sides met."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel

from huiyin.cases import queries
from huiyin.cases.journey import Contact, Lane, Meeting, Stage, Stretch
from huiyin.org.queries import organisation
from huiyin.rates import walking

from . import answers
from .caller import ApiRequest
from .verbs import PROBLEMS

router = Router(tags=["cases"])


class StretchOf(BaseModel):
    """A time during which nothing changed about who has the case. `lane`: on which side of the line that customers see;
    `departments`: codes of those that worked on it then; `minutes`: of the customer's time, nights included."""

    stage: Stage
    lane: Lane
    departments: list[str]
    since: datetime
    until: datetime
    minutes: int


class MeetingOf(BaseModel):
    """A moment of truth: the event of the timeline by its `seq`, and how both sides met."""

    seq: int
    at: datetime
    how: Meeting


class JourneyOf(BaseModel):
    """From the receipt to the end, or until now. `minutes`: until it was done, without what came after; `people`: how
    many different persons of ours the customer met."""

    minutes: int
    people: int
    stretches: list[StretchOf]
    meetings: list[MeetingOf]


@router.get("/cases/{number}/journey", operation_id="get_journey", response={200: JourneyOf, **PROBLEMS})
def journey(request: ApiRequest, number: str) -> HttpResponse:
    """Who had a case, for how long, and each moment at which customer and organisation met."""
    case = queries.get(request.caller.user, number)
    found = walking.journey(case, at=request.caller.at)
    answer = JourneyOf(
        minutes=_minutes(found.took),
        people=found.people,
        stretches=[_stretch(one) for one in found.stretches],
        meetings=[_meeting(one) for one in found.contacts],
    )
    return answers.send(answer)


def _stretch(one: Stretch) -> StretchOf:
    departments = organisation().departments
    return StretchOf(
        stage=one.stage,
        lane=one.lane,
        departments=[departments[pk].code for pk in one.departments if pk in departments],
        since=one.since,
        until=one.until,
        minutes=_minutes(one.took),
    )


def _meeting(one: Contact) -> MeetingOf:
    return MeetingOf(seq=one.seq, at=one.at, how=one.meeting)


def _minutes(took: timedelta) -> int:
    return int(took.total_seconds() // 60)
