"""Facts made anew from the clocks, visits and events that are stored: after an update, or to prove what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from huiyin.cases.change import snapshot_of
from huiyin.cases.models import Case, CaseEvent
from huiyin.clocks.models import Clock
from huiyin.customers.models import Customer
from huiyin.returns.models import ReturnVisit

from . import summing, work
from .definitions import BY_WORK, Mark, Rate
from .facts import BY_CLOCK, OF_EVENTS, Key, key_of, of_clock, of_record, of_visit
from .follow import save
from .models import Fact

AT_ONCE = 500
Tell = Callable[[int], None]


def rebuild(now: datetime, *, tell: Tell = lambda _count: None) -> int:
    """Make all facts and sums anew; how many facts there are. `tell` hears how many more cases are done.

    Whom and what a fact belonged to when it happened is kept where it is known; where it isn't, the case as it stands
    now decides. What was left out stays left out.
    """
    last = 0
    while keys := list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            _rebuild(keys)
        last = keys[-1]
        tell(len(keys))
    summing.resum()
    while summing.sweep(now):
        pass
    return Fact.objects.exclude(mark=Mark.GONE).count()


def _rebuild(keys: Sequence[int]) -> None:
    cases = {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    tiers = dict(Customer.objects.filter(case__in=keys, tier__isnull=False).values_list("pk", "tier"))
    known = {key_of(fact): fact for fact in Fact.objects.filter(case__in=keys)}
    made = {key_of(fact): fact for fact in _facts(cases)}
    work.give_stored(list(made.values()), {pk: case.hand_overs for pk, case in cases.items()})
    for fact in made.values():
        fact.tier_id = tiers.get(cases[fact.case_id].customer_id or 0)
    for key in made.keys() & known.keys():
        now, then = made[key], known[key]
        now.person_id, now.category_id, now.tier_id = then.person_id, then.category_id, then.tier_id
        if then.department_id is not None or now.rate not in BY_WORK:
            now.department_id = then.department_id  # that none had it then is known as well
    save(list(made.values()))
    gone = [fact.pk for key, fact in known.items() if key not in made]
    Fact.objects.filter(pk__in=gone).update(mark=Mark.GONE, good=False, dirty=True)


def _facts(cases: dict[int, Case]) -> Iterable[Fact]:
    record = _record(cases)
    clocks = Clock.objects.filter(case__in=cases, kind__in=BY_CLOCK).order_by("pk")
    visits = ReturnVisit.objects.filter(case__in=cases).order_by("pk")
    of_case: dict[int, list[Clock | ReturnVisit]] = defaultdict(list)
    rows: list[Clock | ReturnVisit] = [*clocks, *visits]
    for row in rows:
        of_case[row.case_id].append(row)
    for pk, case in cases.items():
        now = snapshot_of(case)
        for row in of_case[pk]:
            yield from of_clock(case, now, row) if isinstance(row, Clock) else of_visit(case, now, row)
        yield from of_record(case, now, record[pk])


def _record(cases: dict[int, Case]) -> Mapping[int, Sequence[CaseEvent]]:
    """The events that count, of each case in their order."""
    found: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in CaseEvent.objects.filter(case__in=cases, kind__in=OF_EVENTS).order_by("case", "seq"):
        found[event.case_id].append(event)
    return found


def differences() -> list[Key]:
    """Facts that are not as the stored clocks, visits and events have them; reads everything, changes nothing."""
    found: list[Key] = []
    last = 0
    while keys := list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        cases = {case.pk: case for case in Case.objects.filter(pk__in=keys)}
        made = {key_of(fact): _told(fact) for fact in _facts(cases)}
        there = {key_of(fact): _told(fact) for fact in Fact.objects.filter(case__in=keys).exclude(mark=Mark.GONE)}
        found += [key for key in made.keys() | there.keys() if made.get(key) != there.get(key)]
        last = keys[-1]
    return sorted(found)


_BY_RECORD = frozenset({Rate.UNTOUCHED, Rate.DIRECT, Rate.KEPT, Rate.USABLE, Rate.RESPONSE, Rate.CREDIBLE})
"""Rates whose marks the events of the case, or its visits, alone decide."""


def _told(fact: Fact) -> tuple[datetime, bool, str]:
    # One that came back is good by its own case: it takes another to know.
    good = fact.good or fact.mark == Mark.REPEATED
    return fact.at, good, fact.mark if fact.rate in _BY_RECORD else ""
