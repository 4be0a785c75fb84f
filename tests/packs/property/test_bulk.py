"""Cases for measuring are cases like all others, and always the same ones."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import Count

from huiyin.cases import intake, queries
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.queries import Filter
from huiyin.clocks.models import Clock
from huiyin.customers.models import Customer
from huiyin.org.models import User
from huiyin.packs.property import bulk
from huiyin.packs.property.bulk import Order
from huiyin.returns.models import ReturnVisit
from tests.people import Company, voice

COUNT = 400


def fill(count: int, now: datetime, *, seed: int = 1) -> list[Case]:
    """The cases that were made."""
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    assert sum(bulk.fill(Order(count, seed, now))) == count
    return list(Case.objects.filter(pk__gt=last).select_related("customer").order_by("pk"))


def begun(cases: list[Case]) -> list[tuple[object, ...]]:
    """How they began; what came later depends on receipt numbers, which decide who is asked by phone."""
    words = dict(Message.objects.filter(case__in=cases, seq=1).values_list("case", "text"))
    return [(c.received_at, c.site_id, c.customer_id, c.subject, c.place, c.severity, words[c.pk]) for c in cases]


def test_they_live_like_others_and_the_newest_stand_open(company: Company, now: datetime) -> None:
    cases = fill(COUNT, now)
    assert [case.received_at for case in cases[:: COUNT // 10]] == sorted(c.received_at for c in cases[:: COUNT // 10])
    old, young = cases[: int(COUNT * 0.9)], cases[int(COUNT * 0.95) :]
    assert {case.status for case in old} == {"closed"}
    assert Counter(case.status == "closed" for case in young)[False] > len(young) // 2
    assert not CaseEvent.objects.filter(at__gt=now).exists()
    assert not CaseEvent.objects.filter(recorded_at__gt=now).exists()
    kinds = Counter(CaseEvent.objects.values_list("kind", flat=True))
    for kind in ("accepted", "handed_over", "replied", "answered", "committed", "kept", "resolved", "visited"):
        assert kinds[kind] > COUNT // 4, kind
    assert 7 < sum(kinds.values()) / COUNT < 10


def test_they_have_clocks_visits_customers_and_words_to_be_found(company: Company, now: datetime) -> None:
    cases = fill(COUNT, now)
    assert set(Clock.objects.values_list("kind", flat=True)) >= {"respond", "resolve", "reply", "update", "visit"}
    assert set(Clock.objects.values_list("outcome", flat=True)) >= {"met", "late", ""}
    assert ReturnVisit.objects.filter(state="done").count() > COUNT // 4
    assert len({case.severity for case in cases}) > 2
    again = Customer.objects.annotate(cases=Count("case")).filter(cases__gt=1)
    assert again.count() > COUNT // 20
    case = next(case for case in cases if case.customer is not None)
    assert case.customer is not None
    for word in (case.number, case.customer.phone_as_typed, case.subject):
        assert case in queries.page(company.admin, Filter(q=word), before=case.pk + 1).items


def test_the_same_seed_makes_the_same_cases_and_no_second_customers(company: Company, now: datetime) -> None:
    first = begun(fill(60, now))
    customers = Customer.objects.count()
    assert begun(fill(60, now)) == first
    assert Customer.objects.count() == customers
    assert begun(fill(60, now, seed=2)) != first


def test_what_is_there_stays_and_new_cases_get_numbers_after_them(company: Company, now: datetime) -> None:
    mine = intake.open_case(voice(company.fly), By(company.chenjia, now)).case
    made = fill(30, now)
    theirs = intake.open_case(voice(company.fly), By(company.chenjia, now)).case
    mine.refresh_from_db()
    assert mine.seq == 1
    assert mine.pk < made[0].pk
    assert theirs.pk == made[-1].pk + 1


def test_a_group_comes_out_the_same_beside_others_or_alone(
    company: Company, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = begun(fill(60, now))
    monkeypatch.setattr(bulk, "GROUP", 20)
    assert begun(fill(60, now))[:20] == whole[:20]


@pytest.mark.usefixtures("bare")
def test_an_installation_without_a_company_gets_a_small_one_that_nobody_can_log_in_to(now: datetime) -> None:
    cases = fill(30, now)
    assert len({case.site_id for case in cases}) == 3
    assert User.objects.count() > 5
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert Clock.objects.exists()
    assert min(case.received_at for case in cases) > now - timedelta(days=367)
