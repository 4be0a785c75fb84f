"""Over the handler's head: another person takes the case, the supervisor knows, what was done before stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.alerts.models import Notice
from huiyin.cases import actions, dispatch
from huiyin.cases.actions import BadInput
from huiyin.cases.workflow import NotAllowed
from huiyin.fairness import escalations
from huiyin.fairness.models import Escalation
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock


def test_another_department_takes_it_and_the_supervisor_is_told(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    change = escalations.escalate(case.pk, by(company.linxiao), origin="manager", reason="客户去了项目经理办公室")
    assert change.now.handler_id == company.hemin.pk
    assert change.now.owner_id == company.linxiao.pk  # who received it first is asked to the end
    row = Escalation.objects.get()
    assert (row.was, row.handler, row.origin) == (company.linxiao, company.hemin, "manager")
    assert list(Notice.objects.filter(what="over_head").values_list("user", flat=True)) == [company.zhaozhuguan.pk]
    assert Notice.objects.filter(what="assigned", user=company.hemin).exists()


def test_each_time_somebody_else_has_it(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    origins = ("company", "authority", "media")
    changes = [escalations.escalate(case.pk, by(company.linxiao), origin=origin) for origin in origins]
    first, second, third = [change.now.handler_id for change in changes]
    assert (first, second) == (company.hemin.pk, company.zhaozhuguan.pk)
    assert third != second
    assert Escalation.objects.filter(case=case).count() == 3


def test_with_nobody_else_the_supervisor_is_told_so(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    people = [company.hemin, company.zhaozhuguan]
    about = dispatch.concern(case.pk, by(company.admin), users=people, departments=[], reason="投诉的是他们两位")
    change = escalations.escalate(case.pk, by(company.linxiao), origin="in_person")
    assert about.now.handler_id == change.now.handler_id == company.linxiao.pk
    assert change.events[0].data["nobody"] is True


def test_a_known_case_that_comes_from_above_changes_hands(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    change = dispatch.transfer(case.pk, by(company.linxiao), body="12345", number="A-1")
    assert change.now.handler_id == company.hemin.pk
    assert Escalation.objects.get().origin == "authority"


def test_the_customer_asks_once_for_somebody_else(
    company: Company, open_case: Opener, by: Mover, clock: TestClock, client: Client
) -> None:
    opened = open_case()
    actions.accept(opened.case.pk, by(company.linxiao))
    page = f"/r/{opened.link}/"
    assert "another/" in client.get(page).content.decode()
    assert client.post(f"{page}another/", {"text": ""}).status_code == 422
    assert client.post(f"{page}another/", {"text": "请换一个人"}).status_code == 302
    opened.case.refresh_from_db()
    assert (opened.case.handler, opened.case.last_word) == (company.hemin, "customer")
    assert "another/" not in client.get(page).content.decode()
    client.post(f"{page}another/", {"text": "再换"})
    assert Escalation.objects.count() == 1
    with pytest.raises(NotAllowed):
        escalations.customer_asks_another(opened.case.pk, text="再换", at=clock.now)


def test_only_what_is_worked_on_and_only_a_known_origin(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    with pytest.raises(BadInput):
        escalations.escalate(case.pk, by(company.linxiao), origin="portal")
    actions.resolve(case.pk, by(company.linxiao), cause="a", done="b", text="好了")
    with pytest.raises(NotAllowed):
        escalations.escalate(case.pk, by(company.linxiao), origin="media")


def test_the_page_says_that_it_went_over_somebodys_head(
    company: Company, open_case: Opener, by: Mover, client_for: Callable[[User], Client]
) -> None:
    case = open_case(take=True).case
    desk = client_for(company.linxiao)
    given = {"origin": "media", "reason": "", "version": str(case.seq)}
    assert desk.post(f"/cases/{case.number}/escalate/", given).status_code == 302
    page = desk.get(f"/cases/{case.number}/").content.decode()
    assert "林晓" in page
    assert "over our heads" in page or "越级" in page
