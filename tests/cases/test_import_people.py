"""Who spoke, in a file: the columns of the e-mail address and of the tier."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.letters import columns_of
from huiyin.cases.models import Case
from huiyin.customers import tiers
from huiyin.customers.models import Customer, Tier
from huiyin.customers.tiers import TierValues
from huiyin.messages.models import Mail
from huiyin.org.history import Editor
from tests.people import Company

from .test_imports import Importer, letter, unanswered

COLUMNS = {"email": "邮箱", "tier": "等级"}


@pytest.fixture
def take(tmp_path: Path, company: Company, now: datetime) -> Importer:
    """Imports rows with both columns."""
    return Importer(tmp_path, company, now)


def test_an_address_is_kept_with_the_case_and_its_customer(take: Importer) -> None:
    rows = [unanswered(邮箱=" U42@Example.com ", 等级=""), unanswered(编号="7002", 邮箱="other@example.com", 等级="")]
    assert take(*rows, columns=COLUMNS) == (2, 0, 0, 0)
    assert list(Case.objects.order_by("pk").values_list("email", flat=True)) == ["u42@example.com", "other@example.com"]
    assert Customer.objects.get().email == "u42@example.com"


def test_an_address_is_learnt_for_a_customer_who_had_none(take: Importer) -> None:
    take(unanswered(邮箱="", 等级=""), columns=COLUMNS)
    take(unanswered(编号="7002", 邮箱="u42@example.com", 等级=""), columns=COLUMNS)
    assert Customer.objects.get().email == "u42@example.com"


def test_whoever_has_only_an_address_is_known_by_it(take: Importer) -> None:
    for number in ("1", "2"):
        rows = [unanswered(编号=f"{number}{n}", 用户="", 邮箱=f"c{n}@example.com", 等级="") for n in range(3)]
        assert take(*rows, columns=COLUMNS) == (3, 0, 0, 0)
    assert Customer.objects.count() == 3
    assert set(Customer.objects.values_list("name", flat=True)) == {f"c{n}@example.com" for n in range(3)}


def test_rows_without_numbers_are_told_apart_by_the_address_when_nothing_else_says_who(take: Importer) -> None:
    rows = [unanswered(编号="", 用户="", 邮箱=f"c{n}@example.com", 等级="") for n in range(2)]
    assert take(*rows, columns=COLUMNS) == (2, 0, 0, 0)
    assert take.again(columns=COLUMNS) == (0, 0, 2, 0)


def test_a_file_without_the_column_is_known_again_with_it(take: Importer) -> None:
    assert take(unanswered(编号="")) == (1, 0, 0, 0)
    assert take(unanswered(编号="", 邮箱="u42@example.com"), columns={"email": "邮箱"}) == (0, 0, 1, 0)


@pytest.mark.parametrize(("column", "value"), [("邮箱", "u42"), ("邮箱", "王@例子"), ("等级", "platinum")])
def test_what_can_not_be_fails_the_row_and_names_its_column(take: Importer, column: str, value: str) -> None:
    assert take(unanswered(**{"邮箱": "", "等级": "", column: value}), columns=COLUMNS) == (0, 0, 0, 1)
    assert take.failed[0].startswith(f"{column}: ")


def test_an_import_sends_no_mail_and_later_news_does(
    take: Importer, company: Company, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HUIYIN_SMTP_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "HUIYIN_SMTP_FROM", "service@huiyin.example")
    before = (now + timedelta(hours=8) - timedelta(minutes=50)).strftime("%Y-%m-%d %H:%M:%S")
    after = (now + timedelta(hours=8) - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S")
    person = {"时间": before, "邮箱": "u42@example.com", "等级": ""}
    assert take(unanswered(**person), columns=COLUMNS, channel="phone") == (1, 0, 0, 0)
    assert take(letter(**person, 答复时间=after), columns=COLUMNS, channel="phone") == (0, 1, 0, 0)
    assert not Mail.objects.exists()
    case = Case.objects.get()
    actions.answer(case.pk, By(company.hemin, now), text="请再看看")
    assert [mail.to for mail in Mail.objects.all()] == ["u42@example.com"]


def test_a_tier_comes_with_a_new_case_for_known_customers_too(take: Importer, company: Company, now: datetime) -> None:
    tiers.add("gold", TierValues("金卡", "Gold"), Editor(company.admin, now))
    for number, tier in (("1", ""), ("2", "金卡"), ("3", "")):
        assert take(unanswered(编号=number, 邮箱="", 等级=tier), columns=COLUMNS) == (1, 0, 0, 0)
    assert Customer.objects.get().tier == Tier.objects.get()


def test_both_columns_are_known_by_their_usual_heads() -> None:
    assert columns_of(["内容", "电子邮箱", "客户等级"], []) == {"text": "内容", "email": "电子邮箱", "tier": "客户等级"}
