"""Two people at one case at the same moment, in real transactions; so on PostgreSQL alone: on SQLite writers queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db import connection, connections

from huiyin.cases import actions, customer_side, verify
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent
from tests.conftest import Opener
from tests.people import NOW, Company
from tests.threads import at_once


@pytest.fixture(autouse=True)
def shared(transactional_db: None) -> Iterator[None]:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection; tests/db/test_writer.py shows the queue of a file")
    yield
    connections.close_all()


def test_a_case_is_taken_by_one(company: Company, open_case: Opener) -> None:
    case = open_case().case
    people = [company.linxiao, company.hemin, company.zhaozhuguan, company.admin]
    ends = at_once(*[partial(actions.accept, case.pk, By(user, NOW)) for user in people])
    assert ends == {"done": 1, "NotAllowed": 3}
    assert CaseEvent.objects.filter(case=case, kind="accepted").count() == 1


def test_of_two_who_saw_the_same_version_one_is_told(company: Company, open_case: Opener) -> None:
    case = open_case().case
    note = partial(actions.note, case.pk, By(company.linxiao, NOW, expect=1), text="看过")
    assert at_once(note, note, note) == {"done": 1, "Stale": 2}


def test_notes_at_once_are_all_kept_in_one_row(company: Company, open_case: Opener) -> None:
    case = open_case().case
    notes = [partial(actions.note, case.pk, By(company.linxiao, NOW), text=f"第{n}条") for n in range(8)]
    assert at_once(*notes) == {"done": 8}
    assert list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("seq", flat=True)) == list(range(1, 10))
    assert verify.check_batch([case.pk]) == []


def test_two_cases_joined_into_each_other_at_once_wait_for_nobody_for_ever(company: Company, open_case: Opener) -> None:
    one, other = open_case().case, open_case().case
    ends = at_once(
        lambda: actions.join(one.pk, By(company.linxiao, NOW), into=other.pk),
        lambda: actions.join(other.pk, By(company.hemin, NOW), into=one.pk),
    )
    assert ends in ({"done": 1, "BadInput": 1}, {"done": 1, "NotAllowed": 1})
    assert Case.objects.filter(status="joined").count() == 1


def test_words_written_while_a_case_is_joined_land_where_it_is_worked_on(company: Company, open_case: Opener) -> None:
    for _ in range(5):
        one, other = open_case().case, open_case().case
        at_once(
            partial(actions.join, one.pk, By(company.linxiao, NOW), into=other.pk),
            partial(customer_side.customer_writes, one.pk, text="还有", at=NOW),
        )
        joined = CaseEvent.objects.get(case=one, kind="joined").seq
        assert not CaseEvent.objects.filter(case=one, kind="wrote", seq__gt=joined).exists()
        assert CaseEvent.objects.filter(case__in=[one, other], kind="wrote").count() == 1


def test_the_check_of_a_case_that_is_written_to_finds_no_fault(company: Company, open_case: Opener) -> None:
    case = open_case().case
    faults: list[object] = []
    notes = [partial(actions.note, case.pk, By(company.linxiao, NOW), text=f"第{n}条") for n in range(10)]
    looks: list[Callable[[], object]] = [lambda: faults.extend(verify.check_batch([case.pk])) for _ in range(4)]
    at_once(*notes, *looks)
    assert faults == []
