"""The pages of journeys: of one case, and of many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]


@pytest.fixture
def worked(company: Company, open_case: Opener, by: Mover) -> Case:
    """At a department for two hours, resolved."""
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.hand_over(case.pk, by(company.linxiao, 0), department=company.engineering, task="去看")
    actions.reply(case.pk, by(company.zhougong, 120), text="主板换了")
    actions.resolve(case.pk, by(company.linxiao, 45), cause="老化", done="更换", text="已修好")
    return case


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_journey_of_a_case_says_who_had_it_how_long_and_opens_each_meeting(
    company: Company, worked: Case, client_for: ClientFor
) -> None:
    page = seen(client_for(company.linxiao), f"/cases/{worked.number}/journey/")
    assert "a department works" in page
    assert "工程部" in page
    assert "2 hours" in page
    assert f'href="/cases/{worked.number}/#event-1"' in page
    assert "2 moments of truth" in page
    assert f'href="/cases/{worked.number}/journey/"' in seen(client_for(company.linxiao), f"/cases/{worked.number}/")


def test_where_the_time_of_many_went_opens_the_longest(company: Company, worked: Case, client_for: ClientFor) -> None:
    client = client_for(company.zhaozhuguan)
    page = seen(client, "/reports/walkthrough/")
    assert "One case first resolved in the period." in page
    assert "Departments at work" in page
    assert f'href="/cases/{worked.number}/journey/"' in page
    assert '<a href="/reports/walkthrough/?from=' in seen(client, "/rates/")


def test_nothing_resolved_says_what_to_do(company: Company, client_for: ClientFor) -> None:
    page = seen(client_for(company.zhaozhuguan), "/reports/walkthrough/?from=2020-01-01&to=2020-01-31")
    assert "Nothing was resolved in this period" in page


def test_a_category_that_isnt_there_is_not_found(company: Company, client_for: ClientFor) -> None:
    assert client_for(company.zhaozhuguan).get("/reports/walkthrough/?category=nonsense").status_code == 404


def test_a_journey_without_script_or_pictures_is_told_in_words(
    company: Company, worked: Case, client_for: ClientFor
) -> None:
    page = seen(client_for(company.linxiao), f"/cases/{worked.number}/journey/")
    assert 'aria-label="front stage 46 minutes, back stage 2 hours"' in page
