"""What customers of the demo had expected: found in cases that were refused, and in some that were answered; a few
times we had promised more than we keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from huiyin.cases import expecting
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.cases.workflow import Status

from .organisation import SUPERVISOR, Company

REFUSED, ANSWERED, SINCE = 12, 18, timedelta(days=60)
_OF_A_NO = (("too-high", "informed"), ("unreasonable", "informed"), ("mistaken", "taught"))
_OURS = (
    ("sales", "销售说车位不收管理费"),
    ("advertising", "宣传册写着“二十四小时管家上门”"),
    ("agent", "前台说当天一定修好"),
)
_OF_AN_ANSWER: tuple[dict[str, Any], ...] = (
    {"kind": "too-high", "settled": "informed"},
    {"kind": "mistaken", "settled": "taught"},
    *({"kind": "over-promised", "settled": "informed", "promiser": way, "text": text} for way, text in _OURS),
)


def expect(company: Company, until: datetime) -> None:
    """Written down by the supervisor, when the history is made."""
    by = By(company.staff[SUPERVISOR], until)
    ended = Case.objects.filter(protected=False, joined_into=None, received_at__gte=until - SINCE).order_by("-pk")
    for case, (kind, settled) in zip(ended.filter(status=Status.REFUSED)[:REFUSED], cycle(_OF_A_NO), strict=False):
        expecting.expectation(case.pk, by, kind=kind, settled=settled)
    answered = ended.filter(status=Status.CLOSED, about_users=[], about_departments=[])
    for case, found in zip(answered[:ANSWERED], cycle(_OF_AN_ANSWER), strict=False):
        expecting.expectation(case.pk, by, **found)
