"""Reading what departments are asked after bad answers, and what they said would have helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.walk import Place, Walk
from huiyin.cases.workflow import EventKind
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from .models import UNANSWERED, Help, HelpAsked

_WALK = Walk(HelpAsked, ("asked_at", "id"), down=True)


@dataclass(frozen=True)
class Row:
    """One question with the customer's own words, as the reader may have them. `asker`: empty where it isn't told."""

    asked: HelpAsked
    case: Case
    solved: bool | None
    satisfied: int | None
    customer: str
    question: str
    answer: str
    asker: str

    @property
    def late(self) -> bool:
        """Was the manager told?"""
        return self.asked.told_at is not None and self.asked.answered_at is None


@dataclass(frozen=True)
class Page:
    """Some rows, newest first; `next` is where the following page begins."""

    items: list[Row]
    next: str


def waiting(user: User, *, limit: int = 20) -> list[Row]:
    """What the department of a person is to answer, the earliest first."""
    if user.department_id is None:
        return []
    rows = _seen(user).filter(UNANSWERED, department=user.department_id)
    return _told(user, list(rows.order_by("due_at", "pk")[:limit]))


def page(
    user: User, begin: datetime, end: datetime, *, department: int | None, before: Place | None = None, limit: int = 50
) -> Page:
    """What was asked from `begin` to `end`; of all departments without one, for those who aren't one themselves."""
    rows = _between(user, begin, end, department)
    found = list(rows.filter(_WALK.after(before)).order_by(*_WALK.order)[: limit + 1])
    more = len(found) > limit
    return Page(_told(user, found[:limit]), _WALK.text(_WALK.place_of(found[limit - 1])) if more else "")


def counts(user: User, begin: datetime, end: datetime, *, department: int | None) -> dict[str, int]:
    """What would have helped, how often; empty code: not answered."""
    found = Counter(_between(user, begin, end, department).values_list("helps", flat=True))
    return {code: found[code] for code in (*Help.values, "") if found[code]}


def place(text: str) -> Place | None:
    """Where a page begins, as `Page.next` has it; None for what is none."""
    return _WALK.read(text)


def leads(user: User) -> bool:
    """Does this person see the questions to all departments, and who asked?"""
    reach = access.reach(user, Verb.MEASURE)
    return reach.everywhere or bool(reach.sites)


def _seen(user: User) -> QuerySet[HelpAsked]:
    return HelpAsked.objects.filter(Exists(cases.visible(user).filter(pk=OuterRef("case"))))


def _between(user: User, begin: datetime, end: datetime, department: int | None) -> QuerySet[HelpAsked]:
    rows = _seen(user).filter(asked_at__gte=begin, asked_at__lt=end)
    whose = department if leads(user) else user.department_id
    return rows if whose is None and leads(user) else rows.filter(department=whose)


def _told(user: User, rows: Sequence[HelpAsked]) -> list[Row]:
    by_id = {case.pk: case for case in cases.some(user, list({row.case_id for row in rows}))}
    words, said = _words(by_id, rows), _answers(rows)
    names = leads(user)
    askers = dict(User.objects.filter(pk__in={row.asked_by_id for row in rows}).values_list("pk", "name"))
    return [
        Row(
            row,
            by_id[row.case_id],
            *said.get((row.case_id, row.visit), (None, None)),
            customer=words.get((row.case_id, row.visit), ""),
            question=words.get((row.case_id, row.seq), ""),
            answer=words.get((row.case_id, row.answer or 0), ""),
            asker=askers.get(row.asked_by_id or 0, "") if names or row.named else "",
        )
        for row in rows
        if row.case_id in by_id
    ]


def _answers(rows: Sequence[HelpAsked]) -> Mapping[tuple[int, int], tuple[bool | None, int | None]]:
    events = CaseEvent.objects.filter(
        case__in={row.case_id for row in rows}, seq__in={row.visit for row in rows}, kind=EventKind.VISITED
    )
    return {(one.case_id, one.seq): (one.data["solved"], one.data["satisfied"]) for one in events}


def _words(by_id: Mapping[int, Case], rows: Sequence[HelpAsked]) -> dict[tuple[int, int], str]:
    """Texts by case and event, as this person may read them."""
    numbers = {number for row in rows for number in (row.visit, row.seq, row.answer) if number is not None}
    found: dict[tuple[int, int], str] = {}
    for message in Message.objects.filter(case__in=by_id, seq__in=numbers, part="text"):
        hiding.cover_words(by_id[message.case_id], [message])
        found[message.case_id, message.seq] = message.text
    return found
