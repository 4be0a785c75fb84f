"""Walking through what happened to many cases: where their customers waited, whom they met, and how they judged it.

No sum is kept of this: it is read from the events of the newest cases of a period, so many of them and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from statistics import fmean
from typing import TypeVar

from huiyin.cases.journey import Journey, Meeting, Stage, walk
from huiyin.cases.models import Case, CaseEvent
from huiyin.org.models import User

from . import queries
from .definitions import SATISFIED, Rate
from .models import Fact
from .queries import Wanted

Key = TypeVar("Key")
MOST = 200
"""Cases that one look walks through."""
LONGEST = 10
"""Of them, those that are shown one by one."""
BANDS = ((1, 2), (3, 4), (5, None))
"""How often they met, from and to: as few as there can be, some, many."""


@dataclass(frozen=True)
class Walked:
    """A case and its journey. `grade`: the customer's judgement at the return visit, 1 to 5, when there is one."""

    case: Case
    journey: Journey
    grade: int | None


@dataclass(frozen=True)
class Station:
    """What is known of one stage, or of one department at work. `share`: of all the time that all the cases took
    until they were done; `half` and
    `most`: so many of the `count` cases that were there, and nine in ten of them, stayed no longer; `longest`: the case
    that stayed longest."""

    count: int
    share: float
    half: timedelta
    most: timedelta
    longest: Walked


@dataclass(frozen=True)
class Band:
    """Cases whose customers met us so often. `satisfied`: of those `graded`, how many gave a 4 or 5."""

    least: int
    most: int | None
    count: int
    graded: int
    satisfied: int


@dataclass(frozen=True)
class Walkthrough:
    """All of it. `more`: there are more cases in the period than were walked through; `chased`: cases in which the
    customer had to remind us; `contacts`, `people`: how often and how many of us a customer met, on average."""

    walked: Sequence[Walked]
    more: bool
    stages: Mapping[Stage, Station]
    departments: Mapping[int, Station]
    bands: Sequence[Band]
    chased: int = 0
    contacts: float = 0.0
    people: float = 0.0

    @property
    def longest(self) -> Sequence[Walked]:
        """Those that took longest, the longest first."""
        return sorted(self.walked, key=lambda one: one.journey.took, reverse=True)[:LONGEST]


def journey(case: Case, *, at: datetime) -> Journey:
    """That of one case which the reader may see."""
    return walk(CaseEvent.objects.filter(case=case).order_by("seq"), at=at)


def through(user: User, wanted: Wanted, *, at: datetime) -> Walkthrough:
    """The newest of the cases first resolved in a period that this person may see."""
    page = queries.page(user, wanted, limit=MOST)
    found = {row.case.pk: row.case for row in page.items}
    grades = dict(_grades(list(found)))
    walked = [Walked(found[pk], one, grades.get(pk)) for pk, one in _journeys(list(found), at)]
    if not walked:
        return Walkthrough([], False, {}, {}, [])
    return Walkthrough(
        walked,
        bool(page.next),
        _stations(walked, _by_stage),
        _stations(walked, _by_department),
        [_band(walked, least, most) for least, most in BANDS],
        chased=sum(any(one.meeting == Meeting.CHASED for one in each.journey.contacts) for each in walked),
        contacts=fmean(len(one.journey.contacts) for one in walked),
        people=fmean(one.journey.people for one in walked),
    )


def of_period(period: queries.Period, where: frozenset[int], category: int | None = None) -> Wanted:
    """Which cases: those first resolved in the period, at these sites, of this category alone where it is named."""
    by = queries.By.CATEGORY if category else queries.By.ALL
    return Wanted(Rate.UNTOUCHED, period, where, by=by, value=str(category or ""))


def _journeys(ids: Sequence[int], at: datetime) -> Iterator[tuple[int, Journey]]:
    events = CaseEvent.objects.filter(case__in=ids).order_by("case", "seq")
    for pk, some in groupby(events, key=attrgetter("case_id")):
        yield pk, walk(some, at=at)


def _grades(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    rows = Fact.objects.filter(case__in=ids, rate=Rate.SATISFIED, mark__startswith="grade_").order_by("case", "ref")
    for pk, mark in rows.values_list("case", "mark"):
        yield pk, int(mark.removeprefix("grade_"))


def _by_stage(one: Walked) -> Iterator[tuple[Stage, timedelta]]:
    for stretch in one.journey.stretches:
        yield stretch.stage, stretch.took


def _by_department(one: Walked) -> Iterator[tuple[int, timedelta]]:
    for stretch in one.journey.stretches:
        for department in set(stretch.departments):
            yield department, stretch.took


def _stations(
    walked: Sequence[Walked], parts: Callable[[Walked], Iterator[tuple[Key, timedelta]]]
) -> dict[Key, Station]:
    """Each case is at a station once, for as long as it was there in all."""
    stays: dict[Key, list[tuple[timedelta, Walked]]] = defaultdict(list)
    for one in walked:
        times: dict[Key, timedelta] = defaultdict(timedelta)
        for key, took in parts(one):
            times[key] += took
        for key, took in times.items():
            stays[key].append((took, one))
    whole = sum((one.journey.took for one in walked), timedelta())
    return {key: _station(rows, whole) for key, rows in stays.items()}


def _station(rows: Sequence[tuple[timedelta, Walked]], whole: timedelta) -> Station:
    times = sorted(took for took, _one in rows)
    longest = max(rows, key=lambda row: row[0])[1]
    half, most = (times[-(-len(times) * tenths // 10) - 1] for tenths in (5, 9))  # nearest rank: times that cases had
    share = sum(times, timedelta()) / whole if whole else 0.0
    return Station(len(rows), share, half, most, longest)


def _band(walked: Sequence[Walked], least: int, most: int | None) -> Band:
    some = [one for one in walked if least <= (met := len(one.journey.contacts)) and (most is None or met <= most)]
    graded = [one.grade for one in some if one.grade is not None]
    return Band(least, most, len(some), len(graded), sum(grade >= SATISFIED for grade in graded))
