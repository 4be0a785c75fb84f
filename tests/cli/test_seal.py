"""`huiyin seal` prints a seal for keeping elsewhere; `huiyin verify --seal` compares."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from huiyin import cli
from huiyin.cases import actions, guard
from huiyin.cases.models import Case, CaseEvent, Message, Seal, Unsealed
from tests.conftest import Mover, Opener
from tests.people import Company


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.huiyin, arguments, prog_name="huiyin")


def test_nothing_to_seal_is_said(db: None) -> None:
    result = run("seal")
    assert (result.exit_code, result.stderr) == (1, "Error: There is nothing to seal yet: no case was ever written.\n")


def test_a_seal_is_a_line_and_stays_the_same_until_something_happens(
    open_case: Opener, company: Company, by: Mover
) -> None:
    case = open_case().case
    first = run("seal")
    assert re.fullmatch(r"1 2026-03-11T02:00:00Z [0-9a-f]{64}\n", first.stdout)
    assert run("seal").stdout == first.stdout
    actions.note(case.pk, by(company.linxiao), text="记一笔")
    assert run("seal").stdout.startswith("2 ")


def test_a_seal_kept_elsewhere_is_found_among_ours(open_case: Opener, company: Company, by: Mover) -> None:
    case = open_case().case
    kept = run("seal").stdout.split()[-1]
    actions.note(case.pk, by(company.linxiao), text="记一笔")
    newest = run("seal").stdout.split()[-1]
    result = run("verify", "--seal", kept, "--seal", newest)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["seal 1: as it was kept.", "seal 2: as it was kept."]


@pytest.mark.tampers
def test_a_record_rewritten_with_all_its_seals_is_betrayed_by_the_one_kept_elsewhere(open_case: Opener) -> None:
    open_case()
    case = open_case().case
    kept = run("seal").stdout.split()[-1]
    with guard.lifted():  # the second case and every seal gone, and the first case sealed anew
        for model in (CaseEvent, Message):
            model.objects.filter(case=case).delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM clocks_clock WHERE case_id = %s", [case.pk])
            cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])
        Seal.objects.all().delete()
        left = Case.objects.get()
        Unsealed.objects.create(case_id=left.pk, first=1, last=left.seq, digest=left.digest)
    run("seal")
    assert run("verify").exit_code == 0
    result = run("verify", "--seal", kept)
    assert result.exit_code == 1
    assert f"seal {kept}: kept elsewhere, not among ours." in result.stdout


@pytest.mark.parametrize("digest", ["1", "x" * 64, "AB" * 32, ""])
def test_what_is_no_digest_is_a_slip(digest: str, db: None) -> None:
    result = run("verify", "--seal", digest)
    assert result.exit_code == 2
    assert "is not the digest of a seal" in result.stderr


def test_one_case_and_a_kept_seal_do_not_go_together(open_case: Opener) -> None:
    result = run("verify", "--case", open_case().case.number, "--seal", "0" * 64)
    assert result.exit_code == 2
    assert "leave out --case" in result.stderr
