"""A no has two people behind it, and the customer may have it looked at by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.cases import actions, refusal
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import NotAllowed
from huiyin.org import actions as org
from huiyin.org.models import Role
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

NO: dict[str, Any] = {"reason": "合同没有约定这项费用由我们承担。", "basis": "物业服务合同第八条"}


def test_the_handler_does_not_refuse_alone(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.zhaozhuguan))
    with pytest.raises(BadInput, match="second person"):
        actions.refuse(case.pk, by(company.zhaozhuguan), **NO)
    actions.assign(case.pk, by(company.zhaozhuguan), to=company.linxiao)
    actions.refuse(case.pk, by(company.zhaozhuguan), **NO)
    assert Case.objects.get(pk=case.pk).status == "refused"


def test_an_administrator_may_and_the_record_says_so(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.admin))
    actions.refuse(case.pk, by(company.admin), **NO)
    assert CaseEvent.objects.get(case=case, kind="refused").data["own"] is True


def test_an_appeal_goes_to_another_person(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.refuse(case.pk, by(company.zhaozhuguan), **NO)
    with pytest.raises(BadInput):
        refusal.customer_appeals(case.pk, text=" ", at=clock.move(60))
    refusal.customer_appeals(case.pk, text="合同附件二写明由你们负责", at=clock.move(60))
    found = Case.objects.get(pk=case.pk)
    assert (found.status, found.handler, found.referred) == ("accepted", None, "asked")
    with pytest.raises(BadInput, match="refused it before"):
        actions.refuse(case.pk, by(company.zhaozhuguan), **NO)
    other = org.add_user("li", "李主管", password=None, department=None, grants=((Role.SUPERVISOR, company.ljf),))
    actions.refuse(case.pk, by(other), **NO)
    with pytest.raises(NotAllowed):
        refusal.customer_appeals(case.pk, text="再看一次", at=clock.move(60))


def test_the_time_for_a_review_ends(company: Company, open_case: Opener, by: Mover, clock: TestClock) -> None:
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.refuse(case.pk, by(company.zhaozhuguan), **NO)
    with pytest.raises(NotAllowed):
        refusal.customer_appeals(case.pk, text="合同附件二写明", at=clock.now + timedelta(days=31))


def test_the_page_says_what_the_customer_can_do_and_does_it(
    company: Company, open_case: Opener, by: Mover, client: Client
) -> None:
    opened = open_case()
    actions.accept(opened.case.pk, by(company.linxiao))
    assert "outside mediation" not in client.get(f"/r/{opened.link}/").content.decode()
    actions.refuse(opened.case.pk, by(company.zhaozhuguan), **NO)
    page = client.get(f"/r/{opened.link}/").content.decode()
    assert "outside mediation" in page
    assert "review by another person" in page
    assert client.post(f"/r/{opened.link}/appeal/", {"text": ""}).status_code == 422
    assert client.post(f"/r/{opened.link}/appeal/", {"text": "合同附件二写明由你们负责"}).status_code == 302
    assert Case.objects.get(pk=opened.case.pk).status == "accepted"
    assert client.post(f"/r/{opened.link}/appeal/", {"text": "再看一次"}).status_code == 302
