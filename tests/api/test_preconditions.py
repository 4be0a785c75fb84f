"""`If-Match`: an act counts only for the version that the caller has seen."""

from __future__ import annotations

import pytest

from huiyin.cases.models import Case
from tests.people import Company

from .conftest import Caller, Program


@pytest.mark.parametrize(("header", "status"), [
    ('"1"', 200),
    ("*", 200),
    ('"7", "1"', 200),
    (' "1" ', 200),
    ('"2"', 412),
    ('"2", "3"', 412),
    ('W/"1"', 412),
    ('"abc"', 412),
    ('"01x"', 412),
    ("1", 200),
    ("2", 412),
    ("1, 2", 400),
    ("9" * 5000, 400),
    ("", 400),
    ('"1', 400),
    ('"1",', 400),
])  # fmt: skip
def test_only_the_version_seen_may_be_changed(desk: Program, header: str, status: int) -> None:
    number = desk.new()
    reply = desk.act(number, "accept", If_Match=header)
    assert reply.status == status
    assert Case.objects.get().status == ("accepted" if status == 200 else "received")
    if status == 412:
        assert (reply.body["version"], reply.headers["ETag"]) == (1, '"1"')


def test_an_answered_etag_fits_the_next_act(desk: Program) -> None:
    number = desk.new()
    first = desk.act(number, "accept", If_Match='"1"').headers["ETag"]
    assert desk.act(number, "note", {"text": "x"}, If_Match=first).status == 200
    assert desk.act(number, "note", {"text": "x"}, If_Match=first).status == 412


@pytest.mark.parametrize("header", ['"5"', '"5", "6"'])
def test_who_may_not_see_a_case_does_not_learn_its_version(
    program: Caller, company: Company, desk: Program, header: str
) -> None:
    number = desk.new()
    stranger = program(company.chenjia)
    assert stranger.act(number, "accept", If_Match=header).status == 404
    other = stranger.new(site="FLY")
    assert stranger.act(number, "join", {"into": other}, If_Match=header).status == 404
