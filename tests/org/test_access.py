"""Who may see and do what: the table of roles, and that list, page, search and count never disagree."""

from __future__ import annotations

import itertools
import secrets

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import actions, intake, queries
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.cases.queries import Filter
from huiyin.org import access, reference
from huiyin.org import actions as org
from huiyin.org import queries as org_queries
from huiyin.org.access import VERBS, Forbidden, Verb
from huiyin.org.models import Department, Grant, Role, Site, User
from tests.conftest import Opener
from tests.examples import examples
from tests.people import NOW, Company, voice

CASE_VERBS = [verb for verb in Verb if verb not in (Verb.CREATE, Verb.IMPORT, Verb.SHARE, Verb.ADMINISTER)]
TABLE = """
               agent back_office supervisor manager auditor administrator
view           x     x           x          x       x       x
create         x     .           x          x       .       x
accept         x     .           x          x       .       x
assign         x     .           x          x       .       x
hand-over      x     .           x          x       .       x
sign           .     x           x          x       .       x
reply          .     x           x          x       .       x
pass-on        .     x           x          x       .       x
judge-answer   x     .           x          x       .       x
answer         x     .           x          x       .       x
note           x     x           x          x       .       x
check          x     x           x          x       .       x
fill           x     x           x          x       .       x
relate         x     .           x          x       .       x
contact        x     .           x          x       .       x
tier           .     .           x          x       .       x
phone          x     .           x          x       .       x
commit         x     .           x          x       .       x
keep           x     .           x          x       .       x
wait           x     .           x          x       .       x
resume         x     .           x          x       .       x
grade          x     .           x          x       .       x
sort           x     .           x          x       .       x
resolve        x     .           x          x       .       x
decline        x     .           x          x       .       x
refuse         .     .           x          x       .       x
propose-refusal x    .           x          x       .       x
decide-refusal .     .           x          x       .       x
reopen         x     .           x          x       .       x
join           x     .           x          x       .       x
acknowledge    x     x           x          x       .       x
review         .     .           x          x       .       x
visit          x     .           x          x       .       x
rating         x     .           x          x       .       x
ask-department x     .           x          x       .       x
explain        .     x           x          x       .       x
close          x     .           x          x       .       x
ask-back       .     x           x          x       .       x
tell           x     .           x          x       .       x
return         .     x           x          x       .       x
decide-return  x     .           x          x       .       x
extend         x     x           x          x       .       x
decide-extension x     .           x          x       .       x
plan           x     .           x          x       .       x
decide-plan    .     .           x          x       .       x
reach          x     .           x          x       .       x
failure        x     .           x          x       .       x
playbook       x     .           x          x       .       x
step           x     x           x          x       .       x
remedy         x     .     x     x     .     x
approve        .     .     x     x     .     .
choose         x     .     x     x     .     x
promise        x     .     x     x     .     x
deliver        x     x     x     x     .     x
confirm        x     .     x     x     .     x
cancel-remedy  x     .     x     x     .     x
override       .     .           x          x       .       x
chase          x     .           x          x       .       x
supervise      .     .           x          x       .       x
refer          x     .           x          x       .       x
decide         .     .           x          x       .       x
concern        x     .           x          x       .       x
transfer       x     .           x          x       .       x
escalate       x     .           x          x       .       x
expectation    x     .           x          x       .       x
mark           .     .           x          x       .       .
notice         .     .           x          x       .       x
marks          .     .           x          x       x       .
split          x     .           x          x       .       x
withdraw       x     .           x          x       .       x
arrive         x     x           x          x       .       x
contain        x     x           x          x       .       x
tag            x     .           x          x       .       x
untag          x     .           x          x       .       x
identify       .     .           x          x       .       .
import         .     .           x          x       .       x
share          .     .           x          x       .       x
measure        .     .           x          x       x       x
exclude        .     .           x          x       .       x
export         .     .           x          x       x       x
administer     .     .           .          .       .       x
"""


def cells() -> list[tuple[str, str, bool]]:
    head, *lines = TABLE.strip().splitlines()
    roles = head.split()
    return [
        (verb, role, cell == "x") for verb, *row in map(str.split, lines) for role, cell in zip(roles, row, strict=True)
    ]


@pytest.mark.parametrize(("verb", "role", "allowed"), cells())
def test_the_table_of_roles(verb: str, role: str, allowed: bool) -> None:
    assert (Verb(verb) in VERBS[Role(role)]) is allowed


def test_the_table_names_every_verb_and_role() -> None:
    assert {(verb, role) for verb, role, _allowed in cells()} == {(v.value, r.value) for v in Verb for r in Role}


WHERE = {"HQ": {"HQ", "FLY", "LJF"}, "FLY": {"FLY"}, "LJF": {"LJF"}}


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_its_site_and_all_below_for_its_verbs(role: Role, company: Company, open_case: Opener) -> None:
    sites = {"HQ": company.hq, "FLY": company.fly, "LJF": company.ljf}
    users = {
        at: org.add_user(f"{role}-{at}", "某人", password=None, department=company.engineering, grants=((role, site),))
        for at, site in sites.items()
    }
    plain, handed = open_case().case, open_case().case
    actions.hand_over(handed.pk, By(company.admin, NOW), department=company.engineering, task="看看")
    for case, at in itertools.product((plain, handed), sites):
        sees = "LJF" in WHERE[at] and (role is not Role.BACK_OFFICE or case is handed)
        for verb in CASE_VERBS:
            _agree(users[at], verb, case, sees=sees, may=sees and verb in VERBS[role])


