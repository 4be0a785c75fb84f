"""The part of the fold that is about tasks of departments: given, signed for, passed on, asked about, replied to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .workflow import Data, EventKind, NotAllowed, Snapshot

E = EventKind


def handed_over(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """A department has a task; its number is that of the event."""
    department = data["department"]
    waiting = (*now.open_hand_overs, (seq, department))
    assists = data.get("part") == "assist" and now.department_id is not None
    lead = now.department_id if assists else department
    return {"department_id": lead, "hand_overs": now.hand_overs + 1, "open_hand_overs": waiting}


def require_open(now: Snapshot, kind: EventKind, hand_over: int) -> None:
    """Raise `NotAllowed` for a hand-over that nobody waits for."""
    if hand_over not in {seq for seq, _department in now.open_hand_overs}:
        raise NotAllowed(kind, now.status, f"hand-over {hand_over} is not open")


def signed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """The department takes its task."""
    require_open(now, E.SIGNED, data["hand_over"])
    if data["hand_over"] in now.signed:
        raise NotAllowed(E.SIGNED, now.status, f"hand-over {data['hand_over']} is signed for already")
    return {"signed": (*now.signed, data["hand_over"])}


def replied(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """The department has answered."""
    require_open(now, E.REPLIED, data["hand_over"])
    return done_with(now, data["hand_over"])


def done_with(now: Snapshot, hand_over: int) -> dict[str, Any]:
    """A hand-over has ended: with it what its department asked."""
    waiting = tuple(entry for entry in now.open_hand_overs if entry[0] != hand_over)
    requests = tuple(one for one in now.open_requests if one[2] != hand_over)
    return {
        "open_hand_overs": waiting,
        "department_id": waiting[-1][1] if waiting else None,
        "open_questions": tuple(one for one in now.open_questions if one != hand_over),
        "open_requests": requests,
        "signed": tuple(one for one in now.signed if one != hand_over),
        "decide_since": now.decide_since if requests or now.referred else None,
    }


def passed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """A department gives its task to another, once: from then on only a dispatcher moves it."""
    hand_over, department = data["hand_over"], data["department"]
    require_open(now, E.PASSED, hand_over)
    if hand_over in now.passed:
        raise NotAllowed(E.PASSED, now.status, f"task {hand_over} was passed on already; apply to return it")
    ended = done_with(now, hand_over)
    # Whoever leads goes on leading, unless it is the one that passes its task on.
    gives = dict(now.open_hand_overs)[hand_over]
    lead = department if now.department_id in (None, gives) else now.department_id
    waiting = (*ended["open_hand_overs"], (seq, department))
    more = {"passed": (*now.passed, seq), "hand_overs": now.hand_overs + 1}
    return ended | more | {"department_id": lead, "open_hand_overs": waiting}


def asked(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """The department must know something."""
    require_open(now, E.ASKED, data["hand_over"])
    return {"open_questions": (*(one for one in now.open_questions if one != data["hand_over"]), data["hand_over"])}


def told(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """It knows."""
    if data["hand_over"] not in now.open_questions:
        raise NotAllowed(E.TOLD, now.status, f"nothing was asked about hand-over {data['hand_over']}")
    return {"open_questions": tuple(one for one in now.open_questions if one != data["hand_over"])}
