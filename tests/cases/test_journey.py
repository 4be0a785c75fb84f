"""Who had a case and for how long, told by its events alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.journey import LANES, Journey, Lane, Meeting, Stage, walk
from huiyin.cases.workflow import Data, NotAllowed

Step = tuple[float, str, dict[str, Any]]
START = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
DESK, OTHER, ENGINEERING = 1, 2, 7


@dataclass
class Event:
    seq: int
    kind: str
    at: datetime
    data: Data = field(default_factory=dict)
    actor_id: int | None = None


def walked(*steps: Step, until: float = 100, actor: int | None = DESK) -> Journey:
    """The journey of a case whose events happened so many hours after its receipt."""
    received: Step = (0.0, "received", {"severity": "P3", "complexity": "simple"})
    events = [
        Event(seq, kind, START + timedelta(hours=hour), data, actor)
        for seq, (hour, kind, data) in enumerate((received, *steps), 1)
    ]
    return walk(events, at=START + timedelta(hours=until))


def stays(journey: Journey) -> list[tuple[str, float]]:
    return [(one.stage, one.took / timedelta(hours=1)) for one in journey.stretches]


ACCEPTED: Step = (2.0, "accepted", {"by": DESK})
GIVEN: Step = (3.0, "handed_over", {"department": ENGINEERING, "part": "lead"})


def test_what_nobody_takes_waits_at_the_front() -> None:
    assert stays(walked(until=5)) == [("untaken", 5)]


def test_a_case_goes_from_hand_to_hand_and_every_hour_of_it_is_somebodys() -> None:
    journey = walked(
        ACCEPTED,
        GIVEN,
        (9.0, "replied", {"hand_over": 3}),
        (10.0, "waited", {"for": "customer"}),
        (20.0, "wrote", {}),
        (21.0, "resolved", {}),
        (45.0, "closed", {"outcome": "solved"}),
    )
    expected = [
        ("untaken", 2),
        ("desk", 1),
        ("department", 6),
        ("desk", 1),
        ("customer", 10),
        ("desk", 1),
        ("visit", 24),
    ]
    assert stays(journey) == expected
    assert journey.took == timedelta(hours=21)
    assert [journey.in_lane(lane) / timedelta(hours=1) for lane in Lane] == [5, 6, 10, 24]


def test_a_department_that_asks_back_waits_for_the_desk() -> None:
    journey = walked(ACCEPTED, GIVEN, (4.0, "asked", {"hand_over": 3}), (6.0, "told", {"hand_over": 3}), until=7)
    assert stays(journey)[2:] == [("department", 1), ("question", 2), ("department", 1)]


def test_what_waits_for_a_decision_is_behind_the_stage() -> None:
    journey = walked(ACCEPTED, GIVEN, (4.0, "returning", {"hand_over": 3}), until=6)
    assert journey.stretches[-1].stage == Stage.DECISION
    assert journey.stretches[-1].lane == Lane.BACK


def test_a_reopened_case_goes_on_and_the_time_when_it_was_closed_is_nobodys() -> None:
    ended: tuple[Step, ...] = (
        ACCEPTED,
        (3.0, "resolved", {}),
        (4.0, "closed", {"outcome": "solved"}),
        (50.0, "reopened", {}),
    )
    journey = walked(*ended, until=52)
    assert stays(journey) == [("untaken", 2), ("desk", 1), ("visit", 1), ("desk", 2)]


def test_the_same_desk_in_other_hands_is_another_stretch() -> None:
    journey = walked(ACCEPTED, (5.0, "assigned", {"to": OTHER}), until=6)
    assert [(one.stage, one.handler) for one in journey.stretches[1:]] == [("desk", DESK), ("desk", OTHER)]


def test_what_is_written_down_later_than_it_happened_takes_no_time_away() -> None:
    journey = walked((5.0, "accepted", {"by": DESK}), (4.0, "assigned", {"to": OTHER}), until=8)
    assert stays(journey) == [("untaken", 5), ("desk", 3)]


def test_each_moment_at_which_both_met_is_one_of_truth() -> None:
    journey = walked(
        ACCEPTED,
        (2.5, "answered", {"public": False}),
        (3.0, "answered", {"public": True}),
        (4.0, "called", {"reached": False}),
        (5.0, "called", {"reached": True}),
        (6.0, "chased", {}),
        (7.0, "wrote", {}),
        (8.0, "arrived", {}),
        (9.0, "resolved", {}),
        (10.0, "visited", {"reached": True}),
    )
    assert [one.meeting for one in journey.contacts] == [
        *(Meeting.CAME, Meeting.WROTE, Meeting.SPOKE, Meeting.CHASED, Meeting.CAME, Meeting.ON_SITE, Meeting.WROTE),
        Meeting.VISITED,
    ]
    assert journey.people == 1


def test_who_writes_meets_nobody() -> None:
    assert walked((1.0, "wrote", {}), actor=None).people == 0


def test_every_stage_is_on_one_side_of_the_line() -> None:
    assert set(LANES) == set(Stage)


MOVES: tuple[tuple[str, dict[str, Any]], ...] = (
    (ACCEPTED[1], ACCEPTED[2]),
    ("assigned", {"to": OTHER}),
    ("waited", {"for": "third_party"}),
    ("resumed", {}),
    ("wrote", {}),
    ("resolved", {}),
    ("reopened", {}),
    ("closed", {"outcome": "solved"}),
)


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(MOVES)), max_size=12))
def test_stretches_follow_each_other_and_never_overlap(moves: list[tuple[int, tuple[str, dict[str, Any]]]]) -> None:
    steps: list[Step] = []
    for hour, (kind, data) in moves:
        try:
            walked(*steps, (float(hour), kind, data))
        except NotAllowed:
            continue
        steps.append((float(hour), kind, data))
    found = walked(*steps).stretches
    assert all(one.took > timedelta() for one in found)
    assert all(one.until <= after.since for one, after in itertools.pairwise(found))


@pytest.mark.parametrize("lane", list(Lane))
def test_what_never_began_took_no_time(lane: Lane) -> None:
    assert walk([], at=START).in_lane(lane) == timedelta()
