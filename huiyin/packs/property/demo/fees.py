"""What the demo's owners pay: contracts of most homes, monthly fees of the others; and what went wrong in cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.cases.workflow import Status
from huiyin.customers.models import Customer
from huiyin.recovery import failures
from huiyin.worth.models import Contract, Purchase

from .organisation import Company

_SOURCE = "demo"
_FROM = {"FLY": 2009, "LJF": 2019}
"""The year in which the homes were handed over; offices come and go."""
_SEED = 11
_NAMED = 60
MONTHS = 14


def charge(company: Company, until: datetime) -> None:
    """One contract a home, of its first contact; every eighth home pays month by month instead."""
    source = Random(_SEED)  # noqa: S311 (chance that can be repeated is the point)
    today = until.date()
    seen: set[int | None] = set()
    contracts, paid = list[Contract](), list[Purchase]()
    for site, contacts in sorted(company.contacts.items()):
        for contact in contacts:
            customer = contact.customer
            if customer.home_id in seen:
                continue
            seen.add(customer.home_id)
            yearly = source.randrange(60, 140) * (24 if site in _FROM else 90) * 100
            if len(seen) % 8:
                contracts.append(_contract(customer, source, _FROM.get(site, 0), yearly, today))
            else:
                paid += _monthly(customer, source, yearly // 12, today)
    Contract.objects.bulk_create(contracts, batch_size=500)
    Purchase.objects.bulk_create(paid, batch_size=500)


def _contract(customer: Customer, source: Random, first: int, fee: int, today: date) -> Contract:
    began = date(first or source.randrange(2018, today.year), 1, 1)
    leaves = source.betavariate(0.6, 8)
    ended = None
    for year in range(began.year + 1, today.year + 1):
        if source.random() < leaves:
            ended = date(year, 1, 1)
            break
    # Who has a contact today lives there: what ended was let to somebody else, seldom lately.
    return Contract(customer=customer, began=began, ended=ended, fee=fee, source=_SOURCE, reference=f"V{customer.pk}")


def _monthly(customer: Customer, source: Random, fee: int, today: date) -> list[Purchase]:
    rows, month = list[Purchase](), today.replace(day=1)
    for _month in range(source.randrange(4, MONTHS)):
        day = month + timedelta(days=source.randrange(0, 27))
        if day <= today and source.random() < 0.9:
            what, number = f"{month:%Y-%m} 物业费", f"F{customer.pk}-{month:%Y%m}"
            rows.append(Purchase(customer=customer, on=day, amount=fee, what=what, source=_SOURCE, reference=number))
        month = (month - timedelta(days=1)).replace(day=1)
    return rows


def name_failures(company: Company, until: datetime) -> None:
    """Say what went wrong in some cases that wait for their visit."""
    for site, desk in (("LJF", "linxiao"), ("FLY", "chenjia")):
        rows = Case.objects.filter(site=company.sites[site], kind__in=("complaint", "repair"), protected=False)
        rows = rows.filter(customer__isnull=False, incident=None, status=Status.RESOLVED, changed_at__lt=until)
        for number, case in enumerate(rows.select_related("category").order_by("-pk")[:_NAMED]):
            if case.about_users or case.about_departments or case.changed_at is None:
                continue
            gravity = "minor" if number % 6 else "major"
            at = case.changed_at + (until - case.changed_at) / 20
            failures.name(case.pk, By(company.staff[desk], at), failure=_failure(case), gravity=gravity)


def _failure(case: Case) -> str:
    found = failures.suggested(case)
    return found.code if found else "again"
