"""Days at the desk by keyboard alone: an agent's from the first key to the last, and of who makes return visits."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.cases import actions
from huiyin.cases.models import Case, CaseEvent
from tests.conftest import Mover, Opener
from tests.people import PASSWORD, Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 60


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    def arrive(self, address: str) -> None:
        """Wait until the page of this address and its scripts are there."""
        self.page.wait_for_url(re.compile(address), wait_until="load")

    def tab_to(self, what: str) -> None:
        """Go on to the next control that fits a CSS selector."""
        for _step in range(MOST_TABS):
            self.press("Tab")
            if self.page.evaluate("what => document.activeElement.matches(what)", what):
                return
        raise AssertionError(f"no tab leads to {what}")

    def fill(self, name: str, words: str) -> None:
        """Go on to a field and type."""
        self.tab_to(f"[name={name}]")
        self.type(words)

    def choose(self, option: str) -> None:
        """Go down in the choice that is focused."""
        for _step in range(MOST_TABS):
            if option in self.page.evaluate("document.activeElement.selectedOptions[0].text"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{option} is not offered")

    def log_in(self, who: str) -> None:
        """At the door the name can be typed at once."""
        expect(self.page.locator("[name=username]")).to_be_focused()
        self.type(who)
        self.fill("password", PASSWORD)
        self.press("Enter")
        self.arrive("/inbox/")

    def go(self, keys: str, address: str) -> None:
        """One key after the other."""
        for key in keys.split():
            self.press(key)
        self.arrive(address)

    def open_form(self, key: str, verb: str) -> None:
        """A verb of the open case by its key."""
        self.press(key)
        self.page.wait_for_selector(f"form.composer[action$='/{verb}/']")

    def type_at_once(self, words: str) -> None:
        """Type where a form of one text has put the focus, once it is there: what is typed before is lost."""
        expect(self.page.locator("form.composer textarea:focus")).to_be_visible()
        self.type(words)

    def send(self, words: str) -> None:
        """What is written, and wait until it stands in the timeline."""
        self.press("Control+Enter")
        self.arrive(r"/cases/\d+/$")
        expect(self.page.locator(".timeline")).to_contain_text(words)


@pytest.fixture
def keyboard(page: Page, live_server: LiveServer) -> Callable[[str], Keyboard]:
    """`keyboard(who)`: they have logged in, by keyboard."""

    def seated(who: str) -> Keyboard:
        page.goto(f"{live_server.url}/login/")
        found = Keyboard(page)
        found.log_in(who)
        return found

    return seated


def kinds(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def test_an_agent_needs_no_mouse_all_day(
    keyboard: Callable[[str], Keyboard], company: Company, open_case: Opener
) -> None:
    case = open_case(subject="三号楼电梯停运").case
    agent = keyboard("linxiao")
    agent.go("g u", "/inbox/unassigned/")
    agent.press("j")
    agent.go("Enter", f"/cases/{case.number}/$")
    agent.press("y")
    expect(agent.page.locator(".timeline")).to_contain_text("接单")

    agent.open_form("t", "hand-over")
    agent.choose("工程部")
    agent.fill("task", "请看电梯，回复原因和恢复时间")
    agent.send("请看电梯")
    agent.open_form("r", "answer")
    agent.type_at_once("师傅已经出发，半小时内到")
    agent.send("师傅已经出发")
    agent.open_form("m", "note")
    agent.type_at_once("维保单位已通知")
    agent.send("维保单位已通知")
    agent.open_form("p", "phone")
    agent.tab_to("[name=reached]")
    agent.press("Space")
    agent.fill("text", "客户说已经看到师傅")
    agent.send("客户说已经看到师傅")
    agent.open_form("e", "resolve")
    agent.type("门机开关老化")
    agent.fill("done", "更换开关")
    agent.fill("text", "电梯已经恢复，打扰您了")
    agent.send("电梯已经恢复")
    case.refresh_from_db()
    assert case.status == "resolved"
    said = ["accepted", "handed_over", "answered", "noted", "called", "resolved"]
    assert [kind for kind in kinds(case) if kind in said] == said

    agent.go("n", "/cases/new/")
    agent.fill("name", "李先生")
    agent.fill("phone", "13900139000")
    agent.fill("text", "地库灯不亮，看不见路")
    expect(agent.page.locator("#found")).to_have_attribute("aria-busy", "false")
    agent.press("Control+Enter")
    agent.arrive("/tell/")
    new = Case.objects.order_by("-pk")[0]
    agent.press("Control+k")
    agent.type(new.number)
    expect(agent.page.locator("#palette-found a").first).to_contain_text("地库灯")
    agent.go("Enter", f"/cases/{new.number}/$")
    agent.press("/")
    agent.type("状态：未结 地库")
    agent.go("Enter", "/inbox/all/")
    expect(agent.page.locator(".case-row")).to_have_count(1)


def test_who_makes_return_visits_needs_no_mouse(
    keyboard: Callable[[str], Keyboard], company: Company, open_case: Opener, by: Mover
) -> None:
    good, bad = (open_case(subject=subject, take=True).case for subject in ("电梯停运", "地库灯不亮"))
    for case in (good, bad):
        actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已经修好")
    visitor = keyboard("hemin")

    def visit(case: Case, solved: bool) -> None:
        visitor.go("g v", "/visits/")
        visitor.press("j")
        for _step in range(3):
            if case.number in visitor.page.evaluate("document.activeElement.href || ''"):
                break
            visitor.press("j")
        visitor.go("Enter", f"/cases/{case.number}/")
        if not visitor.page.locator("form.composer[action$='/visit/']").count():
            visitor.press("Control+k")
            visitor.type("记录回访")
            visitor.press("Enter")
            visitor.page.wait_for_selector("form.composer[action$='/visit/']")
        visitor.tab_to("[name=reached]")
        visitor.press("Space")
        visitor.tab_to("[name=solved]")
        visitor.press("Space" if solved else "ArrowRight")
        visitor.fill("words", "谢谢" if solved else "还是不亮")
        visitor.send("谢谢" if solved else "还是不亮")

    visit(good, solved=True)
    visit(bad, solved=False)
    for case in (good, bad):
        case.refresh_from_db()
    assert "visited" in kinds(good)
    assert (bad.status, "reopened" in kinds(bad)) == ("accepted", True)
