"""Beside the words of a no stand the phrases of its mode: impossible, excessive, unreasonable."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from huiyin.cases import refusing
from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.packs import loading
from huiyin.standards import editing
from huiyin.standards import queries as standards
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]
TABLE = Path(loading.__file__).parent / "data" / "phrases.csv"


@pytest.fixture
def case(open_case: Opener) -> Case:
    """One that 林晓 works on, with the phrases of all trades."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        editing.furnish(list(csv.DictReader(file)), [])
    return open_case(take=True).case


def offered(desk: Client, case: Case, situation: str) -> int:
    """How many phrases of a situation the panel holds."""
    panel = desk.get(f"/cases/{case.number}/words/").content.decode()
    assert f'<option value="{situation}">' in panel
    return len(re.findall(f'<li data-situation="{situation}"', panel))


@pytest.mark.parametrize("mode", refusing.Mode.values)
def test_each_mode_has_phrases_and_both_forms_turn_to_those_of_the_chosen_one(
    company: Company, case: Case, by: Mover, client_for: ClientFor, mode: str
) -> None:
    agent, lead = client_for(company.linxiao), client_for(company.zhaozhuguan)
    assert mode in dict(standards.SITUATIONS)
    written = [row for row in standards.phrases(situation=mode) if row.use != "spoken"]
    assert offered(agent, case, mode) == len(written) > 0
    assert "data-situation=" not in agent.get(f"/cases/{case.number}/propose-refusal/").content.decode()
    back = agent.post(f"/cases/{case.number}/propose-refusal/", {"mode": mode, "version": str(case.seq)})
    assert back.status_code == 422
    assert f'data-situation="{mode}"' in back.content.decode()
    refusing.propose(case.pk, by(company.linxiao), mode=mode, reason="现在做不到", basis="合同第三条")
    assert f'data-situation="{mode}"' in lead.get(f"/cases/{case.number}/decide-refusal/").content.decode()


def test_a_mode_that_is_none_turns_to_no_phrases(company: Company, case: Case, client_for: ClientFor) -> None:
    sent = {"mode": '"><script>', "version": str(case.seq)}
    page = client_for(company.linxiao).post(f"/cases/{case.number}/propose-refusal/", sent).content.decode()
    assert "data-situation=" not in page
