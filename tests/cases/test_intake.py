"""How a case begins: what a door may hand in, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from huiyin.base.ids import secret_digest
from huiyin.cases import intake, queries
from huiyin.cases.actions import BadInput, By
from huiyin.cases.intake import AlreadyKnown
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.queries import Filter
from huiyin.cases.search import TooShort
from huiyin.cases.severity import Taps
from huiyin.clocks.models import Clock
from huiyin.customers.actions import Person
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, company, voice

HOUR = timedelta(hours=1)


def test_a_voice_becomes_a_case_with_its_words_its_customer_and_a_number(open_case: Opener, company: Company) -> None:
    case = queries.get(company.linxiao, open_case(place="三号楼").case.number)
    assert (case.status, case.site, case.place, case.subject) == ("received", company.ljf, "三号楼", "电梯停运")
    assert case.customer is not None
    assert (case.customer.name, case.customer.phone) == ("王女士", "+8613800138000")
    assert (case.owner, case.handler, case.last_word, case.received_at) == (None, None, "customer", NOW)


def test_who_enters_a_case_may_take_it_at_once(open_case: Opener, company: Company) -> None:
    case = open_case(take=True).case
    assert (case.status, case.owner_id, case.handler_id) == ("accepted", company.linxiao.pk, company.linxiao.pk)


def test_a_customer_on_the_portal_needs_no_account(company: Company) -> None:
    opened = intake.open_case(voice(company.ljf, channel="portal"), By(None, NOW))
    assert CaseEvent.objects.get(case=opened.case).actor is None
    assert queries.by_link(opened.link) == opened.case


def test_of_the_link_only_the_digest_is_kept(open_case: Opener) -> None:
    opened = open_case()
    row = Case.objects.values().get(pk=opened.case.pk)
    assert row["link_digest"] == secret_digest(opened.link)
    assert opened.link not in str(row)


@pytest.mark.parametrize(
    ("text", "subject"),
    [("\n  电梯停了  \n快来", "电梯停了"), ("长" * 41, "长" * 39 + "…"), ("短" * 40, "短" * 40)],
)
def test_a_voice_without_a_subject_gets_its_first_line(text: str, subject: str, open_case: Opener) -> None:
    assert open_case(subject=" ", text=text).case.subject == subject


@pytest.mark.parametrize(
    ("overrides", "severity", "by"),
    [
        ({}, "P4", "category"),
        ({"category": "lift"}, "P2", "category"),
        ({"taps": Taps(danger=True)}, "P1", "points"),
        ({"category": "corridor", "taps": Taps(state=1, scope=2)}, "P2", "points"),
    ],
)
def test_the_severity_is_that_of_the_answers_or_of_the_category(
    overrides: dict[str, Any], severity: str, by: str, open_case: Opener, company: Company
) -> None:
    if "category" in overrides:
        overrides = overrides | {"category": getattr(company, overrides["category"])}
    case = open_case(**overrides).case
    assert (case.severity, CaseEvent.objects.get(case=case, seq=1).data["grade"]["by"]) == (severity, by)


WRONG: dict[str, dict[str, Any]] = {
    "kind": {"kind": "grumble"},
    "channel": {"channel": "owl"},
    "complexity": {"complexity": "endless"},
    "text": {"text": " \n"},
    "text of nothing visible": {"text": "\x00"},
    "text too long": {"text": "长" * 20_001},
    "subject": {"subject": "长" * 201},
    "place": {"place": "长" * 121},
    "source": {"source": "长" * 65},
    "external_number": {"external_number": "1" * 65},
    "customer.name": {"person": Person("长" * 101)},
    "customer.phone": {"person": Person("王女士", "call me")},
    "customer.phone too long": {"person": Person("王女士", "13800138000" + " " * 40)},
    "received_at": {"received_at": NOW + timedelta(seconds=1)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_taken_is_named_by_its_field(wrong: str, open_case: Opener) -> None:
    with pytest.raises(BadInput) as caught:
        open_case(**WRONG[wrong])
    assert caught.value.field == wrong.split(maxsplit=1)[0]
    assert not Case.objects.exists()


def test_nobody_enters_cases_of_other_sites_or_without_the_right(open_case: Opener, company: Company) -> None:
    for user in (company.chenjia, company.zhougong, company.auditor):
        with pytest.raises(Forbidden):
            open_case(by=By(user, NOW))
    assert not Case.objects.exists()


def test_the_same_outside_number_comes_in_once_for_each_source(open_case: Opener) -> None:
    first = open_case(source="12345", external_number="A-1").case
    with pytest.raises(AlreadyKnown) as caught:
        open_case(source="12345", external_number="A-1")
    assert caught.value.number == first.number
    open_case(source="street office", external_number="A-1")
    open_case()
    open_case()


def test_a_voice_that_came_in_earlier_has_its_clocks_from_then(open_case: Opener, company: Company) -> None:
    case = open_case(kind="repair", category=company.lift, received_at=NOW - HOUR).case
    respond = Clock.objects.get(case=case, kind="respond")
    assert (case.received_at, respond.started_at) == (NOW - HOUR, NOW - HOUR)
    assert respond.breached_at == NOW - HOUR + timedelta(minutes=15)


def test_a_new_case_is_found_by_words_number_name_and_phone(open_case: Opener, company: Company) -> None:
    case = open_case(external_number="GD-77", source="12345").case
    for q in ("下不了楼", case.number, "王女士", "13800138000", "gd-77", "电梯 老人"):
        assert [found.pk for found in queries.page(company.linxiao, Filter(q=q)).items] == [case.pk], q
    assert queries.page(company.linxiao, Filter(q="自行车")).items == []
    with pytest.raises(TooShort):
        queries.page(company.linxiao, Filter(q="?"))


@pytest.mark.parametrize("number", ["", "123", "abc", "0000000", "999999999999999999999999"])
def test_a_number_that_cannot_be_is_no_case(number: str, company: Company) -> None:
    with pytest.raises(Case.DoesNotExist):
        queries.get(company.admin, number)


def test_a_page_ends_where_the_cases_end(open_case: Opener, company: Company, by: Mover) -> None:
    made = [open_case().case.pk for _ in range(4)]
    page = queries.page(company.linxiao, Filter(), limit=4)
    assert ([case.pk for case in page.items], page.next) == (made[::-1], None)
    page = queries.page(company.linxiao, Filter(), limit=3)
    assert page.next == made[1]
    assert [case.pk for case in queries.page(company.linxiao, Filter(), before=page.next).items] == [made[0]]


@pytest.fixture
def shared(transactional_db: None) -> Iterator[None]:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection; tests/db/test_writer.py does it on a file")
    yield
    connections.close_all()


def test_many_doors_at_once_make_cases_with_numbers_of_their_own(shared: None) -> None:
    here, ready = company(), threading.Barrier(4)
    made: list[str] = []
    known: list[str] = []

    def door(number: int) -> None:
        ready.wait()
        for turn in range(5):
            new = voice(
                here.ljf, source="12345", external_number=f"{turn}", person=Person("王", f"1380013{number}{turn:03d}")
            )
            try:
                made.append(intake.open_case(new, By(here.linxiao, NOW)).case.number)
            except AlreadyKnown as error:
                known.append(error.number)
        connections.close_all()

    threads = [threading.Thread(target=door, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(set(made)) == 5
    assert sorted(known) == sorted(made * 3)
