"""What some cases add to the reports, from what is stored of them: events, remedies, visits. Writes no rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from huiyin.base.money import DEFAULT
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import EventKind
from huiyin.customers.models import Customer
from huiyin.org import queries as org
from huiyin.recovery import failures
from huiyin.recovery.authority import RANK
from huiyin.recovery.models import CaseFailure, Proposal, Remedy, Standing, State
from huiyin.returns.models import ReturnVisit
from huiyin.returns.models import State as Visited

from . import decision, known
from .decision import Assumed, Gain
from .definitions import GRAVITIES, ROLES, Figure, Outcome
from .known import Values
from .models import Line, Tally
from .priors import Book, Range

YEAR = timedelta(days=365)
_GIVEN = (State.DELIVERED, State.CONFIRMED)
_COUNTED = Range(1.0, 1.0, 1.0)


@dataclass
class Record:
    """All that is stored of one case, as far as it matters here."""

    case: Case
    tier: int | None = None
    failure: CaseFailure | None = None
    events: list[CaseEvent] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    visits: list[ReturnVisit] = field(default_factory=list)
    earlier: bool = False
    """Had this customer another failure within a year before?"""

    def month(self, at: datetime) -> date:
        """The month that an instant belongs to where the case is."""
        zone = org.organisation().sites[self.case.site_id].time_zone
        return at.astimezone(ZoneInfo(zone)).date().replace(day=1)

    @property
    def matters(self) -> bool:
        """Is this a case of recovery at all?"""
        return self.failure is not None or bool(self.proposals)

    @property
    def outcome(self) -> Outcome:
        """How it ended, by what the customer said, else by what they were given."""
        said = [one.solved for one in self.visits if one.state == Visited.DONE and one.solved is not None]
        if said:
            return Outcome.RECOVERED if said[-1] else Outcome.UNRESOLVED
        told = {(e.data.get("remedy"), e.data.get("what")): e.seq for e in self.events if e.topic == "recovery"}
        for one in self.remedies:
            disputed = told.get((one.number, "disputed"), 0) > told.get((one.number, "confirmed"), 0)
            if one.state in _GIVEN and not disputed:
                return Outcome.RECOVERED
        return Outcome.OPEN

    @property
    def late(self) -> bool:
        """Was something given after its promised time, or decided after its deadline?"""
        given = any(one.delivered_at and one.due_at and one.delivered_at > one.due_at for one in self.remedies)
        return given or any(one.escalated_at for one in self.proposals)


def records(keys: Collection[int]) -> list[Record]:
    """What is stored of these cases."""
    cases = Case.objects.filter(pk__in=keys).order_by("pk")
    found = {case.pk: Record(case) for case in cases}
    tiers = Customer.objects.filter(pk__in=[one.case.customer_id for one in found.values() if one.case.customer_id])
    tier_of = dict(tiers.values_list("pk", "tier"))
    for one in found.values():
        one.tier = tier_of.get(one.case.customer_id or 0)
    for failure in CaseFailure.objects.filter(case__in=keys):
        found[failure.case_id].failure = failure
    _spread(found, "events", CaseEvent.objects.filter(case__in=keys).order_by("seq"))
    _spread(found, "remedies", Remedy.objects.filter(case__in=keys, currency=DEFAULT).order_by("number"))
    _spread(found, "proposals", Proposal.objects.filter(case__in=keys, currency=DEFAULT).order_by("number"))
    _spread(found, "visits", ReturnVisit.objects.filter(case__in=keys).order_by("visited_at", "pk"))
    _find_earlier([one for one in found.values() if one.failure is not None])
    return list(found.values())


def _spread(found: Mapping[int, Record], name: str, rows: Any) -> None:
    row: Model
    for row in rows:
        getattr(found[row.case_id], name).append(row)  # type: ignore[attr-defined]  # each of them has a case


def _find_earlier(rows: Sequence[Record]) -> None:
    customers = {one.case.customer_id for one in rows} - {None}
    if not customers:
        return
    others: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    cases = CaseFailure.objects.filter(case__customer__in=customers)
    for pk, customer, at in cases.values_list("case", "case__customer", "case__received_at"):
        others[customer].append((pk, at))
    for one in rows:
        at = one.case.received_at
        near = others[one.case.customer_id or 0]
        one.earlier = any(pk != one.case.pk and at - YEAR <= then < at for pk, then in near)


# --- what they add ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class With:
    """The priors and values that hold now."""

    book: Book
    values: Values


def given(rows: Sequence[Record], book: Book) -> With:
    """The values of the customers of some cases."""
    return With(book, known.values({one.case.customer_id for one in rows}))


def fill(tally: Tally, one: Record) -> None:
    """What is kept of a case itself."""
    case, asked = one.case, one.proposals[-1] if one.proposals else None
    tally.site_id, tally.tier_id = case.site_id, one.tier
    asker = asked.asker_id if asked else None
    tally.person_id = asker or case.handler_id or case.owner_id
    tally.failure_id = one.failure.failure_id if one.failure else None
    tally.gravity = one.failure.gravity if one.failure else ""
    ended = one.failure is not None and case.resolved_at is not None
    tally.at = case.resolved_at if ended else None
    tally.outcome = one.outcome if ended else ""
    tally.given = sum(row.counted for row in one.proposals if row.standing == Standing.GRANTED)


def lines(one: Record, by: With) -> list[Line]:
    """Everything that a case adds to the figures."""
    if not one.matters:
        return []
    return [*_costs(one), *_labour(one, by.book), *_ended(one, by)]


def _line(one: Record, month: date, figure: Figure, value: str = "", **numbers: int) -> Line:
    return Line(case=one.case, site_id=one.case.site_id, month=month, figure=figure, value=value, **numbers)


def _costs(one: Record) -> Iterator[Line]:
    sums: dict[tuple[date, str], list[int]] = defaultdict(list)
    for row in one.remedies:
        if row.delivered_at is not None and row.state in _GIVEN:
            sums[one.month(row.delivered_at), f"{row.kind}/{row.bearer}"].append(row.paid or 0)
    for (month, value), paid in sums.items():
        total = sum(paid)
        yield _line(one, month, Figure.COST, value, count=len(paid), amount=total, low=total, high=total)


def labour_of(events: Sequence[CaseEvent], site: int, book: Book) -> Range:
    """What the work behind these entries has cost so far."""
    parts = [cost for _month, _role, _minutes, cost in _worked(events, site, book)]
    return Range(*(sum(column) for column in zip(*parts, strict=True))) if parts else Range(0, 0, 0)


def _worked(events: Sequence[CaseEvent], site: int, book: Book) -> Iterator[tuple[datetime, str, float, Range]]:
    for event in events:
        if event.actor_id is None:
            continue
        role = role_of(event.actor_id, site)
        minutes = book.range("work/on_site" if event.kind == EventKind.ARRIVED else "work/entry")
        cost = book.range(f"work/{role}")
        yield event.at, role, minutes.value, Range(*(m * c for m, c in zip(minutes, cost, strict=True)))


def role_of(user: int, site: int) -> str:
    """By which role somebody works at a site: the highest they hold there."""
    found = org.organisation()
    held = {role for role, where in found.grants.get(user, ()) if site in found.below(where)}
    return next((role.value for role in reversed(RANK) if role in held and role.value in ROLES), ROLES[0])


def _labour(one: Record, book: Book) -> Iterator[Line]:
    sums: dict[tuple[date, str], list[tuple[float, Range]]] = defaultdict(list)
    for at, role, minutes, cost in _worked(one.events, one.case.site_id, book):
        sums[one.month(at), role].append((minutes, cost))
    for (month, role), parts in sums.items():
        low, value, high = (round(sum(column)) for column in zip(*(cost for _m, cost in parts), strict=True))
        minutes = round(sum(m for m, _cost in parts))
        yield _line(one, month, Figure.LABOUR, role, count=minutes, amount=value, low=low, high=high)


def _ended(one: Record, by: With) -> Iterator[Line]:
    if one.failure is None or one.case.resolved_at is None:
        return
    month, outcome = one.month(one.case.resolved_at), one.outcome
    yield _line(one, month, Figure.OUTCOME, outcome.value, count=1)
    if one.earlier:
        yield _line(one, month, Figure.REPEAT, outcome.value, count=1)
    if outcome == Outcome.OPEN:
        return
    yield _lost(one, month, outcome, by.book)
    if outcome == Outcome.RECOVERED:
        yield from _kept(one, month, by)


def _lost(one: Record, month: date, outcome: Outcome, book: Book) -> Line:
    assert one.failure is not None
    chance = book.range(f"lose/{weighed_as(one.failure.gravity)}/{outcome.value}")
    never, cost = book.range("lose/never").value, book.range("value/acquisition")
    more = Range(*(max(0.0, share - never) for share in chance))
    low, value, high = (round(share * price) for share, price in zip(more, cost, strict=True))
    return _line(
        one, month, Figure.LOST, outcome.value, count=round(more.value * 10_000), amount=value, low=low, high=high
    )


def _kept(one: Record, month: date, by: With) -> Iterator[Line]:
    assert one.failure is not None
    found = gain_of(one.failure.gravity, one.case, by)
    if found is None:
        return
    low, value, high = found.sum
    yield _line(one, month, Figure.KEPT, count=1, amount=value, low=low, high=high)
    if one.late:
        share = by.book.range("lose/late")
        costs = [round(a * b) for a, b in zip((low, value, high), share, strict=True)]
        yield _line(one, month, Figure.DELAY, count=1, low=costs[0], amount=costs[1], high=costs[2])


def weighed_as(gravity: str) -> str:
    """The grade of which priors are known that comes nearest: a house may have its own, the mildest first."""
    codes = [row.code for row in failures.grades()]
    known = [code for code in GRAVITIES if code in codes]
    if gravity in GRAVITIES or gravity not in codes or not known:
        return gravity if gravity in GRAVITIES else GRAVITIES[0]
    place = codes.index(gravity)
    return min(known, key=lambda code: abs(codes.index(code) - place))


def gain_of(gravity: str, case: Case, by: With) -> Gain | None:
    """What making good keeps with the customer of a case; None when their value isn't known."""
    worth, average = by.values.of(case.customer_id, case.site_id).range, by.values.average(case.site_id).range
    if worth is None:
        return None
    return _gain(decision.assumed(by.book, weighed_as(gravity), worth, average or worth))


@lru_cache(maxsize=512)
def _gain(numbers: Assumed) -> Gain:
    return decision.gain(numbers)
