"""Incidents that are linked at the same moment, in real transactions; so on PostgreSQL alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection, connections

from huiyin.alerts import incidents, linking
from huiyin.alerts.linking import Said
from huiyin.alerts.models import ChainLink
from huiyin.cases.actions import By
from tests.conftest import Opener
from tests.people import NOW, Company
from tests.threads import at_once

TRIES = 5


@pytest.fixture(autouse=True)
def shared(transactional_db: None) -> Iterator[None]:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection")
    yield
    connections.close_all()


def some(company: Company, open_case: Opener, count: int) -> list[int]:
    made = []
    for title in "甲乙丙丁"[:count]:
        case = open_case(kind="repair", category=company.lift).case.pk
        made.append(incidents.open_incident(company.ljf, By(company.linxiao, NOW), title=title, case_ids=[case]).pk)
    return made


def test_two_incidents_linked_from_both_sides_at_once_make_no_circle(company: Company, open_case: Opener) -> None:
    for _try in range(TRIES):
        one, other = some(company, open_case, 2)
        ends = at_once(
            partial(linking.link, one, By(company.linxiao, NOW), said=Said("停电", other)),
            partial(linking.link, other, By(company.hemin, NOW), said=Said("泵停", one)),
        )
        assert ends == {"done": 1, "BadInput": 1}


def test_four_links_of_four_people_at_once_make_no_circle(company: Company, open_case: Opener) -> None:
    for _try in range(TRIES):
        ring = some(company, open_case, 4)
        people = [company.linxiao, company.hemin, company.linxiao, company.hemin]
        ends = at_once(
            *(
                partial(linking.link, ring[place], By(user, NOW), said=Said("起因", ring[(place + 1) % 4]))
                for place, user in enumerate(people)
            )
        )
        assert ends == {"done": 3, "BadInput": 1}
        assert ChainLink.objects.filter(incident__in=ring).count() == 3
