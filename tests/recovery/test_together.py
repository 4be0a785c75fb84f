"""Like remedies within a group, and the same for all of it as one decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.alerts.models import Notice
from huiyin.cases import actions as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.models import Case
from huiyin.clocks import actions as clocks
from huiyin.clocks.models import Clock
from huiyin.customers.actions import Person
from huiyin.groups import actions as groups
from huiyin.groups.models import Group
from huiyin.org.access import Forbidden
from huiyin.org.models import User
from huiyin.recovery import actions, equal, ledger, together
from huiyin.recovery.models import Budget, Proposal
from huiyin.recovery.wanted import Option, Wanted
from tests.conftest import Mover, Opener
from tests.examples import examples
from tests.people import NOW, Company

WHY = "同一处停电，每户两天物业费"


@pytest.fixture
def rows(open_case: Opener) -> list[Case]:
    return [open_case(person=Person(f"户{n}", f"1391111000{n}"), take=True).case for n in range(4)]


@pytest.fixture
def group(company: Company, rows: list[Case], by: Mover) -> Group:
    return groups.make(by(company.zhaozhuguan), case_ids=[case.pk for case in rows], reason="同一处停电")


def give(case: Case, by: By, amount: int, reason: str = "") -> Any:
    return actions.propose(case.pk, by, options=[Option([Wanted("goodwill", amount)])], reason=reason)


def test_more_or_less_than_the_others_needs_its_reason(
    company: Company, rows: list[Case], group: Group, by: Mover
) -> None:
    give(rows[0], by(company.linxiao), 26_00)
    for amount in (25_99, 26_01):
        with pytest.raises(BadInput) as caught, transaction.atomic():
            give(rows[1], by(company.linxiao), amount)
        assert caught.value.field == "reason"
        assert "26" in caught.value.text
    give(rows[1], by(company.linxiao), 26_00)
    give(rows[2], by(company.linxiao), 40_00, "家里有病人，要另住两晚旅店")
    found = equal.of_case(rows[3], "CNY")
    assert found is not None
    assert (found.amount, found.ruled, found.homes) == (26_00, False, 3)
    assert [amount for _case, amount in equal.of_others(company.linxiao, rows[3], "CNY")] == [26_00, 26_00, 40_00]


def test_the_rule_of_a_group_goes_before_the_median(
    company: Company, rows: list[Case], group: Group, by: Mover
) -> None:
    with pytest.raises(Forbidden), transaction.atomic():
        equal.set_term(group.pk, by(company.linxiao), amount=13_00, days=2, reason=WHY)
    good: dict[str, Any] = {"amount": 13_00, "days": 2, "reason": WHY}
    bads: list[dict[str, Any]] = [{"amount": 0}, {"days": 0}, {"reason": "短"}]
    for bad in bads:
        with pytest.raises(BadInput), transaction.atomic():
            equal.set_term(group.pk, by(company.zhaozhuguan), **(good | bad))
    equal.set_term(group.pk, by(company.zhaozhuguan), amount=13_00, days=2, reason=WHY)
    with pytest.raises(BadInput), transaction.atomic():
        give(rows[0], by(company.linxiao), 30_00)
    give(rows[0], by(company.linxiao), 26_00)
    with pytest.raises(BadInput):
        give(rows[0], by(company.linxiao), 1_00)  # the home has got its part


def test_all_get_the_same_at_once_within_ones_limit(
    company: Company, rows: list[Case], group: Group, by: Mover
) -> None:
    cases.resolve(rows[3].pk, by(company.linxiao), cause="a", done="b", text="好了")
    cases.decline(rows[2].pk, by(company.linxiao), reason="不归我们", right_door="供电局")
    batch = together.give_all(group.pk, by(company.linxiao), remedy=Wanted("goodwill", 20_00), reason=WHY)
    assert (batch.standing, batch.given, batch.total) == ("granted", 3, 60_00)
    assert [number for number, _why in batch.failed] == [rows[2].number]
    assert {one.case_id for one in Proposal.objects.filter(batch=batch)} == {rows[n].pk for n in (0, 1, 3)}
    assert Budget.objects.get().reserved == 60_00


def test_above_ones_limit_for_the_whole_one_approval_decides_for_all(
    company: Company, rows: list[Case], group: Group, by: Mover
) -> None:
    """Each of them alone would be within 林晓's limit."""
    batch = together.give_all(group.pk, by(company.linxiao), remedy=Wanted("goodwill", 40_00), reason=WHY)
    assert (batch.standing, Budget.objects.get().reserved) == ("waiting", 0)
    assert Clock.objects.filter(kind="decide", outcome="").count() == 4
    with pytest.raises(BadInput), transaction.atomic():
        actions.decide(rows[0].pk, by(company.zhaozhuguan), granted=True)
    with pytest.raises(Forbidden), transaction.atomic():
        together.decide_all(batch.pk, by(company.linxiao), granted=True)
    with pytest.raises(BadInput), transaction.atomic():
        together.give_all(group.pk, by(company.hemin), remedy=Wanted("goodwill", 1_00), reason=WHY)
    done = together.decide_all(batch.pk, by(company.zhaozhuguan), granted=True, reason="同意，照此执行")
    assert (done.standing, done.given, Budget.objects.get().reserved) == ("granted", 4, 160_00)
    assert not Clock.objects.filter(kind="decide", outcome="").exists()
    with pytest.raises(BadInput):
        together.decide_all(batch.pk, by(company.zhaozhuguan), granted=True)


