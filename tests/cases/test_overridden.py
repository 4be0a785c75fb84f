"""What is set by hand in a case: counted, named, and found in lists."""

from __future__ import annotations

import pytest

from huiyin.cases import actions, dispatch, listing
from huiyin.cases.filters import Filter
from huiyin.cases.models import Case
from huiyin.clocks import extensions
from huiyin.customers.actions import Person
from huiyin.returns import actions as returns
from tests.conftest import Mover, Opener
from tests.people import Company

WHY = "业主说可以等到下午再来"


@pytest.fixture
def case(open_case: Opener, company: Company) -> Case:
    """A complaint that 林晓 has taken."""
    return open_case(take=True).case


def by_hand(case: Case) -> tuple[int, str]:
    now = Case.objects.get(pk=case.pk)
    return now.overrides, now.overridden


def severity(case: Case, company: Company, by: Mover, to: str = "P4") -> None:
    actions.set_severity(case.pk, by(company.zhaozhuguan), severity=to, reason=WHY)


def deadline(case: Case, company: Company, by: Mover) -> None:
    move = by(company.zhaozhuguan)
    extensions.override(case.pk, move, clock="resolve", due_at=move.at.replace(month=4), reason=WHY)


def closing(case: Case, company: Company, by: Mover) -> None:
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已修好")
    returns.close(case.pk, by(company.zhaozhuguan), reason=WHY)


def aside(case: Case, company: Company, by: Mover) -> None:
    for users in ([company.zhougong], []):
        dispatch.concern(case.pk, by(company.zhaozhuguan), users=users, departments=[], reason="客户说的是别人")


WAYS = {"severity": severity, "clock": deadline, "closing": closing, "aside": aside}


@pytest.mark.parametrize("what", WAYS)
def test_what_was_set_by_hand_is_named(case: Case, company: Company, by: Mover, what: str) -> None:
    WAYS[what](case, company, by)
    assert by_hand(case) == (1, what)


def test_of_two_sorts_it_is_several_and_of_one_sort_twice_that_one(case: Case, company: Company, by: Mover) -> None:
    severity(case, company, by)
    severity(case, company, by, "P2")
    assert by_hand(case) == (2, "severity")
    deadline(case, company, by)
    severity(case, company, by)
    assert by_hand(case) == (4, "several")


def test_they_are_found_in_lists_and_so_are_those_handed_over_often(
    case: Case, company: Company, open_case: Opener, by: Mover
) -> None:
    other = open_case(person=Person("李", "13900139000"), take=True).case
    severity(case, company, by)
    for department in (company.engineering, company.security):
        actions.hand_over(other.pk, by(company.linxiao), department=department, task="去看")
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")

    def found(wanted: Filter) -> list[int]:
        return [one.pk for one in listing.page(company.zhaozhuguan, wanted).items]

    assert found(Filter(overridden=True)) == [case.pk]
    assert found(Filter(hand_overs=1)) == [other.pk, case.pk]
    assert found(Filter(hand_overs=2)) == [other.pk]
    assert found(Filter(hand_overs=3)) == []
    assert found(Filter(overridden=True, hand_overs=2)) == []
