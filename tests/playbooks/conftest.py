"""What the tests of recovery plans share: a plan of three steps for a repair that failed again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org.history import Editor
from huiyin.playbooks import editing
from huiyin.playbooks.editing import PlaybookValues
from huiyin.playbooks.steps import Step
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

STEPS = (
    Step("先打电话", "call first", words="这次没有修好，{时限}前给您准话。", minutes=30, required=True),
    Step("换一位师傅上门", "send another fitter", deed="带齐配件", minutes=480, calendar="work", shared=True),
    Step("送一张服务券", "give a voucher", minutes=2880, kind="voucher", amount=30_00),
)
BY = Editor(None, NOW)


def put(code: str, steps: Sequence[Step] = STEPS, *, category: str = "", gravity: str = "") -> None:
    """A playbook in force."""
    editing.add(code, PlaybookValues(code, "again", category=category, gravity=gravity), BY)
    editing.put_in_force(code, editing.save_draft(code, steps, BY).number, BY)


@pytest.fixture
def again(company: Company) -> None:
    """What is prepared for a repair that failed again."""
    put("again")


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """A repair at LJF that 林晓 has taken."""
    found = open_case(kind="repair", category=company.tap).case
    actions.accept(found.pk, by(company.linxiao))
    return found
