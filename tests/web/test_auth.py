"""Coming in and going out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from huiyin.org.models import User
from tests.people import PASSWORD, Company, TestClock

ClientFor = Callable[[User], Client]
GOOD = {"username": "linxiao", "password": PASSWORD}


def test_the_first_page_answers_everybody_with_doors_for_customers(client: Client, company: Company) -> None:
    page = client.get("/").content.decode()
    assert 'href="/p/FLY/"' in page
    assert 'href="/p/LJF/"' in page
    assert 'href="/p/HQ/"' not in page
    assert 'href="/login/"' in page


def test_the_first_page_answers_before_anything_is_set_up(client: Client, bare: None) -> None:
    assert client.get("/").status_code == 200


def test_members_of_staff_go_on_to_their_cases(client_for: ClientFor, company: Company) -> None:
    assert client_for(company.linxiao).get("/", follow=True).redirect_chain[-1][0] == "/inbox/mine/"


def test_back_office_workers_begin_at_the_tasks_of_their_department(client_for: ClientFor, company: Company) -> None:
    assert client_for(company.zhougong).get("/", follow=True).redirect_chain[-1][0] == "/inbox/department/"


def test_the_right_password_leads_where_one_wanted_to_go(client: Client, company: Company) -> None:
    assert client.get("/inbox/all/").headers["Location"] == "/login/?next=/inbox/all/"
    answer = client.post("/login/", GOOD | {"next": "/inbox/all/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox/all/")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_log_in_never_leads_out_of_the_house(client: Client, company: Company, target: str) -> None:
    assert client.post("/login/", GOOD | {"next": target}).headers["Location"] == "/"


def test_a_wrong_password_keeps_the_name_and_shows_no_password(client: Client, company: Company) -> None:
    answer = client.post("/login/", {"username": "linxiao", "password": "wrong-password"})
    assert answer.status_code == 422
    assert 'value="linxiao"' in answer.content.decode()
    assert "wrong-password" not in answer.content.decode()


def test_too_many_failures_lock_the_log_in_for_a_while(client: Client, company: Company, clock: TestClock) -> None:
    for _attempt in range(settings.HUIYIN_LOGIN_ATTEMPTS):
        client.post("/login/", GOOD | {"password": "wrong"})
    assert "10:15" in client.post("/login/", GOOD).content.decode()
    clock.move(settings.HUIYIN_LOGIN_LOCK_MINUTES + 1)
    assert client.post("/login/", GOOD).status_code == 302


def test_logging_out_needs_a_post_and_ends_the_session(client_for: ClientFor, company: Company) -> None:
    client = client_for(company.linxiao)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/inbox/mine/").status_code == 302


def test_somebody_who_left_is_out_at_once(client_for: ClientFor, company: Company) -> None:
    client = client_for(company.linxiao)
    User.objects.filter(pk=company.linxiao.pk).update(is_active=False)
    assert client.get("/inbox/mine/").status_code == 302


def test_the_language_is_kept_with_the_person(client_for: ClientFor, company: Company) -> None:
    client_for(company.linxiao).post("/language/", {"language": "en"})
    assert User.objects.get(username="linxiao").language == "en"
    elsewhere = Client()
    elsewhere.post("/login/", GOOD)
    assert elsewhere.cookies["huiyin_language"].value == "en"
    assert '<html lang="en"' in elsewhere.get("/inbox/mine/").content.decode()


def test_an_unknown_language_is_not_kept(client_for: ClientFor, company: Company) -> None:
    client_for(company.linxiao).post("/language/", {"language": "xx"})
    assert User.objects.get(username="linxiao").language == ""


def test_a_new_password_counts_and_keeps_the_session(client_for: ClientFor, company: Company) -> None:
    client, new = client_for(company.linxiao), "another-long-sentence"
    assert client.post("/account/", {"old": PASSWORD, "new": new}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert Client().post("/login/", GOOD).status_code == 422
    assert Client().post("/login/", GOOD | {"password": new}).status_code == 302


@pytest.mark.parametrize("given", [{"old": "wrong", "new": "another-long-sentence"}, {"old": PASSWORD, "new": "short"}])
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    client_for: ClientFor, company: Company, given: dict[str, str]
) -> None:
    assert client_for(company.linxiao).post("/account/", given).status_code == 422
    assert Client().post("/login/", GOOD).status_code == 302


def test_a_proxy_is_believed_only_when_the_settings_say_so(client: Client, company: Company) -> None:
    for attempt in range(settings.HUIYIN_LOGIN_ATTEMPTS + 1):
        client.post("/login/", GOOD | {"password": "wrong"}, headers={"X-Forwarded-For": f"10.0.0.{attempt}"})
    assert client.post("/login/", GOOD).status_code == 422
