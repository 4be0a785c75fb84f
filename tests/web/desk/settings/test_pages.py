"""What the pages of the settings do with what is typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from huiyin.cases import queries as cases
from huiyin.clocks import editing as levels
from huiyin.clocks.models import CalendarDay, Policy
from huiyin.org import editing, staffing
from huiyin.org.models import SettingsEntry, User
from huiyin.web.desk.settings.amounts import level_name
from tests.conftest import Opener
from tests.people import PASSWORD, Company, TestClock

ClientFor = Callable[[User], Client]
SITE = {"name": "临江府", "parent": "HQ", "time_zone": "Asia/Shanghai"}


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    """The administrator's."""
    return client_for(company.admin)


def typed(browser: Client, path: str) -> dict[str, str]:
    """The form of a page as it is filled in, with the version it carries."""
    form = browser.get(path).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: "on" if value is True else str(value) for name, value in values.items() if value not in (None, False)}


def test_a_site_is_renamed_and_its_old_name_put_back(browser: Client) -> None:
    sent = typed(browser, "/settings/sites/LJF/") | {"name": "临江府二期"}
    assert browser.post("/settings/sites/LJF/", sent).status_code == 302
    assert editing.site("LJF").name == "临江府二期"
    path = f"/settings/history/{SettingsEntry.objects.get().pk}/restore/"
    assert "临江府" in browser.get(path).content.decode()
    assert browser.post(path).status_code == 302
    assert editing.site("LJF").name == "临江府"
    assert SettingsEntry.objects.count() == 2


