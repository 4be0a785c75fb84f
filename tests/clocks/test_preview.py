"""The time that is read out before a case is received is the time its clock then has."""

from __future__ import annotations

import pytest

from huiyin.cases.intake import first_grade
from huiyin.cases.severity import Taps
from huiyin.clocks import queries
from huiyin.clocks.models import Level, Policy
from huiyin.clocks.preview import respond_by
from huiyin.org import reference
from tests.conftest import Opener
from tests.people import Company, TestClock


@pytest.mark.parametrize("kind", ["complaint", "repair", "inquiry", "praise", "report"])
@pytest.mark.parametrize("taps", [None, Taps(danger=True), Taps(state=1, scope=2)])
def test_what_is_read_out_before_is_what_is_promised_after(
    company: Company, open_case: Opener, clock: TestClock, kind: str, taps: Taps | None
) -> None:
    for category in (None, company.lift, company.conduct):
        grade = first_grade(taps, category)
        before = respond_by(kind, company.ljf.pk, category.pk if category else None, grade, clock.now)
        case = open_case(kind=kind, category=category, taps=taps).case
        after = next((row.due_at for row in queries.of_case(case) if row.kind == "respond"), None)
        assert before == after


def test_without_service_levels_no_time_is_read_out(company: Company, clock: TestClock) -> None:
    Level.objects.all().delete()
    Policy.objects.all().delete()
    reference.changed()
    assert respond_by("complaint", company.ljf.pk, None, first_grade(None, None), clock.now) is None
