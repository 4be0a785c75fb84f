"""What a customer is worth moves nothing: the same random history, lived under other values, is the same in everything
that decides. It mirrors the contracts of import-linter, which forbid that such code reads what this package holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.base import money
from huiyin.cases import actions, dispatch
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.customer_side import TooSoon, customer_chases
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks import actions as clocks
from huiyin.clocks import listing as deadlines
from huiyin.clocks.models import Clock
from huiyin.customers import tiers
from huiyin.customers.actions import Person
from huiyin.customers.models import Customer
from huiyin.fairness import escalations, repeats
from huiyin.org import reference
from huiyin.org.access import Forbidden
from huiyin.org.history import Editor
from huiyin.playbooks.models import PlanStep
from huiyin.recovery import actions as recovery
from huiyin.recovery import authority, equal, failures
from huiyin.recovery.models import Proposal
from huiyin.recovery.wanted import Option, Wanted
from huiyin.worth import known as known_values
from huiyin.worth import priors
from huiyin.worth.models import Contract, Prior, Purchase, SiteWorth, Worth
from huiyin.worth.priors import Book
from tests.conftest import Opener
from tests.examples import examples
from tests.people import NOW, Company
from tests.playbooks.conftest import again

__all__ = ["again"]
WHY = "约好的时间没有人来，客户等了一上午"


@dataclass(frozen=True)
class Values:
    """What a customer may be worth, with what it is reckoned from: `scale` moves every prior, in hundredths."""

    value: int
    average: int
    spent: int
    fee: int
    tier: str
    scale: int


Step = tuple[str, int, int]
"""A verb, after so many minutes, with a number that it may use."""


def _take_on(values: Values, company: Company, customer: Customer) -> None:
    """Let the house believe this of the customer."""
    made: dict[str, Any] = {"at": NOW, "priors": "x"}
    spread = {"value": values.value, "low": values.value // 2, "high": values.value * 2}
    Worth.objects.create(customer=customer, method="sbg", basis=3, **spread, **made)
    average = {"value": values.average, "low": 0, "high": values.average * 2}
    SiteWorth.objects.create(site=company.ljf, customers=50, **average, **made)
    day = date(2025, 3, 1)
    Purchase.objects.create(customer=customer, on=day, amount=values.spent, source="till", reference="1")
    Contract.objects.create(customer=customer, began=day, fee=values.fee, source="till", reference="1")
    Customer.objects.filter(pk=customer.pk).update(tier=tiers.by_code(values.tier))
    for row in Prior.objects.all():
        numbers = (min(one * values.scale // 100, 10_000) for one in (row.low, row.value, row.high))
        row.low, row.value, row.high = sorted(numbers)
        row.save()
    reference.changed()


def _acts(company: Company, case: int, number: int) -> dict[str, Callable[[By], object]]:
    leaf = (company.lift, company.tap, company.conduct, company.corridor, company.fee)[number % 5]
    goodwill = [Option([Wanted("goodwill", number * 100 + 100)])]
    return {
        "accept": lambda by: actions.accept(case, by),
        "answer": lambda by: actions.answer(case, by, text="正在处理"),
        "hand_over": lambda by: actions.hand_over(case, by, department=company.engineering, task="去看"),
        "sort": lambda by: actions.sort(case, by, category=leaf),
        "assign": lambda by: actions.assign(case, by, to=(company.linxiao, company.hemin)[number % 2]),
        "chase": lambda by: customer_chases(case, at=by.at),
        "supervise": lambda by: dispatch.supervise(case, by, reason="请盯到底"),
        "escalate": lambda by: escalations.escalate(case, by, origin="manager"),
        "failure": lambda by: failures.name(case, by, failure="again", gravity=("minor", "major")[number % 2]),
        "propose": lambda by: recovery.propose(case, by, options=goodwill, reason=WHY),
        "resolve": lambda by: actions.resolve(case, by, cause="旧", done="换", text="修好了"),
        "sweep": lambda by: clocks.sweep(by.at),
        "repeats": lambda by: repeats.look([case], by.at),
    }


def _lived(company: Company, open_case: Opener, history: list[Step], values: Values) -> Any:
    """What becomes of a case of the customer, beside one of somebody else: all that could depend. Undone afterwards."""
    with transaction.atomic():
        first = open_case(person=Person("吴先生", "13811112222"), category=company.tap).case
        open_case(person=Person("郑女士", "13811113333"), category=company.lift)
        assert first.customer is not None
        _take_on(values, company, first.customer)
        case = open_case(person=Person("吴先生", "13811112222"), category=company.tap).case
        at, said = NOW, []
        for verb, minutes, number in history:
            at += timedelta(minutes=minutes)
            act = _acts(company, case.pk, number)[verb]
            try:
                with transaction.atomic():
                    act(By((company.linxiao, company.zhaozhuguan)[number % 2], at, anyway=True))
                said.append("done")
            except (NotAllowed, BadInput, Forbidden, TooSoon) as error:
                said.append(f"{type(error).__name__} {error}")
        found = said, _standing(company, Case.objects.get(pk=case.pk), at)
        transaction.set_rollback(True)
    reference.look_again()
    return found


def _standing(company: Company, case: Case, at: Any) -> dict[str, Any]:
    limits = authority.load_of(case, None, 40_00, year="2026", currency=money.DEFAULT)
    lead = company.zhaozhuguan
    pages = (cases.page(lead, Filter()).items, deadlines.by_deadline(lead, Filter()).items)
    plain = ("status", "severity", "complexity", "handler_id", "department_id", "owner_id", "referred", "decide_since")
    suggested = failures.suggested(case)
    return {
        "case": [getattr(case, name) for name in plain],
        "clocks": list(
            Clock.objects.filter(case=case).order_by("pk").values_list("kind", "due_at", "warn_at", "outcome")
        ),
        "events": [
            (one.kind, one.topic, {k: v for k, v in one.data.items() if k not in ("words", "case")})
            for one in CaseEvent.objects.filter(case=case).order_by("seq")
        ],
        "orders": [[one.pk - case.pk for one in page] for page in pages],
        "may decide": [
            authority.reaching(one, case, case.severity, limits) for one in (company.linxiao, lead, company.admin)
        ],
        "proposals": list(Proposal.objects.filter(case=case).values_list("number", "standing", "held", "counted")),
        "plan": list(PlanStep.objects.filter(plan__case=case).order_by("pk").values_list("number", "due_at", "state")),
        "suggested": suggested.code if suggested else "",
        "usual": failures.like(case, money.DEFAULT, at),
        "odd": failures.unusual(case, 90_000, money.DEFAULT, at) + equal.odd(case, 90_000, money.DEFAULT),
    }


VALUES = st.builds(
    Values,
    value=st.integers(0, 10**9),
    average=st.integers(0, 10**9),
    spent=st.integers(1, 10**9),
    fee=st.integers(0, 10**9),
    tier=st.sampled_from(["gold", "plain"]),
    scale=st.integers(0, 300),
)
VERBS = (
    *("accept", "answer", "hand_over", "sort", "assign", "chase", "supervise", "escalate", "failure", "propose"),
    *("resolve", "sweep", "repeats"),
)
HISTORY = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 600), st.integers(0, 30)), min_size=1, max_size=9)


@pytest.fixture
def house(company: Company, book: Book, again: None) -> None:
    """Priors, a plan, and two tiers."""
    for code, name in (("gold", "金卡"), ("plain", "普通")):
        tiers.add(code, tiers.TierValues(name), Editor(company.admin, NOW))


@pytest.mark.slow
@pytest.mark.usefixtures("house")
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY, one=VALUES, other=VALUES)
def test_no_clock_severity_order_assignment_limit_or_remedy_depends_on_worth(
    company: Company, open_case: Opener, history: list[Step], one: Values, other: Values
) -> None:
    assert _lived(company, open_case, history, one) == _lived(company, open_case, history, other)


@pytest.mark.usefixtures("house")
def test_the_values_that_are_compared_are_really_other_ones(company: Company, open_case: Opener) -> None:
    """Else the test above could not fail."""
    told = []
    for values in (Values(1_00, 1_00, 1, 0, "gold", 100), Values(9_000_00, 5_00, 1, 0, "plain", 50)):
        with transaction.atomic():
            case = open_case(take=True).case
            assert case.customer is not None
            _take_on(values, company, case.customer)
            failures.name(case.pk, By(company.linxiao, NOW + timedelta(minutes=2)), failure="again", gravity="minor")
            case = Case.objects.select_related("customer").get(pk=case.pk)
            known = known_values.values({case.customer_id}).of(case.customer_id, case.site_id)
            told.append((known.range, priors.book().version, case.customer and case.customer.tier_id))
            transaction.set_rollback(True)
        reference.look_again()
    assert all(first != second for first, second in zip(*told, strict=True))
