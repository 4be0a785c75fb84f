"""The facts of an event as lines for paper: every code that an event has, in words where we have words for it.

A page of the desk makes a sentence of an event and may leave something out; paper that proves something leaves out
nothing, and what has no words here stands there as it was written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base.ids import receipt_number
from huiyin.cases import outside, queries, severity, words
from huiyin.cases.lists import tag_names
from huiyin.cases.models import CaseEvent, Channel, Kind, Part
from huiyin.cases.severity import Complexity, Severity
from huiyin.cases.workflow import Because, EventKind, WaitingFor
from huiyin.clocks.queries import KINDS as CLOCKS
from huiyin.org.queries import organisation

Data = Mapping[str, Any]

_NOTED: Mapping[str, Promise] = {
    "note": gettext_lazy("Internal note"),
    "link": gettext_lazy("New link for the customer"),
    "split_from": gettext_lazy("Split off from another case"),
    "called": gettext_lazy("Called at once"),
    "undelivered": gettext_lazy("Mail to the customer could not be delivered: please call"),
    "acknowledged": gettext_lazy("Call acknowledged"),
    "due_soon": gettext_lazy("Deadline soon"),
    "breached": gettext_lazy("Deadline missed"),
    "in_time": gettext_lazy("In time after all, as we know now"),
    "reckoned": gettext_lazy("Deadline reckoned anew"),
    "task": gettext_lazy("Task added"),
    "ticked": gettext_lazy("Task ticked off or opened again"),
    "field": gettext_lazy("Field filled in"),
    "related": gettext_lazy("Linked with another case"),
    "unrelated": gettext_lazy("No longer linked with another case"),
    "copied": gettext_lazy("Evidence copy taken"),
}
_LABELS: Mapping[str, Promise] = {
    "about": gettext_lazy("About event"),
    "because": gettext_lazy("Because"),
    "by": gettext_lazy("By"),
    "case": gettext_lazy("Case"),
    "category": gettext_lazy("Category"),
    "channel": gettext_lazy("Channel"),
    "clock": gettext_lazy("Clock"),
    "commitment": gettext_lazy("Promise, event"),
    "complexity": gettext_lazy("Complexity"),
    "department": gettext_lazy("Department"),
    "departments": gettext_lazy("Departments"),
    "due_at": gettext_lazy("Due"),
    "events": gettext_lazy("Events in it"),
    "field": gettext_lazy("Field"),
    "for": gettext_lazy("Waiting for"),
    "from": gettext_lazy("From case"),
    "grade": gettext_lazy("Severity"),
    "granted": gettext_lazy("Granted"),
    "hand_over": gettext_lazy("Task, event"),
    "into": gettext_lazy("Case"),
    "kept": gettext_lazy("Kept"),
    "kind": gettext_lazy("Kind"),
    "ok": gettext_lazy("Right"),
    "outcome": gettext_lazy("Outcome"),
    "outside": gettext_lazy("Outside bodies"),
    "part": gettext_lazy("Part"),
    "people": gettext_lazy("People"),
    "protected": gettext_lazy("protected identity"),
    "public": gettext_lazy("Told to the customer"),
    "reached": gettext_lazy("Reached"),
    "ref": gettext_lazy("About event"),
    "reply_by": gettext_lazy("Reply by"),
    "request": gettext_lazy("Application, event"),
    "satisfied": gettext_lazy("Satisfied, of 5"),
    "severity": gettext_lazy("Severity"),
    "sha256": gettext_lazy("SHA-256"),
    "site": gettext_lazy("Site"),
    "solved": gettext_lazy("Solved"),
    "tag": gettext_lazy("Tag"),
    "to": gettext_lazy("To"),
    "until": gettext_lazy("Until"),
    "users": gettext_lazy("People"),
    "value": gettext_lazy("Value"),
    "was": gettext_lazy("Was"),
}
_STAND_ELSEWHERE = frozenset({"words", "shown", "files", "what"})


@dataclass(frozen=True)
class Names:
    """What ids mean: people by id; and where, for times."""

    people: Mapping[int, str]
    zone: ZoneInfo

    def time(self, at: datetime) -> str:
        """An instant as a clock on the wall there shows it."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def person(self, key: int) -> str:
        """A member of staff."""
        return self.people.get(key, str(key))


def people_in(data: Data) -> set[int]:
    """Ids of the people that an event names."""
    found = {data[key] for key in ("to", "by", "handler") if isinstance(data.get(key), int)}
    return found | set(data.get("users", ())) | set(data.get("people", ()))


def title(event: CaseEvent) -> str:
    """What happened, in few words."""
    if event.kind == EventKind.NOTED:
        what = str(event.data.get("what", ""))
        return str(_NOTED.get(what) or what or EventKind.NOTED.label)
    own = words.own("event", event.kind)
    return str(own).replace("{department}", "").strip() if own else str(EventKind(event.kind).label)


def details(event: CaseEvent, names: Names) -> list[tuple[str, str]]:
    """Its facts: (label, value)."""
    found = []
    for key, value in sorted(event.data.items()):
        if key not in _STAND_ELSEWHERE and value not in (None, "", [], {}):
            label = str(_LABELS.get(key, key))
            found.append((f"{label}{_(': ')}", _value(key, value, names)))
    return found


def _value(key: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key in _READ:
        try:
            return _READ[key](value, names)
        except (KeyError, TypeError, ValueError, AttributeError):  # a code of older times, or of an outside hand
            pass
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _case(value: Any, _names: Names) -> str:
    return receipt_number(value)


def _moment(value: Any, names: Names) -> str:
    return names.time(datetime.fromisoformat(value))


def _persons(value: Any, names: Names) -> str:
    return ", ".join(names.person(key) for key in value)


def _person(value: Any, names: Names) -> str:
    return names.person(value) if isinstance(value, int) else str(value)


def _bodies(value: Any, _names: Names) -> str:
    """As was asked for: ids; as was said: each with its last day."""
    rows = [(one, "") if isinstance(one, int) else (one["body"], one.get("until", "")) for one in value]
    told = [f"{(outside.names([pk]) or [str(pk)])[0]} {last}".strip() for pk, last in rows]
    return ", ".join(told)


_READ: Mapping[str, Callable[[Any, Names], str]] = {
    "by": _person,
    "case": _case,
    "channel": lambda value, names: str(Channel(value).label),
    "complexity": lambda value, names: str(Complexity(value).label),
    "for": lambda value, names: str(WaitingFor(value).label),
    "because": lambda value, names: str(Because(value).label),
    "kind": lambda value, names: str(Kind(value).label),
    "part": lambda value, names: str(Part(value).label),
    "severity": lambda value, names: str(Severity(value).label),
    "category": lambda value, names: str(queries.categories().by_id[value]),
    "clock": lambda value, names: str(CLOCKS[value]),
    "department": lambda value, names: organisation().departments[value].name,
    "departments": lambda value, names: ", ".join(organisation().departments[key].name for key in value),
    "due_at": _moment,
    "from": _case,
    "grade": lambda value, names: severity.sentence(value),
    "into": _case,
    "outside": _bodies,
    "people": _persons,
    "reply_by": _moment,
    "site": lambda value, names: organisation().sites[value].name,
    "tag": lambda value, names: "".join(tag_names([value])) or str(value),
    "to": _person,
    "until": _moment,
    "users": _persons,
    "was": _moment,
}
