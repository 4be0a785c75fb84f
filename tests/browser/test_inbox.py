"""The inbox in a real browser: an agent saves a view, ticks three cases by keys, hands them over, takes it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.bulk import actions as bulk
from huiyin.bulk.models import Bulk
from huiyin.cases.models import CaseEvent
from huiyin.web.models import SavedView
from tests.conftest import Opener
from tests.people import PASSWORD, Company, TestClock

from .test_whole_loop import PHONE, Door, door

__all__ = ["door"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: LiveServer, company: Company, open_case: Opener, clock: TestClock) -> Page:
    """林晓 at a list of four cases."""
    for number in range(4):
        open_case(subject=f"第{number}件", take=True)
        clock.move(1)
    page.goto(f"{live_server.url}/login/?next=/inbox/mine/")
    page.fill("[name=username]", "linxiao")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.primary")
    page.wait_for_url("**/inbox/mine/")  # keys that come before the page go nowhere
    return page


def poll(page: Page) -> None:
    page.evaluate("document.getElementById('inbox').dispatchEvent(new Event('inbox:ask'))")


def ticked(page: Page) -> int:
    return page.locator(".pick:checked").count()


def test_an_agent_saves_a_view_ticks_three_by_keys_hands_them_over_and_takes_it_back(
    desk: Page, company: Company, clock: TestClock
) -> None:
    desk.click(".wide-menu summary")
    desk.select_option("[name=sort]", "oldest")
    desk.locator("label.choice:has([name=col][value=number])").click()
    desk.click(".wide-menu button.primary")
    desk.click(".list-tools .menu:nth-of-type(2) summary")
    desk.click("a[href^='/views/new/']")
    desk.fill("[name=name]", "我的，最久的在前")
    desk.click("form.card button.primary")
    expect(desk.locator(".rail-more a")).to_have_text(re.compile("我的，最久的在前\\s*4"))
    expect(desk.locator(".case-row a").first).to_have_text("第0件")
    assert SavedView.objects.get().params["sort"] == "oldest"

    for key in ("j", "x", "j", "x", "j", "x"):
        desk.keyboard.press(key)
    expect(desk.locator("[data-chosen]")).to_have_text("已选 3 张")
    desk.keyboard.press("k")
    desk.keyboard.press("x")
    assert ticked(desk) == 2
    desk.keyboard.press("x")
    desk.click("[data-act=hand-over]")
    desk.select_option("[name=department]", str(company.engineering.pk))
    desk.fill("[name=task]", "请去看看")
    desk.click("form.card button.primary")
    expect(desk.locator(".sent")).to_contain_text("即将转派 3 张工单")
    desk.click(".sent button")
    expect(desk.locator(".flash")).to_contain_text("已撤销")
    bulk.sweep(clock.move(1))
    assert Bulk.objects.get().state == "undone"
    assert not CaseEvent.objects.filter(kind="handed_over").exists()


def test_shift_x_ticks_all_from_the_last_one_and_escape_none(desk: Page) -> None:
    for key in ("j", "x", "j", "j", "j", "Shift+X"):
        desk.keyboard.press(key)
    assert ticked(desk) == 4
    desk.keyboard.press("Escape")
    assert ticked(desk) == 0
    desk.focus("[data-search]")
    desk.keyboard.type("xe")
    assert ticked(desk) == 0
    expect(desk).to_have_url(re.compile("/inbox/mine/"))


def test_new_cases_wait_until_they_are_asked_for_and_nothing_ticked_is_lost(
    desk: Page, company: Company, open_case: Opener, clock: TestClock
) -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    chosen = desk.locator(".pick:checked").get_attribute("value")
    for number in range(2):
        open_case(subject=f"新{number}", take=True)
    poll(desk)
    expect(desk.locator("#fresh")).to_contain_text("2 张新工单")
    expect(desk.locator(".case-row")).to_have_count(4)
    expect(desk.locator(".rail-views a[href='/inbox/mine/'] .count")).to_have_text("6")
    desk.click("#fresh button")
    expect(desk.locator(".case-row")).to_have_count(6)
    assert desk.locator(".pick:checked").get_attribute("value") == chosen
    expect(desk.locator("[data-chosen]")).to_have_text("已选 1 张")


def test_without_script_too_cases_are_ticked_tagged_and_it_is_taken_back(
    door: Door, company: Company, open_case: Opener, clock: TestClock
) -> None:
    for number in range(3):
        open_case(subject=f"第{number}件", take=True)
    desk = door("/inbox/mine/", size=PHONE, user="linxiao")
    for box in desk.locator(".pick").all()[:2]:
        box.check()
    desk.click("[data-act=tag]")
    desk.fill("[name=tag]", "重点")
    desk.click("form.card button.primary")
    expect(desk.locator(".sent")).to_contain_text("即将给 2 张工单添加标签")
    assert desk.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    desk.click(".sent button")
    expect(desk.locator(".flash")).to_contain_text("已撤销")
    bulk.sweep(clock.move(1))
    assert not CaseEvent.objects.filter(kind="tagged").exists()
