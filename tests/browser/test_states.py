"""The connection or the server fails: desk and portal say so, keep what was typed, and send nothing by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.cases.models import Case, CaseEvent
from tests.people import PASSWORD, Company

from .test_desk import case, choose
from .test_whole_loop import PHONE

__all__ = ["case"]  # a fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "电工二十分钟后到，请稍等。"


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, company: Company, case: Case) -> Page:
    """林晓 at the page of a case she has taken; errors of the network are what is looked for here."""
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{live_server.url}/login/?next=/cases/{case.number}/")
    page.fill("[name=username]", "linxiao")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.primary")
    page.wait_for_url("**/cases/**", wait_until="load")
    return page


def test_without_a_connection_the_desk_says_so_and_sends_only_when_somebody_presses_again(
    desk: Page, case: Case
) -> None:
    choose(desk, "note")
    desk.fill("form.composer [name=text]", WORDS)
    events = CaseEvent.objects.filter(case=case).count()
    desk.context.set_offline(True)
    expect(desk.locator("#net")).to_contain_text("没有网络")
    desk.click("form.composer button.primary")
    expect(desk.locator("form.composer .no-net")).to_contain_text("没有发出")
    expect(desk.locator("form.composer [name=text]")).to_have_value(WORDS)
    desk.context.set_offline(False)
    expect(desk.locator("#net")).to_contain_text("已恢复")
    expect(desk.locator(".no-net")).to_have_count(0)
    assert CaseEvent.objects.filter(case=case).count() == events
    desk.click("form.composer button.primary")
    expect(desk.locator(".flash .success")).to_be_visible()
    assert CaseEvent.objects.filter(case=case).count() == events + 1


def test_without_a_connection_a_customer_is_told_before_anything_is_pressed(
    browser: Browser, live_server: LiveServer, company: Company
) -> None:
    page = browser.new_context(locale="zh-CN", viewport={"width": PHONE["width"], "height": PHONE["height"]}).new_page()
    page.goto(f"{live_server.url}/p/LJF/")
    page.fill("[name=text]", WORDS)
    page.context.set_offline(True)
    expect(page.locator("#net")).to_contain_text("没有网络")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.set_offline(False)
    expect(page.locator("#net")).to_contain_text("已恢复")
    expect(page.locator("[name=text]")).to_have_value(WORDS)


@pytest.mark.parametrize("status", [502, 0])
def test_what_did_not_get_through_is_said_and_tried_again_by_a_button(desk: Page, case: Case, status: int) -> None:
    choose(desk, "note")
    desk.fill("form.composer [name=text]", WORDS)
    answer = f"**/cases/{case.number}/answer/"
    desk.route(answer, lambda route: route.fulfill(status=status) if status else route.abort())
    tab = desk.locator("form.composer .tabs a[href$='/answer/']")
    tab.click()
    expect(desk.locator("#net")).to_contain_text("没有成功")
    expect(desk.locator("form.composer [name=text]")).to_have_value(WORDS)
    desk.unroute(answer)
    desk.click("#net button")
    desk.wait_for_selector(f"form.composer[action$='/{case.number}/answer/']")
    expect(desk.locator("#net")).to_be_empty()


def test_whoever_was_logged_out_meanwhile_keeps_the_page(desk: Page) -> None:
    choose(desk, "note")
    desk.fill("form.composer [name=text]", WORDS)
    desk.context.clear_cookies()
    desk.click("form.composer .tabs a[href$='/answer/']")
    expect(desk.locator("#net")).to_contain_text("已退出登录")
    expect(desk.locator("form.composer [name=text]")).to_have_value(WORDS)


def test_what_is_being_fetched_is_busy_until_it_is_there(desk: Page, case: Case) -> None:
    choose(desk, "note")
    waiting: list[Route] = []
    desk.route(f"**/cases/{case.number}/answer/", lambda route: waiting.append(route))  # noqa: PLW0108
    desk.click("form.composer .tabs a[href$='/answer/']")
    expect(desk.locator("#acts")).to_have_attribute("aria-busy", "true")
    waiting[0].continue_()
    desk.wait_for_selector(f"form.composer[action$='/{case.number}/answer/']")
    expect(desk.locator("[aria-busy=true]")).to_have_count(0)


def test_words_that_met_an_error_of_the_server_are_there_when_one_comes_back(desk: Page, case: Case) -> None:
    choose(desk, "note")
    desk.fill("form.composer [name=text]", WORDS)
    here = f"**/cases/{case.number}/note/"
    desk.route(here, lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>", content_type="text/html"))
    desk.click("form.composer button.primary")
    expect(desk.locator("h1")).to_have_text("Bad Gateway")
    desk.unroute(here)
    desk.go_back()
    choose(desk, "note")
    expect(desk.locator("form.composer [name=text]")).to_have_value(WORDS)
    desk.click("form.composer button.primary")
    expect(desk.locator(".flash .success")).to_be_visible()
    choose(desk, "note")
    expect(desk.locator("form.composer [name=text]")).to_have_value("")


def test_a_page_that_is_no_longer_fresh_says_so_until_the_server_answers_again(desk: Page) -> None:
    again = "document.dispatchEvent(new Event('visibilitychange'))"
    desk.wait_for_load_state("networkidle")  # the page has asked once by itself
    desk.route("**/together/", lambda route: route.fulfill(status=502))
    with desk.expect_response("**/together/"):
        desk.evaluate(again)
    expect(desk.locator("#net")).to_be_empty()  # one miss is nothing
    with desk.expect_response("**/together/"):
        desk.evaluate(again)
    expect(desk.locator("#net")).to_contain_text("暂时看不到新的变化")
    desk.unroute("**/together/")
    desk.evaluate(again)
    expect(desk.locator("#net")).to_be_empty()


def test_an_inbox_of_somebody_logged_out_meanwhile_says_so(desk: Page) -> None:
    desk.goto(desk.url.split("/cases/")[0] + "/inbox/all/")
    desk.context.clear_cookies()
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(desk.locator("#net")).to_contain_text("已退出登录")


def test_words_that_could_not_be_looked_at_are_said_to_be_unchecked(desk: Page) -> None:
    choose(desk, "answer")
    desk.route("**/words/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    desk.fill("form.composer [name=text]", WORDS)
    expect(desk.locator("form.composer .found")).to_contain_text("发出时会检查")
