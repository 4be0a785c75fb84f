"""A case that leads to another says so to everybody, and which one to those who may see that one."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.cases import actions, detailing, queries, referring
from huiyin.cases.models import Case, CaseEvent
from huiyin.org import actions as org
from tests.conftest import Mover, Opener
from tests.people import Company
from tests.web.desk.test_case_page import ClientFor


@pytest.fixture
def hidden(company: Company, open_case: Opener) -> Case:
    """A complaint about 何敏."""
    return open_case(subject="态度不好", about_users=[company.hemin]).case


@pytest.fixture
def linked(company: Company, open_case: Opener, hidden: Case, by: Mover) -> Case:
    """One that is linked with it, and after that joined into it."""
    case = open_case(subject="同一件事").case
    detailing.relate(case.pk, by(company.linxiao), to=hidden.pk)
    actions.join(case.pk, by(company.linxiao), into=hidden.pk)
    return Case.objects.get(pk=case.pk)


def test_facts_name_the_other_case_only_to_those_who_may_see_it(company: Company, hidden: Case, linked: Case) -> None:
    events = list(CaseEvent.objects.filter(case=linked).order_by("seq"))
    assert [referring.other(one.kind, one.data) for one in events] == [None, hidden.pk, hidden.pk]
    for user, sees in ((company.linxiao, True), (company.hemin, False)):
        seen = referring.known(user, events, linked.joined_into_id)
        assert list(seen) == ([hidden.pk] if sees else [])
        assert [hidden.pk in referring.told(one, seen).values() for one in events] == [False, sees, sees]
    assert queries.get(company.hemin, linked.number) == linked


def test_no_page_and_no_answer_to_a_program_names_it(
    company: Company, client_for: ClientFor, hidden: Case, linked: Case
) -> None:
    paths = (f"/cases/{linked.number}/", f"/cases/{linked.number}/tell/")
    for user, sees in ((company.linxiao, True), (company.hemin, False)):
        pages = [client_for(user).get(path) for path in paths]
        assert {page.status_code for page in pages} == {200}
        said = "".join(page.content.decode() for page in pages).replace("\u202f", "").replace(" ", "")
        assert (hidden.number in said) is sees
    for user, number in ((company.linxiao, hidden.number), (company.hemin, None)):
        key = org.issue_token(user, "test", at=timezone.now())
        headers = {"Authorization": f"Bearer {key}"}
        found = client_for(user).get(f"/api/v1/cases/{linked.number}", headers=headers).json()
        assert (found["joined_into"], found["related"]) == (number, [number] if number else [])
        named = [one["data"].get("case") or one["data"].get("into") for one in found["timeline"]]
        assert named == [None, *[hidden.pk if number else None] * 2]
