"""Notices to customers on the pages: where a customer reads them, where an agent does, and how one is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.given import By
from huiyin.org import actions as org
from huiyin.org.models import Role, User
from huiyin.standards import announced, announcing, editing
from huiyin.standards.announcing import stamp
from huiyin.standards.models import CustomerNotice
from tests.conftest import Opener
from tests.people import Company, TestClock
from tests.standards.conftest import CALM, DELETE
from tests.standards.test_notices import STATEMENT, TANK
from tests.web.test_portal_codes import LIGHT
from tests.web.test_portal_doors import VOICE

ClientFor = Callable[[User], Client]
ENGLISH: dict[str, Any] = {"title_en": "Tank cleaning", "text_en": "No water.", "advice_en": "Keep some water."}
FORM = {
    "kind": "work",
    "site": "LJF",
    "title": "电梯检修",
    "text": "一部电梯停用。",
    "show_from": "2026-03-11T10:00",
    "begins_at": "2026-03-11T14:00",
    "until": "2026-03-11T16:00",
}


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a browser spoke stays in its test."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def shown(company: Company, clock: TestClock) -> CustomerNotice:
    """A tank is cleaned today at 临江府, in both languages."""
    by = By(company.zhaozhuguan, clock.now)
    return announcing.approve(announcing.write(replace(TANK, **ENGLISH), by).pk, by)


@pytest.fixture
def second(company: Company, clock: TestClock) -> By:
    """Another supervisor, who reads what the first has written."""
    grants = ((Role.SUPERVISOR, company.ljf),)
    return By(org.add_user("qian", "钱主管", password=None, department=None, grants=grants), clock.now)


@pytest.fixture
def customer(shown: CustomerNotice) -> Client:
    """A customer's phone."""
    return Client(headers={"accept-language": "en"})


def test_the_first_page_of_a_site_tells_what_is_announced_in_the_readers_language(
    customer: Client, company: Company, clock: TestClock
) -> None:
    page = customer.get("/p/LJF/").content.decode()
    assert "Tank cleaning" in page
    assert "today 14:00–16:00" in page
    assert "Keep some water." in page
    assert "水箱清洗" in customer.get("/p/LJF/?language=zh-hans").content.decode()
    assert "Tank cleaning" not in customer.get("/p/FLY/?language=en").content.decode()
    clock.now += timedelta(hours=6)
    assert "Tank cleaning" not in customer.get("/p/LJF/").content.decode()


def test_before_the_first_word_what_is_out_of_order_stands_first_and_three_are_in_sight(
    customer: Client, company: Company, clock: TestClock, second: By
) -> None:
    by, soon = By(company.zhaozhuguan, clock.now), stamp(clock.now + timedelta(hours=2))
    always: dict[str, Any] = {"begins_at": "", "until": stamp(clock.now + timedelta(days=9))}
    for values in (
        replace(TANK, kind="scope", title="scope", **always),
        replace(TANK, kind="use", title="use", **always),
        replace(TANK, kind="season", title="season", **always),
        replace(STATEMENT, title="statement"),
        replace(TANK, title="soon", begins_at=soon),
        replace(TANK, kind="outage", title="now", begins_at=stamp(clock.now - timedelta(hours=1))),
    ):
        announcing.approve(announcing.write(values, by).pk, second)
    page = customer.get("/p/LJF/").content.decode()
    titles = re.findall(r"<summary>(?:<b>)?([^<]+)", page[page.index('class="told"') : page.index("</section>")])
    assert titles == ["now", "soon", "Tank cleaning", "4 more notices", "statement", "season", "use", "scope"]
    behind = page[page.index('class="behind"') : page.index("</section>")]
    assert " open>" not in page[: page.index("</section>")]  # the statement waits behind with the others
    assert behind.count("<details") == 5 - 1
    one = customer.get("/p/FLY/").content.decode()
    assert "more notice" not in one


