"""The pages of incidents, calls and notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.alerts import emergencies, incidents, linking
from huiyin.alerts.linking import Said
from huiyin.alerts.models import CallRule, Notice
from huiyin.cases import categories
from huiyin.cases.actions import By
from huiyin.cases.incident_models import Incident
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case
from huiyin.cases.severity import Taps
from huiyin.customers.actions import Person
from huiyin.org.history import Editor
from huiyin.org.models import User
from huiyin.web.desk.incidents import ACTS
from tests.people import NOW, PEOPLE, Company

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
Mover = Callable[..., By]


@pytest.fixture
def storm(company: Company, open_case: Opener, by: Mover) -> Incident:
    """Three lifts at LJF, and a fourth that doesn't belong to it yet."""
    keys = [open_case(kind="repair", category=company.lift).case.pk for _ in range(4)]
    return incidents.open_incident(company.ljf, by(company.linxiao), title="暴雨", case_ids=keys[:3])


def free() -> Case:
    return Case.objects.get(incident=None)


@pytest.mark.once
@pytest.mark.slow
def test_every_role_gets_the_pages_that_are_theirs(client_for: ClientFor, company: Company, storm: Incident) -> None:
    sees = {"linxiao", "hemin", "zhaozhuguan", "auditor", "admin"}
    does = sees - {"auditor"}
    page = f"/incidents/{storm.pk}/"
    for person in PEOPLE:
        browser = client_for(getattr(company, person))
        assert browser.get("/incidents/").status_code == 200
        assert browser.get("/notices/").status_code == 200
        assert browser.get("/incidents/?closed=1&before=1").status_code == 200
        assert browser.get(page).status_code == (200 if person in sees else 404), person
        opens = person in does | {"chenjia"}
        assert browser.get("/incidents/new/").status_code == (200 if opens else 403), person
        for act in ACTS:
            status = 200 if person in does else 403 if person in sees else 404
            assert browser.get(f"{page}{act}/").status_code == status, (person, act)
            answer = browser.post(f"{page}{act}/", {"version": "0"}).status_code
            assert answer in ((412, 422) if person in does else (status,)), (person, act)
        assert browser.get(f"{page}nonsense/").status_code == 404
        acknowledged = browser.post(f"/cases/{free().number}/acknowledge/").status_code
        expected = 404 if person in ("chenjia", "zhougong") else 403 if person == "auditor" else 302
        assert acknowledged == expected, person
    for path in ("/notices/seen/", f"/cases/{free().number}/acknowledge/"):
        assert client_for(company.admin).get(path).status_code == 405


def test_nobody_gets_in_without_logging_in(client: Client, company: Company, storm: Incident) -> None:
    page = f"/incidents/{storm.pk}/"
    for path in ("/incidents/", "/incidents/new/", page, f"{page}tell/", "/notices/"):
        assert client.get(path).headers["Location"].startswith("/login/")
    for path in (f"{page}tell/", "/notices/seen/", f"/cases/{free().number}/acknowledge/"):
        assert client.post(path).headers["Location"].startswith("/login/")


