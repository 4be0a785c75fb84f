"""The page that compares a list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.org.models import User
from tests.conftest import Opener
from tests.people import Company

ClientFor = Callable[[User], Client]


def send(client: Client, text: str, **more: str) -> tuple[int, str]:
    file = SimpleUploadedFile("march.csv", text.encode())
    answer = client.post("/imports/reconcile/", {"file": file, "source": "12345", **more})
    return answer.status_code, answer.content.decode()


def test_what_differs_is_shown_and_opens_the_case(company: Company, open_case: Opener, client_for: ClientFor) -> None:
    case = open_case(source="12345", external_number="A1").case
    status, page = send(client_for(company.admin), "工单号,状态\nA1,已办结\nA9,已办结\n")
    assert status == 200
    assert "march.csv" in page
    assert "On the list and not here" in page
    assert "A9" in page
    assert "Finished there, open here" in page
    assert f'href="/cases/{case.number}/"' in page
    assert "both sides agree" not in page


def test_when_nothing_differs_it_says_so(company: Company, open_case: Opener, client_for: ClientFor) -> None:
    open_case(source="12345", external_number="A1")
    assert "both sides agree" in send(client_for(company.admin), "工单号\nA1\n")[1]


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("a\n1\n", {}, "No column looks like numbers of cases"),
        ("工单号\nA1\n", {"first": "2026-03-01"}, "Give both days, or neither."),
        ("工单号\nA1\n", {"first": "2026-03-02", "last": "2026-03-01"}, "The period ends before it begins."),
    ],
)
def test_what_cant_be_compared_is_told_at_its_place(
    company: Company, client_for: ClientFor, text: str, more: dict[str, str], told: str
) -> None:
    status, page = send(client_for(company.admin), text, **more)
    assert status == 422
    assert told in page
