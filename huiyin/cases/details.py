"""Tasks, fields and links of a case as they stand. All of it is in the events; `detailing` has the verbs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from . import particulars, queries
from .models import Case, CaseEvent, Message
from .particulars import Done, Field
from .workflow import EventKind

TOPIC = "cases"
FIRST: list[Callable[[Case], str]] = []
"""Who is asked before a case is resolved, and says what comes first; empty when nothing does. Filled by `wiring`."""


@dataclass(frozen=True)
class Details:
    """What is to be done, filled in and seen together with a case."""

    tasks: Sequence[Done]
    fields: Sequence[Field]
    values: Mapping[str, str]
    related: Sequence[int]
    """Ids; who reads them may not see each of the cases."""


def asked(case: Case) -> tuple[Sequence[particulars.Task], Sequence[Field]]:
    """The checklist and the fields of a case's category and those above it, the widest first."""
    return asked_by(case.category_id)


def asked_by(category: int | None) -> tuple[Sequence[particulars.Task], Sequence[Field]]:
    """The same of a category that a case may get."""
    known = queries.categories()
    line = known.line(known.by_id[category]) if category else []
    tasks = {task.text: task for one in line for task in particulars.tasks(one.checklist)}
    fields = {field.name: field for one in line for field in particulars.fields(one.extra_fields)}
    return list(tasks.values()), list(fields.values())


def of_events(case: Case, events: Sequence[CaseEvent], words: Mapping[int, str]) -> Details:
    """The details of a case, whose events and their words have been read."""
    told = [event for event in events if event.kind == EventKind.NOTED and event.topic == TOPIC]
    tasks, fields = asked(case)
    return Details(
        particulars.checklist(tasks, told, words), fields, particulars.filled(told, words), particulars.related(told)
    )


def read(case: Case) -> Details:
    """The details of a case."""
    events = CaseEvent.objects.filter(case=case, kind=EventKind.NOTED, topic=TOPIC).order_by("seq")
    texts = Message.objects.filter(case=case, part="text").values_list("seq", "text")
    return of_events(case, list(events), dict(texts))


def missing(case: Case) -> list[str]:
    """The fields that must be filled in before the case is resolved, and aren't. Asks nothing when there are none."""
    return lacking([case]).get(case.pk, [])


def lacking(cases: Sequence[Case]) -> dict[int, list[str]]:
    """The same of many cases, those that lack any by their keys: two questions, none when no field is required."""
    required = {case.pk: names for case in cases if (names := _required(case.category_id))}
    if not required:
        return {}
    told: dict[int, list[CaseEvent]] = defaultdict(list)
    rows = CaseEvent.objects.filter(case__in=required, kind=EventKind.NOTED, topic=TOPIC).order_by("case", "seq")
    for event in rows:
        told[event.case_id].append(event)
    words: dict[int, dict[int, str]] = defaultdict(dict)
    texts = Message.objects.filter(case__in=told, seq__in={event.seq for event in rows}, part="text")
    for key, seq, text in texts.values_list("case", "seq", "text"):
        words[key][seq] = text
    values = {key: particulars.filled(told[key], words[key]) for key in required}
    empty = {key: [name for name in names if name not in values[key]] for key, names in required.items()}
    return {key: names for key, names in empty.items() if names}


def demanding() -> list[int]:
    """The categories in whose cases something must be filled in before they are resolved."""
    return [key for key in queries.categories().by_id if _required(key)]


def _required(category: int | None) -> list[str]:
    return [field.name for field in asked_by(category)[1] if field.required]
