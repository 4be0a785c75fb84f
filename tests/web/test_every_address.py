"""Who gets which answer at every address there is: six roles, somebody without any, nobody; things of their own part of
the tree and of another; every method. An address that stands in no row of `addresses.py` fails by its name."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.urls import get_resolver

from huiyin.org import beat
from huiyin.web.desk import bulk, groups, inbox, incidents, marks, verbs
from tests.api.test_verbs import BODIES
from tests.conftest import Mover
from tests.house.test_protected import routes

from .addresses import ADDRESSES, NOWHERE, PROBES, Address, Answers
from .doors import OPEN, PHOTO, Door, Values, World, filled
from .needs import LOG_IN, OTHER, OWN, PEOPLE, Status, Who

pytestmark = pytest.mark.slow

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PLACED = frozenset({"api/v1/cases", "api/v1/incidents", "api/v1/groups", "api/v1/notices"})
"""Addresses without a thing in them, whose body names a site."""


@pytest.fixture(autouse=True)
def silent() -> Iterator[None]:
    """Ten thousand refusals, as they should be, need no lines in a log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


FORM = {"data": "csrfmiddlewaretoken=x", "content_type": "application/x-www-form-urlencoded"}


def _sending(route: str, values: Values, place: str) -> dict[str, Any]:
    """What is sent with POST: an empty form, or a body that fits."""
    if not route.startswith("api/"):
        return FORM
    if route.endswith("/files"):
        part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        return {"data": part + PHOTO + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
    bodies = _case_bodies(values["number of another"])
    if "incident_id" in route or "group_id" in route:
        bodies = _INCIDENT_BODIES if "incident_id" in route else _group_bodies(values)
    body = bodies.get(route.rpartition("/")[2], {})
    body = _own_bodies(values, place).get(route.removeprefix("api/v1/"), body)
    return {"data": json.dumps(body), "content_type": "application/json"}


def _own_bodies(values: Values, place: str) -> Mapping[str, Any]:
    """Of addresses that no verb ends."""
    bought = {"reference": "1", "phone": "13800138000", "on": "2026-03-01", "amount": "30.50"}
    agreed = {"reference": "1", "phone": "13800138000", "began": "2026-03-01", "fee": "3000"}
    told = {"kind": "work", "title": "停水", "text": "洗水箱", "until": "2026-03-12T10:00:00+08:00"}
    return {
        "cases": {"kind": "complaint", "channel": "phone", "site": place, "text": "三号楼电梯又停了"},
        "incidents": {"site": place, "title": "停电", "cases": [values["number"]]},
        "groups": {"cases": [values["number"]], "reason": "同一个故障"},
        "notices": {"site": place, **told},
        "notices/<int:notice_id>/approve": {},
        "notices/<int:notice_id>/withdraw": {"reason": "改期"},
        "warnings/<int:warning_id>/put-off": {"until": "2026-04-01", "reason": "旺季之前"},
        "purchases": {"source": "till", "purchases": [bought]},
        "contracts": {"source": "till", "contracts": [agreed]},
        "check-words": {"text": "马上"},
        "rates/facts/<int:fact_id>/trust": {"trusted": True, "reason": "录音核过"},
        "reports/winback/says": {"number": values["number"], "words": "年底就搬"},
        "reports/winback/<int:leaving_id>/call": {"call_on": "2026-03-20"},
        "reports/winback/<int:leaving_id>/won": {"words": "答应续约"},
        "reports/winback/<int:leaving_id>/lost": {"reason": "moved"},
    }


def _case_bodies(other: str) -> Mapping[str, Any]:
    # A department may ask for more time for its own reply, not for the whole case.
    return {**BODIES, "join": {"into": other}, "relate": {"to": other}, "extend": BODIES["extend"] | {"clock": "reply"}}


def _group_bodies(values: Values) -> Mapping[str, Any]:
    chosen = {"cases": [values["number"]], "reason": "同一个故障"}
    return {
        **dict.fromkeys(("add", "remove", "split"), chosen),
        "merge": {"into": 987, "reason": "同一个故障"},
        "give": {"kind": "apology", "reason": "大家一样"},
        "decide-give": {"granted": True, "reason": "大家一样"},
        "term": {"amount": 2340, "days": 2, "reason": "停梯两天"},
        "lead": {"to": "hemin"},
        "answer": {"text": "电工已到"},
        "role": {"case": values["number"], "role": "expert", "reason": "懂行"},
        "aims": {"case": values["number"], "text": "只问赔多少"},
        "remark": {"case": values["number"], "text": "家里有病人"},
        "plan": {"failure": "worst", "gravity": "minor"},
        "step": {"plan": 1, "step": 1},
    }


_INCIDENT_BODIES = {
    "tell": {"text": "电工已到"},
    "resolve": {"cause": "跳闸", "done": "复位", "text": "来电了"},
    "gather": {"cases": []},
    "release": {"cases": []},
    "lead": {"to": "hemin"},
    "close": {"reason": "都好了"},
    "plan": {"failure": "worst", "gravity": "minor"},
    "step": {"plan": 1, "step": 1},
    "link": {"cause": "水泵停", "effect": "电梯停"},
    "unlink": {"link": 1},
}


def told(answer: Any) -> Status:
    """The status, or that one was sent to the log-in."""
    away = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
    return LOG_IN if away else int(answer.status_code)


def fits(answer: Status, wanted: Answers, who: Who) -> bool:
    """Is it what the table says?"""
    if isinstance(wanted, frozenset):
        return answer in wanted
    return answer == (wanted(who) if callable(wanted) else wanted)


def _expected(address: Address, method: str, who: Who, place: str, *, api: bool) -> Answers:
    if api and not who.known:
        return 401
    if address is NOWHERE:
        return 404
    need = {"GET": address.read, "HEAD": address.read, "POST": address.send}.get(method)
    if need is None:
        return 405
    refused = need.refusal(who, place)
    if refused is not None:
        return refused
    return address.taken if method == "POST" else address.shown


def _asked() -> Iterator[tuple[str, Address, str, Sequence[str]]]:
    """Every address with the site of the thing in it and the methods to try: all of them at the first member of a
    closed set, those that do something at the others, which are the same address in `urls.py`."""
    known = set[str]()
    for route, address in ADDRESSES.items():
        plain = re.sub(r"=[\w-]+", "", route)
        methods = ("GET", "POST") if plain in known else METHODS
        known.add(plain)
        yield route, address, OWN, methods
        if route in PLACED or any(_differs(name, route) for name, chosen in OPEN.findall(route) if not chosen):
            yield route, address, OTHER, methods


def _differs(name: str, route: str) -> bool:
    """Are there two such things, one at each site?"""
    return not route.startswith("settings/") or "sites/" in route or "sheets/" in route


def test_every_address_of_the_installation_has_a_row() -> None:
    there = set(routes(get_resolver()))
    rows = {re.sub(r"=[\w-]+", "", route) for route in ADDRESSES}
    assert sorted(there - rows) == []
    assert sorted(rows - there) == []


@pytest.mark.parametrize(
    ("part", "members"),
    [
        ("cases/<slug:number>/<slug:verb=", set(verbs.ACTS)),
        ("bulk/<slug:act=", set(bulk.VERBS)),
        ("incidents/<int:incident_id>/<slug:act=", set(incidents.ACTS)),
        ("groups/<int:group_id>/<slug:act=", set(groups.ACTS)),
        ("marks/<int:pk>/<slug:act=", set(marks.MARK_ACTS)),
        ("inbox/<slug:view=", set(inbox.VIEWS)),
    ],
)
def test_every_member_of_a_closed_set_has_a_row(part: str, members: set[str]) -> None:
    assert {route.removeprefix(part).partition(">")[0] for route in ADDRESSES if route.startswith(part)} == members


@pytest.mark.once
@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_everybody_gets_the_answer_that_is_theirs(
    who: Who, world: World, by: Mover, capsys: pytest.CaptureFixture[str]
) -> None:
    door, wrong, asked = Door(who, world, by), [], 0
    for route, address, place, methods in _asked():
        values = door.values(place)
        path, api = filled(route, values), route.startswith("api/")
        for method in methods:
            answer = door.ask(method, path, **(_sending(route, values, place) if method == "POST" else {}))
            expected, got = _expected(address, method, who, place, api=api), told(answer)
            asked += 1
            if not fits(got, expected, who):
                wrong.append((method, route, place, expected, got))
            if got == 405 and answer.headers["Allow"].replace("OPTIONS, ", "") != address.allowed:
                wrong.append((method, route, place, address.allowed, answer.headers["Allow"]))
    with capsys.disabled():
        print(f" [{asked} combinations of address, thing and method asked by {who.name}]", end="")
    assert not wrong, "\n".join(map(str, wrong))


def test_what_machines_ask_answers_every_method_too(world: World, by: Mover) -> None:
    nobody, beaten = Door(PEOPLE[-1], world, by), by(world.users["auditor"]).at
    beat.sweep(beaten)
    for route, address in PROBES.items():
        for method in METHODS:
            answer = nobody.ask(method, f"/{route}")
            assert told(answer) == (405 if method not in ("GET", "HEAD") else 200), (route, method)
            assert answer.status_code == 200 or answer.headers["Allow"] == address.allowed


@pytest.mark.parametrize("path", ["/nothing", "/cases/0000017/no/such/page/", "/r/", "/api/v1/nothing", "/%00/"])
def test_there_is_nothing_at_other_addresses_whatever_the_method(world: World, by: Mover, path: str) -> None:
    for who in PEOPLE[-3:]:
        door = Door(who, world, by)
        wanted = 401 if path.startswith("/api/") and not who.known else 404
        assert {told(door.ask(method, path)) for method in METHODS} == {wanted}


def test_what_is_no_member_of_a_closed_set_is_not_there(world: World, by: Mover) -> None:
    door = Door(next(who for who in PEOPLE if who.site == "HQ"), world, by)
    number = world.at[OWN]["number"]
    ways = (f"cases/{number}/nonsense", f"cases/{number}/draft/nonsense", "cases/1234567", "inbox/nonsense")
    for way in (*ways, "inbox/nonsense/news", "bulk/nonsense", f"incidents/{world.at[OWN]['incident_id']}/nonsense"):
        answers = {told(door.ask(method, f"/{way}/", **FORM)) for method in ("GET", "POST")}
        assert answers - {405} == {404}, way
