"""The plan of a project by forms, and how the customer sees its steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.org.models import User
from tests.people import Company, TestClock

from .test_verbs import do, now_of

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
TWO = {
    "title1": "设计方案",
    "due1": "2026-03-20T18:00",
    "title2": "施工完成",
    "due2": "2026-04-30T18:00",
}


@pytest.fixture
def opened(company: Company, open_case: Opener, clock: TestClock) -> Opened:
    """A project at LJF that 林晓 has taken."""
    found = open_case(kind="repair", complexity="project")
    actions.accept(found.case.pk, By(company.linxiao, clock.move(1)))
    return found


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_plan_is_proposed_approved_shown_and_its_steps_are_reached(
    client_for: ClientFor, company: Company, opened: Opened, client: Client
) -> None:
    case = opened.case
    desk, lead, here = client_for(company.linxiao), client_for(company.zhaozhuguan), f"/cases/{case.number}/"
    assert do(desk, case, "plan", TWO).status_code == 302
    assert f"{here}decide-plan/" not in page(desk, here)
    assert "林晓 proposes a plan with 2 milestones" in page(lead, here)
    form = page(lead, f"{here}decide-plan/")
    assert "设计方案" in form
    assert "you hear from us every week" in form
    assert "设计方案" not in page(client, f"/r/{opened.link}/")
    assert do(lead, case, "decide-plan", {"request": 3, "granted": "yes", "text": "分两步做"}).status_code == 302
    assert now_of(case).open_milestones == [1, 2]
    assert "施工完成" in page(desk, here)
    receipt = page(client, f"/r/{opened.link}/")
    assert all(word in receipt for word in ("设计方案", "施工完成", "分两步做"))
    assert do(desk, case, "reach", {"milestone": 1, "text": "方案定了"}).status_code == 302
    assert now_of(case).open_milestones == [2]
    assert "方案定了" in page(client, f"/r/{opened.link}/")


def test_a_changed_plan_shows_the_first_time_to_the_customer_too(
    client_for: ClientFor, company: Company, opened: Opened, client: Client, clock: TestClock
) -> None:
    case = opened.case
    desk, lead = client_for(company.linxiao), client_for(company.zhaozhuguan)
    do(desk, case, "plan", TWO)
    do(lead, case, "decide-plan", {"request": 3, "granted": "yes", "text": "分两步做"})
    form = page(desk, f"/cases/{case.number}/plan/")
    assert 'value="施工完成"' in form
    assert 'value="2026-04-30T18:00"' in form
    later = TWO | {"due2": "2026-05-20T18:00"}
    assert do(desk, case, "plan", later).status_code == 422
    assert do(desk, case, "plan", later | {"reason": "厂家推迟发货，有书面通知"}).status_code == 302
    do(lead, case, "decide-plan", {"request": now_of(case).open_requests[0][0], "granted": "yes", "text": "推迟"})
    for shown in (page(desk, f"/cases/{case.number}/"), page(client, f"/r/{opened.link}/")):
        assert "first by" in shown or "最初" in shown or "原定" in shown


def test_half_a_milestone_comes_back_with_what_is_missing(
    client_for: ClientFor, company: Company, opened: Opened
) -> None:
    desk = client_for(company.linxiao)
    for given, missing in (
        ({"title1": "设计方案"}, "By when?"),
        ({"due1": "2026-03-20T18:00"}, "What is reached by then?"),
        ({}, "Name one milestone at least."),
    ):
        answer = do(desk, opened.case, "plan", given)
        assert answer.status_code == 422
        assert missing in answer.content.decode()
    assert now_of(opened.case).open_requests == []


def test_a_no_tells_the_customer_nothing(
    client_for: ClientFor, company: Company, opened: Opened, client: Client
) -> None:
    desk, lead = client_for(company.linxiao), client_for(company.zhaozhuguan)
    do(desk, opened.case, "plan", TWO)
    given = {"request": 3, "granted": "no", "reason": "缺安全措施", "text": "分两步做"}
    assert do(lead, opened.case, "decide-plan", given).status_code == 302
    assert "分两步做" not in page(client, f"/r/{opened.link}/")
    assert "缺安全措施" in page(desk, f"/cases/{opened.case.number}/")


def test_who_does_not_work_at_a_project_proposes_nothing(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    case = open_case(kind="repair").case
    assert f"/cases/{case.number}/plan/" not in page(client_for(company.linxiao), f"/cases/{case.number}/")
