"""What makes good, on the receipt page: a choice without script, what is promised, and whether it is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.cases import actions as cases
from huiyin.recovery import actions, giving
from huiyin.recovery.models import Remedy
from huiyin.recovery.wanted import Option, Wanted
from tests.conftest import Mover, Opener
from tests.people import Company

OPTIONS = [
    Option([Wanted("redo"), Wanted("voucher", 50_00)], "本周内重做,并送 50 元服务券"),
    Option([Wanted("refund", 80_00)], "退还维修费 80 元"),
]


@pytest.fixture
def opened(company: Company, open_case: Opener, by: Mover) -> tuple[int, str]:
    """A case and its link."""
    found = open_case()
    cases.accept(found.case.pk, by(company.linxiao))
    return found.case.pk, found.link


def test_the_customer_chooses_reads_what_is_promised_and_says_they_have_it(
    company: Company, opened: tuple[int, str], by: Mover, client: Client
) -> None:
    key, link = opened
    assert "How we make it good" not in client.get(f"/r/{link}/").content.decode()
    actions.propose(key, by(company.linxiao), options=OPTIONS)
    page = client.get(f"/r/{link}/").content.decode()
    assert OPTIONS[0].label in page
    assert "service voucher ¥50.00" in page
    assert client.post(f"/r/{link}/choose/", {"option": "1-2"}).status_code == 302
    page = client.get(f"/r/{link}/").content.decode()
    assert "I choose this" not in page
    assert "You chose how we make it good" in page
    due = by(company.linxiao).at + timedelta(days=1)
    giving.promise(key, by(company.linxiao), remedies=[3], due_at=due, text="明天退还维修费。")
    assert "refund ¥80.00" in client.get(f"/r/{link}/").content.decode()
    giving.deliver(key, by(company.linxiao), remedy=3)
    assert "I have it" in client.get(f"/r/{link}/").content.decode()
    client.post(f"/r/{link}/have/", {"remedy": "3", "have": "no"})
    client.post(f"/r/{link}/have/", {"remedy": "3", "have": "yes"})
    assert Remedy.objects.get(number=3).state == "confirmed"


@pytest.mark.parametrize(
    "sent", [{}, {"option": "9-9"}, {"option": "1-7"}, {"option": "x"}, {"option": "1-" + "9" * 30}]
)
def test_a_strange_choice_changes_nothing(
    company: Company, opened: tuple[int, str], by: Mover, client: Client, sent: dict[str, str]
) -> None:
    key, link = opened
    actions.propose(key, by(company.linxiao), options=OPTIONS)
    assert client.post(f"/r/{link}/choose/", sent).status_code == 302
    assert set(Remedy.objects.values_list("state", flat=True)) == {"planned"}


def test_what_waits_for_an_approval_is_not_shown_to_the_customer(
    company: Company, opened: tuple[int, str], by: Mover, client: Client
) -> None:
    key, link = opened
    dear = [Option([Wanted("refund", 200_00)], "退还 200 元"), Option([Wanted("apology")], "上门致歉")]
    actions.propose(key, by(company.linxiao), options=dear, reason="约好上午九点,师傅十一点半才到")
    assert "退还 200 元" not in client.get(f"/r/{link}/").content.decode()
    client.post(f"/r/{link}/choose/", {"option": "1-1"})
    assert set(Remedy.objects.values_list("state", flat=True)) == {"planned"}
    actions.decide(key, by(company.zhaozhuguan), granted=True)
    assert "退还 200 元" in client.get(f"/r/{link}/").content.decode()
