"""Whose work a case was: the department for which it counts when no department has it any more.

The one that answered last, leading before helping; if none answered, the one that had it last. A case that never left
the desk has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent, HandOver, Part
from huiyin.cases.workflow import EventKind

from .definitions import BY_WORK
from .models import Fact


@dataclass(slots=True)
class _Task:
    department: int
    leads: bool
    answered: bool = False


Tasks = dict[int, _Task]
"""Of one case, by their numbers."""


def give_departments(facts: Sequence[Fact], changes: Sequence[Change]) -> None:
    """Put it down in facts of these changes. What they do to tasks is not in the database yet."""
    wanted = _without(facts, {change.case.pk: change.now.hand_overs for change in changes})
    tasks = _stored(wanted.difference(change.case.pk for change in changes if change.new))
    for change in changes:
        if change.case.pk in wanted:
            _apply(change.events, tasks[change.case.pk])
    _put_down(facts, tasks)


def give_stored(facts: Sequence[Fact], hand_overs: Mapping[int, int]) -> None:
    """Put it down in facts of cases as they are stored; `hand_overs`: how often each was handed over."""
    _put_down(facts, _stored(_without(facts, hand_overs)))


def _without(facts: Iterable[Fact], hand_overs: Mapping[int, int]) -> set[int]:
    """The cases of facts that want a department; those that never left the desk are asked nothing about."""
    without = {fact.case_id for fact in facts if fact.department_id is None and fact.rate in BY_WORK}
    return {case for case in without if hand_overs[case]}


def _stored(cases: Collection[int]) -> dict[int, Tasks]:
    found: dict[int, Tasks] = defaultdict(dict)
    columns = ("case", "seq", "department", "part", "replied_at")
    for case, number, department, part, at in HandOver.objects.filter(case__in=cases).values_list(*columns):
        found[case][number] = _Task(department, part == Part.LEAD, at is not None)
    return found


def _apply(events: Iterable[CaseEvent], tasks: Tasks) -> None:
    for event in events:
        if event.kind in (EventKind.HANDED_OVER, EventKind.PASSED):
            tasks[event.seq] = _Task(event.data["department"], event.data.get("part", Part.LEAD) == Part.LEAD)
        elif event.kind == EventKind.REPLIED:
            tasks[event.data["hand_over"]].answered = True


def _put_down(facts: Iterable[Fact], tasks: Mapping[int, Tasks]) -> None:
    best = {
        case: max(of_case.items(), key=lambda one: (one[1].answered, one[1].leads, one[0]))[1].department
        for case, of_case in tasks.items()
        if of_case
    }
    for fact in facts:
        if fact.department_id is None and fact.rate in BY_WORK:
            fact.department_id = best.get(fact.case_id)
