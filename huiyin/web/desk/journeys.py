"""Journeys: who had a case and for how long, and where the time of many went: a walk through front and back stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from huiyin.cases import queries as cases
from huiyin.cases.journey import LANES, Journey, Lane, Stage, Stretch
from huiyin.org import queries as org
from huiyin.rates import queries, walking
from huiyin.rates.definitions import SATISFIED

from .door import StaffRequest, show, staff
from .rates import asked_of, periods_of
from .similar import duration

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.rates.walking import Band, Station

HINTS = {
    Stage.UNTAKEN: gettext_lazy("Whoever takes a case first owns it to the end: is somebody there to take it?"),
    Stage.DESK: gettext_lazy("The time of those whom customers see: finding out, answering, writing down."),
    Stage.DEPARTMENT: gettext_lazy(
        "Customers don't see this part and wait for it all the same: a reply time holds it together."
    ),
    Stage.QUESTION: gettext_lazy(
        "A department can't go on. Often the same thing is missing: ask for it when the case comes in."
    ),
    Stage.DECISION: gettext_lazy("Somebody has to say yes or no. Could whoever works on it be trusted with it?"),
    Stage.REVIEW: gettext_lazy("Somebody else looks before the customer is told. Does it find anything?"),
    Stage.CUSTOMER: gettext_lazy("We asked for something. What is always needed can be asked for at the beginning."),
    Stage.THIRD_PARTY: gettext_lazy("Others have it, and it is still our word that customers wait for."),
    Stage.VISIT: gettext_lazy("It is done, and nobody has asked yet whether it helped."),
}
_WIDE, _HIGH = 1000, 20
_ORDER = (Lane.FRONT, Lane.OUTSIDE, Lane.BACK, Lane.AFTER)
_ROWS = {Lane.FRONT: 0, Lane.AFTER: 0, Lane.OUTSIDE: 1, Lane.BACK: 2}
_LEAST = 3
"""Of 1,000: what is shorter would not be seen."""


@dataclass(frozen=True)
class Box:
    """A stretch, or a contact, as it is drawn: of 1,000 the place and width; `y` and `tone` by its lane."""

    x: float
    width: float
    y: int
    tone: str
    title: str


@dataclass(frozen=True)
class Drawing:
    """Three lanes, one below the other, with the contacts on the uppermost."""

    boxes: Sequence[Box]
    contacts: Sequence[Box]
    says: str


@dataclass(frozen=True)
class Part:
    """A stretch in words."""

    stage: str
    lane: str
    who: str
    since: datetime
    took: str


@dataclass(frozen=True)
class Line:
    """A stage or a department at work, with its figures in words."""

    name: str
    lane: str
    hint: str
    station: Station
    half: str
    most: str
    counts: bool = True

    @property
    def percent(self) -> str:
        """Its share of all the time until it was done."""
        return f"{self.station.share * 100:.0f}" if self.counts else ""


@require_safe
@staff
def one(request: StaffRequest, number: str) -> HttpResponse:
    """The journey of one case."""
    case = cases.get(request.user, number)
    journey = walking.journey(case, at=request.now)
    names = org.names([one.handler for one in journey.stretches if one.handler])
    met = [(contact, contact.meeting.label) for contact in journey.contacts]
    context = {
        "case": case,
        "journey": journey,
        "drawing": drawn(journey),
        "parts": [_part(stretch, names) for stretch in journey.stretches],
        "met": met,
        "took": duration(journey.took),
        "lanes": [(lane, duration(journey.in_lane(lane))) for lane in _ORDER if journey.in_lane(lane)],
    }
    return show(request, "desk/journey.html", context, counted=False)


@require_safe
@staff
def through(request: StaffRequest) -> HttpResponse:
    """Where the time of many cases went."""
    asked = asked_of(request)
    code = request.GET.get("category", "")
    category = cases.categories().by_code.get(code)
    if code and category is None:
        raise Http404
    where = queries.sites(request.user, asked.site.pk if asked.site else None)
    wanted = walking.of_period(asked.period, where, category.pk if category else None)
    found = walking.through(request.user, wanted, at=request.now)
    context = {
        "asked": asked,
        "found": found,
        "stages": [_line(stage, found.stages[stage]) for stage in Stage if stage in found.stages],
        "departments": _departments(found.departments),
        "bands": [_band(one) for one in found.bands if one.count],
        "longest": [(one, drawn(one.journey), duration(one.journey.took)) for one in found.longest],
        "sites": [org.organisation().sites[pk] for pk in sorted(queries.sites(request.user))],
        "categories": cases.categories().leaves,
        "category": code,
        "periods": periods_of(request, asked, "walkthrough", category=code),
        "most": walking.MOST,
        "satisfied": SATISFIED,
    }
    return show(request, "desk/walkthrough.html", context, view="rates")


def drawn(journey: Journey) -> Drawing:
    """A journey as lanes."""
    if not journey.stretches:
        return Drawing([], [], "")
    begin, whole = journey.stretches[0].since, journey.stretches[-1].until - journey.stretches[0].since

    def place(at: datetime) -> float:
        return round(min(max((at - begin) / whole, 0), 1) * _WIDE, 1)

    boxes = [_box(stretch, place(stretch.since), place(stretch.until)) for stretch in journey.stretches]
    contacts = [Box(place(one.at), 0, 0, "", str(one.meeting.label)) for one in journey.contacts]
    lanes = [(lane.label, duration(journey.in_lane(lane))) for lane in _ORDER if journey.in_lane(lane)]
    return Drawing(boxes, contacts, _(", ").join(f"{name} {took}" for name, took in lanes))


def _box(stretch: Stretch, x: float, end: float) -> Box:
    y = _ROWS[stretch.lane] * _HIGH
    return Box(x, max(round(end - x, 1), _LEAST), y, stretch.lane, f"{stretch.stage.label} · {duration(stretch.took)}")


def _part(stretch: Stretch, names: dict[int, str]) -> Part:
    departments = org.organisation().departments
    who = [departments[pk].name for pk in stretch.departments if pk in departments]
    if not who and stretch.handler and stretch.stage in (Stage.DESK, Stage.QUESTION):
        who = [names.get(stretch.handler, "")]
    return Part(
        str(stretch.stage.label), str(stretch.lane.label), _(", ").join(who), stretch.since, duration(stretch.took)
    )


def _line(stage: Stage, station: Station) -> Line:
    lane, times = LANES[stage], (duration(station.half), duration(station.most))
    return Line(str(stage.label), str(lane.label), str(HINTS[stage]), station, *times, counts=lane != Lane.AFTER)


def _departments(found: Mapping[int, Station]) -> list[Line]:
    """Those at work, by their share of the time."""
    known = org.organisation().departments
    return [
        Line(known[pk].name, "", "", station, duration(station.half), duration(station.most))
        for pk, station in sorted(found.items(), key=lambda item: -item[1].share)
        if pk in known
    ]


def _band(band: Band) -> tuple[str, Band, str]:
    """How often they met, and how many of them were satisfied."""
    if band.most is None:
        name = _("%(least)d times and more") % {"least": band.least}
    else:
        name = _("%(least)d to %(most)d times") % {"least": band.least, "most": band.most}
    return name, band, f"{band.satisfied / band.graded * 100:.0f}" if band.graded else ""
