"""Which events of a case somebody is told of: the person who holds it or gets it, who asked, who is reminded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from huiyin.cases.change import Change
from huiyin.cases.expectation_models import Expected
from huiyin.cases.models import CaseEvent, HandOver
from huiyin.cases.workflow import EventKind
from huiyin.org.models import Role

from . import emergencies, notices
from .models import Notice, What


def follow(changes: Sequence[Change]) -> None:
    """Write the notices of these changes, all in one statement; a new case (or an imported past) has nobody to tell."""
    rows = [row for change in changes if not change.new for row in _notices(change)]
    if rows:
        notices.write(rows)


def _notices(change: Change) -> Iterator[Notice]:
    decided: set[int] = set()
    for event in change.events:
        tell = _TELL.get(event.kind)
        people, what = tell(event, change) if tell else ((), What.WROTE)
        for user in people:
            # Nobody is told of what they did themselves, nor twice of one decision with several sides to it.
            if user is not None and user != event.actor_id and not (what is What.DECIDED and user in decided):
                decided |= {user} if what is What.DECIDED else set()
                yield Notice(user_id=user, case_id=change.case.pk, seq=event.seq, what=what, at=event.at)


Told = tuple[Sequence[int | None], What]


def _holder(change: Change) -> list[int | None]:
    return [change.now.handler_id or change.now.owner_id]


def _assigned(event: CaseEvent, change: Change) -> Told:
    return [event.data["to"]], What.ASSIGNED


def _replied(event: CaseEvent, change: Change) -> Told:
    return _holder(change), What.REPLIED


def _passed(event: CaseEvent, change: Change) -> Told:
    """Nobody of the front desk was asked: whoever owns the case and whoever holds it know of it."""
    return list(dict.fromkeys([change.now.owner_id, *_holder(change)])), What.PASSED


def _judged(event: CaseEvent, change: Change) -> Told:
    """Only a no is news: whoever answered, and their department."""
    if event.data["usable"]:
        return (), What.UNUSABLE
    people = emergencies.people_of(change.case.site_id, department=event.data["department"])
    told = dict.fromkeys([event.data["of"], *people])
    return [one for one in told if one not in change.now.about_users], What.UNUSABLE


def _wrote(event: CaseEvent, change: Change) -> Told:
    return _holder(change), What.WROTE


def _chased(event: CaseEvent, change: Change) -> Told:
    """Whoever has the task: the people of the department, or who holds the case."""
    unit = dict(change.now.open_hand_overs).get(event.data["hand_over"])
    found = emergencies.people_of(change.case.site_id, department=unit) if unit is not None else _holder(change)
    return found, What.CHASED


def _visited(event: CaseEvent, change: Change) -> Told:
    """What the customer said goes back to those who did the work: who held the case, who owns it, and the departments
    that had a task."""
    if not event.data["reached"] or event.data["declined"]:
        return (), What.VISITED
    case = change.case
    units = HandOver.objects.filter(case=case, dropped=False).values_list("department", flat=True).distinct()
    people = [one for unit in units for one in emergencies.people_of(case.site_id, department=unit)]
    told = dict.fromkeys([change.before.handler_id, change.before.owner_id, *people])
    return [one for one in told if one not in change.now.about_users], What.VISITED


def _decided(event: CaseEvent, change: Change) -> Told:
    """A supervisor's decision: who holds the case carries it out, the site manager knows of it."""
    managers = emergencies.people_of(change.case.site_id, role=Role.MANAGER)
    return [*_holder(change), *(one for one in managers if one not in change.now.about_users)], What.DECIDED


def _settled(event: CaseEvent, change: Change) -> Told:
    """An application is decided: who asked."""
    asked = change.case.caseevent_set.filter(seq=event.data["request"]).values_list("actor", flat=True)
    return list(asked), What.DECIDED


def _over_promised(event: CaseEvent, change: Change) -> list[int]:
    """The supervisors of the department that promised it; those of the site where it has none, or nobody knows whose it
    was."""
    leads = emergencies.people_of(change.case.site_id, role=Role.SUPERVISOR)
    unit = event.data["department"]
    theirs = set(emergencies.people_of(change.case.site_id, department=unit)) if unit is not None else set[int]()
    told = [one for one in leads if one in theirs] or leads
    return [one for one in told if one not in change.now.about_users]


def _noted(event: CaseEvent, change: Change) -> Told:
    if named := event.data.get("mentions"):
        return named, What.MENTIONED
    if event.topic == "cases" and event.data.get("kind") == Expected.OVER_PROMISED:
        return _over_promised(event, change), What.PROMISED
    marks = {"due_soon": What.DUE_SOON, "breached": What.BREACHED}
    what = marks.get(event.data.get("what", "")) if event.topic == "clocks" else None
    return ([change.now.handler_id], what) if what else ((), What.DUE_SOON)


_TELL: Mapping[str, Callable[[CaseEvent, Change], Told]] = {
    EventKind.ASSIGNED: _assigned,
    EventKind.REPLIED: _replied,
    EventKind.PASSED: _passed,
    EventKind.JUDGED: _judged,
    EventKind.WROTE: _wrote,
    EventKind.CHASED: _chased,
    EventKind.DECIDED: _decided,
    EventKind.RETURNED: _settled,
    EventKind.EXTENDED: _settled,
    EventKind.NOTED: _noted,
    EventKind.VISITED: _visited,
}
