"""Three rounds of killing on each database, and the comparison that would tell."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bench.faults.__main__ import order
from bench.faults.check import Missed, Stored, settled, wrong_clocks, wrong_requests
from bench.faults.clients import Sent, body, voice

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def sent(verb: str, mark: str, *, status: int = 200, number: str = "7", twice: str = "") -> Sent:
    return Sent(mark, verb, number, "", 1, status, twice)


STORED = Stored(
    made={"a": ["7"], "two": ["8", "9"]},
    said={"word": ["7"], "twice": ["7", "7"], "elsewhere": ["8"]},
    accepted={"7": 1, "8": 2},
)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (sent("create", "a", status=201), []),
        (sent("create", "b", status=201), ["lost"]),
        (sent("create", "b", status=0, number=""), []),
        (sent("create", "a", status=0, number=""), []),
        (sent("create", "two", status=0, number=""), ["doubled"]),
        (sent("create", "a", status=201, twice="9"), ["doubled"]),
        (sent("create", "a", status=201, twice="7"), []),
        (sent("answer", "word"), []),
        (sent("answer", "gone"), ["lost"]),
        (sent("answer", "gone", status=0), []),
        (sent("answer", "elsewhere"), ["lost"]),
        (sent("note", "twice"), ["doubled"]),
        (sent("accept", "x"), []),
        (sent("accept", "x", number="8"), ["doubled"]),
        (sent("accept", "x", number="9"), ["lost"]),
    ],
)
def test_what_was_answered_must_be_stored_once_and_what_was_not_at_most_once(one: Sent, expected: list[str]) -> None:
    assert [kind for kind, _line in wrong_requests([one], STORED)] == expected


@pytest.mark.parametrize(
    ("breached_at", "events", "good"),
    [
        (AT, (AT,), True),
        (None, (), False),
        (AT, (), False),
        (AT, (AT, AT), False),
        (AT + timedelta(seconds=1), (AT + timedelta(seconds=1),), False),
        (AT, (AT + timedelta(seconds=1),), False),
    ],
)
def test_a_missed_deadline_is_recorded_once_at_its_own_time(
    breached_at: datetime | None, events: tuple[datetime, ...], good: bool
) -> None:
    assert (not list(wrong_clocks([Missed("one", AT, breached_at, events)]))) is good


def test_a_sweep_may_be_late_and_a_deadline_that_nobody_ever_comes_by_is_wrong() -> None:
    late, done = Missed("one", AT, None, ()), Missed("one", AT, AT, (AT,))
    sights = iter([[late], [late], [done], [done]])
    assert settled(lambda _now: next(sights), lambda _seconds: None) == [done]
    assert list(wrong_clocks(settled(lambda _now: [late], lambda _seconds: None))) != []


def test_each_kind_is_killed_as_often_as_the_others_and_the_seed_decides_when() -> None:
    names = ["a", "b", "c"]
    plan = list(order(names, 31, random.Random(1)))
    assert sorted(Counter(plan).values()) == [10, 10, 11]
    assert plan == list(order(names, 31, random.Random(1)))
    assert plan != list(order(names, 31, random.Random(2)))


def test_a_request_that_is_sent_again_is_the_same_byte_for_byte() -> None:
    assert voice("m") == voice("m")
    assert body("answer", "m") == body("answer", "m")


@pytest.mark.process
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_three_kills_lose_nothing_and_double_nothing(database: str) -> None:
    command = [sys.executable, "-m", "bench.faults", "--rounds", "3", "--database", database, "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