def test_the_second_of_two_editors_is_told_and_loses_nothing(browser: Client) -> None:
    first = typed(browser, "/settings/sites/LJF/")
    browser.post("/settings/sites/LJF/", first | {"name": "甲"})
    answer = browser.post("/settings/sites/LJF/", first | {"name": "乙"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="乙"' in page
    assert "changed this meanwhile" in page
    assert "<ins>甲</ins>" in page
    again = re.search(r'name="version" value="(\w+)"', page)
    assert again is not None
    assert browser.post("/settings/sites/LJF/", first | {"name": "乙", "version": again[1]}).status_code == 302
    assert editing.site("LJF").name == "乙"


def test_moving_a_site_is_shown_before_it_is_done(browser: Client) -> None:
    sent = typed(browser, "/settings/sites/LJF/") | {"parent": "FLY"}
    page = browser.post("/settings/sites/LJF/", sent)
    assert "陈佳" in page.content.decode()
    assert editing.site_values(editing.site("LJF")).parent == "HQ"
    assert browser.post("/settings/sites/LJF/", sent | {"seen": "FLY"}).status_code == 302
    assert editing.site_values(editing.site("LJF")).parent == "FLY"


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(browser: Client) -> None:
    answer = browser.post("/settings/sites/new/", SITE | {"code": "ljf", "name": "新项目"})
    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors
    assert 'value="新项目"' in answer.content.decode()


def test_what_is_out_of_use_is_offered_nowhere_and_keeps_its_name(browser: Client, open_case: Opener) -> None:
    case = open_case().case
    for path in ("/settings/sites/FLY/use/", "/settings/departments/finance/use/"):
        assert browser.post(path).status_code == 302
    assert 'value="FLY"' not in browser.get("/cases/new/").content.decode()
    assert "财务部" not in browser.get(f"/cases/{case.number}/hand-over/").content.decode()
    assert browser.get("/p/FLY/").status_code == 404
    assert "枫林苑" in browser.get("/settings/sites/").content.decode()


def test_a_first_password_is_made_up_and_shown_once(browser: Client) -> None:
    sent = {"username": "xiaofang", "name": "小方", "role_0": "agent", "site_0": "LJF"}
    page = browser.post("/settings/staff/new/", sent).content.decode()
    secret = re.search(r'set-secret">([\w-]+)<', page)
    assert secret is not None
    assert staffing.person("xiaofang").check_password(secret[1])
    assert secret[1] not in browser.get("/settings/history/").content.decode()


def test_a_role_without_a_site_is_asked_for_it(browser: Client) -> None:
    sent = typed(browser, "/settings/staff/linxiao/") | {"role_1": "manager", "site_1": ""}
    answer = browser.post("/settings/staff/linxiao/", sent)
    assert answer.status_code == 422
    assert "site_1" in answer.context["form"].errors


def test_a_leaver_is_out_at_once(browser: Client, client_for: ClientFor, company: Company, open_case: Opener) -> None:
    open_case(take=True)
    leaver = client_for(company.linxiao)
    page = browser.get("/settings/staff/linxiao/use/").content.decode()
    assert f"handler={company.linxiao.pk}" in page
    assert browser.post("/settings/staff/linxiao/use/").status_code == 302
    assert leaver.get("/inbox/all/").status_code == 302
    found = browser.get(f"/inbox/all/?handler={company.linxiao.pk}")
    assert len(found.context["rows"]) == 1


def test_an_administrator_stays_one(browser: Client) -> None:
    answer = browser.post("/settings/staff/admin/use/")
    assert answer.status_code == 422
    assert "yourself" in answer.content.decode()


def test_a_new_password_ends_the_sessions_of_that_person(
    browser: Client, client_for: ClientFor, company: Company
) -> None:
    theirs = client_for(company.linxiao)
    browser.post("/settings/staff/linxiao/password/", {"password": PASSWORD + "-anew"})
    assert theirs.get("/inbox/all/").status_code == 302


def test_levels_are_looked_at_before_they_are_saved(browser: Client, open_case: Opener) -> None:
    open_case()
    sent = typed(browser, "/settings/levels/test/") | {"respond_P4_0_n": "1", "source": "contract"}
    page = browser.post("/settings/levels/test/", sent)
    text = page.content.decode()
    assert [change["name"] for change in page.context["effect"]["changes"]] == ["first response · P4"]
    assert "4 hours" in text
    assert "This changes 0 of 2 running clocks" in text
    assert Policy.objects.count() == 1
    assert browser.post("/settings/levels/test/", sent | {"save": "1"}).status_code == 302
    assert levels.table(levels.versions("test")[0])["respond/P4/"] == "60@service"


def test_a_level_under_a_condition_is_told_from_the_one_without(browser: Client) -> None:
    page = browser.get("/settings/levels/test/").content.decode()
    assert page.count("returned twice, who leads") == 1
    assert level_name("arrive/P3/going_on") == "arrival on site · P3 · still going on"
    assert level_name("arrive/P3/") == "arrival on site · P3"


def test_an_emptied_level_is_no_clock_any_more(browser: Client) -> None:
    sent = typed(browser, "/settings/levels/test/") | {"visit_P4_0_n": "", "source": "contract", "save": "1"}
    assert browser.post("/settings/levels/test/", sent).status_code == 302
    assert "visit/P4/" not in levels.table(levels.versions("test")[0])


def test_mondays_hours_are_copied_before_anything_is_saved(browser: Client) -> None:
    sent = typed(browser, "/settings/calendars/work/") | {"day0": "08:00-12:00", "copy": "7"}
    page = browser.post("/settings/calendars/work/", sent).content.decode()
    assert page.count('value="08:00-12:00"') == 7
    assert not SettingsEntry.objects.exists()


def test_a_year_is_pasted_looked_at_and_saved(browser: Client, clock: TestClock) -> None:
    sent = typed(browser, "/settings/holidays/2027/") | {
        "days": "2027-01-01..2027-01-03 holiday 元旦",
        "source": "公告",
    }
    page = browser.post("/settings/holidays/2027/", sent)
    assert len(page.context["effect"]["added"]) == 3
    assert not CalendarDay.objects.filter(day__year=2027).exists()
    assert browser.post("/settings/holidays/2027/", sent | {"save": "1"}).status_code == 302
    assert CalendarDay.objects.filter(day__year=2027).count() == 3


def test_a_category_out_of_use_is_offered_no_longer(browser: Client, company: Company) -> None:
    path = f"/settings/categories/{company.tap.pk}/"
    assert browser.post(path, typed(browser, path) | {"name": "水龙头漏水"}).status_code == 302
    assert browser.post(f"{path}use/").status_code == 302
    assert company.tap.code not in {leaf.code for leaf in cases.categories().leaves}
    assert "水龙头漏水" not in browser.get("/cases/new/").content.decode()


def test_the_history_is_told_in_both_languages(browser: Client) -> None:
    browser.post("/settings/sites/LJF/", typed(browser, "/settings/sites/LJF/") | {"name": "二期"})
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = browser.get("/settings/history/?area=site").content.decode()
    assert "变更记录" in page
    assert "名称" in page
