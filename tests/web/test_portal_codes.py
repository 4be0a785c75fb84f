"""The first page behind a QR code: its place, what is published on it, its weight; and a copy to take home."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.files import store
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.queries import key_of
from huiyin.messages import sheets
from huiyin.messages.models import Entry
from huiyin.messages.sheets import SheetValues
from huiyin.org import editing
from huiyin.org.history import Editor
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock
from tests.web.test_portal_doors import GIF, VOICE

LIGHT = 60_000
"""Bytes of the page with its styles and scripts, uncompressed: a bad connection in a lift carries it in seconds."""


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a browser spoke stays in its test."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def customer(company: Company, clock: TestClock) -> Client:
    """A customer's phone, in front of a lift."""
    Entry.objects.create(code="LIFT7", site=company.ljf, place="7-2-电梯")
    values = SheetValues("服务中心", "The desk", "约好没到 | 当面致歉", "A time was missed | An apology in person")
    sheets.change("HQ", values, Editor(company.admin, clock.now))
    return Client(headers={"accept-language": "en"})


def test_the_place_comes_from_the_code_and_goes_with_the_voice(customer: Client, company: Company) -> None:
    page = customer.get("/q/lift7/").content.decode()
    assert 'name="place" value="7-2-电梯"' in page
    link = customer.post("/q/LIFT7/", VOICE).headers["Location"]
    assert Case.objects.get().site_id == company.ljf.pk
    assert customer.get(link).status_code == 200


def test_a_code_out_of_use_still_leads_to_its_site_and_says_so(customer: Client) -> None:
    Entry.objects.update(active=False)
    page = customer.get("/q/LIFT7/").content.decode()
    assert "no longer in use" in page
    assert 'value="7-2-电梯"' not in page
    assert customer.post("/q/LIFT7/", VOICE).status_code == 302


def test_a_code_nobody_knows_or_of_a_site_that_is_gone_leads_on(
    customer: Client, company: Company, clock: TestClock
) -> None:
    assert customer.get("/q/NOPE/").status_code == 404
    values = replace(editing.site_values(company.ljf), active=False)
    editing.change_site("LJF", values, Editor(company.admin, clock.now))
    gone = customer.get("/q/LIFT7/")
    assert gone.status_code == 410
    assert 'href="/p/"' in gone.content.decode()


def test_the_page_says_what_is_promised_what_one_gets_and_where_we_are(customer: Client) -> None:
    page = customer.get("/q/LIFT7/").content.decode()
    for words in ("5 minutes", "30 minutes in service hours", "3 working days", "An apology in person", "The desk"):
        assert words in page
    assert "What happens next" in page


def test_the_whole_page_is_lighter_than_sixty_kilobytes(customer: Client) -> None:
    answer = customer.get("/q/LIFT7/", headers={"accept-language": "zh-hans"})
    page = answer.content.decode()
    names = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', page)
    files = [finders.find(name) for name in names]
    assert len(files) >= 6
    assert all(files), names
    weights = [len(open(str(file), "rb").read()) for file in files]  # noqa: PTH123, SIM115
    assert len(answer.content) + sum(weights) < LIGHT, (len(answer.content), dict(zip(names, weights, strict=True)))


