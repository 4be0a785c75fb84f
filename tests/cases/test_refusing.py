"""Whoever works on a case asks for a no; somebody else says it, or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from huiyin.alerts.models import Notice
from huiyin.cases import refusing
from huiyin.cases.actions import BadInput
from huiyin.cases.models import Message
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import NotAllowed
from huiyin.clocks import deciding
from huiyin.clocks.models import Clock
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.people import Company

WORDS: dict[str, Any] = {"mode": "excessive", "reason": "超出标准；按标准可减免两天", "basis": "服务合同第七条"}


def test_a_refusal_that_was_asked_for_is_said_by_a_second_person(
    company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(take=True).case
    refusing.propose(case.pk, by(company.linxiao), **WORDS)
    assert Clock.objects.filter(case=case, kind="decide", outcome="").count() == 1
    assert Notice.objects.filter(what="approve").values_list("user", flat=True)[0] == company.zhaozhuguan.pk
    assert [one.pk for one in deciding.to_decide(company.zhaozhuguan, Filter()).items] == [case.pk]
    assert deciding.to_decide(company.linxiao, Filter()).items == []
    assert not Message.objects.filter(case=case, text=WORDS["reason"], public=True).exists()
    with pytest.raises(Forbidden), transaction.atomic():
        refusing.decide(case.pk, by(company.linxiao), granted=True)
    change = refusing.decide(case.pk, by(company.zhaozhuguan), granted=True)
    assert (change.now.status, change.now.open_requests) == ("refused", ())
    assert Message.objects.filter(case=case, text=WORDS["reason"], public=True).exists()


def test_without_a_yes_the_work_goes_on(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    with pytest.raises(NotAllowed), transaction.atomic():
        refusing.decide(case.pk, by(company.zhaozhuguan), granted=True)
    refusing.propose(case.pk, by(company.linxiao), **WORDS)
    with pytest.raises(NotAllowed), transaction.atomic():
        refusing.propose(case.pk, by(company.linxiao), **WORDS)
    with pytest.raises(BadInput), transaction.atomic():
        refusing.decide(case.pk, by(company.zhaozhuguan), granted=False)
    change = refusing.decide(case.pk, by(company.zhaozhuguan), granted=False, reason="可以做到，请工程部再看")
    assert (change.now.status, change.now.open_requests) == ("accepted", ())


def test_nobody_decides_on_their_own(company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(take=True).case
    with pytest.raises(BadInput), transaction.atomic():
        refusing.propose(case.pk, by(company.linxiao), **(WORDS | {"mode": "rude"}))
    refusing.propose(case.pk, by(company.zhaozhuguan), **WORDS)
    with pytest.raises(BadInput):
        refusing.decide(case.pk, by(company.zhaozhuguan), granted=True)
