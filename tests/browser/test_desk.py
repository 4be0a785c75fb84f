"""What the desk does with script: forms open in place, drafts stay where they belong, nothing is sent twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent
from huiyin.web.models import Looking
from tests.conftest import Opener
from tests.people import PASSWORD, Company, TestClock

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
    page.wait_for_url("**/cases/**", wait_until="load")
    return page


def choose(page: Page, verb: str) -> None:
    """Open a verb's form from the menu, or by the button left of it."""
    link = page.locator(f".verbs a[href$='/{verb}/']").first
    if not link.is_visible():
        page.click(".verbs .menu summary")
    link.click()
    page.wait_for_selector(f"form.composer[action$='/{verb}/']")


def test_a_form_opens_without_leaving_the_page_and_can_be_typed_in_at_once(desk: Page, case: Case) -> None:
    choose(desk, "answer")
    assert desk.url.endswith(f"/cases/{case.number}/")
    expect(desk.locator("form.composer [name=text]")).to_be_focused()


def test_the_rail_counts_beside_an_open_case_too(desk: Page, case: Case) -> None:
    expect(desk.locator(".rail-views a[href='/inbox/mine/'] .count")).to_have_text("1")


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


def test_a_draft_follows_its_writer_to_another_browser(
    desk: Page, case: Case, browser: Browser, live_server: LiveServer
) -> None:
    choose(desk, "answer")
    desk.fill("form.composer [name=text]", "师傅半小时内到")
    expect(desk.locator("[data-kept]")).to_have_text("草稿已保存")
    other = browser.new_context(storage_state=desk.context.storage_state(), base_url=live_server.url).new_page()
    other.goto(f"/cases/{case.number}/answer/")
    expect(other.locator("form.composer [name=text]")).to_have_value("师傅半小时内到")
    other.context.close()


def test_a_colleague_at_the_same_case_is_seen_and_a_quicker_one_is_warned_of(
    desk: Page, case: Case, company: Company, clock: TestClock
) -> None:
    Looking.objects.create(user=company.hemin, case=case, writing="answer", at=clock.now)
    desk.reload()
    expect(desk.locator("[data-together]")).to_contain_text("何敏正在写：答复客户")
    choose(desk, "answer")
    actions.answer(case.pk, By(company.hemin, clock.now), text="已经派人", public=True)
    desk.fill("form.composer [name=text]", "我也来答")
    expect(desk.locator("[data-together]")).to_contain_text("有人比您先写了一步")
    desk.click("form.composer button.primary")
    expect(desk.locator("form.composer [name=text]")).to_have_value("我也来答")


def test_files_can_be_pasted_dropped_and_taken_out_again(desk: Page) -> None:
    choose(desk, "note")
    desk.evaluate(
        """() => {
            const bag = new DataTransfer();
            bag.items.add(new File(["x"], "现场.png", {type: "image/png"}));
            const area = document.querySelector("form.composer textarea");
            area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: bag, bubbles: true, cancelable: true}));
            const drop = new DataTransfer();
            drop.items.add(new File(["y"], "合同.pdf", {type: "application/pdf"}));
            area.dispatchEvent(new DragEvent("drop", {dataTransfer: drop, bubbles: true, cancelable: true}));
        }"""
    )
    expect(desk.locator(".chosen li")).to_have_count(2)
    desk.click(".chosen li:has-text('合同') button")
    expect(desk.locator(".chosen li")).to_have_text(["现场.png ×"])
    assert desk.evaluate("document.querySelector('form.composer input[type=file]').files.length") == 1
