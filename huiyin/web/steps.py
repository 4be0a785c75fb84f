"""The four steps of a case as customer and manager see them: received, handled, answered, asked again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from huiyin.cases.workflow import Status

RECEIVE, HANDLE, ANSWER, VISIT = range(4)
_STEP_OF_CLOCK = {
    "dispatch": RECEIVE,
    "sign": HANDLE,
    "respond": ANSWER,
    "update": ANSWER,
    "arrive": HANDLE,
    "contain": HANDLE,
    "reply": HANDLE,
    "resolve": HANDLE,
    "commitment": HANDLE,
    "visit": VISIT,
    "decide": HANDLE,
    "supervise": HANDLE,
    "plan": HANDLE,
    "milestone": HANDLE,
}
_WORSE = ("now", "soon", "late")
ASKED = "done"
"""Outcome of a closed case whose customer answered; the others show three steps."""


class Standing(Protocol):
    """What the steps look at in a case."""

    status: str
    last_word: str
    outcome: str


class Deadline(Protocol):
    """What they look at in an open clock."""

    @property
    def kind(self) -> str:
        """Code of the kind of clock."""

    @property
    def due_at(self) -> datetime:
        """The deadline."""

    @property
    def warn_at(self) -> datetime:
        """From when on it is near."""

    @property
    def paused(self) -> bool:
        """Does it stand still?"""


def steps(case: Standing, clocks: Collection[Deadline], now: datetime) -> tuple[str, ...]:
    """`done`, `now`, `soon`, `late`, `wait` or `todo` for each step; three steps for a case nobody is asked about.

    `clocks`: the open ones. The step whose turn it is has the state of its most pressing clock.
    """
    if case.status == Status.RECEIVED:
        return (_pressing(clocks, now, (RECEIVE, ANSWER, HANDLE)), "todo", "todo", "todo")
    if case.status == Status.WAITING:
        return ("done", _late_or("wait", clocks, now), "todo", "todo")
    if case.status == Status.ACCEPTED:
        heard = _pressing(clocks, now, (ANSWER,)) if case.last_word == "customer" else "todo"
        return ("done", _pressing(clocks, now, (HANDLE,)), heard, "todo")
    return _ended(case, clocks, now)


def _ended(case: Standing, clocks: Collection[Deadline], now: datetime) -> tuple[str, ...]:
    if case.status == Status.RESOLVED and any(clock.kind == "decide" for clock in clocks):  # the result is reviewed
        return ("done", _pressing(clocks, now, (HANDLE,)), "done", "todo")
    if case.status == Status.RESOLVED:
        asked = any(clock.kind == "visit" for clock in clocks)
        return ("done", "done", "done", _pressing(clocks, now, (VISIT,)) if asked else "wait")
    if case.status == Status.JOINED:
        return ("done", "wait", "todo")
    return ("done", "done", "done", "done") if case.outcome == ASKED else ("done", "done", "done")


def _pressing(clocks: Collection[Deadline], now: datetime, which: Sequence[int]) -> str:
    states = [_state(clock, now) for clock in clocks if not clock.paused and _STEP_OF_CLOCK[clock.kind] in which]
    return max(states, key=_WORSE.index, default="now")


def _late_or(otherwise: str, clocks: Collection[Deadline], now: datetime) -> str:
    return "late" if _pressing(clocks, now, (HANDLE, ANSWER)) == "late" else otherwise


def _state(clock: Deadline, now: datetime) -> str:
    if clock.due_at <= now:
        return "late"
    return "soon" if clock.warn_at <= now else "now"
