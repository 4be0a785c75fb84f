"""`huiyin verify`: whatever was changed behind our back is named."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import IntegrityError, connection, transaction

from huiyin import cli
from huiyin.cases import actions, guard
from huiyin.cases.models import Case
from tests.conftest import Mover, Opener
from tests.people import Company

pytestmark = pytest.mark.tampers


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(cli.huiyin, ["verify", *arguments], prog_name="huiyin")


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A case with three events, between two others."""
    open_case()
    case = open_case().case
    actions.accept(case.pk, by(company.linxiao))
    actions.answer(case.pk, by(company.linxiao), text="马上到。")
    open_case()
    return case


def test_an_untouched_record_is_one_line(case: Case) -> None:
    result = verify()
    assert (result.exit_code, result.stdout) == (0, "3 cases, 5 events: everything is as it was written.\n")


def test_one_case_can_be_looked_at_alone(case: Case) -> None:
    result = verify("--case", case.number)
    assert (result.exit_code, result.stdout) == (0, "1 cases, 3 events: everything is as it was written.\n")


@pytest.mark.parametrize("number", ["12", "9999995", "abc"])
def test_a_number_that_no_case_has_is_a_slip(case: Case, number: str) -> None:
    result = verify("--case", number)
    assert result.exit_code == 2
    assert number in result.output


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_caseevent SET at = recorded_at WHERE case_id = %s AND seq = 2",
        "DELETE FROM cases_caseevent WHERE case_id = %s AND seq = 3",
    ],
)
def test_the_database_refuses_to_change_an_event(case: Case, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(statement, case.pk)
    assert verify().exit_code == 0


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE cases_caseevent SET kind = 'called' WHERE case_id = %s AND seq = 2", "event 2: event changed"),
        ("UPDATE cases_caseevent SET actor_id = NULL WHERE case_id = %s AND seq = 3", "event 3: event changed"),
        ("DELETE FROM cases_caseevent WHERE case_id = %s AND seq = 2", "event 2: event missing"),
        ("DELETE FROM cases_caseevent WHERE case_id = %s AND seq = 3", "event 2: events cut off"),
        ("UPDATE cases_message SET text = '您稍等' WHERE case_id = %s AND seq = 3", "event 3: text changed (text)"),
        ("DELETE FROM cases_message WHERE case_id = %s AND seq = 1", "event 1: text missing (text)"),
        ("UPDATE cases_case SET answered_at = NULL WHERE id = %s", "snapshot differs from its events"),
        ("UPDATE cases_case SET status = 'closed' WHERE id = %s", "snapshot differs from its events"),
    ],
)
def test_a_change_past_the_guards_is_named_with_its_case(case: Case, statement: str, named: str) -> None:
    with guard.lifted():
        sql(statement, case.pk)
    result = verify()
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if named in line and case.number in line]
    assert result.stdout.splitlines()[-1].startswith("3 cases, ")
    assert verify("--case", case.number).exit_code == 1
    others = Case.objects.exclude(pk=case.pk)
    assert [verify("--case", other.number).exit_code for other in others] == [0, 0]


def test_a_guard_that_is_missing_is_named(case: Case) -> None:
    guard.remove()
    try:
        result, checked = verify(), CliRunner().invoke(cli.huiyin, ["check"])
    finally:
        guard.install()
    assert result.exit_code == 1
    assert "guard missing: timeline_no_" in result.stdout
    assert (checked.exit_code, "Guards missing: timeline_no_" in checked.stderr) == (1, True)
    assert verify().exit_code == 0
    assert CliRunner().invoke(cli.huiyin, ["check"]).exit_code == 0
