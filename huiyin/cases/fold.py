"""The fold: what each kind of event changes in the snapshot of a case. Pure, like the workflow it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from . import tagging
from .fold_tasks import asked, done_with, handed_over, passed, replied, require_open, signed, told
from .severity import Complexity
from .workflow import REFUSAL, RULES, Data, EventKind, NotAllowed, Overridden, Snapshot, Status, WaitingFor

S, E = Status, EventKind


def _received(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {
        "received_at": at,
        "last_word": "customer",
        "severity": data["severity"],
        "complexity": data["complexity"],
        "going_on": _going_on(now, data),
        "category_id": data.get("category"),
        "owner_id": data.get("owner"),
        "handler_id": data.get("owner"),
        "protected": bool(data.get("protected")),
    }


def _going_on(now: Snapshot, data: Data) -> bool:
    taps = data.get("grade", {}).get("taps")
    return taps["danger"] or taps["state"] > 0 if taps else now.going_on


def _accepted(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    # First-receiver responsibility: the first to take the case owns it until the end, also while others work on it.
    by = data["by"]
    return {"accepted_at": at, "owner_id": now.owner_id or by, "handler_id": by}


def _assigned(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"handler_id": data["to"], "owner_id": now.owner_id or data["to"]}


def _answered(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"last_word": "us", "answered_at": now.answered_at or at} if data["public"] else {}


def _called(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"last_word": "us", "answered_at": now.answered_at or at} if data["reached"] else {}


def _wrote(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    back = now.status == S.WAITING and now.waiting_for == WaitingFor.CUSTOMER
    return {"last_word": "customer"} | ({"status": S.ACCEPTED, "waiting_for": ""} if back else {})


def _committed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"open_commitments": (*now.open_commitments, seq)}


def _kept(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    if data["commitment"] not in now.open_commitments:
        raise NotAllowed(E.KEPT, now.status, f"promise {data['commitment']} is not open")
    return {"open_commitments": tuple(one for one in now.open_commitments if one != data["commitment"])}


def _waited(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"waiting_for": data["for"], "last_word": "us", "answered_at": now.answered_at or at}


def _resumed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"waiting_for": ""}


def _graded(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    graded = {"severity": data["severity"], "complexity": data["complexity"], "going_on": _going_on(now, data)}
    # What is no project any more has no milestones: it has a time to finish again.
    return graded if data["complexity"] == Complexity.PROJECT else graded | {"open_milestones": (), "planned_at": None}


def _arrived(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"arrived_at": now.arrived_at or at}


def _contained(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"contained_at": now.contained_at or at}


def _sorted(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"category_id": data["category"]}


_NOBODY_WAITS: dict[str, Any] = {
    "waiting_for": "",
    "department_id": None,
    "open_hand_overs": (),
    "signed": (),
    "open_questions": (),
    "open_requests": (),
    "open_milestones": (),
    "referred": "",
    "decide_since": None,
}


def _ended(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    # The customer is told with the same act; hand-overs without a reply have nothing more to give.
    told = {"last_word": "us", "answered_at": now.answered_at or at, "resolved_at": at}
    return told | _NOBODY_WAITS | _still_to_approve(now)


def _still_to_approve(now: Snapshot) -> dict[str, Any]:
    """What is to be made good is decided also when the work has ended."""
    left = tuple(one for one in now.open_requests if one[1] == E.APPROVING and one[2] != REFUSAL)
    return {"open_requests": left, "decide_since": now.decide_since if left else None}


def _resolved(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return _ended(now, seq, at, data) | ({"review_since": at, "decide_since": at} if data.get("review") else {})


def _review_over(now: Snapshot) -> dict[str, Any]:
    return {"review_since": None, "decide_since": now.decide_since if now.open_requests else None}


def _reviewed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    if now.review_since is None:
        raise NotAllowed(E.REVIEWED, now.status, "no result waits for a review")
    return _review_over(now)


def _review_first(now: Snapshot, kind: EventKind) -> None:
    if now.review_since is not None:
        raise NotAllowed(kind, now.status, "the review comes first")


def _reopened(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    again = {"resolved_at": None, "closed_at": None, "outcome": "", "visits": 0, "reopened": now.reopened + 1}
    again |= {
        "arrived_at": None,
        "planned_at": None,
    } | _review_over(now)  # somebody has to come once more, a project needs a plan
    return again | {"handler_id": data.get("handler", now.handler_id)}


def _joined(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"joined_into_id": data["into"], "open_commitments": ()} | _NOBODY_WAITS


def _gathered(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    if now.incident_id is not None:
        raise NotAllowed(E.GATHERED, now.status, f"it belongs to incident {now.incident_id}")
    return {"incident_id": data["incident"]}


def _released(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    if now.incident_id != data["incident"]:
        raise NotAllowed(E.RELEASED, now.status, f"it doesn't belong to incident {data['incident']}")
    return {"incident_id": None}


def _visited(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    _review_first(now, E.VISITED)
    return {"visits": now.visits + 1}


def _closed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    _review_first(now, E.CLOSED)
    if any(kind == E.APPROVING for _seq, kind, _about in now.open_requests):
        raise NotAllowed(E.CLOSED, now.status, "an approval is waited for")
    return {"closed_at": at, "outcome": data["outcome"], "open_commitments": ()}


def _applied(now: Snapshot, kind: EventKind, seq: int, at: datetime, about: int) -> dict[str, Any]:
    if any(one[1:] == (kind, about) for one in now.open_requests):
        raise NotAllowed(kind, now.status, f"an application about {about} waits for its decision")
    requests = (*now.open_requests, (seq, str(kind), about))
    return {"open_requests": requests, "decide_since": now.decide_since or at}


def _returning(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    require_open(now, E.RETURNING, data["hand_over"])
    return _applied(now, E.RETURNING, seq, at, data["hand_over"]) | {"returns": now.returns + 1}


def _extending(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return _applied(now, E.EXTENDING, seq, at, data["ref"])


def _settled(now: Snapshot, kind: EventKind, data: Data) -> dict[str, Any]:
    """An application is decided: `data["request"]` is its event number."""
    rest = tuple(one for one in now.open_requests if one[0] != data["request"])
    if len(rest) == len(now.open_requests):
        raise NotAllowed(kind, now.status, f"application {data['request']} is not open")
    return {"open_requests": rest, "decide_since": now.decide_since if rest or now.referred else None}


def _returned(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    settled = _settled(now, E.RETURNED, data)
    return settled | done_with(_changed(now, settled), data["hand_over"]) if data["granted"] else settled


def _extended(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    told = {"last_word": "us", "answered_at": now.answered_at or at} if data["told"] else {}
    return _settled(now, E.EXTENDED, data) | told


def _approving(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return _applied(now, E.APPROVING, seq, at, data["about"])


def _approved(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return _settled(now, E.APPROVED, data)


def _require_project(now: Snapshot, kind: EventKind) -> None:
    if now.complexity != Complexity.PROJECT:
        raise NotAllowed(kind, now.status, "only a project has a plan")


def _planning(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    _require_project(now, E.PLANNING)
    return _applied(now, E.PLANNING, seq, at, 0)


def _planned(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    settled = _settled(now, E.PLANNED, data)
    if not data["granted"]:
        return settled
    _require_project(now, E.PLANNED)
    numbers = tuple(sorted(one["milestone"] for one in data["steps"]))
    if any(number <= now.milestones and number not in now.open_milestones for number in numbers):
        raise NotAllowed(E.PLANNED, now.status, "a milestone is reached or dropped already")
    plan = {"open_milestones": numbers, "milestones": max(now.milestones, *numbers)}
    told = {"last_word": "us", "answered_at": now.answered_at or at}
    return settled | told | plan | {"planned_at": now.planned_at or at}


def _reached(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    if data["milestone"] not in now.open_milestones:
        raise NotAllowed(E.REACHED, now.status, f"milestone {data['milestone']} is not open")
    told = {"last_word": "us", "answered_at": now.answered_at or at} if data["told"] else {}
    return told | {"open_milestones": tuple(one for one in now.open_milestones if one != data["milestone"])}


def _chased(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"chased": now.chased + 1}


def _supervised(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"supervised_by_id": data["by"]}


def _referred(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"referred": data["because"], "decide_since": now.decide_since or at}


def _decided(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    told = {"last_word": "us", "answered_at": now.answered_at or at} if data["told"] else {}
    return told | {"referred": "", "decide_since": now.decide_since if now.open_requests else None}


def _concerned(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    users, departments = tuple(data["users"]), tuple(data["departments"])
    waiting = tuple(entry for entry in now.open_hand_overs if entry[1] not in departments)
    gone = {entry[0] for entry in now.open_hand_overs} - {entry[0] for entry in waiting}
    left = _changed(now, {})
    for hand_over in gone:
        left = _changed(left, done_with(left, hand_over))
    return {
        **{name: getattr(left, name) for name in _LEFT},
        "about_users": users,
        "about_departments": departments,
        "owner_id": None if now.owner_id in users else now.owner_id,
        "handler_id": None if now.handler_id in users else now.handler_id,
    }


_LEFT = ("open_hand_overs", "department_id", "signed", "open_questions", "open_requests", "decide_since")


def _transferred(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    if data["due_at"] is None:
        return {}
    due = datetime.fromisoformat(data["due_at"])
    return {"outside_due_at": min(due, now.outside_due_at or due)}


def _withdrawn(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"resolved_at": at, "last_word": data["by"], "open_commitments": ()} | _NOBODY_WAITS


_EFFECTS: Mapping[EventKind, Callable[[Snapshot, int, datetime, Data], dict[str, Any]]] = {
    E.RECEIVED: _received,
    E.ACCEPTED: _accepted,
    E.ASSIGNED: _assigned,
    E.HANDED_OVER: handed_over,
    E.SIGNED: signed,
    E.PASSED: passed,
    E.REPLIED: replied,
    E.ANSWERED: _answered,
    E.CALLED: _called,
    E.WROTE: _wrote,
    E.COMMITTED: _committed,
    E.KEPT: _kept,
    E.WAITED: _waited,
    E.RESUMED: _resumed,
    E.ARRIVED: _arrived,
    E.CONTAINED: _contained,
    E.GRADED: _graded,
    E.SORTED: _sorted,
    E.RESOLVED: _resolved,
    E.DECLINED: _ended,
    E.REFUSED: _ended,
    E.REOPENED: _reopened,
    E.JOINED: _joined,
    E.GATHERED: _gathered,
    E.RELEASED: _released,
    E.REVIEWED: _reviewed,
    E.VISITED: _visited,
    E.CLOSED: _closed,
    E.ASKED: asked,
    E.TOLD: told,
    E.RETURNING: _returning,
    E.RETURNED: _returned,
    E.EXTENDING: _extending,
    E.EXTENDED: _extended,
    E.PLANNING: _planning,
    E.PLANNED: _planned,
    E.REACHED: _reached,
    E.APPROVING: _approving,
    E.APPROVED: _approved,
    E.CHASED: _chased,
    E.SUPERVISED: _supervised,
    E.REFERRED: _referred,
    E.DECIDED: _decided,
    E.CONCERNED: _concerned,
    E.TRANSFERRED: _transferred,
    E.WITHDRAWN: _withdrawn,
    E.TAGGED: tagging.tagged,
    E.UNTAGGED: tagging.untagged,
}


def step(now: Snapshot, kind: str, *, seq: int, at: datetime, data: Data) -> Snapshot:
    """The snapshot after one event. `seq` is the event's number in its case, `at` when it happened.

    Raises `NotAllowed` when `RULES` doesn't let `kind` happen in this status, or when it speaks of a hand-over or
    promise that isn't open.
    """
    sources, target = RULES[E(kind)]
    if now.status not in sources:
        raise NotAllowed(kind, now.status)
    changes: dict[str, Any] = {"changed_at": max(at, now.changed_at or at)}
    if target is not None:
        changes["status"] = str(target)
    if data.get("override"):
        changes |= {"overrides": now.overrides + 1, "overridden": _by_hand(now.overridden, E(kind))}
    effect = _EFFECTS.get(E(kind))
    if effect is not None:
        changes |= effect(now, seq, at, data)
    return _changed(now, changes)


_BY_HAND = {
    E.GRADED: Overridden.SEVERITY,
    E.OVERRIDDEN: Overridden.CLOCK,
    E.CLOSED: Overridden.CLOSING,
    E.CONCERNED: Overridden.ASIDE,
}


def _by_hand(before: str, kind: EventKind) -> str:
    what = str(_BY_HAND[kind])
    return what if before in ("", what) else Overridden.SEVERAL.value


def _changed(now: Snapshot, changes: dict[str, Any]) -> Snapshot:
    """As `dataclasses.replace`, which is slow with so many fields; imports do this thousands of times a second."""
    after = object.__new__(Snapshot)
    after.__dict__.update(now.__dict__, **changes)
    return after
