"""The browser itself works, and obeys the rules our answers carry."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser


def test_an_unknown_address_is_a_page_and_nothing_foreign_runs_on_it(page: Page, live_server: LiveServer) -> None:
    answer = page.goto(f"{live_server.url}/nothing/here")
    assert answer is not None
    assert answer.status == 404
    assert "default-src 'self'" in answer.headers["content-security-policy"]
