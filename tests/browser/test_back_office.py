"""周工 with his telephone: what is to be done, by when, and all of it with one thumb; with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from huiyin.cases import actions, dispatch
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent, File
from huiyin.clocks import actions as clocks
from huiyin.clocks.actions import LevelRow
from huiyin.org.history import Editor
from huiyin.standards import editing
from tests.conftest import Opener
from tests.people import ALWAYS, LEVELS, NOW, PASSWORD, Company, TestClock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE: ViewportSize = {"width": 390, "height": 844}
TOUCH = 44
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
WHY = "门禁归秩序维护部管,请他们处理"
CONTROLS = ".task-acts .button, .task-acts button, .task .composer .button, .task .composer button.primary, .task-phone"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A telephone with touch, at the log-in."""
    context = browser.new_context(
        base_url=live_server.url, viewport=SIZE, has_touch=True, locale="zh-CN", java_script_enabled=request.param
    )
    page = context.new_page()
    page.goto("/login/?next=/")
    yield page
    context.close()


def fits(page: Page) -> None:
    """Nothing sticks out to the right, also on a small telephone, and all there is to touch is large enough."""
    for width in (360, SIZE["width"]):
        page.set_viewport_size({"width": width, "height": SIZE["height"]})
        boxes = [one.bounding_box() for one in page.locator("main *:visible").all()]
        assert max(box["x"] + box["width"] for box in boxes if box and box["width"]) <= width + 0.5
    for control in page.locator(CONTROLS).all():
        if control.is_visible():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= TOUCH, control.inner_text()


def give(company: Company, clock: TestClock, case: Case, task: str) -> Case:
    actions.hand_over(case.pk, By(company.linxiao, clock.now), department=company.engineering, task=task)
    return case


def open_task(page: Page, subject: str) -> None:
    page.goto("/inbox/department/")
    page.get_by_role("link", name=subject).tap()
    expect(page.locator("#task")).to_be_visible()


def answer(phone: Page, case: Case, photo: Path) -> None:
    """With the house's standard answer, and a photo of the camera."""
    open_task(phone, "龙头漏水")
    phone.locator("#task .answers a", has_text="阀芯磨损").tap()
    expect(phone.locator("#task [name=text]")).to_have_value(re.compile("阀芯磨损"))
    phone.set_input_files("#task input[capture]", photo)
    fits(phone)
    phone.locator("#task form.composer button.primary").tap()
    expect(phone.locator("#task")).to_have_count(0)
    replied = CaseEvent.objects.get(case=case, kind="replied")
    assert File.objects.get(case=case).seq == replied.seq


def test_a_worker_signs_asks_passes_on_and_answers_with_a_photo_on_a_telephone(
    phone: Page, company: Company, clock: TestClock, open_case: Opener, tmp_path: Path
) -> None:
    clocks.set_policy("test", (*LEVELS, LevelRow("sign", "P3", 30, ALWAYS)), at=NOW - timedelta(days=1), source="t")
    standard = editing.PhraseValues(situation="reply", zh="龙头漏水:阀芯磨损,已更换,一年内不会再漏。")
    editing.add_phrase(standard, Editor(company.admin, NOW))
    later = open_case(subject="门禁坏了", kind="inquiry", category=company.fee, take=True).case
    sooner = open_case(subject="龙头漏水", kind="repair", category=company.tap, take=True, place="7-2-1203").case
    give(company, clock, later, "请看大门门禁为什么刷不开")
    give(company, clock, sooner, "请上门看厨房龙头,说明原因,是否会再漏。" * 4)

    phone.fill("[name=username]", "zhougong")
    phone.fill("[name=password]", PASSWORD)
    phone.click("form button.primary")
    expect(phone).to_have_url(re.compile("/inbox/department/$"))
    assert phone.locator(".task-row .task-head a").all_inner_texts() == ["龙头漏水", "门禁坏了"]
    first = phone.locator(".task-row").first
    expect(first).to_contain_text("未签收")
    expect(first.locator("a[href='tel:+8613800138000']")).to_be_visible()
    fits(phone)

    open_task(phone, "龙头漏水")
    fits(phone)
    phone.locator(".task-acts button[data-verb=sign]").tap()
    expect(phone.locator("#task .mark.signed")).to_have_text("已签收")

    phone.locator(".task-acts a[data-verb=ask-back]").tap()
    expect(phone.locator("#task [name=text]")).to_be_visible()
    fits(phone)
    phone.fill("#task [name=text]", "几点家里有人?")
    phone.locator("#task form.composer button.primary").tap()
    expect(phone.locator(".task-note")).to_contain_text("几点家里有人?")
    dispatch.tell(sooner.pk, By(company.linxiao, clock.move(5)), text="下午三点以后")
    phone.reload()
    expect(phone.locator("#task")).to_contain_text("下午三点以后")

    open_task(phone, "门禁坏了")
    phone.locator(".task-acts a[data-verb=pass-on]").tap()
    phone.select_option("#task [name=department]", label="秩序维护部")
    fits(phone)
    phone.fill("#task [name=reason]", WHY)
    phone.locator("#task form.composer button.primary").tap()
    expect(phone.locator(".timeline")).to_contain_text(WHY)
    expect(phone.locator("#task")).to_have_count(0)
    fits(phone)
    assert Case.objects.get(pk=later.pk).department_id == company.security.pk

    photo = tmp_path / "tap.png"
    photo.write_bytes(PNG)
    answer(phone, sooner, photo)
    phone.goto("/inbox/department/")
    expect(phone.locator(".empty")).to_be_visible()
