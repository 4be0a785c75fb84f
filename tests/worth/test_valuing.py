"""What customers are worth: by the best method their data bear, stored with how and by which priors."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.customers.models import Customer
from huiyin.org.history import Editor
from huiyin.worth import actions, asking, priors, simple, valuing
from huiyin.worth.definitions import Method
from huiyin.worth.models import Contract, Purchase, Run, SiteWorth, Worth
from huiyin.worth.priors import Book, Range
from huiyin.worth.simple import Terms
from tests.people import NOW, Company

TODAY = NOW.date()
SHARES = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(lambda three: Range(*sorted(three)))


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra `analysis` isn't installed."""
    monkeypatch.setattr(asking, "COMMAND", ["false"])


def customers(company: Company, count: int) -> list[Customer]:
    rows = [Customer(site=company.ljf, name=f"人{n}", phone=f"+86138{n:08d}") for n in range(count)]
    return Customer.objects.bulk_create(rows)


def buy(customer: Customer, day: date, amount: int) -> Purchase:
    return Purchase(customer=customer, on=day, amount=amount, source="t", reference=f"{customer.pk}-{day}")


def test_the_simple_formula_is_that_of_gupta_and_lehmann() -> None:
    one, rate = Range(1, 1, 1), Range(0.12, 0.12, 0.12)
    stays = Range(0.9, 0.9, 0.9)
    found = simple.value(100_00, stays, Terms(one, rate, stays, stays))
    assert found.value == pytest.approx(409_09, abs=1)


@given(st.integers(0, 10**9), SHARES, SHARES, SHARES)
def test_the_likely_value_lies_in_its_range(yearly: int, margin: Range, discount: Range, stays: Range) -> None:
    found = simple.value(yearly, stays, Terms(margin, discount, stays, stays))
    assert 0 <= found.low <= found.value * (1 + 1e-12) <= found.high * (1 + 1e-9)


def test_a_year_is_made_of_what_was_paid_in_it_and_never_of_a_few_days() -> None:
    long = [(TODAY - timedelta(days=400), 500), (TODAY - timedelta(days=10), 300)]
    assert simple.yearly(long, TODAY) == 300
    assert simple.yearly([(TODAY - timedelta(days=181), 200), (TODAY, 200)], TODAY) == 400 * 365 // 182
    assert simple.yearly([(TODAY, 90)], TODAY) == 365


def test_without_the_models_the_simple_formula_serves_and_says_so(
    company: Company, book: Book, no_models: None, now: datetime
) -> None:
    bought, signed, left, _none = customers(company, 4)
    Purchase.objects.bulk_create(buy(bought, TODAY - timedelta(days=30 * n), 100_00) for n in range(14))
    Contract.objects.create(customer=signed, began=date(2024, 1, 1), fee=3600_00, source="t", reference="1")
    Contract.objects.create(
        customer=left, began=date(2020, 1, 1), ended=date(2025, 1, 1), fee=3600_00, source="t", reference="2"
    )
    seen: list[int] = []
    assert actions.run(now, tell=seen.append) == 3
    assert (sum(seen), actions.size()) == (3, 3)
    found = {row.customer_id: row for row in Worth.objects.all()}
    assert found[bought.pk].method == Method.SIMPLE
    assert found[signed.pk].value == round(3600_00 * 0.08 * 0.92 / (1 + 0.10 - 0.92))
    assert (found[left.pk].method, found[left.pk].high) == (Method.ENDED, 0)
    assert {row.priors for row in found.values()} == {book.version}
    average = SiteWorth.objects.get(site=company.hq)
    assert (average.customers, average.value) == (2, (found[bought.pk].value + found[signed.pk].value) // 2)
    assert asking.NOT_INSTALLED in Run.objects.get().fitted


@pytest.mark.once
@pytest.mark.slow
def test_many_purchases_are_fitted_in_a_process_of_its_own(company: Company, book: Book, now: datetime) -> None:
    source, rows = random.Random(3), list[Purchase]()
    for customer in customers(company, 400):
        rate, mean = source.gammavariate(1.5, 1 / 20), source.gammavariate(4, 25_00)  # a week; in fen
        day, leaves = float(source.randrange(60, 500)), source.betavariate(1, 4)
        begun = day
        while day > 0:
            rows.append(buy(customer, TODAY - timedelta(days=int(day)), max(1, int(source.gammavariate(6, mean / 6)))))
            if day < begun and source.random() < leaves:
                break
            day -= max(1.0, source.expovariate(rate) * 7)
    unique: dict[str, Any] = {row.reference: row for row in rows}
    Purchase.objects.bulk_create(unique.values())
    actions.run(now)
    assert set(Worth.objects.values_list("method", flat=True)) == {Method.BGNBD}
    assert all(row.low <= row.value <= row.high for row in Worth.objects.all())
    assert "bgnbd: fitted" in Run.objects.get().fitted


@pytest.mark.slow
def test_contracts_of_one_beginning_are_fitted_and_who_stayed_long_is_worth_more(
    company: Company, book: Book, now: datetime
) -> None:
    ends = {1: 131, 2: 126, 3: 90, 4: 60}  # of 1000: the survival of Fader & Hardie 2007
    rows: list[tuple[date, date | None]] = []
    people = iter(customers(company, 1001))
    for years, count in ends.items():
        rows += [(date(2021, 1, 1), date(2021 + years, 1, 1)) for _each in range(count)]
    rows += [(date(2021, 1, 1), None)] * (1000 - len(rows))
    rows.append((date(2025, 6, 1), None))
    Contract.objects.bulk_create(
        Contract(customer=next(people), began=began, ended=ended, fee=1000_00, source="t", reference=str(n))
        for n, (began, ended) in enumerate(rows)
    )
    assert valuing.survival(TODAY) == [1000, 869, 743, 653, 593, 593]
    actions.run(now)
    of = Worth.objects.filter(method=Method.SBG)
    old, young = of.order_by("-basis").first(), of.order_by("basis").first()
    assert old is not None
    assert young is not None
    assert (old.basis, young.basis) == (5, 0)
    assert old.value > young.value


def test_a_run_is_due_when_there_are_data_every_night_and_when_priors_change(
    company: Company, book: Book, no_models: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    class Ended:
        def poll(self) -> int:
            return 0

    def spawn() -> Ended:
        begun.append(1)
        return Ended()

    monkeypatch.setattr(actions, "spawn", spawn)
    monkeypatch.setattr(actions, "_running", [])
    assert actions.nightly(now) == 0
    Purchase.objects.bulk_create([buy(customers(company, 1)[0], TODAY, 100)])
    assert actions.nightly(now) == 1
    assert actions.nightly(now + timedelta(minutes=1)) == 0  # it goes on
    actions.run(now + timedelta(minutes=2))
    assert actions.nightly(now + timedelta(minutes=3)) == 0
    values = priors.values_of(priors.find("value/margin").prior)
    priors.change("value/margin", replace(values, value=900), Editor(company.admin, now))
    assert actions.nightly(now + timedelta(minutes=4)) == 1
    actions.run(now + timedelta(minutes=5))
    assert actions.nightly(now + timedelta(minutes=6)) == 0
    assert actions.nightly(now + timedelta(days=1)) == 1
    assert len(begun) == 3


def test_missing_priors_are_told(company: Company, now: datetime) -> None:
    with pytest.raises(actions.NotReady):
        actions.run(now)
    assert actions.nightly(now) == 0
