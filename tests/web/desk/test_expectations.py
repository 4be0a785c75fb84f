"""What was expected, on the pages: the form, the side of the case, and the month with a link to its cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases import actions, expecting
from huiyin.cases.files import store
from huiyin.cases.models import Case, File
from huiyin.org.models import User
from tests.cases.test_expecting import end
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]
SENT = {"kind": "over-promised", "settled": "agreed", "promiser": "sales", "text": "销售说管一辈子"}


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """A case that has ended with an answer."""
    return end(open_case(category=company.lift).case, company, by)


def html(client: Client, path: str) -> str:
    """A page as it comes."""
    return client.get(path).content.decode()


def test_an_agent_writes_down_what_was_expected(company: Company, case: Case, client_for: ClientFor, by: Mover) -> None:
    desk = client_for(company.linxiao)
    assert f"/cases/{case.number}/expectation/" in html(desk, f"/cases/{case.number}/")
    form = html(desk, f"/cases/{case.number}/expectation/")
    assert "we promised too much" in form
    case.refresh_from_db()
    sent = SENT | {"department": str(company.finance.pk), "version": str(case.seq)}
    assert desk.post(f"/cases/{case.number}/expectation/", sent | {"promiser": ""}).status_code == 422
    assert desk.post(f"/cases/{case.number}/expectation/", sent).status_code == 302
    page = html(desk, f"/cases/{case.number}/")
    assert page.count("we promised too much (sales · 财务部); agreed in writing") == 2  # beside it, and in its timeline
    assert "the signed sheet is missing" in page


def test_the_signed_sheet_is_one_click_away(company: Company, case: Case, client_for: ClientFor, by: Mover) -> None:
    photo = store(SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64))
    actions.note(case.pk, by(company.hemin), text="签好的", files=[photo])
    file = File.objects.get(case=case)
    desk = client_for(company.linxiao)
    case.refresh_from_db()
    sent = {"kind": "mistaken", "settled": "agreed", "file": str(file.pk), "version": str(case.seq)}
    assert desk.post(f"/cases/{case.number}/expectation/", sent).status_code == 302
    page = html(desk, f"/cases/{case.number}/")
    assert f'href="/cases/{case.number}/files/{file.pk}/">The signed sheet' in page


def test_each_count_of_the_month_opens_its_cases(
    company: Company, case: Case, client_for: ClientFor, by: Mover
) -> None:
    more: dict[str, Any] = {"promiser": "sales", "department": company.finance}
    expecting.expectation(case.pk, by(company.linxiao), kind="over-promised", settled="informed", **more)
    lead = client_for(company.zhaozhuguan)
    page = html(lead, "/reports/expectations/?month=2026-03")
    links = set(re.findall(r'href="(/inbox/all/[^"]+)"', page))
    assert any("category=repair" in one for one in links)
    for link in links:
        assert case.number in html(lead, link.replace("&amp;", "&")), link
    assert re.search(r"<h3>财务部", page)
    assert "Nothing was found" in html(lead, "/reports/expectations/?month=2026-02")
    assert lead.get("/reports/expectations/?month=2026-13").status_code == 404
    assert client_for(company.linxiao).get("/reports/expectations/").status_code == 403


def test_what_nobody_has_sorted_is_counted_and_opens_no_other_cases(
    company: Company, case: Case, open_case: Opener, client_for: ClientFor, by: Mover
) -> None:
    for one in (case, end(open_case(category=None).case, company, by)):
        expecting.expectation(one.pk, by(company.linxiao), kind="mistaken", settled="informed")
    page = html(client_for(company.zhaozhuguan), "/reports/expectations/?month=2026-03")
    (row,) = re.findall(r'<tr><th scope="row">Not sorted yet</th>.*?</tr>', page)
    assert "href" not in row
    assert re.findall(r"<td>(.*?)</td>", row) == ["–", "1", "–", "–", "1"]


def test_the_month_asks_the_same_however_many_were_found(
    company: Company, open_case: Opener, client_for: ClientFor, by: Mover
) -> None:
    lead = client_for(company.zhaozhuguan)

    def found(count: int) -> int:
        for _n in range(count):
            one = end(open_case(category=company.lift).case, company, by)
            expecting.expectation(one.pk, by(company.hemin), kind="over-promised", settled="taught", promiser="agent")
        with CaptureQueriesContext(connection) as captured:
            lead.get("/reports/expectations/?month=2026-03")
        return len(captured)

    found(1)
    assert found(0) == found(3) <= 12
