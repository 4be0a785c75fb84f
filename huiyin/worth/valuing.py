"""What each customer is still worth, reckoned for all of them in batches, by the best method that their data bear.

A contract goes before purchases: what is paid under one says nothing more. With a fitted model its value, else the
simple formula with the priors; a customer without either is not stored, and stands at the average of the site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from huiyin.base.money import DEFAULT
from huiyin.customers.models import Customer
from huiyin.org import queries as org

from . import asking, leaving, priors, simple
from .asking import Models
from .definitions import Method
from .models import Contract, Purchase, Run, SiteWorth, Tally, Worth
from .priors import Book, Range

AT_ONCE = 500
SAMPLE = 20_000
"""So many customers are enough to fit a model by."""
YEARS = 10
"""So far ahead purchases without a contract are looked at."""
_ENOUGH = 30
_WEEK, _DAY = 7, timedelta(days=1)
Tell = Callable[[int], None]


class NotReady(Exception):
    """Priors are missing; the text says what to do."""


@dataclass(frozen=True)
class Data:
    """What is known of one customer; purchases of one day are one."""

    contracts: Sequence[Contract]
    bought: Sequence[tuple[date, int]]


@dataclass(frozen=True)
class Found:
    """A value and how it was reckoned."""

    method: Method
    value: Range
    basis: int
    alive: float | None = None


def run(now: datetime, *, tell: Tell = lambda _count: None) -> int:
    """Reckon all anew; how many customers have a value of their own."""
    book = priors.book()
    if not book.complete:
        raise NotReady(_("Some priors are missing: `huiyin init` adds them."))
    before = _begin(now)
    today = now.astimezone(ZoneInfo(org.organisation().root.time_zone)).date()
    with asking.models(_given(book, today)) as models:
        count = _value_all(book, models, now, today, tell)
    _average(now, book.version)
    leaving.find(now, book, today)
    fitted = "; ".join(f"{name}: {why or 'fitted'}" for name, why in models.why.items())
    if before != book.version:
        # What failures cost and what was kept was reckoned with other numbers.
        Tally.objects.filter(failure__isnull=False).update(dirty=True)
    Run.objects.filter(pk=1).update(begun_at=None, ended_at=now, priors=book.version, fitted=fitted[:200])
    return count


def _begin(now: datetime) -> str:
    row, _made = Run.objects.update_or_create(pk=1, defaults={"begun_at": now})
    return row.priors


def size() -> int:
    """How many customers there is something to know of."""
    count: int = _with_data(0).count()
    return count


def _with_data(after: int) -> Any:
    bought = Exists(Purchase.objects.filter(customer=OuterRef("pk")))
    signed = Exists(Contract.objects.filter(customer=OuterRef("pk")))
    return Customer.objects.filter(Q(bought) | Q(signed), pk__gt=after).order_by("pk")


def _value_all(book: Book, models: Models, now: datetime, today: date, tell: Tell) -> int:
    count = last = 0
    while keys := list(_with_data(last).values_list("pk", flat=True)[:AT_ONCE]):
        found = value(data_of(keys), book, models, today)
        _store(found, now, book.version)
        last, count = keys[-1], count + len(found)
        tell(len(keys))
    return count


@transaction.atomic
def _store(found: dict[int, Found], now: datetime, version: str) -> None:
    rows = [
        Worth(
            customer_id=pk,
            method=one.method,
            low=round(one.value.low),
            value=round(one.value.value),
            high=round(one.value.high),
            basis=one.basis,
            alive=None if one.alive is None else round(one.alive * 10_000),
            at=now,
            priors=version,
        )
        for pk, one in sorted(found.items())
    ]
    names = [field.name for field in Worth._meta.concrete_fields if field.name not in ("id", "customer")]
    Worth.objects.bulk_create(rows, update_conflicts=True, unique_fields=["customer"], update_fields=names)


def data_of(keys: Sequence[int]) -> dict[int, Data]:
    """What is known of these customers."""
    days: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    rows = Purchase.objects.filter(customer__in=keys, currency=DEFAULT)
    for pk, day, amount in rows.values_list("customer", "on", "amount"):
        days[pk][day] += amount
    contracts: dict[int, list[Contract]] = defaultdict(list)
    for one in Contract.objects.filter(customer__in=keys, currency=DEFAULT).order_by("began", "pk"):
        contracts[one.customer_id].append(one)
    return {pk: Data(contracts[pk], sorted(days[pk].items())) for pk in keys if contracts[pk] or days[pk]}


def value(data: dict[int, Data], book: Book, models: Models, today: date) -> dict[int, Found]:
    """The value of each customer of whom something is known."""
    terms = terms_of(book)
    signed = {pk: one for pk, one in data.items() if one.contracts}
    bought = {pk: one for pk, one in data.items() if not one.contracts}
    found = _signed(signed, terms, models, today)
    return found | _bought(bought, terms, models, today)


def terms_of(book: Book) -> simple.Terms:
    """What holds for everybody."""
    return simple.Terms(*(book.range(f"value/{name}") for name in ("margin", "discount", "retention", "renewal")))


def _signed(data: dict[int, Data], terms: simple.Terms, models: Models, today: date) -> dict[int, Found]:
    running = {pk: [one for one in row.contracts if _runs(one, today)] for pk, row in data.items()}
    found = {pk: Found(Method.ENDED, Range(0, 0, 0), 0) for pk, rows in running.items() if not rows}
    there = {pk: rows for pk, rows in running.items() if rows}
    renewed = {pk: max(_years(one.began, today) for one in rows) for pk, rows in there.items()}
    ahead = models.terms([renewed[pk] for pk in there])
    for place, (pk, rows) in enumerate(there.items()):
        fee = sum(one.fee for one in rows)
        if ahead is None:
            found[pk] = Found(Method.SIMPLE, simple.value(fee, terms.renewal, terms), renewed[pk])
        else:
            found[pk] = Found(Method.SBG, _with_margin(ahead[place], terms.margin, fee), renewed[pk])
    return found


def _bought(data: dict[int, Data], terms: simple.Terms, models: Models, today: date) -> dict[int, Found]:
    histories = [history(one.bought, today) for one in data.values()]
    ahead = models.revenue(histories)
    alive = models.alive(histories) if ahead is not None else None
    found = {}
    for place, (pk, one) in enumerate(data.items()):
        if ahead is None:
            worth = simple.value(simple.yearly(one.bought, today), terms.retention, terms)
            found[pk] = Found(Method.SIMPLE, worth, len(one.bought))
        else:
            still = alive[place].value if alive is not None else None
            found[pk] = Found(Method.BGNBD, _with_margin(ahead[place], terms.margin, 1), len(one.bought), still)
    return found


def _with_margin(ahead: Range, margin: Range, times: int) -> Range:
    """Revenue to come as what of it stays with us, as wide as both are unsure."""
    return Range(*(one * times * share for one, share in zip(ahead, margin, strict=True)))


def _runs(one: Contract, today: date) -> bool:
    return one.began <= today and (one.ended is None or one.ended > today)


def _years(began: date, until: date) -> int:
    """Whole years between two days, none when the second is earlier."""
    early = (until.month, until.day) < (began.month, began.day)
    return max(0, until.year - began.year - early)


def history(bought: Sequence[tuple[date, int]], today: date) -> list[float]:
    """Frequency, recency and age in weeks, and the mean of the purchases after the first."""
    first, last = bought[0][0], bought[-1][0]
    again = len(bought) - 1
    mean = sum(amount for _day, amount in bought[1:]) / again if again else 0.0
    return [again, (last - first).days / _WEEK, (max(today, last) - first).days / _WEEK, mean]


# --- what the models are fitted to -----------------------------------------------------------------------------------


def _given(book: Book, today: date) -> dict[str, Any]:
    discount = max(book.range("value/discount").value, 0.001)
    return {"survival": survival(today), "histories": _sample(today), "discount": discount, "years": YEARS}


def survival(today: date) -> list[int]:
    """Of the contracts begun in the year that tells most: how many there were, and how many after each renewal that
    all of them could have reached."""
    years = Contract.objects.filter(currency=DEFAULT, began__lte=today - timedelta(days=3 * 366))
    counts = years.values_list("began__year").annotate(count=Count("pk")).order_by("-count", "began__year")
    if not counts or counts[0][1] < _ENOUGH:
        return []
    year = counts[0][0]
    rows = years.filter(began__year=year).values_list("began", "ended")
    seen = min(_years(began, today) for began, _ended in rows)
    stayed = [seen if ended is None or ended > today else _years(began, ended - _DAY) for began, ended in rows]
    return [sum(1 for one in stayed if one >= term) for term in range(seen + 1)]


def _sample(today: date) -> list[list[float]]:
    """Histories of customers without a contract, evenly from all of them."""
    signed = Exists(Contract.objects.filter(customer=OuterRef("customer")))
    rows = Purchase.objects.filter(currency=DEFAULT).exclude(signed).order_by("customer")
    keys = list(rows.values_list("customer", flat=True).distinct())
    step = max(1, len(keys) // SAMPLE)
    wanted = keys[::step]
    parts = [wanted[place : place + AT_ONCE] for place in range(0, len(wanted), AT_ONCE)]
    return [history(one.bought, today) for part in parts for one in data_of(part).values() if one.bought]


# --- averages --------------------------------------------------------------------------------------------------------


def _average(now: datetime, version: str) -> None:
    """Of each site with all below it, from those whose value is known and who have not left."""
    sums = {f"sum_{name}": Sum(name) for name in ("low", "value", "high")}
    rows = Worth.objects.exclude(method=Method.ENDED).order_by().values("customer__site")
    of_site: dict[int, dict[str, Any]] = {
        row["customer__site"]: dict(row) for row in rows.annotate(count=Count("pk"), **sums)
    }
    found = org.organisation()
    made = [one for pk in found.sites if (one := _averaged(pk, [of_site[s] for s in found.below(pk) if s in of_site]))]
    for one in made:
        one.at, one.priors = now, version
    with transaction.atomic():
        SiteWorth.objects.all().delete()
        SiteWorth.objects.bulk_create(made)


def _averaged(site: int, rows: Iterable[dict[str, Any]]) -> SiteWorth | None:
    rows = list(rows)
    count = sum(row["count"] for row in rows)
    if not count:
        return None
    low, value, high = (sum(row[f"sum_{name}"] for row in rows) // count for name in ("low", "value", "high"))
    return SiteWorth(site_id=site, low=low, value=value, high=high, customers=count)
