"""Reading what came again and what went over somebody's head: from the events of a case that were read already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyin.cases.models import CaseEvent
from huiyin.org import queries as org

from . import escalations, repeats
from .handlers import TOPIC
from .models import Origin, Why

__all__ = ["TOPIC", "Origin", "Why"]
"""What doors are given from here, besides what stands below."""


@dataclass(frozen=True)
class Again:
    """That the customer came again: `case` is the earlier one; `suggest`: who could take it, while nobody has it."""

    case: int
    why: str
    suggest: str
    nobody: bool


@dataclass(frozen=True)
class OverHead:
    """The last time it went over somebody's head, and how often it did."""

    origin: str
    at: datetime
    was: str
    nobody: bool
    count: int


@dataclass(frozen=True)
class Fair:
    """What the page of a case says above it."""

    again: Again | None = None
    over_head: OverHead | None = None


def of_events(events: Iterable[CaseEvent]) -> Fair:
    """From all events of a case; asks for names only when there is something to say."""
    mine = [event for event in events if event.topic == TOPIC]
    if not mine:
        return Fair()
    names = org.names({event.data[name] for event in mine for name in ("was", "suggest") if event.data.get(name)})
    came = next((event.data for event in mine if event.data["what"] == repeats.WHAT), None)
    over = [event for event in mine if event.data["what"] == escalations.WHAT]
    return Fair(_again(came, names) if came else None, _over(over, names) if over else None)


def _again(data: Mapping[str, Any], names: Mapping[int, str]) -> Again:
    return Again(data["case"], str(Why(data["why"]).label), names.get(data["suggest"], ""), data["nobody"])


def _over(events: list[CaseEvent], names: Mapping[int, str]) -> OverHead:
    last = events[-1]
    origin, was = str(Origin(last.data["origin"]).label), names.get(last.data["was"], "")
    return OverHead(origin, last.at, was, last.data["nobody"], len(events))
