"""No address fails over what it is sent: nothing at all, half of something, or what nobody could mean."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.api.test_verbs import BODIES
from tests.conftest import Mover
from tests.examples import share

from .addresses import ADDRESSES
from .doors import OPEN, Door, World, filled
from .needs import OWN, PEOPLE

pytestmark = pytest.mark.slow

HEAD = next(who for who in PEOPLE if who.site == "HQ")
"""Who gets past most doors, and so furthest with nonsense."""
NOBODY = PEOPLE[-1]
STRANGE: Sequence[str] = ("\0", "9" * 30, "-1", "é\ud7ff’ <b>%s {x}", "2026-13-40T99:99", "a~b~c", "[]")
ASKED = (
    *("after", "area", "before", "below", "case", "closed", "in", "kind", "language", "left", "like", "map", "next"),
    *("place", "q", "thing", "sort", "site", "handler", "department", "category", "status", "since", "until", "col"),
    *("severity", "tag", "cursor", "limit", "total", "source", "anyway", "text", "due_at", "open", "situation"),
)
"""Everything that any address reads from its query."""
FORM = "application/x-www-form-urlencoded"
RAW = (
    (b"", FORM),
    (b"%00=%00&%FF=%FF&=&version=x", FORM),
    (b"\xff\xfe{", FORM),
    (b"{", "application/json"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"x", "multipart/form-data"),
    (b"a=1", "text/plain; charset=nonsense"),
)
JSON = (
    *(b"", b"{", b"[]", b"null", b"7", b'"\\ud800"', b"\xff", b'{"a": NaN}', b"[" * 3000),
    *(b'{"text": null}', b'{"": {"": []}}'),
)


ODD: Sequence[Any] = (*STRANGE, 10**30, 1e300, [], {}, None, True, [["x"]], -1)
"""What JSON can say besides."""


@pytest.fixture(autouse=True)
def silent() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _addresses(door: Door, *, api: bool) -> Iterator[tuple[str, str, bool]]:
    """Route, address, and whether its like was there before: another member of a closed set, another verb."""
    known = set[str]()
    for route in ADDRESSES:
        if route.startswith("api/") is api:
            like = re.sub(r"=[\w-]+|(?<=<number>/).+", "", route)
            yield route, filled(route, door.values(OWN)), like in known
            known.add(like)


def _mixed(names: Sequence[str], values: Sequence[Any] = STRANGE) -> Iterator[dict[str, Any]]:
    """Strange values for all names at once, thrice, each name getting another one each time."""
    for turn in range(3):
        yield {name: values[(3 * turn + n) % len(values)] for n, name in enumerate(names)}


def _failed(door: Door, method: str, path: str, **sent: Any) -> bool:
    return int(door.ask(method, path, **sent).status_code) >= 500


def _names(page: Any) -> list[str]:
    """The fields of the forms on a page."""
    found = re.findall(r'name="([^"]+)"', page.content.decode()) if not page.streaming else []
    return [name for name in dict.fromkeys(found) if name != "csrfmiddlewaretoken"]


def test_no_address_fails_over_its_query(world: World, by: Mover, capsys: pytest.CaptureFixture[str]) -> None:
    door, wrong, asked = Door(HEAD, world, by), [], 0
    for turn, (route, path, like) in enumerate([*_addresses(door, api=False), *_addresses(door, api=True)]):
        if ADDRESSES[route].read is None or like:
            continue
        for value in share(STRANGE, turn):
            asked += 1
            query = urlencode(dict.fromkeys(ASKED, value))
            wrong += [(route, value)] if _failed(door, "GET", f"{path}?{query}") else []
    with capsys.disabled():
        print(f" [{asked} strange queries]", end="")
    assert wrong == []


def test_no_address_fails_over_what_stands_in_its_open_parts(world: World, by: Mover) -> None:
    wrong = []
    for door in (Door(HEAD, world, by), Door(NOBODY, world, by)):
        for turn, (route, address) in enumerate(ADDRESSES.items()):
            for value in share(("9" * 30, "\0", "é <b>%s"), turn) if OPEN.search(route) else ():
                path = "/" + OPEN.sub(lambda part, value=value: part[2] or quote(value), route)  # type: ignore[misc]
                for method in (["GET"] if address.read else []) + (["POST"] if address.send else []):
                    wrong += [(method, route, value)] if _failed(door, method, path) else []
    assert wrong == []


def test_no_form_fails_over_what_stands_in_its_fields(
    world: World, by: Mover, capsys: pytest.CaptureFixture[str]
) -> None:
    door, wrong, asked = Door(HEAD, world, by), [], 0
    for turn, (route, path, like) in enumerate(_addresses(door, api=False)):
        address = ADDRESSES[route]
        if address.send is None:
            continue
        names = _names(door.ask("GET", path)) if address.read else list(ASKED)
        sent = [(urlencode(values).encode(), FORM) for values in _mixed([*names, "version"])]
        for data, kind in share([*sent, *(() if like else RAW)], turn):
            asked += 1
            wrong += [(route, data[:60])] if _failed(door, "POST", path, data=data, content_type=kind) else []
    with capsys.disabled():
        print(f" [{asked} strange forms]", end="")
    assert wrong == []


def test_no_verb_of_the_api_fails_over_its_body(world: World, by: Mover, capsys: pytest.CaptureFixture[str]) -> None:
    door, wrong, asked = Door(HEAD, world, by), [], 0
    for turn, (route, path, like) in enumerate(_addresses(door, api=True)):
        if ADDRESSES[route].send is None:
            continue
        fields = [*BODIES.get(route.rpartition("/")[2], {}), "text", "to", "into", "cases", "site"]
        bodies = [json.dumps(values).encode() for values in _mixed(fields, ODD)]
        sent = [(data, "application/json") for data in (*bodies, *(() if like else JSON))]
        for data, kind in share([*sent, *(() if like else RAW)], turn):
            asked += 1
            wrong += [(route, data[:60])] if _failed(door, "POST", path, data=data, content_type=kind) else []
    with capsys.disabled():
        print(f" [{asked} strange bodies]", end="")
    assert wrong == []
