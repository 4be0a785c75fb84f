"""Cases of one fault whose plans begin at the same moment; in real transactions, so on PostgreSQL alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection, connections

from huiyin.alerts import incidents
from huiyin.cases import timeline
from huiyin.cases.actions import By
from huiyin.playbooks import kin
from huiyin.playbooks.models import Plan
from huiyin.recovery import failures
from tests.conftest import Opener
from tests.people import NOW, Company
from tests.threads import at_once

CASES, TRIES = 3, 5


@pytest.fixture(autouse=True)
def shared(transactional_db: None) -> Iterator[None]:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection")
    yield
    connections.close_all()


def come(case_id: int, company: Company) -> None:
    """A case finds the others with the same fault."""
    with timeline.editing(case_id, at=NOW, actor=company.linxiao) as change:
        kin.joined([change])


def test_of_cases_that_come_at_once_one_leads_and_no_two_lead_each_other(
    company: Company, open_case: Opener, again: None
) -> None:
    for _try in range(TRIES):
        keys = [open_case(kind="repair", category=company.tap).case.pk for _ in range(CASES)]
        for key in keys:
            failures.name(key, By(company.linxiao, NOW), failure="again", gravity="minor")
        incidents.open_incident(company.ljf, By(company.linxiao, NOW), title="停水", case_ids=keys)
        Plan.objects.filter(case__in=keys).update(lead=None)  # as where neither has seen the other begin
        assert at_once(*(partial(come, key, company) for key in keys)) == {"done": CASES}
        leads = [plan.lead_id for plan in Plan.objects.filter(case__in=keys)]
        assert leads.count(None) == 1
        assert len(set(leads)) == 2
