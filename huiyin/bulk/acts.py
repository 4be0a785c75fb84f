"""The verbs that can be done to many cases at once: what each needs, and the action it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from huiyin.cases import actions, tags
from huiyin.cases.actions import By, said
from huiyin.cases.dispatch import reason_of
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.returns import actions as returns

Data = Mapping[str, Any]


@dataclass(frozen=True)
class BulkAct:
    """`run` does it to one case; `check` raises `BadInput` for data with which no case would take it."""

    verb: Verb
    run: Callable[[int, By, Data], Any]
    check: Callable[[Data], Any] = lambda data: None


def _assign(case_id: int, by: By, data: Data) -> Any:
    return actions.assign(case_id, by, to=User.objects.get(pk=data["to"]))


def _hand_over(case_id: int, by: By, data: Data) -> Any:
    department = org.organisation().departments[data["department"]]
    return actions.hand_over(case_id, by, department=department, task=data["task"])


ACTS: Mapping[str, BulkAct] = {
    "assign": BulkAct(Verb.ASSIGN, _assign),
    "hand-over": BulkAct(Verb.HAND_OVER, _hand_over, lambda data: said("task", data["task"])),
    "tag": BulkAct(
        Verb.TAG, lambda pk, by, data: tags.tag(pk, by, name=data["name"]), lambda data: tags.check(data["name"])
    ),
    "untag": BulkAct(
        Verb.UNTAG, lambda pk, by, data: tags.untag(pk, by, name=data["name"]), lambda data: tags.check(data["name"])
    ),
    "severity": BulkAct(
        Verb.GRADE,
        lambda pk, by, data: actions.set_severity(pk, by, severity=data["severity"], reason=data["reason"]),
        lambda data: reason_of(data["reason"]),
    ),
    "close": BulkAct(Verb.CLOSE, lambda pk, by, data: returns.close(pk, by)),
}
"""By the name in addresses and rows."""
