"""Who leaves after something went wrong: found by the nightly run from contracts that ended and from purchases that
stopped; a new contract or purchase afterwards is written down as won back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from huiyin.base.money import DEFAULT
from huiyin.cases.models import Case
from huiyin.recovery.models import CaseFailure

from . import simple
from .definitions import Method
from .models import GOING, Contract, Leaving, LetGo, Now, Purchase, Why, Worth
from .priors import Book

AT_ONCE = 500
AFTER = timedelta(days=365)
"""A failure within so many days before somebody left, or since, may be why."""
LATELY = timedelta(days=730)
"""Who left longer ago is nobody to be asked now."""


@dataclass(frozen=True)
class Seen:
    """That somebody left: since when, by what we know it, and what they paid in a year."""

    since: date
    why: Why
    yearly: int


def find(now: datetime, book: Book, today: date) -> int:
    """Write down who has left, and who came back; how many are new."""
    _came_back(now)
    bound = round(book.range("value/gone").value * 10_000)
    gone = Q(method=Method.ENDED) | Q(alive__lt=bound)
    failed = Exists(CaseFailure.objects.filter(case__customer=OuterRef("customer")))
    count = last = 0
    while rows := list(Worth.objects.filter(gone, failed, pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        count += _write({row.customer_id: Method(row.method) for row in rows}, now, book, today)
    return count


def _write(methods: Mapping[int, Method], now: datetime, book: Book, today: date) -> int:
    left_alone = _left_alone(methods)
    seen = {pk: one for pk, one in _seen(methods, today).items() if pk not in left_alone}
    failures = last_failures(seen)
    made = []
    for pk, one in seen.items():
        case = failures.get(pk)
        if case is None or case.received_at.date() < one.since - AFTER or one.since < today - LATELY:
            continue
        row = Leaving(customer_id=pk, site_id=case.site_id, case=case, since=one.since, why=one.why, found_at=now)
        row.stake = stake_of(one, book)
        made.append(row)
    return len(Leaving.objects.bulk_create(made, ignore_conflicts=True))


def _left_alone(customers: Collection[int]) -> set[int]:
    """Who is asked already, doesn't want to be asked, or spoke in confidence: they are in no list by name."""
    rows = Leaving.objects.filter(GOING | Q(reason=LetGo.OBJECTS), customer__in=customers)
    protected = Case.objects.filter(customer__in=customers, protected=True)
    return {
        *rows.values_list("customer", flat=True),
        *(pk for pk in protected.values_list("customer", flat=True) if pk),
    }


def _seen(methods: Mapping[int, Method], today: date) -> dict[int, Seen]:
    found: dict[int, Seen] = {}
    ended = [pk for pk, method in methods.items() if method == Method.ENDED]
    for one in Contract.objects.filter(customer__in=ended, ended__lte=today).order_by("ended", "pk"):
        if one.ended is not None:
            found[one.customer_id] = Seen(one.ended, Why.CONTRACT, one.fee if one.currency == DEFAULT else 0)
    bought: dict[int, list[tuple[date, int]]] = {pk: [] for pk in methods if pk not in found}
    for pk, day, amount in (
        Purchase.objects.filter(customer__in=bought, currency=DEFAULT)
        .order_by("on", "pk")
        .values_list("customer", "on", "amount")
    ):
        bought[pk].append((day, amount))
    for pk, days in bought.items():
        if days:
            found[pk] = Seen(days[-1][0], Why.STOPPED, simple.yearly(days, days[-1][0]))
    return found


def stake_of(one: Seen, book: Book) -> int:
    """What they would still have brought: by the simple formula, since no model speaks of who has left."""
    terms = simple.Terms(*(book.range(f"value/{name}") for name in ("margin", "discount", "retention", "renewal")))
    stays = terms.renewal if one.why == Why.CONTRACT else terms.retention
    return round(simple.value(one.yearly, stays, terms).value)


def last_failures(customers: Collection[int]) -> dict[int, Case]:
    """The last case of each of these customers in which something went wrong."""
    rows = CaseFailure.objects.filter(case__customer__in=customers).select_related("case").order_by("case__received_at")
    return {row.case.customer_id: row.case for row in rows if row.case.customer_id is not None}


@transaction.atomic
def _came_back(now: datetime) -> None:
    """Who bought or signed again since they left was won back, whoever asked."""
    for model, field, evidence in ((Purchase, "on", "bought"), (Contract, "began", "signed")):
        again = model.objects.filter(**{"customer": OuterRef("customer"), f"{field}__gt": OuterRef("since")})
        rows: Sequence[int] = list(Leaving.objects.filter(GOING, Exists(again)).values_list("pk", flat=True))
        Leaving.objects.filter(GOING, pk__in=rows).update(state=Now.WON, evidence=evidence, settled_at=now)
