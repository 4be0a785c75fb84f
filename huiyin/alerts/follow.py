"""Which events of a case somebody is told of: the person who holds it, or who gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent
from huiyin.cases.workflow import EventKind

from . import notices
from .models import Notice, What


def follow(changes: Sequence[Change]) -> None:
    """Write the notices of these changes, all in one statement; a new case (or an imported past) has nobody to tell."""
    rows = [row for change in changes if not change.new for row in _notices(change)]
    if rows:
        notices.write(rows)


def _notices(change: Change) -> Iterator[Notice]:
    for event in change.events:
        tell = _TELL.get(event.kind)
        found = tell(event, change) if tell else None
        # Nobody is told of what they did themselves.
        user, what = found or (None, "")
        if user is not None and user != event.actor_id:
            yield Notice(user_id=user, case_id=change.case.pk, seq=event.seq, what=what, at=event.at)


Told = tuple[int | None, What]


def _assigned(event: CaseEvent, change: Change) -> Told:
    return event.data["to"], What.ASSIGNED


def _replied(event: CaseEvent, change: Change) -> Told:
    return change.now.handler_id or change.now.owner_id, What.REPLIED


def _wrote(event: CaseEvent, change: Change) -> Told:
    return change.now.handler_id or change.now.owner_id, What.WROTE


def _noted(event: CaseEvent, change: Change) -> Told | None:
    marks = {"due_soon": What.DUE_SOON, "breached": What.BREACHED}
    what = marks.get(event.data.get("what", "")) if event.topic == "clocks" else None
    return (change.now.handler_id, what) if what else None


_TELL: Mapping[str, Callable[[CaseEvent, Change], Told | None]] = {
    EventKind.ASSIGNED: _assigned,
    EventKind.REPLIED: _replied,
    EventKind.WROTE: _wrote,
    EventKind.NOTED: _noted,
}
