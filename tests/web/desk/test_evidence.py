"""The pages about a case's files: who sees what of them, and a copy asked for and fetched."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.files import store
from huiyin.cases.models import Case, File
from huiyin.evidence import actions as evidence
from huiyin.evidence.models import Copy
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company

ClientFor = Callable[[User], Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """With three files."""
    photos = [store(SimpleUploadedFile(f"{name}.png", PNG + name.encode())) for name in ("楼道", "门")]
    found = open_case(files=photos).case
    sheet = store(SimpleUploadedFile("报告.pdf", b"%PDF-1.4\n%%EOF\n"))
    actions.accept(found.pk, by(company.linxiao))
    actions.note(found.pk, by(company.linxiao), text="报告", files=[sheet])
    return found


def test_files_are_looked_through_from_first_to_last(case: Case, client_for: ClientFor, company: Company) -> None:
    browser = client_for(company.linxiao)
    first, second, third = File.objects.filter(case=case).order_by("pk")
    page = browser.get(f"/cases/{case.number}/evidence/").content.decode()
    for file in (first, second, third):
        assert f"/cases/{case.number}/files/{file.pk}/look/" in page
        assert file.sha256[:16] in page
    page = browser.get(f"/cases/{case.number}/files/{second.pk}/look/").content.decode()
    assert f'rel="prev" href="/cases/{case.number}/files/{first.pk}/look/"' in page
    assert f'rel="next" href="/cases/{case.number}/files/{third.pk}/look/"' in page
    assert f'<img src="/cases/{case.number}/files/{second.pk}/"' in page
    assert (
        f'<iframe src="/cases/{case.number}/files/{third.pk}/?look"'
        in browser.get(f"/cases/{case.number}/files/{third.pk}/look/").content.decode()
    )
    assert browser.get(f"/cases/{case.number}/files/987654/look/").status_code == 404
    assert f"/files/{first.pk}/look/" in browser.get(f"/cases/{case.number}/").content.decode()


def test_who_had_the_files_is_shown_to_those_alone_who_may(case: Case, client_for: ClientFor, company: Company) -> None:
    file = File.objects.filter(case=case).earliest("pk")
    client_for(company.hemin).get(f"/cases/{case.number}/files/{file.pk}/")
    for way in ("evidence/", f"files/{file.pk}/look/"):
        pages = {
            name: client_for(getattr(company, name)).get(f"/cases/{case.number}/{way}").content.decode()
            for name in ("linxiao", "zhaozhuguan", "auditor", "admin")
        }
        assert {name for name, page in pages.items() if "何敏" in page} == {"zhaozhuguan", "auditor", "admin"}
        assert {name for name, page in pages.items() if "custody" in page} == {"zhaozhuguan", "auditor", "admin"}


def test_a_copy_is_asked_for_made_and_fetched_by_whoever_asked(
    case: Case, client_for: ClientFor, company: Company, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiyin.evidence.copying.pdf_of", lambda document: b"%PDF")
    browser, page = client_for(company.zhaozhuguan), f"/cases/{case.number}/evidence/"
    assert browser.post(page).headers["Location"] == page
    copy = Copy.objects.get()
    assert 'hx-trigger="every 2s"' in browser.get(page).content.decode()
    assert browser.get(f"{page}{copy.pk}/").status_code == 404
    evidence.make(copy.pk, by(company.zhaozhuguan).at)
    assert f"{page}{copy.pk}/" in browser.get(page).content.decode()
    answer: Any = browser.get(f"{page}{copy.pk}/")
    assert "case.pdf" in zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert client_for(company.admin).get(f"{page}{copy.pk}/").status_code == 404
    assert "SHA-256" in browser.get(f"/cases/{case.number}/evidence/").content.decode()
    assert browser.get(f"/cases/{case.number}/").status_code == 200


def test_a_copy_that_failed_says_what_to_do(case: Case, client_for: ClientFor, company: Company, by: Mover) -> None:
    browser = client_for(company.zhaozhuguan)
    browser.post(f"/cases/{case.number}/evidence/")
    Copy.objects.update(state="failed", problem="font")
    assert "fonts-noto-cjk" in browser.get(f"/cases/{case.number}/evidence/").content.decode()


@pytest.mark.parametrize(("name", "status"), [("linxiao", 403), ("zhougong", 404), ("chenjia", 404), ("auditor", 302)])
def test_only_who_may_asks_for_a_copy(
    case: Case, client_for: ClientFor, company: Company, name: str, status: int
) -> None:
    assert client_for(getattr(company, name)).post(f"/cases/{case.number}/evidence/").status_code == status
    assert Copy.objects.count() == (status == 302)


def test_many_files_and_many_rows_ask_the_database_no_more(
    case: Case,
    client_for: ClientFor,
    company: Company,
    by: Mover,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    browser = client_for(company.zhaozhuguan)
    for number in range(6):
        photo = store(SimpleUploadedFile(f"{number}.png", PNG + bytes([number])))
        actions.note(case.pk, by(company.linxiao), text="照片", files=[photo])
    for file in File.objects.filter(case=case):
        browser.get(f"/cases/{case.number}/files/{file.pk}/")
    for way in ("evidence/", f"files/{file.pk}/look/"):
        with django_assert_max_num_queries(12):
            browser.get(f"/cases/{case.number}/{way}")
