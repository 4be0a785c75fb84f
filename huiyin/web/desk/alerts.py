"""What stands above a case: the incident it belongs to, who was called, whom to call first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from huiyin.alerts import chains, emergencies, queries
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.org import queries as org
from huiyin.org.access import Verb

from .sheet import Sheet

if TYPE_CHECKING:
    from huiyin.cases.incident_models import Incident


@dataclass(frozen=True)
class Call:
    """A step of the order that was called; `taken_*` once somebody acknowledged."""

    names: str
    at: datetime
    taken_by: str
    taken_at: datetime | None
    minutes: int


@dataclass(frozen=True)
class Alerts:
    """For `desk/case_alerts.html`. `chain`: what led to what in its incident; `came_of_it`: the case is another matter,
    that came of it; `like`: the open incident that the case may belong to."""

    incident: Incident | None
    chain: list[str]
    came_of_it: bool
    like: Incident | None
    calls: list[Call]
    waits: bool
    may_acknowledge: bool
    may_gather: bool
    rescue: str


def alerts(sheet: Sheet) -> Alerts:
    """Read for one case; nothing is asked of the database for an ordinary one without category."""
    calls = _calls(sheet)
    waits = any(call.taken_at is None for call in calls)
    return Alerts(
        incident=sheet.case.incident,
        chain=chains.in_words(sheet.case.incident.story) if sheet.case.incident else [],
        came_of_it=_came_of_it(sheet),
        like=queries.like(sheet.user, sheet.case),
        calls=calls,
        waits=waits,
        may_acknowledge=waits and sheet.may(Verb.ACKNOWLEDGE),
        may_gather=sheet.may(Verb.JOIN),
        rescue=emergencies.rescue(sheet.case) if sheet.case.status in OPEN else "",
    )


def _came_of_it(sheet: Sheet) -> bool:
    gathered = [entry.event.data for entry in sheet.entries if entry.event.kind == EventKind.GATHERED]
    return bool(gathered and gathered[-1].get("effect"))


def _calls(sheet: Sheet) -> list[Call]:
    events = [entry.event for entry in sheet.entries if entry.event.topic == emergencies.TOPIC]
    called = [event for event in events if event.data["what"] == "called"]
    taken = [event for event in events if event.data["what"] == "acknowledged"]
    if not called:
        return []
    meant = {user for event in called for user in event.data["people"]} | {event.data["by"] for event in taken}
    names = org.names(meant)
    return [
        _call(event.data, event.at, next((one for one in taken if one.seq > event.seq), None), names)
        for event in called
    ]


def _call(data: Mapping[str, Any], at: datetime, taken: Any, names: Mapping[int, str]) -> Call:
    units = [org.organisation().departments[unit].name for unit in data["departments"]]
    people = [names.get(user, "") for user in data["people"]]
    return Call(
        names=" · ".join([*units, *people]),
        at=at,
        taken_by=names.get(taken.data["by"], "") if taken else "",
        taken_at=taken.at if taken else None,
        minutes=int((taken.at - at).total_seconds() // 60) if taken else 0,
    )
