"""The workflow of a case: statuses, what may happen in each, and what it changes. Pure: no rows, no settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a case stands, in the words of the desk."""

    RECEIVED = "received", _("received")
    ACCEPTED = "accepted", _("accepted")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined (out of scope)")
    REFUSED = "refused", _("refused (answered no)")
    JOINED = "joined", _("joined")


class EventKind(TextChoices):
    """What can happen. Facts of other domains are `noted`, with their own `topic`, and change nothing here."""

    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", _("Accepted")
    ASSIGNED = "assigned", _("Assigned")
    HANDED_OVER = "handed_over", _("Handed over")
    REPLIED = "replied", _("Department replied")
    ANSWERED = "answered", _("Answered the customer")
    CALLED = "called", _("Phone call")
    WROTE = "wrote", _("Customer wrote")
    COMMITTED = "committed", _("Promised")
    KEPT = "kept", _("Promise kept or broken")
    WAITED = "waited", _("Waiting")
    RESUMED = "resumed", _("Resumed")
    GRADED = "graded", _("Severity set")
    SORTED = "sorted", _("Category chosen")
    RESOLVED = "resolved", _("Resolved")
    DECLINED = "declined", _("Declined")
    REFUSED = "refused", _("Refused")
    REOPENED = "reopened", _("Reopened")
    JOINED = "joined", _("Joined into another case")
    ABSORBED = "absorbed", _("Another case joined")
    VISITED = "visited", _("Return visit")
    CLOSED = "closed", _("Closed")
    NOTED = "noted", _("Noted")


S, E = Status, EventKind
Data = Mapping[str, Any]


class WaitingFor(TextChoices):
    """Whose turn it is while a case waits. Only waiting for the customer pauses clocks."""

    CUSTOMER = "customer", _("waiting for the customer")
    THIRD_PARTY = "third_party", _("waiting for a third party")


@dataclass(frozen=True)
class Snapshot:
    """The state of a case: the fold of its events. Field names are those of the `Case` row; ids are row ids."""

    status: str = ""
    severity: str = ""
    complexity: str = ""
    category_id: int | None = None
    owner_id: int | None = None
    handler_id: int | None = None
    department_id: int | None = None
    waiting_for: str = ""
    last_word: str = ""
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    reopened: int = 0
    hand_overs: int = 0
    visits: int = 0
    joined_into_id: int | None = None
    open_hand_overs: tuple[tuple[int, int], ...] = ()
    """(event number, department id) of each hand-over without a reply, oldest first."""
    open_commitments: tuple[int, ...] = ()
    """Event numbers of promises neither kept nor broken."""


class NotAllowed(Exception):
    """This can't happen in this status. `allowed` lists the kinds of event that can."""

    def __init__(self, kind: str, status: str, reason: str = "") -> None:
        super().__init__(f"{kind} is not possible while the case is {status or 'new'}{': ' + reason if reason else ''}")
        self.kind, self.status, self.reason = kind, status, reason
        self.allowed = allowed(status)


OPEN = frozenset({S.RECEIVED, S.ACCEPTED, S.WAITING})
WORKING = frozenset({S.ACCEPTED, S.WAITING})
LIVE = OPEN | {S.RESOLVED}
ENDED = frozenset({S.RESOLVED, S.CLOSED, S.DECLINED, S.REFUSED})
ANY = frozenset(Status)

RULES: Mapping[EventKind, tuple[frozenset[Any], Status | None]] = {
    # kind: (statuses in which it may happen, the status it leads to; None = stays)
    E.RECEIVED: (frozenset({""}), S.RECEIVED),
    E.ACCEPTED: (frozenset({S.RECEIVED}), S.ACCEPTED),
    E.ASSIGNED: (OPEN, None),
    E.HANDED_OVER: (WORKING, None),
    E.REPLIED: (WORKING, None),
    E.ANSWERED: (WORKING | ENDED, None),
    E.CALLED: (LIVE, None),
    E.WROTE: (ANY, None),
    E.COMMITTED: (WORKING, None),
    E.KEPT: (LIVE | {S.DECLINED, S.REFUSED}, None),
    E.WAITED: (frozenset({S.ACCEPTED}), S.WAITING),
    E.RESUMED: (frozenset({S.WAITING}), S.ACCEPTED),
    E.GRADED: (OPEN, None),
    E.SORTED: (OPEN, None),
    E.RESOLVED: (WORKING, S.RESOLVED),
    E.DECLINED: (frozenset({S.RECEIVED, S.ACCEPTED}), S.DECLINED),
    E.REFUSED: (WORKING, S.REFUSED),
    E.REOPENED: (ENDED, S.ACCEPTED),
    E.JOINED: (OPEN, S.JOINED),
    E.ABSORBED: (OPEN, None),
    E.VISITED: (frozenset({S.RESOLVED, S.CLOSED}), None),
    E.CLOSED: (frozenset({S.RESOLVED, S.DECLINED, S.REFUSED}), S.CLOSED),
    E.NOTED: (ANY | {""}, None),
}


