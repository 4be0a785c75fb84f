"""A call is taken by keyboard: what others told before is seen and joined; the next caller is read their sentence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from tests.conftest import Opener
from tests.people import PASSWORD, Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(open_case: Opener, company: Company) -> Case:
    """What 李先生 told a while ago."""
    person = Person("李先生", "13900139000")
    return open_case(text="三号楼的电梯今天早上又停了，家里有老人，下不了楼。", place="3号楼", person=person).case


@pytest.fixture
def desk(page: Page, live_server: LiveServer, company: Company, told: Case) -> Page:
    """林晓 before an empty form."""
    page.goto(f"{live_server.url}/login/?next=/cases/new/")
    page.fill("[name=username]", "linxiao")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#new-case")
    return page


def known(desk: Page) -> None:
    """Wait until what stands beside the form is about all that was typed."""
    expect(desk.locator("#found")).to_have_attribute("aria-busy", "false")


def tab_to(desk: Page, name: str) -> None:
    """Go on by keyboard to a field, whatever lies between."""
    for _step in range(6):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(name)


def test_a_call_about_the_same_matter_is_joined_by_keyboard(desk: Page, told: Case) -> None:
    found = desk.locator("#found")
    desk.focus("[name=name]")
    desk.keyboard.type("王女士")
    tab_to(desk, "phone")
    desk.keyboard.type("13800138000")
    tab_to(desk, "place")
    desk.keyboard.type("3号楼")
    tab_to(desk, "text")
    desk.keyboard.type("三号楼电梯停了，老人下不去")
    known(desk)
    expect(found).to_contain_text("可能是同一件事")
    expect(found).to_contain_text("同一位置")
    expect(found).to_contain_text("We will answer you by")
    desk.keyboard.press("Alt+ArrowDown")
    for _step in range(10):
        if desk.evaluate("(({name, value}) => `${name} ${value}`)(document.activeElement)") == f"join {told.number}":
            break
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/tell/")
    expect(desk.locator("main")).to_contain_text("已受理并并入")
    case = Case.objects.order_by("-pk")[0]
    assert (case.status, case.joined_into_id) == ("joined", told.pk)


def test_a_caller_who_is_known_is_filled_in_and_read_the_time_and_the_number(desk: Page, told: Case) -> None:
    desk.focus("[name=phone]")
    desk.keyboard.type("139")
    known(desk)
    expect(desk.locator("#found")).to_contain_text("李先生")
    desk.keyboard.press("Alt+ArrowDown")
    for _step in range(5):
        if desk.evaluate("'fill' in document.activeElement.dataset"):
            break
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("[name=name]")).to_have_value("李先生")
    expect(desk.locator("[name=phone]")).to_have_value("13900139000")
    expect(desk.locator("[name=place]")).to_have_value("3号楼")
    expect(desk.locator("[name=phone]")).to_be_focused()
    desk.fill("[name=text]", "地下车库的灯坏了，晚上很黑")
    desk.focus("[name=place]")
    known(desk)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/tell/")
    case = Case.objects.order_by("-pk")[0]
    assert (case.status, case.customer_id) == ("accepted", told.customer_id)
    expect(desk.locator(".read-out")).to_contain_text(re.compile("我们会在 .+ 前给您回话，您的受理编号是"))
    expect(desk.locator(".read-out [lang=en]")).to_contain_text("Your number is")
    desk.click("text=打开工单")
    expect(desk.locator(".read-out")).to_contain_text("您的受理编号是")


def test_escape_leads_back_to_where_one_typed(desk: Page) -> None:
    desk.focus("[name=text]")
    desk.keyboard.type("三号楼电梯停了，老人下不去")
    known(desk)
    expect(desk.locator("#found")).to_contain_text("可能是同一件事")
    desk.keyboard.press("Alt+ArrowDown")
    expect(desk.locator("[name=text]")).not_to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator("[name=text]")).to_be_focused()


def test_how_like_ones_were_solved_comes_by_itself(desk: Page, live_server: LiveServer, told: Case) -> None:
    desk.goto(f"{live_server.url}/cases/{told.number}/")
    desk.locator("text=相似的历史工单").scroll_into_view_if_needed()
    expect(desk.locator(".similar")).to_contain_text("还没有相似的已办结工单")
