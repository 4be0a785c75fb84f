"""Incidents that are linked, and spoken to, at the same moment, in real transactions; so on PostgreSQL alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import pytest
from django.db import connection, connections

from huiyin.alerts import incidents, linking, telling
from huiyin.alerts.linking import Said
from huiyin.alerts.models import ChainLink, IncidentWord
from huiyin.cases.actions import By
from huiyin.cases.models import Message
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


def test_words_down_one_chain_at_once_wait_for_nobody_for_ever_and_each_is_heard_once(
    company: Company, open_case: Opener
) -> None:
    for _try in range(TRIES):
        ring = some(company, open_case, 4)
        order = [ring[0], ring[3], ring[1], ring[2]]  # keys that don't go the way of the chain
        for one, other in pairwise(order):
            linking.link(one, By(company.linxiao, NOW), said=Said("起因", other))
        people = [company.linxiao, company.hemin, company.zhaozhuguan]
        ends = at_once(
            *(
                partial(telling.tell, key, By(user, NOW), text=f"{user.name}说", onward=True)
                for key, user in zip(order, people, strict=False)
            )
        )
        assert ends == {"done": 3}
        assert not IncidentWord.objects.filter(finished_at=None).exists()
        heard = Message.objects.filter(case__incident__in=ring, text__endswith="说")
        assert heard.count() == len(people)  # one customer has all the cases


def test_a_word_and_the_worker_that_goes_on_with_it_tell_nobody_twice(company: Company, open_case: Opener) -> None:
    for _try in range(TRIES):
        one, other = some(company, open_case, 2)
        linking.link(one, By(company.linxiao, NOW), said=Said("起因", other))
        tell = partial(telling.tell, one, By(company.linxiao, NOW), text="今晚恢复。", onward=True)
        assert at_once(tell, *[partial(incidents.sweep, NOW) for _ in range(3)]) == {"done": 4}
        incidents.sweep(NOW)
        assert Message.objects.filter(case__incident__in=[one, other], text="今晚恢复。").count() == 1
