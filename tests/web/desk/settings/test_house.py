"""Rules and words of the house, and presets that are loaded by a click."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, words
from huiyin.cases.actions import By
from huiyin.clocks import editing
from huiyin.org import history, house
from huiyin.org.history import Editor
from huiyin.org.house import Rules
from huiyin.org.models import User
from huiyin.packs import catalogue
from tests.conftest import Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
PAGE = "/settings/house/"


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    return client_for(company.admin)


def save(browser: Client, **given: str) -> HttpResponse:
    """Post the form as the page shows it now, with these values instead."""
    shown = browser.get(PAGE).content.decode()
    version = re.search(r'name="version" value="(\w*)"', shown)
    assert version is not None
    return browser.post(PAGE, {"version": version[1]} | given)  # type: ignore[return-value]


def test_the_review_is_switched_on_and_the_history_says_so(
    browser: Client, company: Company, open_case: Opener, clock: TestClock
) -> None:
    assert save(browser, review="on").status_code == 302
    assert house.rules().review
    (entry,) = history.page("house").items
    assert (entry.actor, entry.after) == (company.admin, {"review": True})
    case = open_case().case
    actions.accept(case.pk, By(company.linxiao, clock.move(1)))
    done = actions.resolve(case.pk, By(company.linxiao, clock.move(1)), cause="老化", done="更换", text="好了")
    assert done.now.review_since is not None


def test_a_word_of_the_house_is_shown_wherever_the_status_is(
    browser: Client, company: Company, open_case: Opener
) -> None:
    opened = open_case()
    given = {"status_received_zh": "等待受理", "status_received_en": "in the tray", "verb_accept_zh": "受理"}
    assert save(browser, **given, verb_accept_en="Take down").status_code == 302
    page = browser.get(f"/cases/{opened.case.number}/").content.decode()
    assert "in the tray" in page
    assert "Take down" in page
    assert "Take the case" not in page
    assert "in the tray" in browser.get("/inbox/all/").content.decode()
    assert "等待受理" in browser.get("/settings/history/").content.decode()


def test_a_word_in_one_language_only_is_refused_and_what_was_typed_is_kept(browser: Client) -> None:
    answer = save(browser, status_closed_zh="结案")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Give the word in both languages, or in none." in text
    assert 'value="结案"' in text
    assert house.rules() == Rules()


def test_whoever_saves_second_sees_what_was_changed_meanwhile(browser: Client, company: Company) -> None:
    shown = browser.get(PAGE).content.decode()
    old = re.search(r'name="version" value="(\w*)"', shown)
    assert old is not None
    save(browser, review="on")
    answer = browser.post(PAGE, {"version": old[1]})
    assert answer.status_code == 409
    assert house.rules().review


def test_saving_what_is_there_writes_no_history(browser: Client) -> None:
    assert save(browser).status_code == 302
    assert history.page("house").items == []


def test_a_preset_is_looked_at_and_loaded_with_what_it_changes(
    browser: Client, company: Company, clock: TestClock
) -> None:
    listed = browser.get("/settings/levels/").content.decode()
    for preset in catalogue.PRESETS.values():
        assert preset.name in listed
        assert preset.source in listed
    page = "/settings/levels/presets/hotline-workday/"
    shown = browser.get(page).content.decode()
    assert "Running clocks that change" in shown
    assert "15 minutes" in shown
    assert "test 1" in shown
    assert editing.in_force(clock.now) == editing.versions("test")[0]
    assert browser.post(page).headers["Location"] == "/settings/levels/"
    assert str(editing.in_force(clock.now)) == "hotline-workday 1"
    assert browser.get(page).headers["Location"] == "/settings/levels/hotline-workday/"
    assert "in force" in browser.get("/settings/levels/").content.decode()
    assert browser.get("/settings/levels/hotline-workday/").status_code == 200
    assert browser.get("/settings/levels/hotline-workday/1/").status_code == 200


def test_a_preset_that_is_not_there_is_not_found(browser: Client) -> None:
    assert browser.get("/settings/levels/presets/hotline/").status_code == 404


def test_the_pages_ask_few_questions(
    browser: Client, company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for path in (PAGE, "/settings/levels/", "/settings/levels/presets/power-supply/", "/settings/"):
        browser.get(path)
        with django_assert_max_num_queries(12):
            browser.get(path)


def test_every_word_that_can_be_changed_has_a_field(browser: Client) -> None:
    shown = browser.get(PAGE).content.decode()
    for group, codes in words.GROUPS.items():
        for code in codes:
            assert f'name="{group}_{code}_zh"' in shown


def test_the_version_in_the_form_is_that_of_the_rules(browser: Client, company: Company, clock: TestClock) -> None:
    house.change(Rules(review=True), Editor(company.admin, clock.now))
    assert f'value="{history.version(house.rules().told())}"' in browser.get(PAGE).content.decode()