def test_the_page_asks_the_database_little(
    customer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    customer.get("/q/LIFT7/")
    with django_assert_max_num_queries(2):
        customer.get("/q/LIFT7/")


def test_a_complaint_may_be_answered_in_writing_and_a_repair_may_not(customer: Client) -> None:
    written = {"phone": "", "email": "Wang@example.com"}
    assert customer.post("/q/LIFT7/", VOICE | written | {"kind": "complaint"}).status_code == 302
    case = Case.objects.select_related("customer").get()
    assert case.customer is not None
    assert (case.email, case.customer.email) == ("wang@example.com", "wang@example.com")
    assert customer.post("/q/LIFT7/", VOICE | written | {"kind": "repair", "token": "2"}).status_code == 422


def test_an_address_that_is_none_is_named_and_kept(customer: Client) -> None:
    answer = customer.post("/q/LIFT7/", VOICE | {"email": "wang@"})
    assert answer.status_code == 422
    assert "name@example.com" in answer.content.decode()
    assert 'value="wang@"' in answer.content.decode()


def test_the_copy_holds_the_decision_and_the_customers_own_files_alone(
    customer: Client, company: Company, by: Mover
) -> None:
    link = customer.post("/q/LIFT7/", VOICE | {"photos": [SimpleUploadedFile("门.gif", GIF)]}).headers["Location"]
    case = Case.objects.get()
    secret = store(SimpleUploadedFile("inside.gif", GIF + b"1"))
    shown = store(SimpleUploadedFile("ours.gif", GIF + b"2"))
    actions.accept(case.pk, by(company.linxiao))
    actions.note(case.pk, by(company.linxiao), text="只有我们知道", files=[secret])
    actions.answer(case.pk, by(company.linxiao), text="师傅已到场", files=[shown])
    actions.refuse(case.pk, by(company.zhaozhuguan), reason="物业费不能免", basis="合同第十二条")
    answer = customer.get(f"{link}copy.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    names = packed.namelist()
    assert [name.rsplit("/", 1)[-1] for name in names if name.startswith("files/")] == ["门.gif"]
    assert {f"{case.number}.txt", "README.txt", "README.zh.txt", "events.jsonl", "verify.py"} <= set(names)
    assert "custody.jsonl" not in names
    everything = b"".join(packed.read(name) for name in names).decode(errors="replace")
    assert [word for word in ("只有我们知道", "inside.gif", "ours.gif") if word in everything] == []
    text = packed.read(f"{case.number}.txt").decode("utf-8-sig")
    for words in ("师傅已到场", "物业费不能免", "合同第十二条", "7-2-电梯"):
        assert words in text
    assert "只有我们知道" not in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert customer.get("/r/" + "x" * 43 + "/copy.zip").status_code == 404


def test_reasons_are_kept_as_codes_and_shown_at_the_desk(
    customer: Client, open_case: Opener, company: Company, by: Mover, client_for: object
) -> None:
    opened = open_case()
    actions.accept(opened.case.pk, by(company.linxiao))
    actions.resolve(opened.case.pk, by(company.linxiao), cause="旧", done="换", text="好了")
    said = {"solved": "yes", "satisfied": "4", "reasons": ["quick", "promise"]}
    assert customer.post(f"/r/{opened.link}/rate/", said | {"reasons": ["bribe"]}).status_code == 422
    assert customer.post(f"/r/{opened.link}/rate/", said).status_code == 302
    assert CaseEvent.objects.get(kind="visited").data["reasons"] == ["promise", "quick"]
    desk = client_for(company.linxiao)  # type: ignore[operator]
    assert (
        "It went quickly"
        in desk.get(f"/cases/{opened.case.number}/", headers={"accept-language": "en"}).content.decode()
    )
    assert key_of(opened.case.number) == opened.case.pk


def test_every_page_of_customers_is_open_to_all_and_tells_staff_no_more(
    customer: Client, open_case: Opener, company: Company, client_for: object
) -> None:
    """Public addresses × everybody: a log-in changes nothing there, and nothing there logs anybody in."""
    opened = open_case()
    pages = {"/p/": 200, "/p/LJF/": 200, "/q/LIFT7/": 200, "/q/NOPE/": 404, "/lost/": 200, "/my/": 200}
    pages |= {"/my/code/": 302, f"/r/{opened.link}/": 200, f"/r/{opened.link}/copy.zip": 200, "/r/nothing/": 404}
    pages |= {f"/my/{opened.case.number}/": 405, "/my/end/": 405, f"/r/{opened.link}/files/1": 404}
    browsers = {"nobody": Client()}
    browsers |= {
        name: client_for(getattr(company, name))  # type: ignore[operator]
        for name in ("linxiao", "chenjia", "zhougong", "hemin", "zhaozhuguan", "auditor", "admin")
    }
    wrong = [
        (name, path, got)
        for name, browser in browsers.items()
        for path, expected in pages.items()
        if (got := browser.get(path).status_code) != expected
    ]
    assert wrong == []
    closed = {
        name: browser.post(f"/my/{opened.case.number}/").headers["Location"] for name, browser in browsers.items()
    }
    assert set(closed.values()) == {"/my/"}
