"""A storm night in a real browser: calls and portal, one incident, one word, resolved together; and an emergency."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.alerts import emergencies
from huiyin.alerts.models import CallRule
from huiyin.base.ids import parse_receipt_number
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.severity import Taps
from tests.conftest import Opener
from tests.people import Company, TestClock

from .test_whole_loop import DESK, PHONE, Door, door

__all__ = ["door"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


SMALL: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def customers(browser: Browser, live_server: LiveServer) -> Iterator[list[Page]]:
    """Two customers with telephones, at the door of the portal."""
    contexts = [browser.new_context(locale="zh-CN", viewport=SMALL, base_url=live_server.url) for _ in range(2)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def speak(page: Page, text: str, phone: str) -> str:
    """The customer speaks up; the number on the receipt."""
    page.goto("/p/LJF/")
    page.locator("label:has([name=kind][value=complaint])").click()
    page.fill("[name=text]", text)
    page.fill("[name=phone]", phone)
    page.click("form button.primary")
    expect(page).to_have_url(re.compile("/r/"))
    return "".join(page.locator(".number b").inner_text().split())


def submit(page: Page, act: str, **values: str) -> None:
    """An act on the incident whose page is open, by its own form."""
    page.goto(re.sub(r"(/incidents/\d+/).*", rf"\1{act}/", page.url))
    form = page.locator(f"form[action$='/{act}/']")
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button.primary").click()
    expect(page).to_have_url(re.compile(r"/incidents/\d+/$"))


def test_a_storm_night(
    door: Door, customers: list[Page], company: Company, open_case: Opener, clock: TestClock
) -> None:
    told = [speak(page, f"地库进水,电梯停了 {n}", f"1380013800{n}") for n, page in enumerate(customers)]
    by_phone = open_case(kind="repair", category=company.lift).case

    agent = door(f"/cases/{by_phone.number}/", user="linxiao", size=DESK)
    agent.click("a[href*='/incidents/new/']")
    agent.fill("[name=title]", "暴雨:地库进水")
    agent.click("form.form button.primary")
    expect(agent).to_have_url(re.compile(r"/incidents/\d+/$"))
    submit(agent, "gather", more="、".join(told))
    submit(agent, "tell", text="水泵已恢复,电梯今晚 22 点前恢复运行。")
    for page in customers:
        page.reload()
        expect(page.get_by_text("电梯今晚 22 点前恢复").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert told[1] not in customers[0].content()

    later = open_case(kind="repair", category=company.lift).case
    agent.goto(f"/cases/{later.number}/")
    agent.click("form.banner[action$='/gather/'] button")
    expect(agent).to_have_url(re.compile(r"/incidents/\d+/$"))
    assert CaseEvent.objects.filter(case=later, kind="answered").count() == 1

    clock.move(120)
    submit(agent, "resolve", cause="水泵控制箱进水", done="更换控制箱", text="电梯已恢复,请您确认。")
    keys = [parse_receipt_number(number) for number in told]
    assert set(Case.objects.filter(pk__in=[*keys, by_phone.pk, later.pk]).values_list("status", flat=True)) == {
        "resolved"
    }
    submit(agent, "close")
    customers[0].reload()
    expect(customers[0].get_by_text("电梯已恢复").first).to_be_visible()


def test_an_emergency_call_goes_on_until_somebody_has_it(
    door: Door, company: Company, open_case: Opener, clock: TestClock
) -> None:
    order = ((1, {"department": company.engineering, "rescue": "119"}), (2, {"role": "supervisor"}))
    emergencies.add_rules([CallRule(site=company.hq, order=step, minutes=5, **who) for step, who in order])
    case = open_case(by=By(company.linxiao, clock.now), taps=Taps(danger=True)).case
    worker = door("/", user="zhougong", size=PHONE)
    expect(worker.locator("form.banner.danger")).to_be_visible()
    emergencies.sweep(clock.move(6))
    lead = door("/inbox/all/", user="zhaozhuguan")
    lead.click("form.banner.danger button")
    expect(lead).to_have_url(re.compile(f"/cases/{case.number}/"))
    expect(lead.locator(".banner.calm").first).to_be_visible()
    assert lead.locator("form.banner.danger").count() == 0
    worker.reload()
    assert worker.locator("form.banner.danger").count() == 0
    assert worker.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
