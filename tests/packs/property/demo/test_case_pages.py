"""The pages of the demo's fullest cases ask few questions: what much is known of is no dearer than the rest."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Case
from huiyin.groups.models import Member
from huiyin.org import queries as org
from huiyin.org.models import User
from huiyin.playbooks.models import Plan
from huiyin.recovery.models import Remedy

pytestmark = [pytest.mark.usefixtures("ninety_days", "db"), pytest.mark.slow]
MOST, EACH = 12, 5


def test_no_page_of_a_case_asks_more_than_twelve_questions(now: datetime) -> None:
    full = {one for rows in (Plan, Remedy, Member) for one in rows.objects.values_list("case", flat=True)}
    keys = sorted({*full, *Case.objects.order_by("pk").values_list("pk", flat=True)[::EACH]})
    client = Client()
    client.force_login(User.objects.get(username="guozong"))
    cases = list(Case.objects.filter(pk__in=keys))
    org.names([user.pk for user in User.objects.all()])  # kept in each process, like all reference data
    asked = {case: _asked(client, case) for case in cases}
    # The first page that needs some reference data asks for it; the second has it.
    much = {case.number: _asked(client, case) for case, count in asked.items() if count > MOST}
    assert {number: count for number, count in much.items() if count > MOST} == {}
    assert max(asked.values()) > MOST - 3  # they were counted


def _asked(client: Client, case: Case) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/cases/{case.number}/").status_code == 200
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in asked.captured_queries)
