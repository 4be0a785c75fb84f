"""Emergencies: the first in the order is called, then the next, until somebody acknowledges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from huiyin.alerts import emergencies, notices
from huiyin.alerts.incidents import NotPossible
from huiyin.alerts.models import CallRule, Emergency
from huiyin.cases import actions
from huiyin.cases import queries as cases
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Taps
from huiyin.org.access import Forbidden
from tests.people import Company, TestClock

Opener = Callable[..., Opened]
Mover = Callable[..., By]
DANGER = Taps(danger=True)


@pytest.fixture
def rules(company: Company) -> None:
    """Engineering first, after 5 minutes the supervisor, after 10 the administrator."""
    steps = ((1, 5, {"department": company.engineering, "rescue": "119"}), (2, 10, {"role": "supervisor"}))
    for order, minutes, who in (*steps, (3, 0, {"user": company.admin})):
        emergencies.add_rules([CallRule(site=company.hq, order=order, minutes=minutes, **who)])


def called(case: int) -> list[tuple[str, list[int]]]:
    found = CaseEvent.objects.filter(case=case, topic="alerts").order_by("seq")
    return [(event.data["what"], event.data.get("people", [event.data.get("by")])) for event in found]


def calls(company: Company) -> list[str]:
    people = (company.zhougong, company.zhaozhuguan, company.admin, company.linxiao)
    return [person.username for person in people if notices.waiting(person).calls]


def test_a_department_is_called_at_once_and_sees_the_case(
    company: Company, rules: None, open_case: Opener, by: Mover
) -> None:
    case = open_case(taps=DANGER).case
    assert case.severity == "P1"
    assert called(case.pk) == [("called", [company.zhougong.pk])]
    assert calls(company) == ["zhougong"]
    assert cases.get(company.zhougong, case.number) == case
    assert emergencies.rescue(case) == "119"
    clock = by(company.zhougong, minutes=2)
    emergencies.acknowledge(case.pk, clock)
    assert calls(company) == []
    last = CaseEvent.objects.filter(case=case).order_by("-seq")[0]
    assert (last.data["what"], last.data["seconds"]) == ("acknowledged", 120)
    assert emergencies.sweep(by(None, minutes=60).at) == 0
    with pytest.raises(NotPossible):
        emergencies.acknowledge(case.pk, by(company.zhougong))


def test_nobody_acknowledges_and_the_next_is_called_too_each_once(
    company: Company, rules: None, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(taps=DANGER).case
    assert emergencies.sweep(clock.move(4)) == 0
    assert emergencies.sweep(clock.move(1)) == 1
    assert emergencies.sweep(clock.now) == 0
    assert calls(company) == ["zhougong", "zhaozhuguan"]
    assert emergencies.sweep(clock.move(10)) == 1
    assert emergencies.sweep(clock.move(600)) == 0
    people = [company.zhougong, company.zhaozhuguan, company.admin]
    assert called(case.pk) == [("called", [person.pk]) for person in people]
    assert Emergency.objects.get().next_at is None


def test_a_worker_that_comes_second_calls_nobody(
    company: Company, rules: None, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(taps=DANGER).case
    seen_by_both = Emergency.objects.get()
    at = clock.move(6)
    assert emergencies._escalate(seen_by_both, at) == 1
    assert emergencies._escalate(seen_by_both, at) == 0
    assert len(called(case.pk)) == 2


def test_a_case_graded_up_calls_and_one_that_has_ended_calls_no_further(
    company: Company, rules: None, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    case = open_case(category=company.lift).case
    assert called(case.pk) == []
    actions.set_grade(case.pk, by(company.linxiao), taps=DANGER)
    assert called(case.pk) == [("called", [company.zhougong.pk])]
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao), cause="a", done="b", text="c")
    assert emergencies.sweep(clock.move(60)) == 0
    assert Emergency.objects.get().next_at is None


def test_the_nearest_branch_and_site_decide(company: Company, rules: None, open_case: Opener) -> None:
    branch = cases.categories().by_code["repair/lift"]
    nearer = CallRule(site=company.ljf, order=1, minutes=3, category=branch, user=company.hemin, rescue="110")
    emergencies.add_rules([nearer])
    lift, tap = open_case(category=company.lift, taps=DANGER).case, open_case(category=company.tap, taps=DANGER).case
    assert called(lift.pk) == [("called", [company.hemin.pk])]
    assert called(tap.pk) == [("called", [company.zhougong.pk])]
    assert emergencies.rescue(lift) == "110"


def test_who_has_no_part_in_it_acknowledges_nothing(
    company: Company, rules: None, open_case: Opener, by: Mover
) -> None:
    case = open_case(taps=DANGER).case
    with pytest.raises(Case.DoesNotExist):
        emergencies.acknowledge(case.pk, by(company.chenjia))
    with pytest.raises(Forbidden):
        emergencies.acknowledge(case.pk, by(company.auditor))
    assert calls(company) == ["zhougong"]
