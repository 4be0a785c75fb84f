"""A customer on a phone, from the code on the wall to the rating, and back again after losing the link."""

from __future__ import annotations

import random
import re
import struct
import zlib

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case, CaseEvent, File
from huiyin.messages import sending
from huiyin.messages.models import Entry
from tests.messages.conftest import Postman, mailing, postman
from tests.messages.test_proofs import code_in
from tests.messages.test_sending import link_in
from tests.people import Company, TestClock

from .test_whole_loop import PHONE, Door, door

__all__ = ["door", "mailing", "postman"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "wang@example.com"
RECEIPT = re.compile(r"/r/[\w-]{43}/$")


def photo() -> bytes:
    """A PNG of 1700 × 300 points of noise, too heavy to send as it is."""
    source, wide, high = random.Random(7), 1700, 300
    rows = b"".join(b"\0" + source.randbytes(3 * wide) for _ in range(high))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def wall(company: Company) -> Entry:
    """A code in a lift of LJF."""
    return Entry.objects.create(code="LIFT7", site=company.ljf, place="7-2-电梯")


def fits(page: Page) -> None:
    """Nothing stands out to the right of a phone."""
    # Without scripts on the page the browser's own still answer.
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def says(page: Page, email: str = EMAIL) -> None:
    """Report a lift, with a photo."""
    page.click('label:has([name=kind][value="repair"])')
    expect(page.locator("[name=place]")).to_have_value("7-2-电梯")
    page.fill("[name=text]", "电梯又停了，老人下不了楼。")
    page.set_input_files("[name=photos]", {"name": "lift.png", "mimeType": "image/png", "buffer": photo()})
    page.fill("[name=phone]", "13800138000")
    page.fill("[name=email]", email)
    page.wait_for_timeout(1500)  # the photo is made smaller meanwhile, where there are scripts
    page.click(".sticky-submit button")
    expect(page).to_have_url(RECEIPT)


def test_from_the_code_on_the_wall_to_the_rating(
    door: Door, company: Company, wall: Entry, request: pytest.FixtureRequest
) -> None:
    page = door("/q/LIFT7/", size=PHONE)
    fits(page)
    says(page)
    fits(page)
    case, sent = Case.objects.get(), File.objects.get()
    scripted = "without script" not in request.node.name
    assert sent.media_type == ("image/jpeg" if scripted else "image/png")
    assert (sent.size < len(photo())) == scripted
    expect(page.locator(".number b")).to_have_text(re.compile(rf"{case.number[:4]} "))

    actions.accept(case.pk, By(company.linxiao, timezone.now()))
    actions.answer(case.pk, By(company.linxiao, timezone.now()), text="师傅十点到，请留人。")
    page.reload()
    expect(page.locator(".message.us", has_text="师傅十点到")).to_be_visible()
    page.fill("[name=text]", "我在家，请按门铃。")
    page.click("#write button")
    expect(page.locator(".message.customer", has_text="请按门铃")).to_be_visible()

    actions.resolve(case.pk, By(company.linxiao, timezone.now()), cause="门机", done="更换", text="电梯已恢复。")
    page.reload()
    page.click('label:has([name=solved][value="yes"])')
    page.click('label:has([name=satisfied][value="5"])')
    page.click('label:has([name=reasons][value="quick"])')
    fits(page)
    page.click("#rate button")
    expect(page.locator("#rate h2")).to_contain_text("5/5")
    said = CaseEvent.objects.get(case=case, kind="visited").data
    assert (said["solved"], said["satisfied"], said["reasons"]) == (True, 5, ["quick"])
    with page.expect_download() as saved:
        page.click("a[download]")
    assert saved.value.suggested_filename == f"{case.number}.zip"


def test_a_lost_link_comes_back_by_mail_and_all_cases_by_a_code(
    door: Door, company: Company, wall: Entry, postman: Postman
) -> None:
    page = door("/q/LIFT7/", size=PHONE)
    says(page)
    case = Case.objects.get()
    sending.sweep(timezone.now())
    assert case.number[:4] in postman.mails[0]["Subject"]

    lost = door("/lost/", size=PHONE)
    lost.fill("[name=known]", case.number)
    lost.click("main form button")
    expect(lost.locator("[role=status] h2")).to_be_visible()
    fits(lost)
    sending.sweep(timezone.now())
    lost.goto(f"/r/{link_in(postman.words())}/")
    expect(lost.locator(".message.customer", has_text="电梯又停了")).to_be_visible()

    mine = door("/my/", size=PHONE)
    mine.fill("[name=email]", "Wang@Example.com")
    mine.click("main form button")
    expect(mine).to_have_url(re.compile("/my/code/$"))
    mine.fill("[name=code]", "12")
    mine.click("main form button")
    expect(mine.locator(".error-summary")).to_be_visible()
    sending.sweep(timezone.now())
    mine.fill("[name=code]", code_in(postman.words()))
    mine.click("main form button")
    expect(mine.locator(".own-cases li")).to_have_count(1)
    fits(mine)
    mine.click(".own-cases button")
    expect(mine).to_have_url(RECEIPT)


def test_without_a_connection_the_words_stay_and_nothing_is_counted_as_sent(
    door: Door, company: Company, wall: Entry, request: pytest.FixtureRequest, clock: TestClock
) -> None:
    if "without script" in request.node.name:
        pytest.skip("a browser without scripts shows its own page, and its way back keeps the words")
    page = door("/q/LIFT7/", size=PHONE)
    page.click('label:has([name=kind][value="inquiry"])')
    page.fill("[name=text]", "几点开门？")
    page.context.set_offline(True)
    page.click(".sticky-submit button")
    expect(page.locator("[data-no-net]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-no-net]")).to_have_count(0)
    expect(page.locator("[name=text]")).to_have_value("几点开门？")
    page.click(".sticky-submit button")
    expect(page).to_have_url(RECEIPT)
    assert Case.objects.count() == 1
