"""What makes good: by whose authority, out of which budget, and how far it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from huiyin.alerts.models import Notice
from huiyin.cases import actions as cases
from huiyin.cases import dispatch
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent, Commitment
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.clocks import actions as clocks
from huiyin.clocks import deciding
from huiyin.clocks.models import Clock
from huiyin.customers.actions import Person
from huiyin.org import access, reference
from huiyin.org import actions as org
from huiyin.org.models import Role, User
from huiyin.recovery import actions, giving, queries
from huiyin.recovery.models import Budget, Entry, Limit, Proposal, Remedy, Running
from huiyin.recovery.wanted import Option, Wanted
from huiyin.returns import actions as returns
from tests.conftest import Mover, Opener
from tests.people import PASSWORD, Company, TestClock

WHY = "约好上午九点,师傅十一点半才到"


def one(kind: str, amount: int = 0, **more: Any) -> list[Option]:
    return [Option([Wanted(kind, amount, **more)])]


def pots() -> tuple[int, int, int]:
    """Free, reserved, spent of the one budget there is."""
    found = Budget.objects.get()
    return found.free, found.reserved, found.spent


def states(case: Case) -> list[str]:
    return list(Remedy.objects.filter(case=case).order_by("number").values_list("state", flat=True))


def waits_for(*people: User) -> list[str]:
    return [user.username for user in people if deciding.to_decide(user, Filter()).items]


def test_a_voucher_within_ones_own_limit_is_given_at_once_and_goes_all_the_way(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    change = actions.propose(case.pk, by(company.linxiao), options=one("voucher", 30_00))
    assert (states(case), pots()) == (["approved"], (9970_00, 30_00, 0))
    assert change.now.open_requests == ()
    due = clock.now + timedelta(days=2)
    giving.promise(case.pk, by(company.linxiao), remedies=[1], due_at=due, text="两天内把服务券送到您家。")
    assert states(case) == ["promised"]
    assert Commitment.objects.get(case=case).due_at == due
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    assert (states(case), pots()) == (["delivered"], (9970_00, 0, 30_00))
    assert Commitment.objects.get(case=case).kept is True
    giving.customer_confirms(case.pk, remedy=1, ok=True, at=clock.move(5))
    assert states(case) == ["confirmed"]
    told = [event.data.get("what", event.kind) for event in CaseEvent.objects.filter(case=case).order_by("seq")]
    assert told[2:] == ["proposed", "committed", "delivered", "kept", "confirmed"]


def test_an_apology_needs_no_limit_and_no_budget(company: Company, case: Case, by: Mover) -> None:
    Limit.objects.all().delete()
    reference.changed()
    actions.propose(case.pk, by(company.linxiao), options=one("apology"))
    assert states(case) == ["approved"]
    assert Entry.objects.filter(case=case).count() == 0


def test_above_the_limit_an_approval_is_asked_for_and_the_clock_runs(
    company: Company, case: Case, by: Mover, manager: User
) -> None:
    with pytest.raises(BadInput) as error:
        actions.propose(case.pk, by(company.linxiao), options=one("voucher", 150_00))
    assert error.value.field == "reason"
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 150_00), reason=WHY)
    assert (states(case), pots()) == (["planned"], (10_000_00, 0, 0))
    assert Clock.objects.get(case=case, kind="decide", outcome="").ref == 3
    assert waits_for(company.linxiao, company.zhaozhuguan, manager, company.admin) == ["zhaozhuguan", "zheng"]
    assert list(Notice.objects.filter(what="approve").values_list("user", flat=True)) == [company.zhaozhuguan.pk]
    with pytest.raises(NotAllowed):
        giving.deliver(case.pk, by(company.linxiao), remedy=1)
    actions.decide(case.pk, by(company.zhaozhuguan), granted=True)
    assert (states(case), pots()) == (["approved"], (9850_00, 150_00, 0))
    assert Clock.objects.get(case=case, kind="decide").outcome == "met"
    assert waits_for(company.zhaozhuguan, manager) == []
    assert Notice.objects.filter(what="decided", user=company.linxiao).exists()


def test_several_small_gifts_are_one_large_one(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 60_00))
    actions.propose(case.pk, by(company.linxiao), options=one("goodwill", 60_00), reason=WHY)
    assert states(case) == ["approved", "planned"]


def test_a_customer_gets_so_much_a_year_by_one_role(company: Company, open_case: Opener, by: Mover) -> None:
    for _number in range(3):
        case = open_case().case
        actions.propose(case.pk, by(company.linxiao), options=one("voucher", 100_00))
    case = open_case().case
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 1_00), reason=WHY)
    assert states(case) == ["planned"]
    assert Running.objects.get(role="").used == 300_00


def test_a_role_gives_so_much_a_month(company: Company, open_case: Opener, by: Mover) -> None:
    Limit.objects.filter(role="agent").update(per_month=150_00)
    reference.changed()
    cases_ = [open_case(person=Person("王女士", f"1380013800{number}")).case for number in range(2)]
    for case in cases_:
        actions.propose(case.pk, by(company.linxiao), options=one("voucher", 100_00), reason=WHY)
    assert [states(case) for case in cases_] == [["approved"], ["planned"]]


def test_nobody_approves_their_own_and_an_administrator_nothing(
    company: Company, case: Case, by: Mover, manager: User
) -> None:
    actions.propose(case.pk, by(company.zhaozhuguan), options=one("goodwill", 800_00), reason=WHY)
    with pytest.raises(BadInput, match="Somebody else"):
        actions.decide(case.pk, by(company.zhaozhuguan), granted=True)
    with pytest.raises(access.Forbidden):
        actions.decide(case.pk, by(company.admin), granted=True)
    with pytest.raises(access.Forbidden):
        actions.decide(case.pk, by(company.linxiao), granted=True)
    actions.decide(case.pk, by(manager), granted=True)
    assert states(case) == ["approved"]


def test_above_the_own_limit_one_is_told_who_decides(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("goodwill", 800_00), reason=WHY)
    with pytest.raises(BadInput, match=r"¥800\.00, more than your limit\. It is decided by: Manager"):
        actions.decide(case.pk, by(company.zhaozhuguan), granted=True)


def test_a_large_amount_needs_two_people(
    company: Company, case: Case, by: Mover, manager: User, director: User
) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("goodwill", 5000_00), reason=WHY)
    actions.decide(case.pk, by(manager), granted=True)
    assert (states(case), waits_for(manager, director)) == (["planned"], ["luo"])
    with pytest.raises(BadInput, match="second person"):
        actions.decide(case.pk, by(manager), granted=True)
    actions.decide(case.pk, by(director), granted=True)
    assert (states(case), pots()) == (["approved"], (5000_00, 5000_00, 0))


def test_a_manager_cannot_cut_a_large_amount_into_pieces(
    company: Company, case: Case, by: Mover, manager: User
) -> None:
    actions.propose(case.pk, by(manager), options=one("goodwill", 1500_00))
    actions.propose(case.pk, by(manager), options=one("goodwill", 1500_00), reason=WHY)
    assert states(case) == ["approved", "planned"]


def test_a_no_needs_its_reason_and_puts_nothing_aside(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 150_00), reason=WHY)
    with pytest.raises(BadInput):
        actions.decide(case.pk, by(company.zhaozhuguan), granted=False)
    actions.decide(case.pk, by(company.zhaozhuguan), granted=False, reason="已有同类参考,三十元即可")
    assert (states(case), pots()) == (["cancelled"], (10_000_00, 0, 0))


def test_what_does_not_fit_the_budget_waits_and_is_not_granted(
    company: Company, case: Case, by: Mover, manager: User
) -> None:
    Budget.objects.update(total=50_00)  # the ledger is put right below
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 60_00), reason=WHY)
    with pytest.raises(BadInput, match=r"¥50\.00 left"):
        actions.decide(case.pk, by(manager), granted=True)
    assert states(case) == ["planned"]
    Budget.objects.update(total=10_000_00)
    actions.decide(case.pk, by(manager), granted=True)
    assert states(case) == ["approved"]


def test_an_overdue_approval_goes_a_step_up(
    company: Company, case: Case, by: Mover, clock: TestClock, manager: User
) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 150_00), reason=WHY)
    clocks.sweep(clock.move(60 * 24 * 7))
    proposal = Proposal.objects.get()
    assert proposal.escalated_at == clock.now
    assert Notice.objects.filter(what="approve", user=manager).count() == 1
    clocks.sweep(clock.move(60))
    assert CaseEvent.objects.filter(case=case, data__what="escalated").count() == 1
    actions.decide(case.pk, by(manager), granted=True)
    assert states(case) == ["approved"]


def test_an_approval_outlives_the_end_of_the_work(company: Company, case: Case, by: Mover, clock: TestClock) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 150_00), reason=WHY)
    cases.resolve(case.pk, by(company.linxiao), cause="阀芯老化", done="已更换", text="阀芯已经换好。")
    assert waits_for(company.zhaozhuguan) == ["zhaozhuguan"]
    with pytest.raises(NotAllowed):
        returns.close(case.pk, by(company.zhaozhuguan), reason="客户不需要回访,已经说明")
    actions.decide(case.pk, by(company.zhaozhuguan), granted=True)
    due = clock.now + timedelta(days=1)
    giving.promise(case.pk, by(company.linxiao), remedies=[1], due_at=due, text="明天把服务券给您送去。")
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    assert states(case) == ["delivered"]
    assert Case.objects.get(pk=case.pk).open_requests == []


def test_a_late_delivery_is_a_broken_promise(company: Company, case: Case, by: Mover, clock: TestClock) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 30_00))
    due = clock.now + timedelta(hours=2)
    giving.promise(case.pk, by(company.linxiao), remedies=[1], due_at=due, text="两小时内送到。")
    giving.deliver(case.pk, by(company.linxiao, minutes=300), remedy=1)
    assert Commitment.objects.get(case=case).kept is False


def test_a_promise_is_kept_when_all_of_it_is_there(company: Company, case: Case, by: Mover, clock: TestClock) -> None:
    both = [Option([Wanted("apology"), Wanted("voucher", 30_00)])]
    actions.propose(case.pk, by(company.linxiao), options=both)
    due = clock.now + timedelta(days=2)
    giving.promise(case.pk, by(company.linxiao), remedies=[1, 2], due_at=due, text="主管上门致歉,并送上服务券。")
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    assert Commitment.objects.get(case=case).kept is None
    giving.deliver(case.pk, by(company.linxiao), remedy=2)
    assert Commitment.objects.get(case=case).kept is True


def test_what_cost_less_gives_the_rest_back(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("repair", 90_00))
    with pytest.raises(BadInput, match=r"¥90\.00"):
        giving.deliver(case.pk, by(company.linxiao), remedy=1, paid=95_00)
    giving.deliver(case.pk, by(company.linxiao), remedy=1, paid=70_00)
    assert pots() == (9930_00, 0, 70_00)
    assert {row.used for row in Running.objects.all()} == {70_00}


def test_cancelling_frees_the_money_and_needs_a_reason(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 30_00))
    with pytest.raises(BadInput):
        giving.cancel(case.pk, by(company.linxiao), remedy=1, reason="不")
    giving.cancel(case.pk, by(company.linxiao), remedy=1, reason="客户说不需要,只要修好就行")
    assert (states(case), pots()) == (["cancelled"], (10_000_00, 0, 0))
    with pytest.raises(NotAllowed):
        giving.cancel(case.pk, by(company.linxiao), remedy=1, reason="客户说不需要,只要修好就行")


CHOICE = [
    Option([Wanted("redo"), Wanted("voucher", 50_00)], "本周内重做,并送 50 元服务券"),
    Option([Wanted("refund", 80_00)], "退还维修费 80 元"),
]


def test_the_customer_chooses_and_the_difference_is_free_again(
    company: Company, case: Case, by: Mover, clock: TestClock
) -> None:
    actions.propose(case.pk, by(company.linxiao), options=CHOICE)
    assert (states(case), pots()) == (["planned"] * 3, (9920_00, 80_00, 0))
    giving.customer_chooses(case.pk, option=1, proposal=1, at=clock.move(10))
    assert (states(case), pots()) == (["approved", "approved", "cancelled"], (9950_00, 50_00, 0))
    with pytest.raises(NotAllowed):
        giving.customer_chooses(case.pk, option=2, proposal=1, at=clock.move(10))


def test_the_agent_writes_down_a_choice_made_on_the_phone(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=CHOICE)
    with pytest.raises(BadInput):
        giving.choose(case.pk, by(company.linxiao), option=3)
    giving.choose(case.pk, by(company.linxiao), option=2, text="电话里选了退费")
    assert (states(case), pots()) == (["cancelled", "cancelled", "approved"], (9920_00, 80_00, 0))


def test_a_choice_that_nobody_makes_can_be_cancelled(company: Company, case: Case, by: Mover) -> None:
    actions.propose(case.pk, by(company.linxiao), options=CHOICE)
    giving.cancel(case.pk, by(company.linxiao), remedy=3, reason="客户两次未接电话,方案已过期")
    assert (states(case), pots()) == (["cancelled"] * 3, (10_000_00, 0, 0))


def test_what_an_insurer_bears_touches_no_budget_but_needs_authority(
    company: Company, case: Case, by: Mover, manager: User
) -> None:
    owed = one("compensation", 1500_00, bearer="insurer", finding="ours", duty=True)
    actions.propose(case.pk, by(company.linxiao), options=owed, reason=WHY)
    assert states(case) == ["planned"]
    actions.decide(case.pk, by(manager), granted=True)
    giving.deliver(case.pk, by(company.linxiao), remedy=1, paid=1400_00)
    assert pots() == (10_000_00, 0, 0)
    moved = Entry.objects.filter(case=case).order_by("pk").values_list("source", "target", "amount", "bearer")
    assert list(moved) == [
        ("source", "reserved", 1500_00, "insurer"),
        ("reserved", "source", 100_00, "insurer"),
        ("reserved", "spent", 1400_00, "insurer"),
    ]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ([], "options"),
        ([Option([])], "remedies"),
        (one("compensation", 100), "finding"),
        (one("compensation", 100, finding="theirs"), "finding"),
        (one("voucher"), "amount"),
        (one("voucher", -1), "amount"),
        (one("apology", 5), "amount"),
        (one("gift", 5), "kind"),
        (one("voucher", 5, bearer="nobody"), "bearer"),
        ([*one("apology"), *one("visit")], "label"),
        (one("apology") * 4, "options"),
    ],
)
def test_what_can_not_be_proposed_is_told_with_its_field(
    company: Company, case: Case, by: Mover, options: list[Option], field: str
) -> None:
    with pytest.raises(BadInput) as error:
        actions.propose(case.pk, by(company.linxiao), options=options, reason=WHY)
    assert error.value.field == field
    assert Proposal.objects.count() == 0


def test_what_may_be_fraud_goes_to_a_manager_and_the_legal_desk(
    company: Company, case: Case, by: Mover, manager: User
) -> None:
    unit = type(company.quality).objects.create(code="legal", name="法务", stage="back", site=company.hq)
    reference.changed()
    change = actions.propose(case.pk, by(company.linxiao), options=one("refund", 20_00), reason=WHY, fraud=True)
    assert (unit.pk in dict(change.now.open_hand_overs).values()) is True
    with pytest.raises(BadInput):
        actions.decide(case.pk, by(company.zhaozhuguan), granted=True)
    with pytest.raises(BadInput):
        actions.decide(case.pk, by(company.zhaozhuguan), granted=False, reason="不是欺诈,按普通退费")
    actions.decide(case.pk, by(manager), granted=True)
    assert states(case) == ["approved"]


def test_a_joined_case_gives_back_what_it_had_not_promised(
    company: Company, case: Case, open_case: Opener, by: Mover
) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 30_00))
    actions.propose(case.pk, by(company.linxiao), options=one("goodwill", 90_00), reason=WHY)
    actions.propose(case.pk, by(company.linxiao), options=CHOICE, reason=WHY)
    actions.decide(case.pk, by(company.zhaozhuguan), granted=True, request=5)
    other = open_case().case
    cases.join(case.pk, by(company.linxiao), into=other.pk)
    assert (set(states(case)), pots()) == ({"cancelled"}, (10_000_00, 0, 0))
    assert {row.used for row in Running.objects.all()} == {0}


def test_a_customer_who_has_not_got_it_is_heard(company: Company, case: Case, by: Mover, clock: TestClock) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 30_00))
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    giving.customer_confirms(case.pk, remedy=1, ok=False, text="没有收到", at=clock.move(5))
    assert states(case) == ["delivered"]
    assert Notice.objects.filter(what="wrote", user=company.linxiao).exists()


def test_an_ended_return_does_not_end_an_approval(company: Company, case: Case, by: Mover) -> None:
    cases.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 150_00), reason=WHY)
    dispatch.apply_return(case.pk, by(company.zhougong), reason="这项工作属于电梯维保单位,不归工程部")
    dispatch.decide_return(case.pk, by(company.hemin), granted=True, reason="请前台另派")
    found = Case.objects.get(pk=case.pk)
    assert [kind for _seq, kind, _about in found.open_requests] == [EventKind.APPROVING]
    assert found.decide_since is not None


def test_the_ledger_is_never_changed(company: Company, case: Case, by: Mover, now: datetime) -> None:
    actions.propose(case.pk, by(company.linxiao), options=one("voucher", 30_00))
    for wrong in (lambda: Entry.objects.update(amount=1), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_a_proposal_that_nobody_may_grant_says_so_until_there_is_somebody(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(take=True).case
    propose = Option([Wanted("refund", 3000_00)])
    actions.propose(case.pk, by(company.linxiao), options=[propose], reason="地板泡坏，按第三方估价赔偿")
    (waiting,) = queries.book(case).waiting
    assert queries.stuck(waiting)
    people = [
        org.add_user(name, name, password=PASSWORD, grants=((Role.MANAGER, company.hq),)) for name in ("zh", "gu")
    ]
    assert not queries.stuck(waiting)  # two, above the bound for two
    actions.decide(case.pk, by(people[0]), granted=True)
    (waiting,) = queries.book(case).waiting
    assert not queries.stuck(waiting)
    org.set_active(people[1], active=False)
    assert queries.stuck(waiting)
