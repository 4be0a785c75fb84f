"""Rates of answers: who answered, who refused, what can be believed, and what is said without the doubtful ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from huiyin.cases import actions, dispatch
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.models import User
from huiyin.rates import queries, summing, validity
from huiyin.rates.definitions import Mark, Rate
from huiyin.rates.models import By, Fact
from huiyin.rates.queries import Period, Wanted
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.follow import KEEP
from huiyin.returns.models import ReturnVisit
from huiyin.returns.plan import Mode
from huiyin.returns.trusting import trust
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

EVER = Period(date(2026, 1, 1), date(2027, 1, 1))
Solved = list[Case]


@pytest.fixture
def solved(company: Company, open_case: Opener, by: Mover) -> Solved:
    """Four complaints that 林晓 resolved; each is to be called."""
    found = []
    for n in range(4):
        case = open_case(kind="complaint", person=Person(f"住户{n}", f"1390013900{n}")).case
        actions.accept(case.pk, by(company.linxiao))
        actions.resolve(case.pk, by(company.linxiao, 31), cause="老化", done="更换", text="已修好")
        found.append(case)
    return found


def read(user: User, clock: TestClock) -> validity.Validity:
    while summing.sweep(clock.now):
        pass
    return validity.of(queries.sites(user), EVER, queries.unseen(user))


def counts(found: validity.Validity) -> dict[str, tuple[int, int]]:
    return {str(one.rate): (one.good, one.due) for one in found.figures}


def said(grade: int, *, solved: bool = True) -> Result:
    return Result("phone", reached=True, solved=solved, satisfied=grade)


def test_who_was_asked_answered_refused_or_was_not_reached(
    company: Company, solved: Solved, by: Mover, clock: TestClock
) -> None:
    answered, refused, away, _waiting = solved
    returns.visit(answered.pk, by(company.hemin, 300), said(4))
    returns.visit(refused.pk, by(company.hemin), Result("phone", reached=True, declined=True))
    for _try in range(3):
        returns.visit(away.pk, by(company.hemin, 300), Result("phone", reached=False))
    found = read(company.zhaozhuguan, clock)
    assert counts(found) == {"response": (1, 3), "willing": (1, 2), "credible": (1, 1), "doubtful": (0, 0)}
    assert found.gone == {Mark.DECLINED: 1, Mark.UNREACHED: 1, Mark.SILENT: 0}


def test_a_link_that_nobody_answers_counts_once_the_case_is_closed_until_somebody_does(
    company: Company, solved: Solved, by: Mover, clock: TestClock
) -> None:
    ReturnVisit.objects.filter(case=solved[0]).update(
        mode=Mode.LINK, close_at=clock.now + (KEEP[Mode.LINK] or timedelta())
    )
    clock.move(8 * 24 * 60)
    returns.sweep(clock.now)
    found = read(company.zhaozhuguan, clock)
    assert counts(found)["response"] == (0, 1)
    assert found.gone[Mark.SILENT] == 1
    returns.rate(solved[0].pk, result=Result("link", True, solved=True, satisfied=4), at=by(None).at)
    assert counts(read(company.zhaozhuguan, clock))["response"] == (1, 1)


def test_doubtful_answers_count_and_stand_apart_and_a_believed_one_is_one_no_more(
    company: Company, solved: Solved, by: Mover, clock: TestClock
) -> None:
    returns.visit(solved[0].pk, by(company.hemin, 300), said(5, solved=False))
    returns.visit(solved[1].pk, by(company.hemin), said(5))
    returns.visit(solved[2].pk, by(company.hemin), said(3))
    found = read(company.zhaozhuguan, clock)
    assert counts(found) == {"response": (3, 3), "willing": (3, 3), "credible": (2, 3), "doubtful": (1, 1)}
    assert (found.satisfied.good, found.satisfied.due) == (2, 3)
    assert (found.believed.good, found.believed.due) == (1, 2)
    trust(solved[0].pk, by(company.zhaozhuguan), trusted=True, reason="录音核过")
    found = read(company.zhaozhuguan, clock)
    assert counts(found)["credible"] == (3, 3)
    assert counts(found)["doubtful"] == (0, 0)
    assert (found.believed.good, found.believed.due) == (2, 3)
    assert Fact.objects.get(case=solved[0], rate=Rate.CREDIBLE).mark == Mark.TRUSTED


def test_it_is_broken_down_by_who_asks_how_and_where_and_each_opens_its_rows(
    company: Company, solved: Solved, by: Mover, clock: TestClock
) -> None:
    returns.visit(solved[0].pk, by(company.hemin, 300), said(4))
    returns.visit(solved[1].pk, by(company.admin), said(5, solved=False))
    returns.rate(solved[2].pk, result=Result("link", True, solved=True, satisfied=5), at=by(None).at)
    read(company.zhaozhuguan, clock)
    where = queries.sites(company.zhaozhuguan)
    by_person = {value: [(one.good, one.due) for one in rows] for value, rows in parts(where, By.PERSON).items()}
    assert by_person == {
        str(company.hemin.pk): [(1, 1), (1, 1), (1, 1), (0, 0)],
        str(company.admin.pk): [(1, 1), (1, 1), (0, 1), (1, 1)],
    }
    by_method = {value: [(one.good, one.due) for one in rows][2] for value, rows in parts(where, By.METHOD).items()}
    assert by_method == {"call_back": (1, 2), "link": (1, 1)}
    assert set(parts(where, By.ALL)) == {str(company.ljf.pk)}
    wanted = Wanted(Rate.CREDIBLE, EVER, where, good=False, by=By.PERSON, value=str(company.admin.pk))
    assert [row.case.pk for row in queries.page(company.zhaozhuguan, wanted).items] == [solved[1].pk]


def parts(where: frozenset[int], by: By) -> dict[str, list[queries.Figure]]:
    return validity.parts(where, EVER, by)


def test_no_other_rate_is_broken_down_by_person(company: Company, solved: Solved) -> None:
    with pytest.raises(ValueError, match="person"):
        queries.broken_down(queries.sites(company.zhaozhuguan), EVER, By.PERSON)


def test_what_is_about_the_reader_is_neither_counted_nor_compared(
    company: Company, solved: Solved, by: Mover, clock: TestClock
) -> None:
    for case in solved[:2]:
        returns.visit(case.pk, by(company.hemin, 300), said(5))
    where = queries.sites(company.admin)
    assert validity.askers(company.admin, where, EVER)[company.hemin.pk].answers == 2
    dispatch.concern(solved[0].pk, by(company.zhaozhuguan), users=[company.admin], departments=[], reason="投诉的是他")
    assert counts(read(company.admin, clock))["credible"] == (1, 1)
    assert validity.askers(company.admin, where, EVER)[company.hemin.pk].answers == 1
