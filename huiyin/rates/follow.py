"""Facts follow the timeline; their sums are made by the sweep, so that nobody who works waits for a sum."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q

from huiyin.cases.change import Change
from huiyin.cases.workflow import EventKind
from huiyin.customers import tiers
from huiyin.customers.models import Customer
from huiyin.db.rows import insert_objects
from huiyin.returns import follow as returns
from huiyin.returns.models import ReturnVisit

from . import work
from .definitions import OF_ANSWERS, OF_RESOLUTION, Mark, Rate
from .facts import Key, key_of, of_change, passed_in
from .models import Fact

_FIELDS = tuple(field.attname for field in Fact._meta.concrete_fields if not field.primary_key)
_KEY = ("case", "rate", "ref")
_CHANGING = ("at", "day", "department", "category", "person", "tier", "group", "method", "mark", "good", "dirty")


_OF_VISITS = (Rate.REACHED, Rate.SATISFIED, Rate.ASKED, *OF_ANSWERS)


def follow(changes: Sequence[Change]) -> None:
    """Write what is counted of these changes. A case that just came in has nothing yet."""
    new: dict[Key, Fact] = {}
    known: dict[Key, Fact] = {}
    reopened: list[int] = []
    gone = Q()
    for change in changes:
        found = {key_of(fact): fact for fact in of_change(change)}
        if _reopens(change):
            if (first := found.get((Rate.ONCE, change.case.pk, 0))) is not None:
                first.mark, first.good = str(Mark.REOPENED), False
            else:
                reopened.append(change.case.pk)
        (new if change.new else known).update(found)
        gone |= _taken_back(change, found)
    give_tiers([*new.values(), *known.values()], changes)
    work.give_departments([*new.values(), *known.values()], changes)
    _pass_on(changes)
    _leave_with_who_missed(known)
    insert_objects(Fact, _FIELDS, list(new.values()))
    if usual := _first_ones(list(known.values()), changes):
        save(usual)
    if gone:
        Fact.objects.filter(gone).update(mark=Mark.GONE, good=False, dirty=True)
    if reopened:
        of_first = Fact.objects.filter(case__in=reopened, rate=Rate.ONCE)
        of_first.update(mark=Mark.REOPENED, good=False, dirty=True)
    _set_by_hand(changes)


def _pass_on(changes: Sequence[Change]) -> None:
    """A deadline goes on with a task that is passed on, and so does what is counted of it."""
    for change in changes:
        for number, passed in passed_in(change).items():
            missed = Fact.objects.filter(case=change.case, rate=Rate.REPLY, ref=passed.before)
            missed.update(ref=number)


def _leave_with_who_missed(known: Mapping[Key, Fact]) -> None:
    """Who passes on a task that is late already stays the one who missed it."""
    missed_ones = (Mark.OPEN, Mark.LATE)
    late = {key: fact for key, fact in known.items() if fact.rate == Rate.REPLY and fact.mark in missed_ones}
    if not late:
        return
    missed = Fact.objects.filter(rate=Rate.REPLY, mark=Mark.OPEN, case__in={fact.case_id for fact in late.values()})
    for case, number, department in missed.values_list("case", "ref", "department"):
        if (fact := late.get((str(Rate.REPLY), case, number))) is not None:
            fact.department_id = department


def _reopens(change: Change) -> bool:
    return any(event.kind == EventKind.REOPENED for event in change.events)


def _first_ones(facts: list[Fact], changes: Sequence[Change]) -> list[Fact]:
    """Without those of a later resolution: only the first counts. Asks for nothing unless a case ends again."""
    again = {change.case.pk for change in changes if change.now.reopened}
    ended = {fact.case_id for fact in facts if fact.rate in OF_RESOLUTION} & again
    if not ended:
        return facts
    before = set(Fact.objects.filter(case__in=ended, rate=Rate.ONCE).values_list("case", flat=True))
    return [fact for fact in facts if fact.rate not in OF_RESOLUTION or fact.case_id not in before]


def _set_by_hand(changes: Sequence[Change]) -> None:
    """What was set by hand after the resolution still counts against it."""
    for change in changes:
        ended_before = change.before.resolved_at or change.before.reopened
        if ended_before and change.now.overrides > change.before.overrides:
            of_first = Fact.objects.filter(case=change.case, rate=Rate.UNTOUCHED)
            of_first.update(mark=change.now.overridden, good=False, dirty=True)


def _taken_back(change: Change, found: Collection[Key]) -> Q:
    """What a visit was counted for before somebody asked again and got another answer, or none."""
    gone = Q()
    if any(event.kind == EventKind.VISITED or returns.moves(event) for event in change.events):
        for visit in (row for row in change.rows if isinstance(row, ReturnVisit)):
            left = [rate for rate in _OF_VISITS if (str(rate), change.case.pk, visit.seq) not in found]
            if left:  # one term a visit: SQLite takes a thousand, and an incident ends some hundred cases at once
                gone |= Q(case=change.case.pk, ref=visit.seq, rate__in=left)
    return gone


def give_tiers(facts: Sequence[Fact], changes: Sequence[Change]) -> None:
    """Put down the tiers of customers as they are now; a house without tiers is asked nothing."""
    customers = {change.case.pk: change.case.customer_id for change in changes}
    wanted = {key for fact in facts if (key := customers[fact.case_id]) is not None}
    if not wanted or not tiers.every():
        return
    found = dict(Customer.objects.filter(pk__in=wanted, tier__isnull=False).values_list("pk", "tier"))
    for fact in facts:
        fact.tier_id = found.get(customers[fact.case_id] or 0)


def save(facts: Sequence[Fact]) -> None:
    """Insert facts, or let those that are there be as these are."""
    Fact.objects.bulk_create(facts, update_conflicts=True, unique_fields=_KEY, update_fields=_CHANGING)
