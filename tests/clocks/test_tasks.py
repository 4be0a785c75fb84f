"""Whose reply a clock counts, also of one that ran before clocks knew of departments."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

from huiyin.cases import actions
from huiyin.clocks import tasks
from huiyin.clocks.models import Clock
from tests.conftest import Mover, Opener
from tests.people import Company


def test_replies_that_departments_owed_before_stand_among_their_tasks(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(kind="repair", category=company.tap, take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="去看")
    Clock.objects.update(department=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("huiyin.clocks.migrations.0006_passing_on").WHOSE)
    whose = dict(Clock.objects.filter(case=case, department__isnull=False).values_list("kind", "department"))
    assert whose == {"reply": company.engineering.pk}
    (task,) = tasks.page(company.zhougong).items
    assert (task.text, task.due_at is not None) == ("去看", True)


def test_who_has_no_department_has_no_tasks(company: Company) -> None:
    assert tasks.page(company.auditor).items == []
