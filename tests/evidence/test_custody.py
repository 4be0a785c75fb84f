"""Who was given a file stands there before the first byte leaves, and nobody can take it out again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from huiyin.cases.models import Case, File
from huiyin.evidence.models import Handling
from huiyin.org.actions import issue_token
from huiyin.org.models import User
from tests.conftest import Mover
from tests.people import Company

ClientFor = Callable[[User], Client]


def custody(case: Case) -> list[tuple[str, str]]:
    """Who was given what way, in order."""
    rows = Handling.objects.filter(case=case).order_by("pk").select_related("user")
    return [(row.user.username if row.user else "", row.act) for row in rows]


def test_each_time_a_file_is_looked_at_or_saved_is_a_row_of_its_own(
    case: Case, client_for: ClientFor, company: Company
) -> None:
    photo, sheet = File.objects.filter(case=case).order_by("pk")
    browser = client_for(company.linxiao)
    for path in (f"{photo.pk}/", f"{photo.pk}/", f"{photo.pk}/?save", f"{sheet.pk}/?look"):
        assert browser.get(f"/cases/{case.number}/files/{path}").status_code == 200
    assert custody(case) == [("linxiao", act) for act in ("shown", "shown", "saved", "shown")]


def test_the_api_leaves_a_row_too(case: Case, client: Client, company: Company, by: Mover) -> None:
    photo = File.objects.filter(case=case).earliest("pk")
    token = issue_token(company.hemin, "test", at=by(company.hemin).at)
    answer = client.get(f"/api/v1/cases/{case.number}/files/{photo.pk}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert custody(case) == [("hemin", "saved")]


def test_whoever_may_not_see_the_file_leaves_no_row(case: Case, client_for: ClientFor, company: Company) -> None:
    photo = File.objects.filter(case=case).earliest("pk")
    assert client_for(company.chenjia).get(f"/cases/{case.number}/files/{photo.pk}/").status_code == 404
    assert custody(case) == []


def test_one_statement_writes_it_down(case: Case, client_for: ClientFor, company: Company) -> None:
    photo = File.objects.filter(case=case).earliest("pk")
    browser = client_for(company.linxiao)
    browser.get(f"/cases/{case.number}/files/{photo.pk}/")
    counting = _Counting()
    with connection.execute_wrapper(counting):
        browser.get(f"/cases/{case.number}/files/{photo.pk}/")
    assert [text.split()[0] for text in counting.asked if "evidence_handling" in text] == ["INSERT"]


class _Counting:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute: Callable[..., object], sql: str, *rest: object) -> object:
        self.asked.append(sql)
        return execute(sql, *rest)


@pytest.mark.parametrize("change", ["update", "delete", "raw"])
def test_no_row_can_be_changed_or_removed(case: Case, client_for: ClientFor, company: Company, change: str) -> None:
    photo = File.objects.filter(case=case).earliest("pk")
    client_for(company.linxiao).get(f"/cases/{case.number}/files/{photo.pk}/")
    rows = Handling.objects.filter(case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        if change == "update":
            rows.update(user=company.hemin)
        elif change == "delete":
            rows.delete()
        else:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM evidence_handling")
    assert custody(case) == [("linxiao", "shown")]


def test_what_people_sent_can_do_nothing_in_a_browser(case: Case, client_for: ClientFor, company: Company) -> None:
    browser = client_for(company.linxiao)
    photo, sheet = File.objects.filter(case=case).order_by("pk")
    shown = {(photo, ""): "inline", (photo, "?save"): "attachment", (photo, "?look"): "inline"}
    shown |= {(sheet, ""): "attachment", (sheet, "?save"): "attachment", (sheet, "?look"): "inline"}
    for (file, how), wanted in shown.items():
        answer = browser.get(f"/cases/{case.number}/files/{file.pk}/{how}")
        framed = file == sheet and how == "?look"
        policy = "default-src 'none'; sandbox" + ("; frame-ancestors 'self'" if framed else "")
        assert answer.headers["Content-Security-Policy"] == policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY")
        assert answer.headers["Content-Disposition"].startswith(wanted), (file, how)


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "image/heic", "video/mp4", "application/xhtml+xml"])
def test_nothing_but_pictures_and_pdf_is_ever_shown_inside_a_page(
    case: Case, client_for: ClientFor, company: Company, kind: str
) -> None:
    photo = File.objects.filter(case=case).earliest("pk")
    File.objects.filter(pk=photo.pk).update(media_type=kind)
    browser = client_for(company.linxiao)
    for how in ("", "?look"):
        answer = browser.get(f"/cases/{case.number}/files/{photo.pk}/{how}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    page = browser.get(f"/cases/{case.number}/files/{photo.pk}/look/").content.decode()
    assert ("<iframe" in page, f'<img src="/cases/{case.number}/files' in page) == (False, False)
