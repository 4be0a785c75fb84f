"""Debian's Chromium against a live server."""

import os
import re
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ALONE = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

# Playwright keeps an event loop in this thread; the tests' own queries are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, as in life: in memory all threads of the server would share one connection, and trip over each other."""
    database = connections["default"].settings_dict
    if database["ENGINE"] == "huiyin.db.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "huiyin.sqlite3")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in Chinese; the test fails when the browser reports an error, such as a forbidden script."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert [error for error in errors if not re.search("status of (404|412)", error)] == []
