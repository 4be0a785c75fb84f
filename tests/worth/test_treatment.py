"""Equal treatment: groups of comparable cases against all others, small ones hidden, agents by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.models import Site, User
from huiyin.recovery.models import FailureType
from huiyin.worth import treatment
from huiyin.worth.models import Tally
from huiyin.worth.treatment import Wanted
from tests.conftest import Opener
from tests.people import NOW, Company


@pytest.fixture
def wanted(company: Company) -> Wanted:
    where = frozenset({company.ljf.pk, company.fly.pk})
    return Wanted(FailureType.objects.get(code="again").pk, "minor", "site", where, NOW)


def add(open_case: Opener, site: Site, person: User, *amounts: int, gravity: str = "minor") -> list[Case]:
    failure, found = FailureType.objects.get(code="again"), []
    for amount in amounts:
        caller = Person("客户", f"139{Case.objects.count():08d}")
        case = open_case(site=site, person=caller, by=By(person, NOW)).case
        values = {"site": site, "person": person, "failure": failure, "gravity": gravity, "given": amount}
        Tally.objects.create(case=case, at=NOW - timedelta(days=3), dirty=False, outcome="open", **values)
        found.append(case)
    return found


def test_groups_stand_against_all_others_and_what_differs_is_a_question(
    company: Company, open_case: Opener, wanted: Wanted
) -> None:
    add(open_case, company.ljf, company.linxiao, *range(3000, 4000, 100))
    add(open_case, company.fly, company.chenjia, *[0] * 10)
    add(open_case, company.fly, company.chenjia, 9999, gravity="major")
    ljf, fly = sorted(treatment.compared(wanted).groups, key=lambda one: -one.given)
    assert (ljf.key, ljf.count, ljf.given, ljf.middle) == (company.ljf.pk, 10, 10, 3450)
    assert (fly.key, fly.count, fly.given, fly.upper) == (company.fly.pk, 10, 0, 0)
    assert ljf.difference is not None
    assert ljf.difference.low > 0
    assert ljf.apart
    assert fly.apart


def test_alike_is_no_question(company: Company, open_case: Opener, wanted: Wanted) -> None:
    for site, person in ((company.ljf, company.linxiao), (company.fly, company.chenjia)):
        add(open_case, site, person, 0, 0, 3000, 3000, 4000)
    assert not any(one.apart for one in treatment.compared(wanted).groups)


def test_fewer_than_five_are_not_shown_and_still_count_among_the_others(
    company: Company, open_case: Opener, wanted: Wanted
) -> None:
    add(open_case, company.ljf, company.linxiao, 0, 0, 0, 0, 0)
    add(open_case, company.fly, company.chenjia, 100, 100, 100, 100)
    found = treatment.compared(wanted)
    assert ([one.key for one in found.groups], found.small) == ([company.ljf.pk], 1)
    assert found.groups[0].difference is None  # of four others nothing is said either


def test_an_agent_sees_their_own_against_all_others_and_no_other_name(
    company: Company, open_case: Opener, wanted: Wanted
) -> None:
    mine = add(open_case, company.ljf, company.linxiao, 0, 0, 100, 100, 100)
    add(open_case, company.ljf, company.hemin, *[500] * 6)
    where, only_own = treatment.reach(company.linxiao)
    assert (where, only_own) == (frozenset({company.ljf.pk}), True)
    asked = replace(wanted, by="person", where=where, own=company.linxiao.pk)
    found = treatment.compared(asked)
    assert [(one.key, one.count) for one in found.groups] == [(company.linxiao.pk, 5)]
    rows = treatment.behind(company.linxiao, asked, company.linxiao.pk)
    assert {row.case.pk for row in rows} == {case.pk for case in mine}


def test_who_leads_sees_their_tree_and_what_is_older_than_a_year_is_over(
    company: Company, open_case: Opener, wanted: Wanted
) -> None:
    assert treatment.reach(company.zhaozhuguan) == (frozenset(Site.objects.values_list("pk", flat=True)), False)
    assert treatment.reach(company.zhougong)[0] == frozenset()
    add(open_case, company.ljf, company.linxiao, *[0] * 6)
    Tally.objects.update(at=NOW - timedelta(days=366))
    assert treatment.compared(wanted).groups == []