def test_an_incident_is_opened_gathered_told_and_resolved(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    first = open_case(kind="repair", category=company.lift).case
    second = open_case(kind="repair", category=company.lift).case
    browser = client_for(company.linxiao)
    form = browser.get(f"/incidents/new/?case={first.number}").content.decode()
    assert first.number in form
    given = {"title": "暴雨", "site": "LJF", "cases": first.number, "lead": str(company.zhaozhuguan.pk), "cause": ""}
    assert "暴雨" in browser.post("/incidents/new/", given | {"cases": "12"}).content.decode()
    page = browser.post("/incidents/new/", given).headers["Location"]
    assert second.subject in browser.get(f"{page}gather/").content.decode()
    hint = browser.get(f"/cases/{second.number}/").content.decode()
    assert f"{page}gather/" in hint
    browser.post(f"{page}gather/", {"chosen": [str(second.pk)], "tell_last": "on"})
    assert page in browser.get(f"/cases/{second.number}/").content.decode()
    assert browser.post(f"{page}tell/", {"text": " "}).status_code == 422
    browser.post(f"{page}tell/", {"text": "今晚恢复"})
    assert "今晚恢复" in browser.get(page).content.decode()
    assert browser.post(f"{page}close/", {"reason": ""}).status_code == 409
    words = {"cause": "进水", "done": "更换", "text": "已恢复", "prevention": "每月检查", "keep_open": first.number}
    browser.post(f"{page}resolve/", words)
    assert set(Case.objects.values_list("pk", "status")) == {(first.pk, "accepted"), (second.pk, "resolved")}
    assert "每月检查" in browser.get(page).content.decode()
    assert "每月检查" in browser.get(f"/cases/{second.number}/").content.decode()
    browser.post(f"{page}release/", {"cases": first.number})
    assert browser.post(f"{page}close/", {"reason": ""}).status_code == 302
    assert "暴雨" not in browser.get("/cases/new/").content.decode()


def test_the_cause_is_written_down_as_far_as_it_is_known(
    client_for: ClientFor, company: Company, storm: Incident
) -> None:
    client = client_for(company.linxiao)
    assert client.post(f"/incidents/{storm.pk}/cause/", {"cause": "总闸进水"}).status_code == 302
    storm.refresh_from_db()
    assert storm.cause == "总闸进水"


def test_cases_with_empty_fields_are_named_and_may_stay_open(
    client_for: ClientFor, company: Company, storm: Incident
) -> None:
    category = Case.objects.filter(incident=storm).values_list("category__code", flat=True)[0]
    values = replace(categories.values_of(categories.known(category)), extra_fields="梯号 *")
    categories.change(category, values, Editor(None, NOW))
    browser, page = client_for(company.linxiao), f"/incidents/{storm.pk}/"
    words = {"cause": "进水", "done": "更换", "text": "已恢复"}
    answer = browser.post(f"{page}resolve/", words)
    number = Case.objects.filter(incident=storm)[0].number
    assert answer.status_code == 422
    assert f"{number}: 梯号" in answer.content.decode()
    assert browser.post(f"{page}resolve/", words | {"keep_unfilled": "on"}).status_code == 302
    assert "Kept open, required fields are empty" in browser.get(page).content.decode()


def test_a_word_may_go_on_to_what_followed_and_says_there_where_it_came_from(
    client_for: ClientFor,
    company: Company,
    storm: Incident,
    open_case: Opener,
    by: Mover,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    browser, page = client_for(company.linxiao), f"/incidents/{storm.pk}/"
    assert 'name="onward"' not in browser.get(page).content.decode()
    key = open_case(category=company.fee, person=Person("王芳", "13800000009")).case.pk
    other = incidents.open_incident(company.ljf, by(company.linxiao), title="停电", case_ids=[key], lead=company.hemin)
    linking.link(storm.pk, by(company.linxiao), said=Said("水泵停", other.pk))
    form = browser.get(page).content.decode()
    field = next(line for line in form.split("<input") if 'name="onward"' in line)
    assert "checked" not in field
    assert browser.post(f"{page}tell/", {"text": "今晚恢复", "onward": "on"}).status_code == 302
    third = incidents.open_incident(company.ljf, by(company.linxiao), title="停水", case_ids=[free().pk])
    linking.link(other.pk, by(company.linxiao), said=Said("泵停", third.pk))
    browser.get(f"/incidents/{other.pk}/")
    with django_assert_max_num_queries(12):
        there = browser.get(f"/incidents/{other.pk}/").content.decode()
    assert "今晚恢复" in there
    assert f'Came from: <a href="{page}">暴雨</a>' in there
    told = client_for(company.hemin).get("/notices/").content.decode()
    assert "told from another incident" in told


def test_the_new_case_page_tells_of_an_open_incident(client_for: ClientFor, company: Company, storm: Incident) -> None:
    assert "暴雨" in client_for(company.linxiao).get("/cases/new/").content.decode()
    assert "暴雨" not in client_for(company.chenjia).get("/cases/new/").content.decode()


def test_a_call_stands_on_every_page_until_it_is_acknowledged(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    rule = CallRule(site=company.hq, order=1, minutes=5, department=company.engineering, rescue="119")
    emergencies.add_rules([rule])
    case = open_case(taps=Taps(danger=True)).case
    worker = client_for(company.zhougong)
    button = f"/cases/{case.number}/acknowledge/"
    for path in ("/inbox/all/", "/search/?q=x", f"/cases/{case.number}/", "/notices/"):
        assert button in worker.get(path).content.decode(), path
    page = client_for(company.linxiao).get(f"/cases/{case.number}/").content.decode()
    assert "Not acknowledged yet" in page
    assert "119" in page
    worker.post(button)
    after = worker.get(f"/cases/{case.number}/").content.decode()
    assert button not in after
    assert "acknowledged" in after
    assert Notice.objects.filter(seen_at=None).count() == 0


def test_notices_are_marked_as_seen_one_by_one_or_all(
    client_for: ClientFor, company: Company, storm: Incident, by: Mover
) -> None:
    for _ in range(2):
        incidents.hand_lead(storm.pk, by(company.linxiao), to=company.zhaozhuguan)
    browser = client_for(company.zhaozhuguan)
    assert browser.get("/notices/").content.decode().count('name="notice"') == 2
    browser.post("/notices/seen/", {"notice": str(Notice.objects.order_by("pk")[0].pk)})
    assert browser.get("/notices/").content.decode().count('name="notice"') == 1
    browser.post("/notices/seen/")
    assert 'name="notice"' not in browser.get("/notices/").content.decode()
