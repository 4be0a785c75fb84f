"""Pictures of the product for its documentation: `make screenshots` starts a demo of its own and writes docs/screens/.

Light and dark, desk and telephone, Chinese and English. Always of a fresh demo, so that no picture shows what is gone;
the server listens on loopback and is ended by its own process id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.progress import track

from tests.postgres import free_port

OUT = Path(__file__).parents[1] / "docs" / "screens"
FIRST_CASE = ".case-row a[href^='/cases/']"


@dataclass(frozen=True)
class Shot:
    """A picture: who looks (nobody: a customer) at what, and how."""

    name: str
    path: str
    who: str = ""
    english: bool = False
    dark: bool = False
    phone: bool = False
    click: str = ""
    """What is opened first."""
    keys: str = ""


SHOTS = (
    Shot("inbox", "/inbox/all/?open=1", "linxiao"),
    Shot("case", "/inbox/mine/", "linxiao", click=FIRST_CASE),
    Shot("case-dark-en", "/inbox/mine/", "linxiao", english=True, dark=True, click=FIRST_CASE),
    Shot("new-case", "/cases/new/", "linxiao"),
    Shot("palette-en", "/inbox/mine/", "linxiao", english=True, keys="Control+k"),
    Shot("incident-dark", "/incidents/?closed=1", "zhaozhuguan", dark=True, click="main .cases a"),
    Shot("words-en", "/words/", "linxiao", english=True),
    Shot("tasks-phone", "/inbox/department/", "zhougong", phone=True),
    Shot("inbox-phone-dark", "/inbox/mine/", "linxiao", phone=True, dark=True),
    Shot("door-phone", "/p/LJF/", phone=True),
    Shot("door-phone-en", "/p/LJF/", phone=True, english=True),
    Shot("receipt-phone", "RECEIPT", phone=True),
    Shot("receipt-phone-dark-en", "RECEIPT", phone=True, english=True, dark=True),
)


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, str, str]]:
    """A running demo: its address, the password of each account, and a customer's page."""
    port = free_port()
    settings = {"HUIYIN_DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1"}
    log = (folder / "log").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "huiyin", "up"], env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        for _try in range(1200):
            if "is ready" in (folder / "log").read_text(encoding="utf-8"):
                break
            if server.poll() is not None:
                sys.exit((folder / "log").read_text(encoding="utf-8"))
            time.sleep(0.1)
        kept = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        yield f"http://127.0.0.1:{port}", kept["password"], f"/r/{kept['receipt']}/"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        log.close()


def log_in(page: Page, who: str, password: str) -> None:
    """As this account of the demo."""
    page.goto("/login/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", password)
    page.click("form:has([name=password]) button.primary")
    page.wait_for_url("**/inbox/**")


def take(browser: Browser, base: str, password: str, receipt: str, shot: Shot) -> None:
    """Write one picture."""
    context = browser.new_context(
        base_url=base,
        locale="en-GB" if shot.english else "zh-CN",
        color_scheme="dark" if shot.dark else "light",
        viewport={"width": 390, "height": 844} if shot.phone else {"width": 1440, "height": 900},
        device_scale_factor=1.5 if shot.phone else 1,
    )
    page = context.new_page()
    if shot.who:
        log_in(page, shot.who, password)
    page.goto(receipt if shot.path == "RECEIPT" else shot.path)
    if shot.click:
        page.locator(shot.click).first.click()
    page.wait_for_load_state("networkidle")
    if shot.keys:
        page.keyboard.press(shot.keys)
        page.wait_for_timeout(200)
    page.screenshot(path=OUT / f"{shot.name}.jpg", type="jpeg", quality=82)
    context.close()


def main() -> None:
    """All of them."""
    OUT.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder)) as (base, password, receipt),
        sync_playwright() as p,
    ):
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for shot in track(SHOTS, "Taking pictures"):
            take(browser, base, password, receipt, shot)
        browser.close()


if __name__ == "__main__":
    main()
