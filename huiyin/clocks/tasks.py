"""The open tasks of one department, a row each, by the deadline of their replies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.models import Case, File, HandOver, Message
from huiyin.org.models import User

from .models import OPEN_CLOCK, Clock, ClockKind

Place = tuple[datetime | None, int]
"""Where a page goes on: deadline and key of a clock; without a deadline the key of a hand-over that has none."""
_WITH_CASE = ("case__site", "case__customer__home")


@dataclass(frozen=True)
class DepartmentTask:
    """A hand-over that waits for a reply. `number`: its own within the case. `why_passed`: the words of `passed_from`,
    the department that passed it on. `to_sign`: does a clock run until it is signed for?"""

    case: Case
    number: int
    text: str
    asked_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    signed_at: datetime | None
    to_sign: bool
    passed_from: str
    why_passed: str
    files: int
    """Photos and papers of the case."""


@dataclass(frozen=True)
class TaskPage:
    """Some tasks; `next` goes on after the last."""

    items: list[DepartmentTask]
    next: Place | None


def page(user: User, *, after: Place | None = None, limit: int = 50) -> TaskPage:
    """The open tasks of a person's department, the earliest deadline first; those without one last, newest first."""
    if user.department_id is None:
        return TaskPage([], None)
    found: list[Clock | HandOver] = []
    if after is None or after[0] is not None:
        found += _timed(user, after, limit + 1)
    if len(found) <= limit:
        below = after[1] if after is not None and after[0] is None else None
        found += _timeless(user, below, limit + 1 - len(found))
    last = found[limit - 1] if len(found) > limit else None
    place = None if last is None else (last.due_at if isinstance(last, Clock) else None, last.pk)
    return TaskPage(_told(user, found[:limit]), place)


def _timed(user: User, after: Place | None, most: int) -> Iterable[Clock]:
    mine = cases.visible(user).filter(pk=OuterRef("case"))
    rows = Clock.objects.filter(OPEN_CLOCK, Exists(mine), department=user.department_id)
    due, pk = after or (None, 0)
    if due is not None:
        rows = rows.filter(due_at__gte=due).exclude(due_at=due, pk__lte=pk)
    return rows.select_related(*_WITH_CASE).order_by("due_at", "pk")[:most]


def _timeless(user: User, below: int | None, most: int) -> Iterable[HandOver]:
    """Tasks for which no service level sets a time; asked only when there is room left, since mostly there are none."""
    mine = cases.visible(user).filter(pk=OuterRef("case"))
    timed = Clock.objects.filter(OPEN_CLOCK, kind=ClockKind.REPLY, case=OuterRef("case"), ref=OuterRef("seq"))
    rows = HandOver.objects.filter(
        ~Exists(timed), Exists(mine), department=user.department_id, replied_at=None, dropped=False
    )
    rows = rows if below is None else rows.filter(pk__lt=below)
    return rows.select_related(*_WITH_CASE).order_by("-pk")[:most]


def _told(user: User, found: Sequence[Clock | HandOver]) -> list[DepartmentTask]:
    """The rows of a page: four questions for all of them."""
    by_id = {row.case_id: row.case for row in found}
    if not by_id:
        return []
    for row in found:
        row.case = by_id[row.case_id]  # of two tasks of a case: one case, hidden once
    hiding.hide(user, by_id.values())
    given = {(row.case_id, row.seq): row for row in _hand_overs(by_id)}
    words = _words(by_id, given.values())
    signing = Clock.objects.filter(OPEN_CLOCK, case__in=by_id, kind=ClockKind.SIGN).values_list("case", "ref")
    to_sign = set(signing)
    counted = dict(File.objects.filter(case__in=by_id).values_list("case").annotate(Count("pk")))

    def task(row: Clock | HandOver) -> DepartmentTask:
        number = row.ref if isinstance(row, Clock) else row.seq
        key = (row.case_id, number)
        mine = given[key]
        first = (row.case_id, mine.passed_from or number)
        return DepartmentTask(
            case=row.case,
            number=number,
            text=words.get(first, ""),
            asked_at=mine.asked_at,
            due_at=row.due_at if isinstance(row, Clock) else None,
            warn_at=row.warn_at if isinstance(row, Clock) else None,
            signed_at=mine.signed_at,
            to_sign=key in to_sign,
            passed_from=given[first].department.name if mine.passed_from else "",
            why_passed=words.get(key, "") if mine.passed_from else "",
            files=counted.get(row.case_id, 0),
        )

    return [task(row) for row in found]


def _hand_overs(by_id: dict[int, Case]) -> Iterable[HandOver]:
    return HandOver.objects.filter(case__in=by_id).select_related("department")


def _words(by_id: dict[int, Case], given: Iterable[HandOver]) -> dict[tuple[int, int], str]:
    """What was said with each hand-over, as this person may read it."""
    numbers = {row.seq for row in given}
    found: dict[tuple[int, int], str] = {}
    for message in Message.objects.filter(case__in=by_id, seq__in=numbers, part="text"):
        hiding.cover_words(by_id[message.case_id], [message])
        found[message.case_id, message.seq] = message.text
    return found
