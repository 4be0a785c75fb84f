"""Pages as those read them who can't see, point or read small print: WCAG 2.2 A and AA by axe-core, light and dark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from huiyin.alerts import incidents
from huiyin.cases import actions
from huiyin.cases.models import Case
from tests.conftest import Mover, Opener
from tests.people import PASSWORD, Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = {"serious", "critical"}
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
DESK = (
    *(
        "/inbox/mine/",
        "/inbox/all/",
        "/inbox/due/",
        "/inbox/to-decide/",
        "/inbox/nothing/",
        "/search/?q=电梯",
        "/visits/",
    ),
    *(
        "/cases/new/",
        "/cases/NUMBER/",
        "/incidents/",
        "/incidents/1/",
        "/notices/",
        "/account/",
        "/words/",
        "/imports/",
    ),
    *(
        f"/cases/NUMBER/{verb}/"
        for verb in ("answer", "note", "hand-over", "grade", "resolve", "check", "sort", "split")
    ),
)
SETTINGS = (
    *("", "sites/", "sites/LJF/", "departments/", "staff/", "staff/linxiao/", "categories/", "levels/", "calendars/"),
    *("calls/", "phrases/", "phrases/new/", "forbidden/", "codes/", "codes/new/", "sheets/", "sheets/LJF/", "history/"),
)
PORTAL = ("/p/LJF/", "/r/TOKEN/", "/lost/", "/login/")


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> tuple[str, str]:
    """A case with a bit of everything: its number and its customer's link."""
    new = open_case(take=True, subject="三号楼电梯停运", category=company.lift)
    key = new.case.pk
    actions.hand_over(key, by(company.linxiao), department=company.engineering, task="去看")
    actions.answer(key, by(company.linxiao), text="师傅在路上", public=True)
    actions.note(key, by(company.linxiao), text="备件在库")
    other = open_case(subject="电梯异响").case
    lead = by(company.zhaozhuguan)
    incidents.open_incident(company.ljf, lead, title="电梯停运", case_ids=[key, other.pk])
    return Case.objects.get(pk=key).number, new.link


@pytest.fixture(params=["light", "dark"])
def reader(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page at 1280 in Chinese."""
    context = browser.new_context(
        locale="zh-CN",
        color_scheme=request.param,
        viewport={"width": 1280, "height": 900},
        base_url=live_server.url,
    )
    yield context.new_page()
    context.close()


def log_in(page: Page, who: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.primary")
    page.wait_for_url(re.compile("/inbox/"))


def faults(page: Page, path: str) -> list[str]:
    """What is seriously wrong with a page, and where; also at the width of a telephone."""
    page.goto(path)
    found: list[str] = []
    for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate(AXE)
        options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
        result: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
        for one in result["violations"]:
            if one["impact"] in GRAVE:
                where = one["nodes"][0]
                found.append(f"{path} {size['width']}: {one['id']} {where['target']} {where['failureSummary']}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path} {size['width']}: is wider than the screen")
    return found


def test_the_desk_has_no_serious_fault(reader: Page, company: Company, case: tuple[str, str]) -> None:
    log_in(reader, "zhaozhuguan")
    wrong = [fault for path in DESK for fault in faults(reader, path.replace("NUMBER", case[0]))]
    assert not wrong, "\n".join(wrong)


def test_what_floats_over_the_desk_has_no_serious_fault(reader: Page, company: Company, case: tuple[str, str]) -> None:
    log_in(reader, "zhaozhuguan")
    reader.keyboard.press("Control+k")
    reader.wait_for_selector("#palette[open]")
    reader.evaluate(AXE)
    result = reader.evaluate(f"axe.run('#palette', {{runOnly: {RULES}}})")
    assert [one["id"] for one in result["violations"] if one["impact"] in GRAVE] == []


def test_the_settings_have_no_serious_fault(reader: Page, company: Company, case: tuple[str, str]) -> None:
    log_in(reader, "admin")
    wrong = [fault for path in SETTINGS for fault in faults(reader, f"/settings/{path}")]
    assert not wrong, "\n".join(wrong)


def test_the_customers_pages_have_no_serious_fault(reader: Page, company: Company, case: tuple[str, str]) -> None:
    wrong = [fault for path in PORTAL for fault in faults(reader, path.replace("TOKEN", case[1]))]
    assert not wrong, "\n".join(wrong)
