"""Pages when there is nothing, nothing found, nothing for this person, or something broke: what they say."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from huiyin.base import logs
from huiyin.org import queries, reference
from huiyin.org.models import User
from huiyin.web import problems
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


def _text(answer: Any) -> str:
    """What one reads in the main part of a page."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


EMPTY = {
    "/inbox/mine/": "Cases that you take or that are assigned to you stand here",
    "/inbox/unassigned/": "New cases stand here until somebody takes them",
    "/inbox/due/": "Cases stand here from the moment a deadline comes near",
    "/inbox/to-decide/": "Returns, requests for more time",
    "/inbox/supervised/": "A case that a supervisor watches to its end stands here",
    "/inbox/review/": "What was resolved stands here until somebody else has looked",
    "/inbox/department/": "A task that the front desk hands over to your department",
    "/inbox/all/": "What customers say by phone, at the desk or on their own page becomes a case here.",
    "/visits/": "Some hours after a complaint or an urgent case is resolved",
    "/notices/": "Here you are told when a case is assigned to you",
    "/incidents/": "When several cases have one cause, open an incident",
    "/incidents/?closed=1": "When several cases have one cause, open an incident",
    "/imports/": "A table of another system becomes cases here",
    "/imports/maps/": "Give a mapping a name when you import a file",
    "/search/": "A receipt number leads straight to its case.",
    "/words/": "Administrators add phrases in the settings",
    "/bulk/tag/": "Tick the cases in the list",
}
"""What an empty page says: what would stand here, and how it comes there."""
NOTHING_FOUND = {
    "/inbox/all/?status=closed": ("No case fits these filters", 'href="/inbox/all/"'),
    "/inbox/all/?q=没有这样的话": ("No case fits these filters", 'href="/inbox/all/"'),
    "/search/?q=没有这样的话": ("Try fewer words, part of the phone number, or the receipt number.", ""),
    "/search/?q=没有&in=customers": ("Type how the name begins", ""),
    "/words/?q=没有这样的话": ("Search for fewer words, or for another situation.", ""),
}
"""What a list that was narrowed says: how to widen it."""


@pytest.mark.parametrize("path", EMPTY)
def test_an_empty_page_says_what_it_is_for_and_what_comes_next(
    client_for: ClientFor, company: Company, path: str
) -> None:
    assert EMPTY[path] in _text(client_for(company.zhaozhuguan).get(path))


@pytest.mark.parametrize("path", NOTHING_FOUND)
def test_a_list_in_which_nothing_was_found_says_how_to_widen_it(
    client_for: ClientFor, company: Company, path: str
) -> None:
    page = client_for(company.zhaozhuguan).get(path)
    text, way = NOTHING_FOUND[path]
    assert text in _text(page)
    assert way in page.content.decode()


def test_a_house_without_a_site_tells_customers_and_staff_what_to_do(client: Client, bare: None) -> None:
    reference.changed()
    assert "The administrator adds sites in the settings." in _text(client.get("/"))
    assert "please come to the front desk or call" in _text(client.get("/p/"))


def test_what_is_not_open_to_somebody_says_whom_to_ask_and_offers_nothing_they_cannot_open(
    client_for: ClientFor, company: Company
) -> None:
    for user, path, verb in (
        (company.zhougong, "/cases/new/", "Create"),
        (company.auditor, "/visits/", "Return visit"),
        (company.linxiao, "/imports/", "Import"),
        (company.linxiao, "/settings/", "Administer"),
    ):
        page = client_for(user).get(path)
        assert page.status_code == 403
        assert f"Your roles don't include “{verb}” here. Nothing was changed." in _text(page)
        assert "ask your supervisor, or who gives roles in this house: 管理员." in _text(page)
        assert set(re.findall('<a [^>]*href="([^"]+)"', page.content.decode())) <= {"/", "#main"}


def test_what_is_not_there_says_how_to_find_it_and_whom_to_ask(client_for: ClientFor, company: Company) -> None:
    page = client_for(company.linxiao).get("/cases/1234567/")
    assert page.status_code == 404
    assert "If it should be yours, ask your supervisor" in _text(page)


def test_a_form_that_lay_open_too_long_is_no_question_of_rights(company: Company) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(company.linxiao)
    page = browser.post("/density/")
    assert page.status_code == 403
    assert "This page lay open too long" in _text(page)
    assert "what you typed is still there" in _text(page)


@pytest.fixture
def log() -> Iterator[StringIO]:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def _gone() -> None:
    raise OperationalError("the database is gone")


def test_an_error_of_ours_is_told_without_a_database_and_with_the_number_that_the_log_has(
    monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    """No fixture opens the database: whoever asks for it fails."""
    monkeypatch.setattr(queries, "organisation", _gone)
    page = Client(raise_request_exception=False).get("/r/0123456789012345678901234567890123456789012/")
    number = page.headers["X-Request-Id"]
    assert page.status_code == 500
    assert "what you typed is still there" in _text(page)
    assert f"Number of this fault: {number}" in _text(page)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (error,) = [line for line in lines if line["logger"] == "django.request"]
    assert error["request"] == number
    assert "the database is gone" in error["error"]
    assert "0123456789012345678901234567890123456789012" not in error["request"]


def test_if_even_the_page_of_errors_fails_the_number_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    def broken(*_given: Any) -> str:
        raise OSError

    monkeypatch.setattr(problems, "render_to_string", broken)
    request = rf.get("/")
    request.number = "abc123"
    page = problems.failed(request)
    assert page.status_code == 500
    assert b"abc123" in page.content


def test_a_part_of_a_page_is_not_replaced_by_the_log_in(client: Client, company: Company) -> None:
    answer = client.get("/palette/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")
    assert client.get("/palette/").status_code == 302


def test_desk_and_portal_know_what_to_say_when_the_connection_fails(
    client_for: ClientFor, company: Company, clock: TestClock
) -> None:
    for page in (client_for(company.linxiao).get("/inbox/mine/"), Client().get("/p/LJF/")):
        content = page.content.decode()
        assert re.search(
            r'<div id="net" class="net no-print" role="status"\s+data-offline="No connection just now', content
        )
        assert "huiyin/js/net.js" in content
