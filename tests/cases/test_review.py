"""The review of a result, and the signature for a task."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.cases import actions, customer_side, dispatch
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, HandOver
from huiyin.cases.queries import Filter, page
from huiyin.cases.review import review
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks.models import Clock
from huiyin.org.access import Forbidden
from huiyin.org.history import Editor
from huiyin.org.house import Rules, change
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.models import ReturnVisit
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

GOOD = Result("phone", reached=True, solved=True, satisfied=5)


@pytest.fixture
def resolved(company: Company, open_case: Opener, by: Mover) -> Case:
    """A complaint that 林晓 resolved, in a house that reviews."""
    change(Rules(review=True), Editor(company.admin, NOW))
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao), cause="开关老化", done="更换", text="已恢复")
    return Case.objects.get(pk=case.pk)


def clocks(case: Case, kind: str) -> list[str]:
    return [clock.outcome for clock in Clock.objects.filter(case=case, kind=kind).order_by("pk")]


def test_a_result_waits_for_the_review_and_nobody_asks_the_customer_before(
    resolved: Case, company: Company, by: Mover
) -> None:
    assert (resolved.status, resolved.review_since) == ("resolved", resolved.resolved_at)
    assert not ReturnVisit.objects.exists()
    assert (clocks(resolved, "decide"), clocks(resolved, "visit")) == ([""], [])
    assert [case.pk for case in page(company.zhaozhuguan, Filter(deciding=True)).items] == [resolved.pk]
    with pytest.raises(NotAllowed, match="the review comes first"):
        returns.visit(resolved.pk, by(company.hemin), GOOD)
    with pytest.raises(NotAllowed, match="the review comes first"):
        returns.rate(resolved.pk, result=Result("link", reached=True, solved=True), at=by(None).at)
    with pytest.raises(NotAllowed, match="the review comes first"):
        returns.close(resolved.pk, by(company.admin))


def test_a_yes_starts_the_return_visit_from_then(resolved: Case, company: Company, by: Mover) -> None:
    acted = by(company.zhaozhuguan, 300)
    made = review(resolved.pk, acted, ok=True)
    planned = ReturnVisit.objects.get()
    assert (planned.seq, planned.handler, planned.state) == (made.events[0].seq, company.linxiao, "open")
    assert planned.next_at > acted.at
    assert (clocks(resolved, "decide"), clocks(resolved, "visit")) == (["met"], [""])
    after = Case.objects.get(pk=resolved.pk)
    assert (after.status, after.review_since, after.decide_since) == ("resolved", None, None)
    returns.visit(resolved.pk, by(company.hemin, 300), GOOD)
    assert returns.close(resolved.pk, by(company.hemin)).case.status == "closed"


def test_a_no_gives_it_back_to_its_handler_with_the_reason(resolved: Case, company: Company, by: Mover) -> None:
    made = review(resolved.pk, by(company.zhaozhuguan), ok=False, text="没有说明更换了什么")
    after = Case.objects.get(pk=resolved.pk)
    assert (after.status, after.handler, after.review_since, after.reopened) == ("accepted", company.linxiao, None, 1)
    assert [(event.kind, event.data.get("because")) for event in made.events] == [
        ("reviewed", None),
        ("reopened", "review"),
    ]
    assert [message.public for message in made.messages] == [False]
    assert not ReturnVisit.objects.exists()
    assert (clocks(resolved, "decide"), clocks(resolved, "resolve")[-1]) == (["met"], "")


def test_a_no_needs_its_reason(resolved: Case, company: Company, by: Mover) -> None:
    with pytest.raises(BadInput):
        review(resolved.pk, by(company.zhaozhuguan), ok=False, text="  ")
    assert Case.objects.get(pk=resolved.pk).review_since is not None


def test_nobody_reviews_their_own_result_and_an_administrator_who_does_is_recorded(
    company: Company, open_case: Opener, by: Mover
) -> None:
    change(Rules(review=True), Editor(company.admin, NOW))
    for user in (company.zhaozhuguan, company.admin):
        case = open_case().case
        actions.accept(case.pk, by(user))
        actions.resolve(case.pk, by(user), cause="老化", done="更换", text="已恢复")
        if user == company.zhaozhuguan:
            with pytest.raises(BadInput, match="Somebody else"):
                review(case.pk, by(user), ok=True)
        else:
            assert review(case.pk, by(user), ok=True).events[0].data == {"ok": True, "own": True}


def test_whoever_handled_it_does_not_review_it_though_another_resolved_it(
    company: Company, open_case: Opener, by: Mover
) -> None:
    change(Rules(review=True), Editor(company.admin, NOW))
    case = open_case().case
    actions.accept(case.pk, by(company.zhaozhuguan))
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已恢复")
    with pytest.raises(BadInput):
        review(case.pk, by(company.zhaozhuguan), ok=True)


def test_the_front_desk_does_not_review(resolved: Case, company: Company, by: Mover) -> None:
    with pytest.raises(Forbidden):
        review(resolved.pk, by(company.hemin), ok=True)


def test_taking_it_up_again_ends_the_wait(resolved: Case, company: Company, by: Mover) -> None:
    actions.reopen(resolved.pk, by(company.linxiao), reason="客户说又停了")
    assert (Case.objects.get(pk=resolved.pk).review_since, clocks(resolved, "decide")) == (None, ["cancelled"])
    with pytest.raises(NotAllowed):
        review(resolved.pk, by(company.zhaozhuguan), ok=True)


def test_what_the_customer_writes_meanwhile_changes_nothing_of_the_review(resolved: Case, by: Mover) -> None:
    customer_side.customer_writes(resolved.pk, text="谢谢", at=by(None).at)
    assert Case.objects.get(pk=resolved.pk).review_since is not None


def test_a_house_without_the_rule_asks_the_customer_at_once(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已恢复")
    assert Case.objects.get(pk=case.pk).review_since is None
    assert ReturnVisit.objects.get().state == "open"
    with pytest.raises(NotAllowed):
        review(case.pk, by(company.zhaozhuguan), ok=True)


def test_an_inquiry_answered_without_a_department_is_not_reviewed(
    company: Company, open_case: Opener, by: Mover
) -> None:
    change(Rules(review=True), Editor(company.admin, NOW))
    for handed in (False, True):
        case = open_case(kind="inquiry").case
        actions.accept(case.pk, by(company.linxiao))
        if handed:
            actions.hand_over(case.pk, by(company.linxiao), department=company.finance, task="请核对")
        actions.resolve(case.pk, by(company.linxiao), cause="咨询", done="解答", text="按面积计费")
        assert (Case.objects.get(pk=case.pk).review_since is not None) is handed


def test_switching_the_rule_off_leaves_those_that_wait_to_their_review(
    resolved: Case, company: Company, by: Mover
) -> None:
    change(Rules(review=False), Editor(company.admin, NOW + timedelta(hours=1)))
    assert review(resolved.pk, by(company.zhaozhuguan), ok=True).case.review_since is None


@pytest.fixture
def handed(company: Company, open_case: Opener, by: Mover) -> Case:
    """Handed over to engineering and finance, as numbers 3 and 4 of its timeline."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看电梯")
    actions.hand_over(case.pk, by(company.linxiao), department=company.finance, task="核对费用", part="assist")
    return Case.objects.get(pk=case.pk)


