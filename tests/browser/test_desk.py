"""What the desk does with script: forms open in place, drafts stay where they belong, nothing is sent twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.cases.models import Case, CaseEvent
from tests.conftest import Opener
from tests.people import PASSWORD, Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(open_case: Opener) -> Case:
    return open_case(take=True).case


@pytest.fixture
def desk(page: Page, live_server: LiveServer, company: Company, case: Case) -> Page:
    """林晓 at the page of a case she has taken."""
    page.goto(f"{live_server.url}/login/?next=/cases/{case.number}/")
    page.fill("[name=username]", "linxiao")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.primary")
    return page


def choose(page: Page, verb: str) -> None:
    """Open a verb's form from the menu, or by the button left of it."""
    link = page.locator(f".verbs a[href$='/{verb}/']")
    if not link.is_visible():
        page.click(".verbs .menu summary")
    link.click()
    page.wait_for_selector(f"form.composer[action$='/{verb}/']")


def test_a_form_opens_without_leaving_the_page_and_can_be_typed_in_at_once(desk: Page, case: Case) -> None:
    choose(desk, "answer")
    assert desk.url.endswith(f"/cases/{case.number}/")
    expect(desk.locator("form.composer [name=text]")).to_be_focused()


def test_words_for_colleagues_never_turn_up_in_the_form_for_the_customer(desk: Page) -> None:
    choose(desk, "note")
    desk.fill("form.composer [name=text]", "只给同事看")
    choose(desk, "answer")
    expect(desk.locator("form.composer [name=text]")).to_have_value("")
    desk.reload()
    choose(desk, "note")
    expect(desk.locator("form.composer [name=text]")).to_have_value("只给同事看")


def test_a_button_pressed_twice_sends_once(desk: Page, case: Case) -> None:
    choose(desk, "note")
    desk.fill("form.composer [name=text]", "只有一次")
    desk.dblclick("form.composer button.primary")
    expect(desk.locator(".timeline")).to_contain_text("只有一次")
    assert CaseEvent.objects.filter(case=case, kind="noted", topic="cases").count() == 1
    choose(desk, "note")
    expect(desk.locator("form.composer [name=text]")).to_have_value("")
