"""Which other case an event leads to, and whether whoever reads may know of that one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from huiyin.org.models import User

from . import queries
from .models import Case, CaseEvent
from .workflow import EventKind

_INTO = frozenset({EventKind.JOINED, EventKind.SPLIT})
_FROM = frozenset({EventKind.WROTE, EventKind.CHASED})


def key(kind: str, data: Mapping[str, Any]) -> str | None:
    """The name under which the facts of an event name another case."""
    name = "into" if kind in _INTO else "from" if kind in _FROM else "case"
    return name if isinstance(data.get(name), int) else None


def other(kind: str, data: Mapping[str, Any]) -> int | None:
    """The case that an event leads to."""
    name = key(kind, data)
    return data[name] if name is not None else None


def known(user: User, events: Iterable[CaseEvent], *more: int | None) -> dict[int, Case]:
    """The cases to which these events lead, and `more`, that `user` may see; asks nothing where none is named."""
    named = {other(event.kind, event.data) for event in events} | set(more)
    return {case.pk: case for case in queries.some(user, sorted(pk for pk in named if pk is not None))}


def told(event: CaseEvent, seen: Mapping[int, Case]) -> dict[str, Any]:
    """The facts of an event without what names a case that isn't among those `seen`."""
    name = key(event.kind, event.data)
    hidden = name if name is not None and event.data[name] not in seen else None
    return {one: value for one, value in event.data.items() if one != hidden}
