"""What stands on pages of the desk for whom; which answer they give whom is in `tests/web/test_every_address.py`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.org.models import User
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]

PEOPLE = ("linxiao", "chenjia", "zhougong", "hemin", "zhaozhuguan", "auditor", "admin")
DESK = {"linxiao", "hemin", "zhaozhuguan", "admin"}
"""Who may work on a case at LJF; 陈佳 is of another site."""


@pytest.fixture
def number(company: Company, open_case: Opener, clock: TestClock) -> str:
    """A case at LJF, taken by 林晓 and handed to engineering."""
    case = open_case().case
    actions.accept(case.pk, By(company.linxiao, clock.move(1)))
    actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看")
    return case.number


def test_only_who_takes_cases_in_sees_who_may_be_calling(client_for: ClientFor, company: Company, number: str) -> None:
    answers = {
        person: client_for(getattr(company, person)).post("/cases/new/check/", {"site": "LJF", "name": "王"})
        for person in PEOPLE
    }
    assert {person for person, answer in answers.items() if answer.status_code == 403} == {"zhougong", "auditor"}
    assert {person for person, answer in answers.items() if "王女士" in answer.content.decode()} == DESK


def test_pages_of_the_desk_are_kept_by_no_cache(client_for: ClientFor, company: Company, number: str) -> None:
    for path in ("/inbox/mine/", f"/cases/{number}/"):
        assert "no-store" in client_for(company.linxiao).get(path).headers["Cache-Control"]


def test_a_form_from_elsewhere_is_refused(company: Company, number: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(company.linxiao)
    assert browser.post(f"/cases/{number}/note/", {"text": "从别处来"}).status_code == 403


def test_the_rail_offers_what_one_may_do(client_for: ClientFor, company: Company) -> None:
    def offered(user: User) -> set[str]:
        page = client_for(user).get("/inbox/all/").content.decode()
        views = (f"/inbox/{view}/" for view in ("unassigned", "to-decide", "supervised", "department"))
        return {link for link in ("/cases/new/", "/visits/", *views) if f'href="{link}"' in page}

    agents = {"/cases/new/", "/visits/", "/inbox/unassigned/", "/inbox/department/", "/inbox/to-decide/"}
    assert offered(company.linxiao) == agents
    assert offered(company.zhaozhuguan) == agents | {"/inbox/supervised/"}
    assert offered(company.zhougong) == {"/inbox/department/"}
    assert offered(company.auditor) == set()
