"""Whom a complaint is about steps aside: the case isn't there for them, by no door and under no role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.alerts import incidents, notices
from huiyin.alerts import queries as alerts
from huiyin.cases import actions, dispatch, queries
from huiyin.cases.actions import BadInput
from huiyin.cases.files import store
from huiyin.cases.models import Case, File, HandOver
from huiyin.cases.queries import Filter
from huiyin.clocks import extensions, plans
from huiyin.clocks import queries as clocks
from huiyin.org.access import Forbidden
from huiyin.org.actions import issue_token
from huiyin.org.models import User
from huiyin.returns import actions as returns
from huiyin.returns import queries as visits
from huiyin.returns.actions import Result
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
WHY = "客户点名投诉，须请他回避"
WELL = Result("phone", reached=True, solved=True, satisfied=5)


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A complaint at LJF with a photo, taken by 林晓 and handed to engineering, that names nobody yet."""
    photo = store(SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64))
    found = open_case(files=[photo]).case
    actions.accept(found.pk, by(company.linxiao))
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="去看")
    return found


def about(case: Case, by: Mover, actor: User, *people: User) -> None:
    """The complaint is about these people, as somebody else writes down."""
    dispatch.concern(case.pk, by(actor), users=people, departments=[], reason=WHY)


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_the_case_is_in_no_list_count_search_or_hint_of_theirs(
    case: Case, company: Company, open_case: Opener, by: Mover
) -> None:
    other = open_case().case
    assert other.customer_id == case.customer_id
    about(case, by, company.zhaozhuguan, company.linxiao)
    for wanted in (
        Filter(),
        Filter(q="电梯"),
        Filter(customer=case.customer_id),
        Filter(sites=frozenset({case.site_id})),
    ):
        assert [row.pk for row in queries.page(company.linxiao, wanted).items] == [other.pk]
        assert queries.total(company.linxiao, wanted) == 1
        assert queries.total(company.hemin, wanted) == 2
    with pytest.raises(Case.DoesNotExist):
        queries.get(company.linxiao, case.number)


def test_other_cases_of_the_customer_are_shown_without_it(
    case: Case, company: Company, open_case: Opener, by: Mover, client_for: ClientFor
) -> None:
    other = open_case().case
    about(case, by, company.zhaozhuguan, company.linxiao)
    link = f"/cases/{case.number}/"
    assert link in client_for(company.hemin).get(f"/cases/{other.number}/").content.decode()
    assert link not in client_for(company.linxiao).get(f"/cases/{other.number}/").content.decode()


def test_its_files_are_not_there_for_them(
    case: Case, company: Company, by: Mover, clock: TestClock, client_for: ClientFor
) -> None:
    file = File.objects.get(case=case)
    paths = (f"/cases/{case.number}/files/{file.pk}/", f"/cases/{case.number}/")
    assert [client_for(company.linxiao).get(path).status_code for path in paths] == [200, 200]
    about(case, by, company.zhaozhuguan, company.linxiao)
    assert [client_for(company.linxiao).get(path).status_code for path in paths] == [404, 404]
    program = Client(headers={"Authorization": f"Bearer {issue_token(company.linxiao, 'test', at=clock.now)}"})
    for path in (f"/api/v1/cases/{case.number}", f"/api/v1/cases/{case.number}/files/{file.pk}"):
        assert program.get(path).status_code == 404
    with pytest.raises(Case.DoesNotExist):
        queries.file_for(company.linxiao, case.number, file.pk)


def test_every_verb_answers_them_that_there_is_no_such_case(case: Case, company: Company, by: Mover) -> None:
    about(case, by, company.hemin, company.zhaozhuguan)
    lead = company.zhaozhuguan
    tried: list[Callable[[], object]] = [
        lambda: actions.note(case.pk, by(lead), text="看看"),
        lambda: actions.answer(case.pk, by(lead), text="您好"),
        lambda: actions.resolve(case.pk, by(lead), cause="因", done="做", text="好"),
        lambda: dispatch.refer(case.pk, by(lead), reason="请定"),
        lambda: dispatch.supervise(case.pk, by(lead), reason="重点"),
        lambda: dispatch.concern(case.pk, by(lead), users=[], departments=[], reason="不是我"),
        lambda: dispatch.chase(case.pk, by(lead)),
        lambda: plans.plan(case.pk, by(lead), milestones=[]),
        lambda: returns.close(case.pk, by(lead)),
    ]
    before = now_of(case).seq
    for act in tried:
        with pytest.raises((Case.DoesNotExist, BadInput)) as error:
            act()
        assert error.type is Case.DoesNotExist
    assert now_of(case).seq == before


