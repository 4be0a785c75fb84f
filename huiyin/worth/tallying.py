"""Sums of months, kept by a sweep: what a case added before is taken out, what it adds now is put in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Sum

from huiyin.cases.models import Case
from huiyin.recovery.models import CaseFailure, Proposal

from . import facts, priors
from .definitions import Figure
from .models import DIRTY, Line, MonthSum, Tally

AT_ONCE = 50
Tell = Callable[[int], None]
Place = tuple[date, int, str, str]
_NUMBERS = ("count", "amount", "low", "high")


def sweep(now: datetime) -> int:
    """Add some cases up; how many."""
    book = priors.book()
    if not book.complete:
        return 0
    with transaction.atomic():
        dirty = Tally.objects.filter(DIRTY).order_by("pk")
        rows = list(dirty.select_for_update(skip_locked=connection.vendor == "postgresql")[:AT_ONCE])
        if rows:
            _add_up(rows, book)
    return len(rows)


def _add_up(rows: Sequence[Tally], book: priors.Book) -> None:
    tallies = {row.case_id: row for row in rows}
    found = facts.records(list(tallies))
    by = facts.given(found, book)
    made: list[Line] = []
    for one in found:
        facts.fill(tallies[one.case.pk], one)
        tallies[one.case.pk].dirty = False
        made += facts.lines(one, by)
    old = list(Line.objects.filter(case__in=tallies))
    Line.objects.filter(pk__in=[one.pk for one in old]).delete()
    Line.objects.bulk_create(made)
    names = [one.name for one in Tally._meta.concrete_fields if one.name not in ("id", "case")]
    Tally.objects.bulk_update(rows, names)
    _put(old, made)


def place_of(line: Line) -> Place:
    """Into which sum a line goes."""
    return line.month, line.site_id, line.figure, line.value


def _put(old: Iterable[Line], new: Iterable[Line]) -> None:
    add: dict[Place, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for rows, sign in ((old, -1), (new, 1)):
        for line in rows:
            numbers = (getattr(line, name) for name in _NUMBERS)
            add[place_of(line)] = [have + sign * more for have, more in zip(add[place_of(line)], numbers, strict=True)]
    # In one order, so that two workers wait for each other and never in a circle.
    values: list[list[Any]] = [
        [place[0].isoformat(), *place[1:], *numbers] for place, numbers in sorted(add.items()) if any(numbers)
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, values)


_ADDED = ", ".join(f"{name} = worth_monthsum.{name} + excluded.{name}" for name in _NUMBERS)
_INSERT = f"""INSERT INTO worth_monthsum (month, site_id, figure, value, {", ".join(_NUMBERS)})
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (month, site_id, figure, value) DO UPDATE SET {_ADDED}"""  # noqa: S608 (names of ours)


def rebuild(now: datetime, *, tell: Tell = lambda _count: None) -> None:
    """Make all lines and sums anew from what is stored of every case."""
    last = 0
    while keys := list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:500]):
        rows = [Tally(case_id=pk) for pk in _of_recovery(keys)]
        Tally.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=["dirty"])
        last = keys[-1]
        tell(len(keys))
    with transaction.atomic():
        Line.objects.all().delete()
        MonthSum.objects.all().delete()
        Tally.objects.update(dirty=True)
    while sweep(now):
        pass


def _of_recovery(keys: Sequence[int]) -> list[int]:
    named = Exists(CaseFailure.objects.filter(case=OuterRef("pk")))
    asked = Exists(Proposal.objects.filter(case=OuterRef("pk")))
    return list(Case.objects.filter(Q(named) | Q(asked), pk__in=keys).order_by("pk").values_list("pk", flat=True))


_REPEATABLE = (Figure.COST, Figure.OUTCOME, Figure.REPEAT)
"""Figures that depend on nothing but the record; the others are as of the priors and values of when they were made."""


def differences() -> list[int]:
    """Cases whose lines are not what is stored of them says; reads everything, changes nothing."""
    found: list[int] = []
    last, book = 0, priors.book()
    while keys := list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:500]):
        last = keys[-1]
        waiting = set(Tally.objects.filter(DIRTY, case__in=keys).values_list("case", flat=True))
        wanted = [pk for pk in _of_recovery(keys) if pk not in waiting]
        rows = facts.records(wanted)
        by = facts.given(rows, book) if book.complete else None
        made = _shapes(line for one in rows for line in (facts.lines(one, by) if by else ()))
        there = _shapes(Line.objects.filter(case__in=set(keys) - waiting))
        found += [pk for pk in made.keys() | there.keys() if made.get(pk) != there.get(pk)]
    return sorted(found)


def _shapes(rows: Iterable[Line]) -> dict[int, set[tuple[Any, ...]]]:
    found: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for line in rows:
        if line.figure in _REPEATABLE:
            found[line.case_id].add((*place_of(line), line.count, line.amount))
    return found


def wrong_sums() -> int:
    """How many sums are not those of their lines."""
    numbers = {name: Sum(name) for name in _NUMBERS}
    places = ("month", "site", "figure", "value")
    rows = Line.objects.order_by().values_list(*places).annotate(**numbers)
    reckoned = {row[:4]: row[4:] for row in rows if any(row[4:])}
    kept = {row[:4]: row[4:] for row in MonthSum.objects.values_list(*places, *_NUMBERS) if any(row[4:])}
    return sum(reckoned.get(key) != kept.get(key) for key in reckoned.keys() | kept.keys())