def test_a_department_signs_for_its_own_task_once(handed: Case, company: Company, by: Mover) -> None:
    acted = by(company.zhougong)
    change = dispatch.sign(handed.pk, acted, text="老周去")
    (mine, other) = HandOver.objects.filter(case=handed).order_by("seq")
    assert (mine.signed_at, other.signed_at) == (acted.at, None)
    assert change.now.signed == (mine.seq,)
    with pytest.raises(NotAllowed):
        dispatch.sign(handed.pk, by(company.zhougong))
    with pytest.raises(Forbidden):
        dispatch.sign(handed.pk, by(company.zhougong), hand_over=other.seq)
    with pytest.raises(Forbidden):
        dispatch.sign(handed.pk, by(company.linxiao), hand_over=mine.seq)


def test_who_leads_signs_for_the_only_unsigned_task_without_naming_it(
    handed: Case, company: Company, by: Mover
) -> None:
    with pytest.raises(BadInput):
        dispatch.sign(handed.pk, by(company.zhaozhuguan))
    first, second = (seq for seq, _department in handed.open_hand_overs)
    dispatch.sign(handed.pk, by(company.zhaozhuguan), hand_over=first)
    assert dispatch.sign(handed.pk, by(company.zhaozhuguan)).now.signed == (first, second)


def test_a_signature_ends_with_its_task(handed: Case, company: Company, by: Mover) -> None:
    dispatch.sign(handed.pk, by(company.zhougong))
    assert actions.reply(handed.pk, by(company.zhougong), text="已更换").now.signed == ()
