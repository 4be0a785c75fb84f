"""The settings for whom they are not; every address by every method is in `tests/web/test_every_address.py`."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from huiyin.alerts import emergencies
from huiyin.alerts.models import CallRule
from huiyin.org import actions as org
from huiyin.org.models import Role, User
from tests.people import PEOPLE, Company

ClientFor = Callable[[User], Client]


def test_lists_and_forms_open_with_what_their_addresses_ask_besides(client_for: ClientFor, company: Company) -> None:
    rule = CallRule(site=company.hq, order=1, minutes=5, department=company.engineering)
    emergencies.add_rules([rule])
    browser = client_for(company.admin)
    for path in (
        *("staff/?left=1", "sites/HQ/", "holidays/2031/", f"categories/new/?below={company.tap.parent_id}"),
        *(f"categories/{company.tap.parent_id}/", f"calls/new/?like={rule.pk}", "history/?area=site&thing=LJF"),
    ):
        assert browser.get(f"/settings/{path}").status_code == 200, path


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
