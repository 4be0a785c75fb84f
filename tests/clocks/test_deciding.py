"""What waits for a decision stands before whoever may take it, and before nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.cases import actions, dispatch
from huiyin.cases.models import Case
from huiyin.cases.queries import Filter
from huiyin.clocks import deciding, extensions
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import PEOPLE, Company

WHY = "这项工作属于电梯维保单位,不归工程部"
DECIDERS = ["hemin", "linxiao", "zhaozhuguan", "admin"]


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """A request at LJF that 林晓 has taken and handed to engineering, as its event 3."""
    found = open_case(kind="repair", category=company.tap).case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
    return found


def waits_for(company: Company) -> set[str]:
    """Who finds a case to decide."""
    return {name for name in PEOPLE if deciding.to_decide(getattr(company, name), Filter()).items}


def numbers(user: User, **asked: object) -> list[int]:
    return [case.pk for case in deciding.to_decide(user, Filter(), **asked).items]  # type: ignore[arg-type]


def test_a_return_waits_for_dispatchers_until_it_is_decided(company: Company, case: Case, by: Mover) -> None:
    assert waits_for(company) == set()
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    assert waits_for(company) == set(DECIDERS)
    dispatch.decide_return(case.pk, by(company.hemin), granted=False, reason="请先看现场")
    assert waits_for(company) == set()


def test_the_second_return_waits_for_the_supervisor(company: Company, case: Case, by: Mover) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    dispatch.decide_return(case.pk, by(company.hemin), granted=False, reason="请先看现场")
    dispatch.apply_return(case.pk, by(company.zhougong), reason=WHY)
    assert waits_for(company) == {"zhaozhuguan", "admin"}


def test_more_time_for_a_reply_waits_for_dispatchers_more_time_to_finish_for_the_supervisor(
    company: Company, case: Case, by: Mover
) -> None:
    until = case.received_at + timedelta(days=9)
    asked = by(company.zhougong)
    extensions.extend(case.pk, asked, clock="reply", until=asked.at + timedelta(hours=6), reason=WHY)
    assert waits_for(company) == set(DECIDERS)
    extensions.decide_extension(case.pk, by(company.linxiao), granted=False, reason="今天要答复")
    extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=until, reason=WHY)
    assert waits_for(company) == {"zhaozhuguan", "admin"}


def test_nobody_finds_their_own_application_except_an_administrator(company: Company, case: Case, by: Mover) -> None:
    dispatch.refer(case.pk, by(company.linxiao), reason="责任不清")
    dispatch.decide(case.pk, by(company.zhaozhuguan), measure="工程部继续")
    until = case.received_at + timedelta(days=9)
    extensions.extend(case.pk, by(company.zhaozhuguan), clock="resolve", until=until, reason=WHY)
    assert waits_for(company) == {"admin"}


def test_whoever_the_complaint_is_about_finds_nothing_to_decide(company: Company, open_case: Opener, by: Mover) -> None:
    open_case(about_users=[company.zhaozhuguan])
    assert waits_for(company) == {"admin"}


def test_pages_go_on_where_the_last_one_ended_also_past_what_others_decide(
    company: Company, open_case: Opener, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "LOOKED_AT", 3)
    theirs = []
    for number in range(9):
        found = open_case(kind="repair", category=company.tap).case
        if number % 3:
            dispatch.refer(found.pk, by(company.linxiao), reason="责任不清")
        else:
            actions.accept(found.pk, by(company.linxiao))
            actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
            dispatch.apply_return(found.pk, by(company.zhougong), reason=WHY)
            theirs.append(found.pk)
    seen, before, pages = list[int](), None, 0
    while True:
        page = deciding.to_decide(company.linxiao, Filter(), before=before, limit=2)
        seen += [case.pk for case in page.items]
        pages += 1
        if (before := page.next) is None:
            break
    assert seen == theirs[::-1]
    assert pages > 2
    assert len(numbers(company.zhaozhuguan, limit=2)) == 2
