"""The settlement record: printed from a case, signed by both sides, brought back as a file of a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.org.models import User
from huiyin.recovery import actions as recovery
from huiyin.recovery import failures, giving
from huiyin.recovery.wanted import Option, Wanted
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """Two things granted, one of them promised; the work is done."""
    case = open_case(take=True).case
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    both = [Option([Wanted("voucher", 30_00), Wanted("redo", 0, "contractor")])]
    recovery.propose(case.pk, by(company.linxiao), options=both)
    return case


def sheet(client: Client, case: Case) -> str:
    answer = client.get(f"/cases/{case.number}/settlement/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_what_happened_what_is_given_by_when_and_who_bears_it(
    company: Company,
    case: Case,
    by: Mover,
    clock: TestClock,
    client_for: ClientFor,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    due = clock.now + timedelta(days=2)
    giving.promise(case.pk, by(company.linxiao), remedies=[1], due_at=due, text="后天上午给您送到")
    words = {"text": "电梯已恢复", "prevention": "每周查一次门机"}
    actions.resolve(case.pk, by(company.linxiao), cause="内因", done="内做", **words)
    desk = client_for(company.linxiao)
    with django_assert_max_num_queries(12):
        text = sheet(desk, case)
    for part in (case.subject, "王女士", "¥30.00", "电梯已恢复", "每周查一次门机", "(signature)", "borne by: "):
        assert part in text
    assert f"by {due.astimezone():%Y-%m-}" in text
    assert "内因" not in text
    assert "内做" not in text
    assert f"/cases/{case.number}/settlement/" in desk.get(f"/cases/{case.number}/").content.decode()


def test_the_signed_sheet_comes_back_with_a_note_that_says_so(
    company: Company, case: Case, client_for: ClientFor
) -> None:
    desk = client_for(company.linxiao)
    assert f"/cases/{case.number}/note/?signed=1" in sheet(desk, case)
    form = desk.get(f"/cases/{case.number}/note/?signed=1").context["opened"].form
    assert form["text"].value() == "Settlement record, signed by the customer"
    assert form["photos"]


def test_there_is_none_before_anything_is_granted_nor_for_others(
    company: Company, case: Case, open_case: Opener, client_for: ClientFor
) -> None:
    other = open_case(subject="漏水").case
    assert client_for(company.linxiao).get(f"/cases/{other.number}/settlement/").status_code == 404
    assert client_for(company.zhougong).get(f"/cases/{case.number}/settlement/").status_code == 404


def test_how_it_is_kept_from_happening_again_is_told_to_the_customer(
    company: Company, case: Case, by: Mover, client_for: ClientFor
) -> None:
    form = {"cause": "老化", "done": "更换", "text": "已修好", "prevention": "每周查一次门机"}
    desk = client_for(company.linxiao)
    version = Case.objects.get(pk=case.pk).seq
    assert desk.post(f"/cases/{case.number}/resolve/", form | {"version": version}).status_code == 302
    event = CaseEvent.objects.get(case=case, kind="resolved")
    said = Message.objects.get(case=case, seq=event.seq, part="prevention")
    assert (said.text, said.public) == ("每周查一次门机", True)


def test_without_it_nothing_more_is_written(company: Company, case: Case, by: Mover) -> None:
    actions.resolve(case.pk, by(company.linxiao), cause="老化", done="更换", text="已修好", prevention="  ")
    assert Message.objects.filter(case=case, part="cause").exists()
    assert not Message.objects.filter(case=case, part="prevention").exists()