def test_a_statement_among_the_first_stands_open(
    customer: Client, company: Company, clock: TestClock, second: By
) -> None:
    announcing.approve(announcing.write(STATEMENT, By(company.zhaozhuguan, clock.now)).pk, second)
    page = customer.get("/p/LJF/").content.decode()
    assert 'class="behind"' not in page
    assert re.search(r"<details[^>]* open>\s*<summary><b>关于水质的说明", page)


def test_many_long_notices_leave_the_first_page_light_and_ask_nothing(
    customer: Client, company: Company, clock: TestClock, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    before = len(customer.get("/p/LJF/").content)
    by = By(company.zhaozhuguan, clock.now)
    for _ in range(12):
        announcing.approve(announcing.write(replace(TANK, text="长" * 300, advice="长" * 200), by).pk, by)
    after = len(customer.get("/p/LJF/").content)
    assert after - before < LIGHT / 4
    with django_assert_max_num_queries(2):
        customer.get("/p/LJF/")


def test_the_receipt_page_says_what_was_announced_when_it_came_and_not_what_came_after(
    customer: Client, company: Company, clock: TestClock
) -> None:
    link = customer.post("/p/LJF/", VOICE).headers["Location"]
    clock.now += timedelta(days=1)
    by = By(company.zhaozhuguan, clock.now)
    later = replace(TANK, title="后来的事", show_from=stamp(clock.now), until=stamp(clock.now + timedelta(days=1)))
    announcing.approve(announcing.write(replace(later, begins_at=""), by).pk, by)
    page = customer.get(link).content.decode()
    assert "This was announced when you wrote to us" in page
    assert "Tank cleaning" in page
    assert "后来的事" not in page
    link = customer.post("/p/LJF/", VOICE | {"token": "2"}).headers["Location"]
    page = customer.get(link).content.decode()
    assert "后来的事" in page
    assert "Tank cleaning" not in page


def test_a_notice_costs_a_new_case_no_statement(
    company: Company, open_case: Opener, clock: TestClock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    open_case()
    with CaptureQueriesContext(connection) as plain:
        open_case()
    by = By(company.zhaozhuguan, clock.now)
    announcing.approve(announcing.write(TANK, by).pk, by)
    open_case()
    with django_assert_num_queries(len(plain)):
        open_case()


def test_the_agent_is_told_what_to_say_and_the_case_page_has_a_line(
    company: Company, client_for: ClientFor, open_case: Opener, shown: CustomerNotice
) -> None:
    agent = client_for(company.linxiao)
    for page in (
        agent.get("/cases/new/").content.decode(),
        agent.post("/cases/new/check/", {"site": "LJF", "text": "没水了"}).content.decode(),
    ):
        assert "Announced at this site: say it" in page
        assert "Tank cleaning · today 14:00–16:00" in page
    case = open_case(site=company.ljf).case
    assert "Tank cleaning · today 14:00–16:00" in agent.get(f"/cases/{case.number}/").content.decode()


def test_a_notice_about_a_category_is_not_said_for_another(
    company: Company, client_for: ClientFor, clock: TestClock
) -> None:
    by = By(company.zhaozhuguan, clock.now)
    announcing.approve(announcing.write(replace(TANK, categories=company.lift.code), by).pk, by)
    agent = client_for(company.linxiao)
    sent = {"site": "LJF", "text": "x", "category": str(company.lift.pk)}
    assert "水箱清洗" in agent.post("/cases/new/check/", sent).content.decode()
    sent["category"] = str(company.tap.pk)
    assert "水箱清洗" not in agent.post("/cases/new/check/", sent).content.decode()


def test_a_supervisor_writes_looks_and_shows_it(company: Company, client_for: ClientFor) -> None:
    lead = client_for(company.zhaozhuguan)
    answer = lead.post("/settings/notices/new/", FORM)
    made = CustomerNotice.objects.get()
    assert answer.headers["Location"] == f"/settings/notices/{made.pk}/"
    assert made.begins_at is not None
    assert made.begins_at.isoformat() == "2026-03-11T06:00:00+00:00"
    assert "draft" in lead.get("/settings/notices/").content.decode()
    lead.post(f"/settings/notices/{made.pk}/approve/")
    page = lead.get(f"/settings/notices/{made.pk}/").content.decode()
    assert "Approve it" not in page
    assert "电梯检修" in Client().get("/p/LJF/").content.decode()
    changed = lead.post(f"/settings/notices/{made.pk}/change/", FORM | {"title": "电梯大修"})
    assert changed.status_code == 302
    assert "电梯大修" in Client().get("/p/LJF/").content.decode()
    assert lead.post(f"/settings/notices/{made.pk}/withdraw/", {"reason": ""}).status_code == 422
    lead.post(f"/settings/notices/{made.pk}/withdraw/", {"reason": "改期"})
    assert "电梯大修" not in Client().get("/p/LJF/").content.decode()
    assert "改期" in lead.get(f"/settings/notices/{made.pk}/").content.decode()
    assert "电梯大修" in lead.get("/settings/notices/?over=1").content.decode()


def test_words_that_had_better_not_be_said_come_back_with_the_way_to_keep_them(
    company: Company, client_for: ClientFor
) -> None:
    editing.furnish([], [CALM, DELETE])
    lead = client_for(company.zhaozhuguan)
    answer = lead.post("/settings/notices/new/", FORM | {"text": "请您冷静。"})
    assert answer.status_code == 422
    assert "Keep these words anyway" in answer.content.decode()
    assert lead.post("/settings/notices/new/", FORM | {"text": "请您冷静。", "anyway": "on"}).status_code == 302
    answer = lead.post("/settings/notices/new/", FORM | {"text": "照片先删了。", "anyway": "on"})
    assert answer.status_code == 422


def test_a_colleague_approves_a_statement_and_its_next_word_is_filled_in(
    company: Company, client_for: ClientFor, clock: TestClock
) -> None:
    made = announcing.write(STATEMENT, By(company.zhaozhuguan, clock.now))
    writer = client_for(company.zhaozhuguan)
    page = writer.get(f"/settings/notices/{made.pk}/").content.decode()
    assert "a colleague reads it and approves it" in page
    writer.post(f"/settings/notices/{made.pk}/approve/")
    assert announced.at_site(company.ljf.pk, clock.now) == []
    client_for(_another(company)).post(f"/settings/notices/{made.pk}/approve/")
    assert [row.pk for row in announced.at_site(company.ljf.pk, clock.now)] == [made.pk]
    assert "原因尚未查明。" in Client().get("/p/LJF/").content.decode()
    page = writer.get(f"/settings/notices/new/?after={made.pk}").content.decode()
    assert "原因尚未查明。" in page
    assert writer.post(f"/settings/notices/{made.pk}/change/", FORM).status_code == 422


def _another(company: Company) -> User:
    grants = ((Role.MANAGER, company.ljf),)
    return org.add_user("qian", "钱经理", password=None, department=company.frontdesk, grants=grants)


def test_an_old_form_is_sent_back_with_what_was_typed(
    company: Company, client_for: ClientFor, shown: CustomerNotice
) -> None:
    lead = client_for(company.zhaozhuguan)
    answer = lead.post(f"/settings/notices/{shown.pk}/change/", FORM | {"version": "old"})
    assert answer.status_code == 409
    assert "电梯检修" in answer.content.decode()


def test_pages_of_notices_ask_little(
    company: Company,
    client_for: ClientFor,
    open_case: Opener,
    shown: CustomerNotice,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lead = client_for(company.zhaozhuguan)
    case = open_case(site=company.ljf).case
    paths = ("", "?over=1", "new/", f"{shown.pk}/", f"{shown.pk}/change/")
    for path in (*(f"/settings/notices/{one}" for one in paths), "/cases/new/", f"/cases/{case.number}/"):
        lead.get(path)
        with django_assert_max_num_queries(12):
            assert lead.get(path).status_code == 200, path
