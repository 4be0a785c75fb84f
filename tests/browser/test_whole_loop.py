"""One complaint through the whole loop in a real browser: customer, agent, back office, return visitor.

Fields are found by their names and acts by their addresses, so the test reads the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.base.ids import parse_receipt_number
from huiyin.cases.models import Case, CaseEvent
from tests.people import PASSWORD, Company, TestClock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00"
    b"\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)

Door = Callable[..., Page]


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def door(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Door]:
    """`door(path, size=…, user=…)`: a browser of one person, logged in when it is one of the staff."""
    contexts = []

    def opened(path: str, *, size: Any = DESK, user: str = "") -> Page:
        context = browser.new_context(
            locale="zh-CN", viewport=size, base_url=live_server.url, java_script_enabled=request.param
        )
        contexts.append(context)
        page = context.new_page()
        if user:
            page.goto("/login/")
            page.fill("[name=username]", user)
            page.fill("[name=password]", PASSWORD)
            page.click("form:has([name=password]) button.primary")
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def act(page: Page, number: str, verb: str, **values: str) -> None:
    """Do a verb on the page of a case, by its button or by its form, as a person would."""
    page.goto(f"/cases/{number}/")
    button = page.locator(f".verbs form[action$='/{verb}/'] button")
    if not values and button.count():
        if not button.first.is_visible():
            page.click(".verbs details.menu > summary")
        button.first.click()
    else:
        page.goto(f"/cases/{number}/{verb}/")
        form = page.locator("form.composer")
        for name, value in values.items():
            field = form.locator(f"[name={name}]")
            sort = field.first.get_attribute("type")
            if sort == "radio":
                form.locator(f'label:has([name={name}][value="{value}"])').click()
            elif sort == "checkbox":
                form.locator(f"label:has([name={name}])", has_text=value).click()
            elif field.first.evaluate("node => node.tagName") == "SELECT":
                field.select_option(field.locator("option", has_text=value).first.get_attribute("value"))
            else:
                field.fill(value)
        form.locator("button").first.click()
    expect(page).to_have_url(re.compile(rf"/cases/{number}/(#.*)?$"))


def status(number: str) -> str:
    return Case.objects.get(pk=parse_receipt_number(number)).status


def kinds(number: str) -> list[str]:
    events = CaseEvent.objects.filter(case=parse_receipt_number(number)).exclude(kind="noted").order_by("seq")
    return list(events.values_list("kind", flat=True))


def complain(page: Page, photo: Path) -> str:
    """The customer speaks up from the QR code in the lift; the receipt page opens and tells the number."""
    expect(page.locator("[name=place]")).to_have_value("7-2-电梯")
    page.locator("label:has([name=kind][value=complaint])").click()
    page.fill("[name=text]", "七栋二单元的电梯又停了,八十岁的父亲下不了楼。")
    page.set_input_files("[name=photos]", photo)
    page.fill("[name=phone]", "13800138000")
    page.fill("[name=name]", "王女士")
    page.click("form button.primary")
    expect(page).to_have_url(re.compile("/r/"))
    return "".join(page.locator(".number b").inner_text().split())


def test_a_complaint_goes_through_every_hand_and_comes_back_to_the_customer(
    door: Door, company: Company, clock: TestClock, tmp_path: Path
) -> None:
    photo = tmp_path / "lift.png"
    photo.write_bytes(PNG)
    customer = door("/p/LJF/?place=7-2-电梯", size=PHONE)
    number = complain(customer, photo)
    assert status(number) == "received"

    agent = door("/inbox/unassigned/", user="linxiao")
    agent.get_by_text("七栋二单元").first.click()
    expect(agent).to_have_url(re.compile(f"/cases/{number}/"))
    act(agent, number, "accept")
    act(agent, number, "hand-over", department="工程部", task="请到七栋二单元看电梯,回复原因和恢复时间。")

    clock.by(company.zhougong, minutes=8)
    worker = door("/", size=PHONE, user="zhougong")
    worker.get_by_text("七栋二单元").first.click()
    act(worker, number, "reply", text="门锁触点坏了,已更换,试运行正常。")
    width = worker.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]

    clock.by(company.linxiao, minutes=3)
    act(agent, number, "answer", text="王女士您好,师傅已换好门锁触点,电梯恢复运行。")
    customer.reload()
    expect(customer.get_by_text("电梯恢复运行").first).to_be_visible()
    assert customer.get_by_text("请到七栋二单元看电梯").count() == 0

    act(agent, number, "resolve", cause="门锁触点老化", done="更换触点", text="已处理完成,请您确认。")
    assert status(number) == "resolved"

    clock.by(company.hemin, minutes=300)
    visitor = door("/visits/", user="hemin")
    expect(visitor.get_by_text("七栋二单元").first).to_be_visible()
    act(visitor, number, "visit", channel="phone", reached="yes", solved="yes", satisfied="5", promise_kept="yes")
    act(visitor, number, "close")

    assert status(number) == "closed"
    assert kinds(number) == [
        "received", "accepted", "handed_over", "replied", "answered", "resolved", "visited", "closed",
    ]  # fmt: skip


def test_a_customer_who_says_not_solved_gets_another_person_and_a_second_visit(
    door: Door, company: Company, clock: TestClock, tmp_path: Path
) -> None:
    photo = tmp_path / "lift.png"
    photo.write_bytes(PNG)
    customer = door("/p/LJF/?place=7-2-电梯", size=PHONE)
    number = complain(customer, photo)
    agent = door("/inbox/mine/", user="linxiao")
    act(agent, number, "accept")
    act(agent, number, "resolve", cause="停电", done="等来电", text="来电后电梯已恢复。")

    clock.by(company.linxiao, minutes=30)
    customer.reload()
    customer.locator("label:has([name=solved][value=no])").click()
    customer.fill("#rate [name=words]", "还是停的。")
    customer.click("#rate button.primary")
    assert status(number) == "accepted"
    assert Case.objects.get(pk=parse_receipt_number(number)).handler is None

    other = door("/inbox/unassigned/", user="hemin")
    expect(other.get_by_text("七栋二单元").first).to_be_visible()
    act(other, number, "assign", to="赵主管")
    act(other, number, "resolve", cause="变频器故障", done="更换变频器", text="已更换变频器,试运行两小时正常。")
    clock.by(company.hemin, minutes=300)
    customer.reload()
    expect(customer.locator("#rate")).to_be_visible()
