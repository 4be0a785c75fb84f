"""Keys of cases are taken before their rows, and nobody gets one twice."""

from __future__ import annotations

import pytest
from django.db import transaction

from huiyin.cases import intake, timeline
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from tests.conftest import Opener
from tests.people import Company, TestClock, voice


@pytest.mark.django_db
def test_keys_that_were_taken_are_passed_over(open_case: Opener) -> None:
    first = open_case().case.pk
    assert timeline.take_keys(3) == [first + 1, first + 2, first + 3]
    assert timeline.take_keys(0) == []
    assert open_case().case.pk == first + 4


def test_a_taken_key_may_be_used_later(open_case: Opener, company: Company, clock: TestClock) -> None:
    (key,) = timeline.take_keys(1)
    later = open_case().case
    change = intake.draft(voice(company.fly), By(company.chenjia, clock.now), None)
    change.case.pk = key
    with transaction.atomic():
        timeline.write([change])
    assert list(Case.objects.order_by("pk").values_list("pk", flat=True)) == [key, later.pk]
    assert open_case().case.pk == later.pk + 1