def test_a_supervisor_it_is_about_neither_sees_nor_decides(case: Case, company: Company, by: Mover) -> None:
    dispatch.apply_return(case.pk, by(company.zhougong), reason="这项工作不归工程部，归维保单位")
    until = next(one for one in clocks.of_case(case) if one.kind == "resolve").due_at
    extensions.extend(case.pk, by(company.linxiao), clock="resolve", until=until.replace(year=2027), reason=WHY)
    about(case, by, company.linxiao, company.zhaozhuguan)
    lead = company.zhaozhuguan
    assert now_of(case).referred == "conduct"
    assert queries.page(lead, Filter(deciding=True)).items == []
    tried: list[Callable[[], object]] = [
        lambda: dispatch.decide(case.pk, by(lead), measure="算了"),
        lambda: dispatch.decide_return(case.pk, by(lead), granted=True, reason="好"),
        lambda: extensions.decide_extension(case.pk, by(lead), granted=True, text="好"),
    ]
    for act in tried:
        with pytest.raises(Case.DoesNotExist):
            act()
    assert [row.pk for row in queries.page(company.admin, Filter(deciding=True)).items] == [case.pk]
    dispatch.decide(case.pk, by(company.admin), measure="换人查")


def test_whoever_held_it_holds_it_no_more_and_is_given_it_no_more(case: Case, company: Company, by: Mover) -> None:
    about(case, by, company.zhaozhuguan, company.linxiao)
    assert (now_of(case).owner_id, now_of(case).handler_id) == (None, None)
    with pytest.raises(BadInput) as error:
        actions.assign(case.pk, by(company.zhaozhuguan), to=company.linxiao)
    assert error.value.field == "to"


def test_a_department_it_is_about_loses_its_task_and_all_its_people_the_case(
    case: Case, company: Company, by: Mover
) -> None:
    dispatch.ask_back(case.pk, by(company.zhougong), text="几号楼？")
    dispatch.concern(case.pk, by(company.linxiao), users=[], departments=[company.engineering], reason=WHY)
    now = now_of(case)
    assert (now.open_hand_overs, now.open_questions, now.department_id) == ([], [], None)
    assert HandOver.objects.get(case=case).dropped
    assert [one.outcome for one in clocks.of_case(case) if one.kind == "reply"] == ["cancelled"]
    with pytest.raises(Case.DoesNotExist):
        queries.get(company.zhougong, case.number)
    with pytest.raises(BadInput) as error:
        actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="再看")
    assert error.value.field == "department"


def test_its_return_visit_is_not_theirs(case: Case, company: Company, by: Mover, client_for: ClientFor) -> None:
    actions.resolve(case.pk, by(company.linxiao), cause="因", done="做", text="好了")
    assert [visit.case_id for visit in visits.queue(company.hemin).items] == [case.pk]
    about(case, by, company.zhaozhuguan, company.hemin)
    assert visits.queue(company.hemin).items == []
    assert case.number not in client_for(company.hemin).get("/visits/").content.decode()
    with pytest.raises(Case.DoesNotExist):
        returns.visit(case.pk, by(company.hemin), WELL)
    returns.visit(case.pk, by(company.zhaozhuguan), WELL)


def test_their_notices_and_what_is_due_soon_leave_it_out(case: Case, company: Company, by: Mover) -> None:
    actions.assign(case.pk, by(company.zhaozhuguan), to=company.hemin)
    assert [row.case_id for row in notices.page(company.hemin).items] == [case.pk]
    soon = by(None, 60 * 24 * 9).at
    assert [clock.case_id for clock in clocks.due_soon(company.linxiao, soon).items] == []  # nobody swept yet
    actions.note(case.pk, by(company.linxiao), text="记一笔")
    assert [clock.case_id for clock in clocks.due_soon(company.hemin, soon).items] == [case.pk]
    about(case, by, company.zhaozhuguan, company.hemin)
    assert notices.page(company.hemin).items == []
    assert clocks.due_soon(company.hemin, soon).items == []


def test_an_incident_shows_them_its_other_cases_only(
    case: Case, company: Company, open_case: Opener, by: Mover
) -> None:
    other = open_case().case
    storm = incidents.open_incident(company.ljf, by(company.zhaozhuguan), title="停梯", case_ids=[case.pk, other.pk])
    about(case, by, company.zhaozhuguan, company.hemin)
    seen, _more = alerts.member_page(company.hemin, storm)
    assert [row.pk for row in seen] == [other.pk]


def test_naming_fewer_is_a_leads_to_do_and_is_counted(case: Case, company: Company, by: Mover) -> None:
    about(case, by, company.linxiao, company.hemin, company.chenjia)
    with pytest.raises(Forbidden):
        about(case, by, company.linxiao, company.hemin)
    assert now_of(case).overrides == 0
    about(case, by, company.zhaozhuguan, company.hemin)
    assert (now_of(case).overrides, now_of(case).about_users) == (1, [company.hemin.pk])
