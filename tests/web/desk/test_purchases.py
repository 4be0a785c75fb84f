"""Purchases and contracts from a file: looked at first, taken in once, what failed given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.customers.models import Customer
from huiyin.imports import advance, store
from huiyin.org import actions as org
from huiyin.org.models import Role, User
from huiyin.worth import uploads
from huiyin.worth.models import Contract, Purchase, Upload
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
HEAD = "手机,日期,金额,项目,单号\r\n"
GOOD = "13800138000,2026-03-01,1200.50,物业费,A1\r\n"
BAD = "13800138000,昨天,30,停车费,A2\r\n"
STRANGE = "13900139000,2026-03-01,30,停车费,A3\r\n"


@pytest.fixture
def wang(company: Company) -> Customer:
    return Customer.objects.create(site=company.ljf, name="王女士", phone="+8613800138000")


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    """The administrator's."""
    return client_for(company.admin)


def send(browser: Client, text: str, *, sort: str = "purchases", name: str = "三月.csv") -> str:
    """Upload a table; the address of its page."""
    file = SimpleUploadedFile(name, text.encode())
    answer = browser.post("/purchases/", {"sort": sort, "source": "收费系统", "file": file})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def asked(browser: Client, path: str) -> dict[str, str]:
    """The columns as the page of a file has chosen them."""
    return {field.html_name: field.value() or "" for field in browser.get(path).context["form"]}


def test_a_file_is_looked_at_taken_in_and_what_failed_comes_back_with_its_reasons(
    browser: Client, wang: Customer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    path = send(browser, HEAD + GOOD + BAD + STRANGE)
    with django_assert_max_num_queries(12):
        page = browser.get(path).content.decode()
    assert "All 3 rows were tried; nothing is written yet." in page
    assert '<span class="figure">3</span> Give a day like 2026-03-31.' in page
    assert '<span class="figure">4</span> No customer is known by this.' in page
    assert not Purchase.objects.exists()
    assert browser.post(path, asked(browser, path) | {"start": "on"}).status_code == 302
    assert Purchase.objects.get().amount == 120_050
    one = Upload.objects.get()
    assert (one.new, one.corrected, one.known, one.failed) == (1, 0, 0, 2)
    assert "Download the rows that failed" in browser.get(path).content.decode()
    answer: Any = browser.get(f"{path}failed.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[4] for line in lines] == ["单号", "A2", "A3"]
    assert "Give a day" in lines[1]
    assert not store.path_of(one.stored).exists()
    assert "1 new, 0 corrected, 0 known, 2 failed" in browser.get("/purchases/").content.decode()


def test_sent_twice_it_is_taken_in_once_and_a_mended_file_corrects(browser: Client, wang: Customer) -> None:
    path = send(browser, HEAD + GOOD)
    columns = asked(browser, path) | {"start": "on"}
    assert [browser.post(path, columns).status_code for _time in range(2)] == [302, 200]
    again = send(browser, HEAD + GOOD.replace("1200.50", "1300"))
    browser.post(again, asked(browser, again) | {"start": "on"})
    assert Purchase.objects.get().amount == 130_000
    assert [(one.new, one.corrected) for one in Upload.objects.order_by("pk")] == [(1, 0), (0, 1)]


def test_columns_of_other_names_are_chosen_on_the_page(browser: Client, wang: Customer) -> None:
    path = send(browser, "谁,何时,多少,哪一笔\r\n13800138000,2026-03-01,30,A1\r\n")
    page = browser.get(path).content.decode()
    assert "No row can be taken without a column for:" in page
    assert 'name="start"' not in page
    chosen = {"phone": "谁", "on": "何时", "amount": "多少", "reference": "哪一笔"}
    assert browser.post(path, {"start": "on"}).status_code == 200  # nothing was chosen
    assert 'name="start"' in browser.post(path, chosen).content.decode()
    assert not Purchase.objects.exists()
    browser.post(path, chosen | {"start": "on"})
    assert Purchase.objects.get().amount == 30_00


def test_a_file_of_which_no_row_can_be_taken_is_not_offered_to_be(browser: Client, wang: Customer) -> None:
    page = browser.get(send(browser, HEAD + BAD + STRANGE)).content.decode()
    assert "No row can be taken: look at the columns again." in page
    assert 'name="start"' not in page


def test_contracts_come_from_a_sheet(browser: Client, wang: Customer) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    for row in (["联系电话", "开始日期", "年费", "单号"], ["13800138000", "2024-01-01", 2400, "C1"]):
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    file = SimpleUploadedFile("合同.xlsx", content.getvalue())
    sent = browser.post("/purchases/", {"sort": "contracts", "source": "合同", "file": file})
    path = sent.headers["Location"]
    browser.post(path, asked(browser, path) | {"start": "on"})
    assert Contract.objects.get().fee == 2400_00


def test_what_is_no_table_or_too_long_is_refused(
    browser: Client, wang: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS", 1)
    for content in (b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, (HEAD + GOOD + BAD).encode()):
        file = SimpleUploadedFile("a.csv", content)
        answer = browser.post("/purchases/", {"sort": "purchases", "source": "till", "file": file})
        assert answer.status_code == 422
    assert not Upload.objects.exists()
    assert not [path for path in store.folder().iterdir() if path.suffix == ".upload"]


def test_only_who_reads_all_rates_and_brings_rows_in_may_and_what_is_gone_is_404(
    client_for: ClientFor, company: Company, browser: Client, wang: Customer, clock: TestClock
) -> None:
    path = send(browser, HEAD + GOOD)
    lead = org.add_user("zong", "总监", password=None, department=None, grants=((Role.SUPERVISOR, company.hq),))
    local = org.add_user("zhu", "主管", password=None, department=None, grants=((Role.SUPERVISOR, company.ljf),))
    for person, status in ((lead, 200), (company.auditor, 403), (local, 403), (company.linxiao, 403)):
        for page in ("/purchases/", path):
            assert client_for(person).get(page).status_code == status, person
    assert "/purchases/" in client_for(lead).get("/imports/").content.decode()
    store.drop(Upload.objects.get().stored)
    assert browser.get(path).status_code == 404
    assert browser.get(f"{path}failed.csv").status_code == 404


def test_a_file_that_nobody_takes_in_is_forgotten_after_a_day(
    browser: Client, company: Company, client_for: ClientFor, wang: Customer, clock: TestClock
) -> None:
    send(browser, HEAD + GOOD)
    kept = Upload.objects.get()
    clock.move(25 * 60)
    send(client_for(company.admin), HEAD + GOOD)
    assert not Upload.objects.filter(pk=kept.pk).exists()
    advance.tidy(clock.now + timedelta(days=400))
    assert not store.path_of(kept.stored).exists()
