"""What is worth warning of, on its pages: why, each figure with its cases, the notice about it, and not now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.standards import foreseeing
from huiyin.standards.models import Foreseen
from tests.conftest import Opener
from tests.people import NOW, Company
from tests.standards.test_foreseeing import look, meet

ClientFor = Callable[[User], Client]
LIST = "/settings/notices/warnings/"
pytestmark = pytest.mark.tampers


@pytest.fixture
def found(company: Company, open_case: Opener) -> Foreseen:
    """Six neighbours met a stopped lift for the first time."""
    meet(company, open_case, ago=5)
    look()
    return Foreseen.objects.get()


@pytest.fixture
def lead(company: Company, client_for: ClientFor) -> Client:
    """赵主管 looks."""
    return client_for(company.zhaozhuguan)


def html(client: Client, path: str) -> str:
    """A page as it comes."""
    return client.get(path).content.decode()


def test_the_list_says_why_and_each_figure_opens_its_cases(lead: Client, found: Foreseen) -> None:
    page = html(lead, LIST)
    assert "3 × 2 × 3 = <strong>18</strong>" in page
    assert "6 P1 or P2 (100 %)" in page
    link = re.search(r'<a href="([^"]+)">6 P1 or P2', page)
    assert link
    rows = html(lead, link[1].replace("&amp;", "&"))
    assert rows.count('class="case-row') == 6
    assert not Case.objects.filter(category=found.category).exclude(severity="P2").exists()


def test_the_page_of_one_lists_who_met_it_for_the_first_time(lead: Client, found: Foreseen) -> None:
    page = html(lead, f"{LIST}{found.pk}/")
    assert all(f"/cases/{one.number}/" in page for one in Case.objects.filter(category=found.category))


def test_a_notice_is_written_from_what_is_known(lead: Client, found: Foreseen) -> None:
    link = re.search(r'href="([^"]+)">Write a notice', html(lead, LIST))
    assert link
    form = lead.get(link[1].replace("&amp;", "&")).context["form"]
    assert form["site"].value() == "LJF"
    assert form["kind"].value() == "use"
    assert form["categories"].value() == ["repair/lift/stopped"]


def test_the_notice_of_a_season_runs_from_a_week_before_it(company: Company, open_case: Opener, lead: Client) -> None:
    meet(company, open_case, ago=364 - 21 - 3)
    look()
    link = re.search(r'href="([^"]+)">Write a notice', html(lead, LIST))
    assert link
    form = lead.get(link[1].replace("&amp;", "&")).context["form"]
    assert form["kind"].value() == "season"
    assert form["show_from"].value() == "2026-03-25T00:00"
    assert form["until"].value() == "2026-04-29T00:00"


def test_not_now_needs_a_reason_and_is_undone_by_a_click(lead: Client, found: Foreseen) -> None:
    assert lead.post(f"{LIST}{found.pk}/", {"until": "2026-04-01", "reason": ""}).status_code == 422
    assert lead.post(f"{LIST}{found.pk}/", {"until": "2026-04-01", "reason": "下周换电梯"}).status_code == 302
    page = html(lead, LIST)
    assert "下周换电梯" in page
    assert "Write a notice" not in page
    assert lead.post(f"{LIST}{found.pk}/take-up/").status_code == 302
    assert "Write a notice" in html(lead, LIST)


def test_the_numbers_are_edited_and_stand_in_the_history(
    company: Company, client_for: ClientFor, found: Foreseen
) -> None:
    admin = client_for(company.admin)
    path = f"{LIST}numbers/"
    fields: dict[str, Any] = dict(vars(foreseeing.rule()))
    assert admin.post(path, fields | {"severe_some": 60}).status_code == 422
    assert admin.post(path, fields | {"least": 7, "source": "会议"}).status_code == 302
    assert foreseeing.rule().least == 7
    assert "Customers who met it, at least" in html(admin, "/settings/history/")


def test_the_list_asks_the_same_however_much_is_in_it(
    company: Company, open_case: Opener, lead: Client, found: Foreseen
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            lead.get(LIST)
        return len(captured)

    asked()
    few = asked()
    meet(company, open_case, ago=4, first=20, category=company.tap)
    meet(company, open_case, ago=4, first=40, category=company.corridor)
    look(NOW + timedelta(days=1))
    assert Foreseen.objects.count() == 3
    assert asked() == few
    assert few <= 12


def test_a_manager_is_led_to_the_list_by_the_notice(company: Company, lead: Client, found: Foreseen) -> None:
    page = html(lead, "/notices/")
    assert "Customers had better be warned of something" in page
    assert f'href="{LIST}"' in page
