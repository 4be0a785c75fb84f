"""Sums of days, kept by a sweep: each fact that has changed is taken out of the sums as it was and put in as it is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from .definitions import BARELY, REPEAT_DAYS, Mark, Rate
from .models import DIRTY, By, DaySum, Fact

AT_ONCE = 500
_REPEAT = timedelta(days=REPEAT_DAYS)
_HALF = f"grade_{BARELY}"

Place = tuple[str, int, str, str, str]
"""By, site, day, rate, value: one row of sums."""
Counts = list[int]
"""Due, good, half, excluded."""


def sweep(now: datetime) -> int:
    """Bring some facts into the sums; how many."""
    with transaction.atomic():
        dirty = Fact.objects.filter(DIRTY).order_by("pk")
        facts = list(dirty.select_for_update(skip_locked=connection.vendor == "postgresql")[:AT_ONCE])
        if not facts:
            return 0
        _find_repeats(facts)
        add = _deltas(facts)
        done = [(fact.mark, fact.good, json.dumps(shape(fact)), fact.pk) for fact in facts]
        with connection.cursor() as cursor:
            cursor.executemany(_DONE, done)
            cursor.executemany(_INSERT, _rows(add))
    return len(facts)


def shape(fact: Fact) -> list[object]:
    """What the sums know of a fact."""
    counted = fact.mark != Mark.GONE
    person = str(fact.person_id or "")
    places: list[object] = [
        fact.site_id,
        fact.day.isoformat(),
        str(fact.department_id or ""),
        str(fact.category_id or ""),
    ]
    told = [fact.channel, person, fact.group, fact.good, fact.mark == _HALF, fact.excluded, counted]
    how = f"{fact.method}/{fact.mark}" if fact.method else ""
    return [*places, *told, str(fact.tier_id or ""), how]


def _deltas(facts: Iterable[Fact]) -> dict[Place, Counts]:
    add: dict[Place, Counts] = defaultdict(lambda: [0, 0, 0, 0])
    for fact in facts:
        for shaped, sign in ((fact.summed, -1), (shape(fact), 1)):
            if shaped is not None:
                for place, counts in counted(fact.rate, shaped):
                    add[place] = [have + sign * more for have, more in zip(add[place], counts, strict=True)]
    return {place: counts for place, counts in add.items() if any(counts)}


def counted(rate: str, shaped: Sequence[object]) -> Iterator[tuple[Place, Counts]]:
    """In which rows of sums a fact stands, and as what."""
    # What was summed before there were tiers and methods ends without them.
    site, day, department, category, channel, person, group, good, half, excluded, counts, tier, how = [
        *shaped,
        *("", ""),
    ][:13]
    if not counts:
        return
    row = [0, 0, 0, 1] if excluded else [1, int(bool(good)), int(bool(half)), 0]
    values = {By.ALL: "", By.DEPARTMENT: department, By.CATEGORY: category, By.CHANNEL: channel}
    values |= {By.PERSON: person, By.GROUP: group, By.TIER: tier, By.METHOD: how}
    for by, value in values.items():
        if value or by == By.ALL:
            yield (str(by), int(str(site)), str(day), rate, str(value)), row


_COUNTS = ("due", "good", "half", "excluded")
_ADDED = ", ".join(f"{name} = rates_daysum.{name} + excluded.{name}" for name in _COUNTS)
_INSERT = f"""INSERT INTO rates_daysum ("by", site_id, day, rate, value, {", ".join(_COUNTS)})
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT ("by", site_id, day, rate, value) DO UPDATE SET {_ADDED}"""  # noqa: S608 (names of ours)


# Five hundred of them by the ORM, which would make one statement of it, take thirty times as long.
_DONE = "UPDATE rates_fact SET mark = %s, good = %s, summed = %s, dirty = FALSE WHERE id = %s"


def _rows(deltas: dict[Place, Counts]) -> list[list[Any]]:
    """In one order, so that two workers who sum the same days wait for each other and never in a circle."""
    return [[*place, *counts] for place, counts in sorted(deltas.items())]


def _find_repeats(facts: Sequence[Fact]) -> None:
    """Mark resolutions after which the same customer came with the same again: earlier ones that these follow, and
    these themselves, so that the order in which cases are entered plays no part."""
    ours = [fact for fact in facts if fact.rate == Rate.ONCE and fact.customer_id and fact.category_id]
    if not ours:
        return
    near = Fact.objects.filter(customer__in={fact.customer_id for fact in ours}, rate=Rate.ONCE).exclude(category=None)
    here = {fact.pk: fact for fact in facts}
    groups: dict[tuple[int | None, int | None], list[Fact]] = defaultdict(list)
    for fact in near:
        groups[fact.customer_id, fact.category_id].append(here.get(fact.pk, fact))
    touched = {(fact.customer_id, fact.category_id) for fact in ours}
    elsewhere = [fact for key in touched for fact in _repeated(groups[key]) if fact.pk not in here]
    # They become dirty and are summed at their turn.
    Fact.objects.filter(pk__in=[fact.pk for fact in elsewhere]).update(mark=Mark.REPEATED, good=False, dirty=True)


def _repeated(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Of the resolutions of one customer in one category those that were followed in time; marks them."""
    for fact in facts:
        if not fact.good:
            continue
        if any(other.began and fact.at <= other.began <= fact.at + _REPEAT for other in facts if other is not fact):
            fact.mark, fact.good = str(Mark.REPEATED), False
            yield fact


def resum() -> None:
    """Forget all sums; the sweep makes them anew from the facts."""
    with transaction.atomic():
        DaySum.objects.all().delete()
        Fact.objects.update(dirty=True, summed=None)
