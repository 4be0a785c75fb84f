"""`huiyin verify`: whatever was changed behind our back is named."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import IntegrityError, connection, transaction

from huiyin import cli
from huiyin.cases import actions, guard
from huiyin.cases.models import Case
from huiyin.recovery import actions as recovery
from huiyin.recovery.models import Budget, Entry
from huiyin.recovery.wanted import Option, Wanted
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


# --- the ledger ------------------------------------------------------------------------------------------------------

OVERSPENT = (
    "UPDATE recovery_budget SET spent = spent + 5000"
    " WHERE id IN (SELECT budget_id FROM recovery_entry WHERE case_id = %s)"
)


@pytest.fixture
def paid(case: Case, company: Company, by: Mover) -> Case:
    """A case with a voucher that was granted out of a budget."""
    recovery.propose(case.pk, by(company.linxiao), options=[Option([Wanted("voucher", 30_00)])])
    assert Entry.objects.filter(case=case, amount=30_00).exists()
    return case


def test_a_ledger_that_adds_up_is_no_fault(paid: Case) -> None:
    result = verify()
    assert (result.exit_code, "ledger:" in result.stdout) == (0, False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recovery_entry SET amount = 1 WHERE case_id = %s",
        "DELETE FROM recovery_entry WHERE case_id = %s",
    ],
)
def test_the_database_refuses_to_change_a_posting(paid: Case, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(statement, paid.pk)
    assert verify().exit_code == 0


@pytest.mark.parametrize(
    ("statement", "row", "ledger"),
    [
        ("UPDATE recovery_entry SET amount = 2000 WHERE case_id = %s", "'reserved': 3000", "'reserved': 2000"),
        ("DELETE FROM recovery_entry WHERE case_id = %s", "'reserved': 3000", "'reserved': 0"),
        (OVERSPENT, "'spent': 5000", "'spent': 0"),
    ],
)
def test_a_budget_that_does_not_add_up_is_named_with_what_the_row_and_the_ledger_say(
    paid: Case, statement: str, row: str, ledger: str
) -> None:
    with guard.lifted():
        sql(statement, paid.pk)
    budget = Budget.objects.get()
    result = verify()
    assert result.exit_code == 1
    named = [line for line in result.stdout.splitlines() if line.startswith(f"ledger: budget {budget.pk} (")]
    assert len(named) == 1
    said, _sign, posted = named[0].partition(", the ledger says ")
    assert row in said
    assert ledger in posted
    assert f"{budget.month:%Y-%m}" in said
    assert "faults, 0 guards missing." in result.stdout.splitlines()[-1]


def test_a_proposal_that_holds_what_was_never_posted_is_named_with_its_case(paid: Case) -> None:
    with guard.lifted():
        sql("UPDATE recovery_proposal SET held = held + 100 WHERE case_id = %s", paid.pk)
    result = verify()
    assert result.exit_code == 1
    assert f"ledger: case {paid.number}, proposal 1: the row holds 3100, the ledger says 3000" in result.stdout