def test_a_no_gives_nobody_anything(company: Company, rows: list[Case], group: Group, by: Mover) -> None:
    batch = together.give_all(group.pk, by(company.linxiao), remedy=Wanted("goodwill", 40_00), reason=WHY)
    with pytest.raises(BadInput), transaction.atomic():
        together.decide_all(batch.pk, by(company.zhaozhuguan), granted=False)
    done = together.decide_all(batch.pk, by(company.zhaozhuguan), granted=False, reason="先等供电局")
    assert (done.standing, done.given) == ("refused", 0)
    assert set(Proposal.objects.values_list("standing", flat=True)) == {"refused"}


def test_nobody_decides_on_their_own_and_above_the_bound_two_do(
    company: Company, rows: list[Case], group: Group, by: Mover, manager: User, director: User
) -> None:
    batch = together.give_all(group.pk, by(manager), remedy=Wanted("goodwill", 600_00), reason=WHY)
    assert batch.standing == "waiting"
    for who in (manager, company.zhaozhuguan):
        with pytest.raises(BadInput), transaction.atomic():
            together.decide_all(batch.pk, by(who), granted=True)
    assert together.decide_all(batch.pk, by(director), granted=True).first == director
    with pytest.raises(BadInput) as caught:
        together.decide_all(batch.pk, by(director), granted=True)
    assert caught.value.text == "You have said yes already; a second person decides."


def told(what: str) -> list[tuple[str, int]]:
    """Who was told, and at which case."""
    rows = Notice.objects.filter(what__startswith=what).order_by("pk")
    return [(row.user.username, row.case_id or 0) for row in rows]


def test_whoever_decides_for_all_is_asked_once_and_whoever_asked_is_told_once(
    company: Company, rows: list[Case], group: Group, by: Mover, manager: User
) -> None:
    batch = together.give_all(group.pk, by(company.linxiao), remedy=Wanted("goodwill", 40_00), reason=WHY)
    assert (batch.given, batch.total) == (0, 160_00)
    assert told("approve") == [("zhaozhuguan", rows[0].pk)]
    last = Clock.objects.filter(kind="decide").order_by("-due_at")[0].due_at
    while clocks.sweep(last + timedelta(minutes=1)):
        pass
    assert Proposal.objects.filter(batch=batch, escalated_at__isnull=False).count() == len(rows)
    assert [who for who, _case in told("approve")] == ["zhaozhuguan", manager.username]
    done = together.decide_all(batch.pk, By(company.zhaozhuguan, last + timedelta(hours=1)), granted=True)
    assert done.given == len(rows)
    assert told("decided") == [("linxiao", rows[0].pk)]


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(budget=st.integers(0, 500_00), amounts=st.lists(st.integers(1, 125_00), min_size=1, max_size=3))
def test_not_a_cent_goes_over_the_budget_nor_over_the_limit_of_the_whole(
    company: Company, rows: list[Case], group: Group, budget: int, amounts: list[int]
) -> None:
    with transaction.atomic():
        ledger.allot(Budget.objects.get(), budget, ledger.Posting(NOW, None, "CNY", budget=Budget.objects.get().pk))
        for number, amount in enumerate(amounts):
            by = By(company.zhaozhuguan, NOW.replace(hour=3, minute=number))
            batch = together.give_all(group.pk, by, remedy=Wanted("goodwill", amount), reason=WHY)
            row = Budget.objects.get()
            assert row.reserved + row.spent <= row.total == budget
            assert batch.total // amount + len(batch.failed) == len(rows)
            assert batch.given == (batch.total // amount if batch.standing == "granted" else 0)
            assert batch.total <= 500_00
        assert sum(Proposal.objects.values_list("held", flat=True)) == Budget.objects.get().reserved
        assert list(ledger.faults()) == []
        transaction.set_rollback(True)
