"""What is worth warning of, by program."""

from __future__ import annotations

import pytest

from tests.conftest import Opener
from tests.people import Company
from tests.standards.test_foreseeing import look, meet

from .conftest import Caller, Program

pytestmark = pytest.mark.tampers


def test_what_is_foreseen_comes_in_pages(company: Company, open_case: Opener, program: Caller) -> None:
    meet(company, open_case, ago=5)
    meet(company, open_case, ago=4, first=20, category=company.tap)
    look()
    lead: Program = program(company.zhaozhuguan)
    first = lead.get("/warnings", limit=1).body
    assert [one["category"] for one in first["items"]] == ["repair/lift/stopped"]
    assert first["items"][0]["product"] == 18
    second = lead.get("/warnings", limit=1, cursor=first["next"]).body
    assert [one["category"] for one in second["items"]] == ["repair/plumbing/tap"]
    assert second["next"] is None


def test_an_agent_is_refused(desk: Program) -> None:
    assert desk.get("/warnings").status == 403
