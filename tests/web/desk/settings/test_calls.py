"""The order of emergency calls, edited: who is called follows what was saved, and the history keeps what was."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.alerts import notices
from huiyin.alerts.models import CallRule
from huiyin.cases.severity import Taps
from huiyin.org import actions as org
from huiyin.org.models import Role, SettingsEntry, User
from tests.conftest import Opener
from tests.people import Company, TestClock

from .test_pages import typed

ClientFor = Callable[[User], Client]
STEP = {"site": "LJF", "severity": "P1", "category": "", "order": "1", "minutes": "5", "rescue": "119"}


@pytest.fixture
def browser(client_for: ClientFor, company: Company, clock: TestClock) -> Client:
    """The administrator's."""
    return client_for(company.admin)


def add(browser: Client, **given: str) -> CallRule:
    assert browser.post("/settings/calls/new/", STEP | given).status_code == 302
    return CallRule.objects.latest("pk")


def called(company: Company) -> set[str]:
    people = (company.linxiao, company.zhougong, company.zhaozhuguan, company.admin)
    return {one.username for one in people if notices.waiting(one).calls}


@pytest.mark.parametrize(
    ("who", "names"),
    [("department:engineering", {"zhougong"}), ("role:supervisor", {"zhaozhuguan"}), ("user:linxiao", {"linxiao"})],
)
def test_whoever_was_chosen_is_called_for_the_next_emergency(
    browser: Client, company: Company, open_case: Opener, who: str, names: set[str]
) -> None:
    add(browser, who=who)
    open_case(taps=Taps(danger=True))
    assert called(company) == names


def test_a_step_is_changed_put_back_and_removed_and_each_stands_in_the_history(
    browser: Client, company: Company, open_case: Opener
) -> None:
    rule = add(browser, who="department:engineering")
    path = f"/settings/calls/{rule.pk}/"
    sent = typed(browser, path) | {"who": "role:supervisor", "minutes": "15"}
    assert browser.post(path, sent).status_code == 302
    open_case(taps=Taps(danger=True))
    assert called(company) == {"zhaozhuguan"}
    page = browser.get("/settings/calls/").content.decode()
    assert "临江府 P1, step 1" in page
    assert re.search(r"Who is called: <del>工程部</del> → <ins>Supervisor</ins>", page)
    entry = SettingsEntry.objects.latest("pk")
    assert browser.post(f"/settings/history/{entry.pk}/restore/").status_code == 302
    rule.refresh_from_db()
    assert (rule.department, rule.role, rule.minutes) == (company.engineering, "", 5)
    assert "工程部" in browser.get(f"{path}remove/").content.decode()
    assert browser.post(f"{path}remove/").status_code == 302
    assert not CallRule.objects.exists()
    page = browser.get("/settings/history/?area=calls").content.decode()
    assert "taken away" in page
    assert "Put it back" not in page  # there is no step any more into which it could be put
    assert SettingsEntry.objects.filter(area="calls").count() == 4


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"who": ""}, "who"),
        ({"who": "user:nobody"}, "who"),
        ({"who": "role:supervisor", "minutes": "-1"}, "minutes"),
        ({"who": "role:supervisor", "minutes": "9999"}, "minutes"),
        ({"who": "role:supervisor", "order": "0"}, "order"),
        ({"who": "role:supervisor", "site": "X"}, "site"),
        ({"who": "role:supervisor", "severity": "P9"}, "severity"),
        ({"who": "role:supervisor", "category": "x"}, "category"),
        ({"who": "role:supervisor", "rescue": "长" * 201}, "rescue"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_nothing_is_added(
    browser: Client, given: dict[str, str], field: str
) -> None:
    answer = browser.post("/settings/calls/new/", STEP | given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not CallRule.objects.exists()
    assert not SettingsEntry.objects.exists()


def test_who_saves_second_is_told_what_was_changed(browser: Client) -> None:
    path = f"/settings/calls/{add(browser, who='role:supervisor').pk}/"
    first, second = (typed(browser, path) | {"minutes": minutes} for minutes in ("7", "9"))
    assert browser.post(path, first).status_code == 302
    answer = browser.post(path, second)
    assert answer.status_code == 409
    assert CallRule.objects.get().minutes == 7
    again = typed_again(answer.context["form"])
    assert browser.post(path, again).status_code == 302
    assert CallRule.objects.get().minutes == 9


def typed_again(form: object) -> dict[str, str]:
    """What the page that came back would send."""
    return {field.html_name: str(field.value() or "") for field in form}  # type: ignore[attr-defined]


def test_a_step_that_reaches_nobody_is_marked_and_a_leaver_stays_chosen_until_changed(
    browser: Client, company: Company
) -> None:
    path = f"/settings/calls/{add(browser, who='user:linxiao').pk}/"
    assert "nobody at present" not in browser.get("/settings/calls/").content.decode()
    browser.post("/settings/staff/linxiao/use/")
    assert "nobody at present" in browser.get("/settings/calls/").content.decode()
    assert browser.post(path, typed(browser, path) | {"minutes": "6"}).status_code == 302
    assert browser.post("/settings/calls/new/", STEP | {"who": "user:linxiao"}).status_code == 422


def test_a_role_that_is_held_only_below_the_site_of_the_step_reaches_somebody(
    browser: Client, company: Company
) -> None:
    add(browser, who="role:manager", site="HQ")
    assert "nobody at present" in browser.get("/settings/calls/").content.decode()
    org.add_user("jingli", "经理", password=None, grants=((Role.MANAGER, company.ljf),))
    assert "nobody at present" not in browser.get("/settings/calls/").content.decode()


def test_a_step_after_another_begins_with_what_that_one_is_for(browser: Client, company: Company) -> None:
    rule = add(browser, who="role:supervisor", category=company.lift.code, order="2")
    form = typed(browser, f"/settings/calls/new/?like={rule.pk}")
    assert (form["site"], form["category"], form["order"]) == ("LJF", company.lift.code, "3")
    assert "who" not in {name for name, value in form.items() if value}


def test_many_steps_of_people_need_no_more_questions_than_one(
    browser: Client, company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for order in range(1, 9):
        add(browser, who="user:linxiao" if order % 2 else "user:hemin", order=str(order))
    for path in ("/settings/calls/", "/settings/history/", "/settings/"):
        browser.get(path)
        with django_assert_max_num_queries(12):
            browser.get(path)
