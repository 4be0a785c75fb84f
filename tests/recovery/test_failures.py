"""What went wrong is named, and like cases get like remedies: whoever leaves what is usual says why."""

from __future__ import annotations

from datetime import timedelta
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases import actions as cases
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.recovery import actions, failures, presets
from huiyin.recovery.models import FailureType, Limit, Proposal
from huiyin.recovery.wanted import Option, Wanted
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

WHY = "约好上午九点,师傅十一点半才到"


def voucher(amount: int) -> list[Option]:
    return [Option([Wanted("voucher", amount)])]


def test_a_type_is_suggested_by_the_category_and_set_by_a_person(company: Company, case: Case, by: Mover) -> None:
    suggested = failures.suggested(Case.objects.select_related("category").get(pk=case.pk))
    assert suggested is not None
    assert suggested.code == "again"
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="minor", text="第三次报修")
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    found = failures.of_case(case)
    assert found is not None
    assert (found.failure.code, found.gravity) == ("again", "major")


@pytest.mark.parametrize(("failure", "gravity", "field"), [("none", "minor", "failure"), ("again", "huge", "gravity")])
def test_an_unknown_type_or_gravity_is_refused(
    company: Company, case: Case, by: Mover, failure: str, gravity: str, field: str
) -> None:
    with pytest.raises(BadInput) as error:
        failures.name(case.pk, by(company.linxiao), failure=failure, gravity=gravity)
    assert error.value.field == field


def test_the_types_that_come_along_name_their_source(company: Company) -> None:
    Limit.objects.all().delete()
    presets.furnish()
    presets.furnish()
    sources = set(FailureType.objects.exclude(code="again").values_list("source", flat=True))
    assert sources == {"made for this product", "Kelley, Hoffman & Davis 1993"}
    assert FailureType.objects.filter(source__startswith="Kelley").count() == 15
    assert [row.per_case for row in Limit.objects.order_by("per_case")] == [100_00, 500_00, 50_000_00]


def _past(company: Company, open_case: Opener, by: Mover, amounts: list[int], gravity: str = "minor") -> None:
    for number, amount in enumerate(amounts):
        person = Person("王女士", f"139{amount:04d}{number:04d}"[:11])
        key = open_case(person=person).case.pk
        cases.accept(key, by(company.linxiao))
        failures.name(key, by(company.linxiao), failure="again", gravity=gravity)
        actions.propose(key, by(company.linxiao), options=voucher(amount), reason=WHY)


def test_like_cases_are_those_with_the_same_failure_as_bad(
    company: Company, case: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    _past(company, open_case, by, [30_00, 30_00, 40_00, 50_00, 50_00])
    _past(company, open_case, by, [99_00], gravity="critical")
    assert failures.like(case, "CNY", clock.now) is None
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="minor")
    found = failures.like(case, "CNY", clock.now)
    assert found is not None
    assert (found.count, found.lower, found.middle, found.upper) == (5, 30_00, 40_00, 50_00)
    assert (found.low, found.high) == (0, 80_00)
    later = failures.like(case, "CNY", clock.now + timedelta(days=366))
    assert later is not None
    assert later.count == 0


def test_outside_what_is_usual_a_reason_is_needed(company: Company, case: Case, open_case: Opener, by: Mover) -> None:
    _past(company, open_case, by, [30_00, 30_00, 40_00, 50_00, 50_00])
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="minor")
    with pytest.raises(BadInput, match="5 like cases of the last year got") as error:
        actions.propose(case.pk, by(company.linxiao), options=voucher(95_00))
    assert error.value.field == "reason"
    actions.propose(case.pk, by(company.linxiao), options=voucher(95_00), reason=WHY)
    assert Proposal.objects.get(case=case).failure is not None


def test_who_approves_something_unusual_says_why_too(
    company: Company, case: Case, open_case: Opener, by: Mover, manager: User
) -> None:
    _past(company, open_case, by, [30_00, 30_00, 40_00, 50_00, 50_00])
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="minor")
    actions.propose(case.pk, by(company.linxiao), options=voucher(300_00), reason=WHY)
    with pytest.raises(BadInput) as error:
        actions.decide(case.pk, by(manager), granted=True)
    assert error.value.field == "reason"
    actions.decide(case.pk, by(manager), granted=True, reason="第四次维修,客户请假两天")
    assert Proposal.objects.get(case=case).standing == "granted"


def test_of_few_cases_nothing_is_unusual(company: Company, case: Case, open_case: Opener, by: Mover) -> None:
    _past(company, open_case, by, [30_00] * 4)
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="minor")
    actions.propose(case.pk, by(company.linxiao), options=voucher(95_00))
    assert Proposal.objects.get(case=case).standing == "granted"


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=60))
def test_the_usual_range_holds_the_quartiles(amounts: list[int]) -> None:
    found = failures.described(sorted(amounts), "CNY")
    assert found.low <= found.lower <= found.middle <= found.upper <= found.high
    assert found.lower == round(quantiles(amounts, n=4, method="inclusive")[0])
    assert all(found.usual(amount) for amount in (found.lower, found.middle, found.upper))
