"""A table goes its way through the pages of a running Huiyin: web server and worker as they are in a company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from huiyin.base.tables import csv_lines
from tests.cli.processes import Up, huiyin
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

COLUMNS = ["留言编号", "留言用户", "联系电话", "留言主题", "留言时间", "留言详情", "楼栋"]
ROWS = 450
BAD = 7


def table() -> bytes:
    """Many letters, one of which has no date that could be read."""
    rows = [
        {
            "留言编号": n,
            "留言用户": f"住户{n}",
            "联系电话": f"138{n:08d}",
            "留言主题": f"第{n}盏路灯不亮",
            "留言时间": "2026-01-02 09:30" if n != BAD else "去年冬天",
            "留言详情": "=1+1" if n == BAD else "路灯坏了一个多星期。",
            "楼栋": "3号楼",
        }
        for n in range(1, ROWS + 1)
    ]
    return "".join(csv_lines(COLUMNS, rows)).encode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `huiyin up` on a new installation whose administrator has our password."""
    folder = tmp_path_factory.mktemp("running")
    huiyin(folder, "init", HUIYIN_ADMIN_PASSWORD=PASSWORD)
    up = Up(folder, "up")
    try:
        up.wait_until_ready()
        yield f"http://127.0.0.1:{up.port}"
    finally:
        up.kill_everything()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_table_is_uploaded_mapped_looked_at_and_imported_and_its_failed_rows_come_back(
    browser: Browser, running: str, script: bool
) -> None:
    context = browser.new_context(locale="zh-CN", base_url=running, java_script_enabled=script)
    page = context.new_page()
    page.goto("/login/?next=/imports/new/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.primary")

    _upload(page)
    expect(page.locator("[name=column-text]")).to_have_value("留言详情")
    expect(page.locator("[name=column-received_at]")).to_have_value("留言时间")
    page.select_option("[name=column-place]", "楼栋")
    page.select_option("[name=kind]", "complaint")
    page.fill("[name=source]", f"来信 {script}")
    page.fill("[name=save_as]", f"来信 {script}")
    page.click("form:has([name=save_as]) button.primary")

    expect(page.locator(".import-tally")).to_contain_text(str(ROWS - 1))
    expect(page.locator(".import-failures")).to_contain_text("去年冬天")
    page.click("main form button.primary")

    _look_at_the_result(page)
    with page.expect_download() as started:
        page.click("a[href$='failed.csv']")
    text = Path(started.value.path()).read_text("utf-8-sig")
    assert "去年冬天" in text
    assert "'=1+1" in text
    assert len(text.splitlines()) == 2
    page.click("a[href$='/cases/']")
    expect(page.locator(".case-row").first).to_contain_text("路灯不亮")
    page.goto("/imports/maps/")
    expect(page.locator("main")).to_contain_text(f"来信 {script}")
    page.goto("/imports/new/")
    _upload(page)
    expect(page.locator("[name=column-place]")).to_have_value("楼栋")  # by the mapping that was kept
    expect(page.locator("[name=source]")).to_have_value(f"来信 {script}")
    context.close()


def _upload(page: Page) -> None:
    page.set_input_files("[name=file]", FilePayload(name="来信.csv", mimeType="text/csv", buffer=table()))
    page.click("form:has([name=file]) button.primary")


def _look_at_the_result(page: Page) -> None:
    """The page comes to its end by itself, by script or by the browser's own refresh."""
    expect(page.locator(".chip.done")).to_be_visible(timeout=30_000)
    expect(page.locator(".import-tally")).to_contain_text(str(ROWS - 1))
