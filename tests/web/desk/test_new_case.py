"""A new case at the desk that is about one of us, or came from above."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.org.models import User
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
NEW = {"site": "LJF", "kind": "complaint", "channel": "phone", "text": "前台挂了我的电话"}


@pytest.fixture
def desk(client_for: ClientFor, company: Company, clock: TestClock) -> Client:
    return client_for(company.hemin)


def test_whom_it_is_about_steps_aside_from_the_first_moment(
    desk: Client, client_for: ClientFor, company: Company
) -> None:
    given = {"about_users": [company.linxiao.pk], "about_departments": [company.engineering.pk]}
    answer = desk.post("/cases/new/", NEW | given)
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.about_users, case.about_departments) == ([company.linxiao.pk], [company.engineering.pk])
    assert case.referred == "conduct"
    assert client_for(company.linxiao).get(f"/cases/{case.number}/").status_code == 404
    assert case.number not in client_for(company.linxiao).get("/inbox/all/").content.decode()


def test_a_complaint_about_a_department_alone_is_the_supervisors_to_decide_too(desk: Client, company: Company) -> None:
    assert desk.post("/cases/new/", NEW | {"about_departments": [company.engineering.pk]}).status_code == 302
    assert Case.objects.get().referred == "conduct"


def test_who_writes_down_a_complaint_about_themselves_reads_no_more_of_it_than_its_number(
    client_for: ClientFor, company: Company, clock: TestClock
) -> None:
    given = {"about_users": [company.linxiao.pk], "take": "on"}
    answer = client_for(company.linxiao).post("/cases/new/", NEW | given, follow=True)
    case = Case.objects.get()
    assert case.handler is None
    assert answer.redirect_chain[0][0] == "/inbox/"
    page = answer.content.decode()
    assert f"Received as {case.number}; somebody else handles it." in page
    assert "/r/" not in page


def test_a_person_of_a_site_that_the_writer_does_not_serve_can_not_be_named(
    client_for: ClientFor, company: Company, clock: TestClock
) -> None:
    page = client_for(company.linxiao).get("/cases/new/").content.decode()
    assert f'name="about_users" value="{company.hemin.pk}"' in page
    assert f'name="about_users" value="{company.chenjia.pk}"' not in page
    answer = client_for(company.linxiao).post("/cases/new/", NEW | {"about_users": [company.chenjia.pk]})
    assert answer.status_code == 422
    assert '<details class="card field-set about" open>' in answer.content.decode()
    assert not Case.objects.exists()


def test_what_came_from_above_keeps_its_number_and_its_deadline_by_the_clock_at_the_site(
    desk: Client, company: Company
) -> None:
    company.ljf.__class__.objects.filter(pk=company.ljf.pk).update(time_zone="Asia/Urumqi")
    from_above = {"outside_body": "12345热线", "outside_number": "GD-7", "outside_due_at": "2026-03-11T16:00"}
    assert desk.post("/cases/new/", NEW | {"channel": "transfer"} | from_above).status_code == 302
    case = Case.objects.get()
    assert CaseEvent.objects.get(case=case, kind="transferred").data["due_at"].startswith("2026-03-11T")
    assert case.outside_due_at is not None
    assert case.outside_due_at.isoformat() == "2026-03-11T08:00:00+00:00"
    assert Message.objects.get(case=case, part="number").text == "GD-7"
    assert case.number in desk.get("/search/?q=GD-7").content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"channel": "transfer"}, "Say who sent it down."),
        ({"outside_number": "GD-7"}, "Say who sent it down."),
        ({"outside_body": "12345", "outside_due_at": "2026-03-01T10:00"}, "This time has passed"),
        ({"outside_body": "12345", "outside_due_at": "bald"}, "a day and a time like 2026-03-31 14:30."),
        ({"about_users": ["99999"]}, "Please choose one of those that are offered"),
    ],
)
def test_what_is_wrong_is_said_in_an_open_part_and_what_was_typed_is_kept(
    desk: Client, company: Company, given: dict[str, str], words: str
) -> None:
    answer = desk.post("/cases/new/", NEW | given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "前台挂了我的电话" in page
    assert " open>" in page
    assert not Case.objects.exists()


def test_the_form_asks_few_questions_of_the_database(
    desk: Client, company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get("/cases/new/")
    with django_assert_max_num_queries(12):
        desk.get("/cases/new/")