def allowed(status: str) -> tuple[EventKind, ...]:
    """The kinds of event that may happen in `status`."""
    return tuple(kind for kind, (sources, _target) in RULES.items() if status in sources and kind is not E.NOTED)


def _received(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {
        "received_at": at,
        "last_word": "customer",
        "severity": data["severity"],
        "complexity": data["complexity"],
        "category_id": data.get("category"),
        "owner_id": data.get("owner"),
        "handler_id": data.get("owner"),
    }


def _accepted(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    # First-receiver responsibility: the first to take the case owns it until the end, also while others work on it.
    by = data["by"]
    return {"accepted_at": at, "owner_id": now.owner_id or by, "handler_id": by}


def _assigned(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"handler_id": data["to"], "owner_id": now.owner_id or data["to"]}


def _handed_over(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    department = data["department"]
    waiting = (*now.open_hand_overs, (seq, department))
    return {"department_id": department, "hand_overs": now.hand_overs + 1, "open_hand_overs": waiting}


def _replied(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    waiting = tuple(entry for entry in now.open_hand_overs if entry[0] != data["hand_over"])
    if len(waiting) == len(now.open_hand_overs):
        raise NotAllowed(E.REPLIED, now.status, f"hand-over {data['hand_over']} is not open")
    return {"open_hand_overs": waiting, "department_id": waiting[-1][1] if waiting else None}


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
    return {"severity": data["severity"], "complexity": data["complexity"]}


def _sorted(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"category_id": data["category"]}


def _ended(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    # The customer is told with the same act; hand-overs without a reply have nothing more to give.
    told: dict[str, Any] = {"last_word": "us", "answered_at": now.answered_at or at}
    return told | {"resolved_at": at, "waiting_for": "", "open_hand_overs": (), "department_id": None}


def _reopened(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    again = {"resolved_at": None, "closed_at": None, "outcome": "", "visits": 0, "reopened": now.reopened + 1}
    return again | {"handler_id": data.get("handler", now.handler_id)}


def _joined(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {
        "joined_into_id": data["into"],
        "waiting_for": "",
        "open_hand_overs": (),
        "open_commitments": (),
        "department_id": None,
    }


def _visited(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"visits": now.visits + 1}


def _closed(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    return {"closed_at": at, "outcome": data["outcome"], "open_commitments": ()}


_EFFECTS: Mapping[EventKind, Callable[[Snapshot, int, datetime, Data], dict[str, Any]]] = {
    E.RECEIVED: _received,
    E.ACCEPTED: _accepted,
    E.ASSIGNED: _assigned,
    E.HANDED_OVER: _handed_over,
    E.REPLIED: _replied,
    E.ANSWERED: _answered,
    E.CALLED: _called,
    E.WROTE: _wrote,
    E.COMMITTED: _committed,
    E.KEPT: _kept,
    E.WAITED: _waited,
    E.RESUMED: _resumed,
    E.GRADED: _graded,
    E.SORTED: _sorted,
    E.RESOLVED: _ended,
    E.DECLINED: _ended,
    E.REFUSED: _ended,
    E.REOPENED: _reopened,
    E.JOINED: _joined,
    E.VISITED: _visited,
    E.CLOSED: _closed,
}


def step(now: Snapshot, kind: str, *, seq: int, at: datetime, data: Data) -> Snapshot:
    """The snapshot after one event. `seq` is the event's number in its case, `at` when it happened.

    Raises `NotAllowed` when `RULES` doesn't let `kind` happen in this status, or when it speaks of a hand-over or
    promise that isn't open.
    """
    sources, target = RULES[E(kind)]
    if now.status not in sources:
        raise NotAllowed(kind, now.status)
    effect = _EFFECTS.get(E(kind))
    if effect is None:
        return now
    changes: dict[str, Any] = {} if target is None else {"status": str(target)}
    return _changed(now, changes | effect(now, seq, at, data))


def _changed(now: Snapshot, changes: dict[str, Any]) -> Snapshot:
    """As `dataclasses.replace`, which is slow with so many fields; imports do this thousands of times a second."""
    after = object.__new__(Snapshot)
    after.__dict__.update(now.__dict__, **changes)
    return after