def _agree(user: User, verb: Verb, case: Case, *, sees: bool, may: bool) -> None:
    """The list and the single case say the same of a verb."""
    assert queries.visible(user, verb).filter(pk=case.pk).exists() is may
    if may:
        queries.require(user, verb, case)
    else:
        with pytest.raises(Forbidden if sees else Case.DoesNotExist):
            queries.require(user, verb, case)


def test_a_hand_over_to_another_department_shows_nothing(company: Company, open_case: Opener) -> None:
    case = open_case().case
    actions.hand_over(case.pk, By(company.linxiao, NOW), department=company.security, task="守门")
    assert queries.page(company.zhougong, Filter()).items == []


def test_a_case_stays_visible_to_the_department_that_replied(company: Company, open_case: Opener) -> None:
    case = open_case().case
    actions.hand_over(case.pk, By(company.linxiao, NOW), department=company.engineering, task="修")
    actions.reply(case.pk, By(company.zhougong, NOW), text="已修")
    assert queries.get(company.zhougong, case.number) == case


def test_an_agent_who_is_also_back_office_may_reply(company: Company, open_case: Opener) -> None:
    both = ((Role.AGENT, company.ljf), (Role.BACK_OFFICE, company.ljf))
    user = org.add_user("both", "两岗", password=None, department=company.engineering, grants=both)
    case = open_case().case
    actions.hand_over(case.pk, By(user, NOW), department=company.engineering, task="修")
    actions.reply(case.pk, By(user, NOW), text="已修")


def test_people_who_left_see_and_do_nothing(company: Company, open_case: Opener) -> None:
    case = open_case().case
    org.set_active(company.linxiao, False)
    assert queries.page(company.linxiao, Filter()).items == []
    with pytest.raises(Case.DoesNotExist):
        queries.require(company.linxiao, Verb.VIEW, case)
    assert company.linxiao not in org_queries.staff()


def test_nobody_without_a_role_sees_anything_even_without_sites(bare: None) -> None:
    user = org.add_user("nobody", "无岗", password=None)
    assert access.reach(user, Verb.VIEW) == access.Reach()


def test_a_grant_given_in_another_process_counts_at_once(company: Company, open_case: Opener) -> None:
    case = open_case().case
    assert queries.page(company.chenjia, Filter()).items == []
    Grant.objects.create(user=company.chenjia, role=Role.AGENT, site=company.ljf)
    reference.changed()
    assert queries.page(company.chenjia, Filter()).items == [case]


def test_reference_data_of_a_change_that_was_rolled_back_are_forgotten(company: Company) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        org.add_site("XYZ", "不存在", parent=company.hq)
        assert org_queries.organisation().site("xyz") is not None
        raise RuntimeError
    assert org_queries.organisation().site("xyz") is None


# --- any organisation ------------------------------------------------------------------------------------------------

GRANTS = st.lists(st.tuples(st.sampled_from(Role), st.integers(0, 4)), max_size=3)
CASES = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=6)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.tuples(*[st.integers(0, depth) for depth in range(4)]),
    grants=GRANTS,
    cases=CASES,
    limit=st.integers(1, 3),
)
def test_list_page_search_and_count_agree_whatever_the_organisation(
    company: Company,
    parents: tuple[int, ...],
    grants: list[tuple[Role, int]],
    cases: list[tuple[int, bool]],
    limit: int,
) -> None:
    mark = secrets.token_hex(6)
    sites = _sites(company, mark, parents)
    unit = company.engineering
    user = _user(mark, unit, [(role, sites[at]) for role, at in grants])
    made = [_case(company, sites[at], unit if handed else None, mark) for at, handed in cases]
    seen = {case.pk for case in made if _sees(user, case)}
    wanted = Filter(sites=frozenset(site.pk for site in sites))
    found = Filter(q=mark)
    assert _listed(user, wanted, limit) == sorted(seen, reverse=True)
    assert _listed(user, found, limit) == sorted(seen, reverse=True)
    assert queries.total(user, wanted) == queries.total(user, found) == len(seen)
    assert {case.pk for case in made if _opens(user, case)} == seen


def _sites(company: Company, mark: str, parents: tuple[int, ...]) -> list[Site]:
    sites = [org.add_site(f"{mark}0", "根", parent=company.hq)]
    for number, parent in enumerate(parents, start=1):
        sites.append(org.add_site(f"{mark}{number}", "点", parent=sites[parent]))
    return sites


def _user(mark: str, unit: Department, grants: list[tuple[Role, Site]]) -> User:
    return org.add_user(mark, "某人", password=None, department=unit, grants=tuple(dict.fromkeys(grants)))


def _case(company: Company, site: Site, unit: Department | None, mark: str) -> Case:
    case = intake.open_case(voice(site, text=f"电梯 {mark}"), By(company.admin, NOW)).case
    if unit is not None:
        actions.hand_over(case.pk, By(company.admin, NOW), department=unit, task="看看")
    return case


def _sees(user: User, case: Case) -> bool:
    try:
        queries.require(user, Verb.VIEW, case)
    except Case.DoesNotExist:
        return False
    return True


def _opens(user: User, case: Case) -> bool:
    try:
        return queries.get(user, case.number) == case
    except Case.DoesNotExist:
        return False


def _listed(user: User, wanted: Filter, limit: int) -> list[int]:
    found: list[int] = []
    before = None
    while True:
        page = queries.page(user, wanted, before=before, limit=limit)
        found += [case.pk for case in page.items]
        if page.next is None:
            return found
        before = page.next
