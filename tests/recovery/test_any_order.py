"""Whatever is done in whatever order: nothing is overspent, no cent is lost, and the ledger tells every balance."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet, Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huiyin.cases import dispatch
from huiyin.cases.actions import BadInput, By
from huiyin.cases.intake import open_case
from huiyin.cases.workflow import NotAllowed
from huiyin.customers.actions import Person
from huiyin.org import actions as org
from huiyin.org import reference
from huiyin.org.models import Role
from huiyin.recovery import actions, giving, ledger
from huiyin.recovery.models import Budget, Entry, Limit, Proposal, Remedy, Running
from huiyin.recovery.wanted import Option, Wanted
from tests import people
from tests.examples import examples
from tests.people import NOW

TOTAL, PER_CUSTOMER, PER_MONTH = 900_00, 400_00, 700_00
WHY = "约好上午九点,师傅十一点半才到"
AMOUNTS = st.integers(1, 300_00)
PLACES = st.integers(0, 3)
REFUSED = (BadInput, NotAllowed)


class Machine(RuleBasedStateMachine):
    """Four cases of two customers, one budget; an agent and a manager do whatever comes to mind."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()

    def teardown(self) -> None:
        """Each example begins anew."""
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize()
    def found(self) -> None:
        """The cases and what may be given in them."""
        company = people.company()
        self.now, self.desk = NOW, company.linxiao
        self.boss = org.add_user(
            "boss", "郑经理", password=None, department=None, grants=((Role.MANAGER, company.ljf),)
        )
        Limit.objects.filter(role=Role.MANAGER).update(
            per_case=500_00, per_customer=PER_CUSTOMER, per_month=PER_MONTH, two_above=None
        )
        reference.changed()
        self.budget = Budget.objects.get()
        self.allot(TOTAL)
        phones = ("13800138000", "13800138001")
        self.keys = [
            open_case(
                people.voice(company.ljf, person=Person("王女士", phones[number % 2])), By(self.desk, self.now)
            ).case.pk
            for number in range(4)
        ]

    def by(self, user: Any) -> By:
        self.now += timedelta(minutes=1)
        return By(user, self.now)

    def allot(self, total: int) -> None:
        ledger.allot(self.budget, total, ledger.Posting(self.now, None, "CNY", budget=self.budget.pk))

    def attempt(self, act: Any, *args: Any, **more: Any) -> None:
        """What the rules refuse changes nothing; the invariants look at it."""
        with suppress(*REFUSED):
            act(*args, **more)

    @rule(place=PLACES, amount=AMOUNTS, bearer=st.sampled_from(["us", "us", "insurer"]))
    def propose(self, place: int, amount: int, bearer: str) -> None:
        options = [Option([Wanted("goodwill", amount, bearer), Wanted("apology")])]
        self.attempt(actions.propose, self.keys[place], self.by(self.desk), options=options, reason=WHY)

    @rule(place=PLACES, first=AMOUNTS, second=AMOUNTS)
    def offer(self, place: int, first: int, second: int) -> None:
        options = [
            Option([Wanted("refund", first)], "退费"),
            Option([Wanted("voucher", second), Wanted("repair", 10_00, "developer")], "服务券并维修"),
        ]
        self.attempt(actions.propose, self.keys[place], self.by(self.desk), options=options, reason=WHY)

    @rule(place=PLACES, granted=st.booleans())
    def decide(self, place: int, granted: bool) -> None:
        waiting = Proposal.objects.filter(case=self.keys[place], standing="waiting").order_by("seq").first()
        request = waiting.seq if waiting else None
        self.attempt(
            actions.decide, self.keys[place], self.by(self.boss), granted=granted, reason="同类参考", request=request
        )

    @rule(place=PLACES, option=st.integers(1, 2))
    def choose(self, place: int, option: int) -> None:
        self.attempt(giving.choose, self.keys[place], self.by(self.desk), option=option)

    @rule(place=PLACES, number=st.integers(1, 6), less=st.integers(0, 50_00))
    def deliver(self, place: int, number: int, less: int) -> None:
        row = Remedy.objects.filter(case=self.keys[place], number=number).first()
        paid = max(row.amount - less, 0) if row else None
        self.attempt(giving.deliver, self.keys[place], self.by(self.desk), remedy=number, paid=paid)

    @rule(place=PLACES, number=st.integers(1, 6))
    def promise(self, place: int, number: int) -> None:
        due = self.now + timedelta(days=1)
        self.attempt(
            giving.promise, self.keys[place], self.by(self.desk), remedies=[number], due_at=due, text="明天送到您家。"
        )

    @rule(place=PLACES, number=st.integers(1, 6))
    def cancel(self, place: int, number: int) -> None:
        self.attempt(giving.cancel, self.keys[place], self.by(self.desk), remedy=number, reason="客户说不需要,修好就行")

    @rule(place=PLACES)
    def withdraw(self, place: int) -> None:
        self.attempt(dispatch.withdraw, self.keys[place], self.by(self.desk), text="客户来电说不用处理了")

    @rule(total=st.integers(0, 2 * TOTAL))
    def change_the_budget(self, total: int) -> None:
        self.attempt(self.allot, total)

    @invariant()
    def nothing_is_overspent(self) -> None:
        row = Budget.objects.get()
        assert row.reserved >= 0
        assert row.spent >= 0
        assert row.reserved + row.spent <= row.total
        for one in Running.objects.all():
            assert 0 <= one.used <= (PER_MONTH if one.role == Role.MANAGER else PER_CUSTOMER if not one.role else 10**9)

    @invariant()
    def the_ledger_tells_every_balance(self) -> None:
        assert list(ledger.faults()) == []

    @invariant()
    def what_is_spent_is_what_customers_got(self) -> None:
        got = Remedy.objects.filter(delivered_at__isnull=False, bearer="us").aggregate(sum=Sum("paid"))["sum"] or 0
        assert Budget.objects.get().spent == got

    @invariant()
    def what_counts_is_what_is_held_given_or_spent(self) -> None:
        for row in Proposal.objects.all():
            rows = Entry.objects.filter(proposal=row)
            into = _sum(rows.filter(target="reserved"))
            back = _sum(rows.filter(source="reserved", target__in=("free", "source")))
            chosen = row.options == 1 or row.chosen is not None or row.standing != "granted"
            assert not chosen or row.counted == into - back


def _sum(rows: QuerySet[Entry]) -> int:
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)


@pytest.mark.slow
def test_no_sequence_of_actions_overspends_or_loses_a_cent(db: None) -> None:
    run_state_machine_as_test(
        Machine, settings=settings(max_examples=examples(30), stateful_step_count=30, deadline=None)
    )
