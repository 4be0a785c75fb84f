"""What is done once for all, and what led to what, on the pages of an incident, a group and their cases."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.alerts import incidents, linking, telling
from huiyin.alerts.linking import Said
from huiyin.alerts.models import ChainLink
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, Message
from huiyin.groups import actions as groups
from huiyin.groups.models import Group
from huiyin.playbooks.models import Plan, PlanStep
from tests.conftest import Mover, Opener
from tests.people import Company
from tests.playbooks.conftest import put
from tests.playbooks.test_shared import SHARED

from .test_case_page import MOST_QUERIES, ClientFor

BEGIN = {"failure": "again", "gravity": "minor"}


@pytest.fixture
def cases(company: Company, open_case: Opener) -> list[Case]:
    """Three lifts at LJF."""
    put("storm", SHARED)
    return [open_case(kind="repair", category=company.lift).case for _ in range(3)]


@pytest.fixture
def incident(company: Company, cases: list[Case], by: Mover) -> Incident:
    """All three in one incident."""
    keys = [case.pk for case in cases]
    return incidents.open_incident(company.ljf, by(company.linxiao), title="暴雨", case_ids=keys)


@pytest.fixture
def group(company: Company, cases: list[Case], by: Mover) -> Group:
    """All three in one group."""
    return groups.make(by(company.linxiao), case_ids=[case.pk for case in cases], reason="同一台电梯")


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    """林晓 at the desk."""
    return client_for(company.linxiao)


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def target(browser: Client, path: str, step: int) -> str:
    found = re.search(rf'name="target" value="(\d+-{step})"', page(browser, path))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("kind", ["incidents", "groups"])
def test_a_plan_is_begun_for_all_and_its_shared_steps_are_settled_there(
    browser: Client, incident: Incident, group: Group, cases: list[Case], kind: str
) -> None:
    path = f"/{kind}/{incident.pk if kind == 'incidents' else group.pk}/"
    assert browser.post(f"{path}plan/", BEGIN | {"failure": "nonsense"}).status_code == 422
    assert browser.post(f"{path}plan/", BEGIN).status_code == 302
    shown = page(browser, path)
    for words in ("call the lift company", "0 of 2", "2 other cases go by it", "in 3 cases.", "Done for all"):
        assert words in shown
    assert "say sorry at the door" not in shown  # each case's own
    assert browser.post(f"{path}step/", {"target": target(browser, path, 1), "act": "done"}).status_code == 302
    assert PlanStep.objects.filter(number=1, state="done").count() == 3
    assert browser.post(f"{path}step/", {"target": target(browser, path, 3), "act": "skip"}).status_code == 422
    assert browser.post(f"{path}step/", {"target": target(browser, path, 1), "act": "undo"}).status_code == 302
    assert PlanStep.objects.filter(state="open").count() == 9
    theirs = page(browser, f"/cases/{cases[2].number}/")
    assert "Shared steps are done in" in theirs
    assert "Step 1 of the plan done, once for all" in theirs


def test_where_it_could_not_begin_is_told_with_the_reason(
    browser: Client, incident: Incident, company: Company, cases: list[Case], by: Mover
) -> None:
    browser.post(f"/incidents/{incident.pk}/plan/", BEGIN)
    Plan.objects.filter(case=cases[1]).update(outcome="done", ended_at=by(None).at)
    browser.post(f"/incidents/{incident.pk}/plan/", BEGIN)
    shown = page(browser, f"/incidents/{incident.pk}/")
    assert "1 case without it" in shown
    assert "this plan has been carried out there" in shown


def test_resolving_all_names_the_steps_that_come_first(browser: Client, incident: Incident) -> None:
    path = f"/incidents/{incident.pk}/"
    browser.post(f"{path}plan/", BEGIN)
    words = {"cause": "进水", "done": "更换", "text": "已恢复"}
    answer = browser.post(f"{path}resolve/", words)
    assert answer.status_code == 422
    assert "call the lift company (3), say sorry at the door (3)" in answer.content.decode()
    assert browser.post(f"{path}resolve/", words | {"skip": "物业统一处理，不必各家再去"}).status_code == 302
    assert Case.objects.filter(status="resolved").count() == 3


def test_the_chain_is_said_put_right_and_taken_out(browser: Client, incident: Incident, cases: list[Case]) -> None:
    path = f"/incidents/{incident.pk}/"
    assert browser.post(f"{path}link/", {"cause": "水泵停", "effect": ""}).status_code == 422
    assert browser.post(f"{path}link/", {"cause": "水泵停", "effect": "底坑进水", "hours": "2"}).status_code == 302
    assert browser.post(f"{path}link/", {"cause": "底坑进水", "effect": "电梯停", "note": "三台"}).status_code == 302
    answer = browser.post(f"{path}link/", {"cause": "电梯停", "effect": "水泵停"})
    assert answer.status_code == 422
    assert "go round in a circle" in answer.content.decode()
    shown = page(browser, path)
    assert "after 2 hours" in shown
    assert "水泵停 → 底坑进水 → 电梯停" in page(browser, f"/cases/{cases[0].number}/")
    first = ChainLink.objects.earliest("pk")
    form = page(browser, f"{path}link/?instead={first.pk}")
    assert 'value="水泵停"' in form
    right = {"cause": "水泵控制箱进水", "effect": "底坑进水", "instead": str(first.pk)}
    assert browser.post(f"{path}link/", right).status_code == 302
    assert browser.post(f"{path}tell/", {"text": "今晚恢复", "chain": "on"}).status_code == 302
    assert Message.objects.filter(text="今晚恢复\n水泵控制箱进水 → 底坑进水 → 电梯停").count() == 3
    last = ChainLink.objects.get(effect="电梯停")
    assert browser.post(f"{path}unlink/", {"link": str(last.pk)}).status_code == 302
    assert "电梯停" not in page(browser, f"{path}").split("What led to what")[1].split("</section>")[0]


def test_one_incident_leads_to_another(
    browser: Client, incident: Incident, company: Company, open_case: Opener, by: Mover
) -> None:
    key = open_case(category=company.fee).case.pk
    later = incidents.open_incident(company.ljf, by(company.linxiao), title="费用争议", case_ids=[key])
    path = f"/incidents/{incident.pk}/"
    assert "费用争议" in page(browser, f"{path}link/")
    assert browser.post(f"{path}link/", {"cause": "电梯停", "effect": "x", "other": str(later.pk)}).status_code == 422
    assert browser.post(f"{path}link/", {"cause": "电梯停", "other": str(later.pk)}).status_code == 302
    assert f'href="/incidents/{later.pk}/"' in page(browser, path)
    assert f'href="{path}"' in page(browser, f"/incidents/{later.pk}/")


def test_what_came_of_it_is_marked(browser: Client, incident: Incident, company: Company, open_case: Opener) -> None:
    fee = open_case(category=company.fee).case
    browser.post(f"/incidents/{incident.pk}/gather/", {"more": fee.number, "consequence": "on"})
    assert "came of it" in page(browser, f"/incidents/{incident.pk}/")
    theirs = page(browser, f"/cases/{fee.number}/")
    assert "Came of the incident" in theirs
    assert "Came of an incident, and joined it" in theirs


def test_no_page_asks_more_than_twelve_times(
    browser: Client,
    incident: Incident,
    group: Group,
    company: Company,
    by: Mover,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    linking.link(incident.pk, by(company.linxiao), said=Said("水泵停", "电梯停"))
    telling.tell(incident.pk, by(company.linxiao), text="今晚恢复")
    for path in (f"/incidents/{incident.pk}/", f"/groups/{group.pk}/"):
        browser.post(f"{path}plan/", BEGIN)
        page(browser, path)
        with django_assert_max_num_queries(MOST_QUERIES):
            page(browser, path)


def test_a_case_whose_plan_another_leads_asks_no_more_than_one_with_a_plan_of_its_own(
    browser: Client, incident: Incident, cases: list[Case], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser.post(f"/incidents/{incident.pk}/plan/", BEGIN)
    path = f"/cases/{cases[1].number}/"
    page(browser, path)
    with django_assert_max_num_queries(MOST_QUERIES + 1):  # the plan
        page(browser, path)
