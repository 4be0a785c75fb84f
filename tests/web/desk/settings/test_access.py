"""Who gets which answer at which address of the settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.alerts import emergencies
from huiyin.alerts.models import CallRule
from huiyin.customers.models import Tier
from huiyin.messages.models import Entry
from huiyin.org import actions as org
from huiyin.org.models import ApiToken, Role, SettingsEntry, User
from huiyin.recovery.models import Budget, Limit
from huiyin.standards import editing as words
from huiyin.standards.models import ForbiddenPattern, Phrase
from tests.people import PEOPLE, Company, TestClock
from tests.standards.conftest import CALM

ClientFor = Callable[[User], Client]


@pytest.fixture
def pages(company: Company, clock: TestClock) -> list[str]:
    """Every address."""
    org.issue_token(company.linxiao, "tablet", at=clock.now)
    token, leaf = ApiToken.objects.get().pk, company.tap.pk
    rule = CallRule(site=company.hq, order=1, minutes=5, department=company.engineering)
    emergencies.add_rules([rule])
    words.furnish([{"origin": "a", "situation": "greeting", "zh": "您好"}], [CALM])
    phrase, pattern = Phrase.objects.get().pk, ForbiddenPattern.objects.get().pk
    Tier.objects.create(code="gold", name="金卡")
    Entry.objects.create(code="LIFT7", site=company.ljf, place="7-2-电梯")
    return [
        "/settings/",
        "/settings/sites/",
        "/settings/sites/new/",
        "/settings/sites/LJF/",
        "/settings/sites/HQ/",
        "/settings/sites/LJF/use/",
        "/settings/departments/",
        "/settings/departments/new/",
        "/settings/departments/engineering/",
        "/settings/departments/engineering/use/",
        "/settings/staff/",
        "/settings/staff/?left=1",
        "/settings/staff/new/",
        "/settings/staff/linxiao/",
        "/settings/staff/linxiao/use/",
        "/settings/staff/linxiao/password/",
        f"/settings/staff/linxiao/tokens/{token}/",
        "/settings/levels/",
        "/settings/levels/test/",
        "/settings/levels/test/1/",
        "/settings/levels/test/1/take-up/",
        "/settings/levels/test/1/withdraw/",
        "/settings/limits/",
        "/settings/limits/new/",
        f"/settings/limits/{Limit.objects.all()[0].pk}/",
        f"/settings/limits/{Limit.objects.all()[0].pk}/remove/",
        "/settings/budgets/",
        "/settings/budgets/?month=2026-04",
        "/settings/budgets/new/",
        f"/settings/budgets/{Budget.objects.get().pk}/",
        "/settings/calendars/",
        "/settings/calendars/new/",
        "/settings/calendars/work/",
        "/settings/holidays/2026/",
        "/settings/holidays/2031/",
        "/settings/categories/",
        "/settings/categories/new/",
        f"/settings/categories/new/?below={company.tap.parent_id}",
        f"/settings/categories/{leaf}/",
        f"/settings/categories/{company.tap.parent_id}/",
        f"/settings/categories/{leaf}/use/",
        "/settings/calls/",
        "/settings/calls/new/",
        f"/settings/calls/new/?like={rule.pk}",
        f"/settings/calls/{rule.pk}/",
        f"/settings/calls/{rule.pk}/remove/",
        "/settings/phrases/",
        "/settings/phrases/new/",
        f"/settings/phrases/{phrase}/",
        f"/settings/phrases/{phrase}/use/",
        "/settings/forbidden/",
        "/settings/forbidden/new/",
        f"/settings/forbidden/{pattern}/",
        f"/settings/forbidden/{pattern}/use/",
        "/settings/codes/",
        "/settings/codes/new/",
        "/settings/codes/LIFT7/",
        "/settings/codes/LIFT7/use/",
        "/settings/codes/LIFT7/poster.svg",
        "/settings/sheets/",
        "/settings/sheets/LJF/",
        "/settings/failures/",
        "/settings/failures/new/",
        "/settings/failures/again/",
        "/settings/failures/again/use/",
        "/settings/grades/new/",
        "/settings/grades/minor/",
        "/settings/grades/minor/use/",
        "/settings/playbooks/",
        "/settings/playbooks/new/",
        "/settings/playbooks/worst/",
        "/settings/playbooks/worst/meant/",
        "/settings/playbooks/worst/use/",
        "/settings/playbooks/worst/discard/",
        "/settings/playbooks/worst/1/",
        "/settings/tiers/",
        "/settings/tiers/new/",
        "/settings/tiers/gold/",
        "/settings/tiers/gold/use/",
        "/settings/history/",
        "/settings/history/?area=site&thing=LJF",
    ]


def test_administrators_open_every_page_and_nobody_else_any(
    client_for: ClientFor, company: Company, pages: list[str]
) -> None:
    wrong = []
    for person in PEOPLE:
        browser, expected = client_for(getattr(company, person)), 200 if person == "admin" else 403
        for path in pages:
            wrong += [(person, path, got) for got in [browser.get(path).status_code] if got != expected]
            if person != "admin":
                wrong += [(person, path, got) for got in [browser.post(path).status_code] if got != 403]
    assert wrong == []
    assert not SettingsEntry.objects.exists()


def test_strangers_go_to_the_log_in(client: Client, pages: list[str]) -> None:
    assert {client.get(path).headers["Location"].split("?")[0] for path in pages} == {"/login/"}


def test_an_administrator_of_one_site_does_not_edit_what_is_of_the_whole_company(
    client_for: ClientFor, company: Company
) -> None:
    some = org.add_user("branch", "分店", password=None, grants=((Role.ADMINISTRATOR, company.ljf),))
    assert client_for(some).get("/settings/").status_code == 403


def test_what_is_not_there_is_404(client_for: ClientFor, company: Company) -> None:
    browser = client_for(company.admin)
    gone = ("sites/X/", "departments/x/", "staff/x/", "staff/linxiao/tokens/9/", "levels/x/", "levels/test/9/")
    calls = ("calls/9/", "calls/9/remove/", "calls/new/?like=9")
    more = (
        "codes/x/",
        "codes/x/use/",
        "codes/x/poster.svg",
        "sheets/X/",
        "calendars/x/",
        "holidays/1999/",
        "categories/99999/",
        "history/?area=x",
        "history/99999/restore/",
    )
    words = ("phrases/9/", "phrases/9/use/", "forbidden/9/", "forbidden/9/use/")
    assert {browser.get(f"/settings/{path}").status_code for path in gone + calls + more + words} == {404}


def test_the_rail_leads_to_the_settings_whoever_may_edit_them(client_for: ClientFor, company: Company) -> None:
    def offered(user: User) -> bool:
        return 'href="/settings/"' in client_for(user).get("/inbox/all/").content.decode()

    assert [name for name in PEOPLE if offered(getattr(company, name))] == ["admin"]
