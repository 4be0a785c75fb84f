"""Whose reply a clock counts."""

from __future__ import annotations

from huiyin.cases import actions
from huiyin.clocks import tasks
from huiyin.clocks.models import Clock
from tests.conftest import Mover, Opener
from tests.people import Company


def test_a_reply_that_a_department_owes_stands_among_its_tasks(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(kind="repair", category=company.tap, take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    whose = dict(Clock.objects.filter(case=case, department__isnull=False).values_list("kind", "department"))
    assert whose == {"reply": company.engineering.pk}
    (task,) = tasks.page(company.zhougong).items
    assert (task.text, task.due_at is not None) == ("去看", True)


def test_who_has_no_department_has_no_tasks(company: Company) -> None:
    assert tasks.page(company.auditor).items == []
