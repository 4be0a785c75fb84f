"""What the log says of a request, and what it never says."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.db import DataError
from django.test import Client

from huiyin.base import logs
from huiyin.org.models import User
from huiyin.web.security import HideTokens
from tests.conftest import Opener
from tests.people import Company

Browser = Callable[[User], Client]
PERSONAL = ("欧阳某某", "13912345678", "电梯里有怪味", "secret-in-the-query", "12号楼", "留言内容")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that any logger says, as `HUIYIN_LOG_FORMAT=json` writes it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    handler.addFilter(HideTokens())
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def lines(log: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_is_one_line_with_who_what_and_which_case(
    log: StringIO, client_for: Browser, company: Company, open_case: Opener
) -> None:
    number = open_case().case.number
    response = client_for(company.linxiao).get(f"/cases/{number}/", {"q": "secret-in-the-query"})
    (line,) = [line for line in lines(log) if line["logger"] == "huiyin.requests"]
    assert line["request"] == response.headers["X-Request-Id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "cases/<slug:number>/", 200)
    assert (line["user"], line["case"]) == (company.linxiao.pk, number)
    assert isinstance(line["ms"], float)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("123e4567-e89b-12d3-a456-426614174000", True),
        ("13912345678", False),
        ("a b", False),
        ("x" * 32, False),
        ("a" * 65, False),
    ],
)
def test_a_request_id_is_taken_over_when_it_is_sane(given: str, taken: bool, client: Client, company: Company) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": given})
    assert (response.headers["X-Request-Id"] == given) == taken
    assert len(response.headers["X-Request-Id"]) >= 16


def test_nothing_that_a_person_typed_gets_into_the_log_by_any_door(
    log: StringIO, client_for: Browser, client: Client, company: Company, open_case: Opener
) -> None:
    opened = open_case()
    desk, link = client_for(company.linxiao), opened.link
    said = {
        "name": "欧阳某某",
        "phone": "13912345678",
        "text": "电梯里有怪味",
        "place": "12号楼",
        "subject": "电梯里有怪味",
    }
    desk.post("/cases/new/", said)
    desk.get("/search/", {"q": "欧阳某某"})
    desk.get("/cases/13912345678/")
    desk.post(f"/cases/{opened.case.number}/answer/", {"text": "留言内容"})
    desk.post("/login/", {"username": "欧阳某某", "password": "secret-in-the-query"})
    client.get("/p/LJF/", {"name": "欧阳某某"})
    client.post("/p/LJF/", said)
    client.get(f"/r/{link}/", {"q": "secret-in-the-query"})
    client.post(f"/r/{link}/write/", {"text": "留言内容"})
    client.get(f"/r/{link[:-1]}x/")
    client.get("/欧阳某某/13912345678/")
    client.post("/api/v1/cases", {**said, "kind": 5}, content_type="application/json")
    client.get("/api/v1/cases?q=欧阳某某", headers={"Authorization": "Bearer secret-in-the-query"})
    found = log.getvalue()
    assert found.count("huiyin.requests") == 13
    assert [word for word in (*PERSONAL, link, link[:-1]) if word in found] == []
    assert json.dumps("欧阳某某")[1:-1] not in found


def test_an_error_tells_its_place_and_no_words(log: StringIO) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        try:
            raise DataError("invalid value\nDETAIL: Failing row contains (欧阳某某, 13912345678).")
        except DataError as error:
            raise ValueError("电梯里有怪味") from error

    logging.getLogger("huiyin").error("told", exc_info=_caught(broken))
    found = log.getvalue()
    assert "DataError: invalid value" in found
    assert "ValueError" in found
    assert "test_watch.py" in found
    assert [word for word in PERSONAL if word in found] == []


def _caught(act: Callable[[], None]) -> Exception:
    try:
        act()
    except ValueError as error:
        return error
    raise AssertionError


def test_a_plain_line_says_the_same_for_people() -> None:
    record = logging.LogRecord("huiyin.worker", logging.INFO, "", 0, "sweep", (), None)
    record.sweep, record.done, record.name_of_someone = "clocks", 3, "欧阳某某"
    assert logs.Plain().format(record).endswith("INFO huiyin.worker: sweep sweep=clocks done=3")
