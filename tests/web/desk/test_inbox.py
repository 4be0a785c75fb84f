"""The inbox and its pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.alerts import incidents
from huiyin.cases import actions, counting, dispatch, listing
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.clocks import actions as clocks
from huiyin.org.models import User
from huiyin.web.desk.inbox import cursor, cursor_text
from tests.people import NOW, Company, TestClock

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
MOST_QUERIES = 12
"""One of them asks what waits for this person: a call must stand on every page. Search on PostgreSQL needs them all."""


def subjects(client: Client, path: str) -> list[str]:
    """What stands in the rows of a page."""
    page = client.get(path).content.decode()
    return re.findall(r'<a href="/cases/\d+/"[^>]*>([^<]+)</a>', page)


def older(client: Client, path: str) -> str:
    found = re.search(r'href="(\?[^"]+)" rel="next"', client.get(path).content.decode())
    return path.split("?", maxsplit=1)[0] + found[1].replace("&amp;", "&") if found else ""


def test_each_view_shows_its_own_cases(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    mine, given = open_case(subject="我的").case, open_case(subject="转派的").case
    open_case(subject="没人接的")
    open_case(site=company.fly, by=By(company.chenjia, clock.now), subject="枫林苑的")
    for case in (mine, given):
        actions.accept(case.pk, By(company.linxiao, clock.now))
    actions.hand_over(given.pk, By(company.linxiao, clock.now), department=company.engineering, task="去看")
    browser = client_for(company.linxiao)
    assert subjects(browser, "/inbox/mine/") == ["转派的", "我的"]
    assert subjects(browser, "/inbox/unassigned/") == ["没人接的"]
    assert subjects(browser, "/inbox/all/") == ["没人接的", "转派的", "我的"]
    assert subjects(client_for(company.zhougong), "/inbox/department/") == ["转派的"]
    assert subjects(client_for(company.zhougong), "/inbox/all/") == ["转派的"]
    assert subjects(client_for(company.hemin), "/inbox/all/")[0] == "枫林苑的"


def test_what_is_due_stands_by_deadline(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    open_case(subject="不急", category=company.fee, kind="inquiry")
    open_case(subject="紧急", category=company.lift)
    assert subjects(client_for(company.linxiao), "/inbox/due/") == []
    clock.move(14)
    clocks.sweep(clock.now)
    assert subjects(client_for(company.linxiao), "/inbox/due/") == ["紧急"]
    clock.move(60 * 30)
    clocks.sweep(clock.now)
    assert subjects(client_for(company.linxiao), "/inbox/due/") == ["紧急", "不急"]


def test_filters_narrow_and_nonsense_in_them_is_ignored(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    open_case(subject="投诉")
    open_case(subject="报修", kind="repair")
    open_case(subject="枫林苑", site=company.fly, by=By(company.chenjia, clock.now))
    browser = client_for(company.hemin)
    assert subjects(browser, "/inbox/all/?kind=repair") == ["报修"]
    assert subjects(browser, "/inbox/all/?site=FLY") == ["枫林苑"]
    assert subjects(browser, "/inbox/all/?site=HQ&status=received&kind=complaint") == ["枫林苑", "投诉"]
    assert subjects(browser, "/inbox/all/?status=closed") == []
    assert len(subjects(browser, "/inbox/all/?status=x&kind=y&site=Z&before=w")) == 3


def test_a_site_of_others_can_not_be_asked_for(client_for: ClientFor, company: Company, open_case: Opener) -> None:
    open_case()
    assert subjects(client_for(company.chenjia), "/inbox/all/?site=LJF") == []


@pytest.mark.parametrize("path", ["/inbox/mine/", "/inbox/all/?kind=complaint", "/inbox/due/"])
def test_older_pages_go_on_where_the_last_one_ended(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock, path: str
) -> None:
    for number in range(51):
        open_case(subject=f"第{number:03d}件", take=True)
    clock.move(60 * 11)
    clocks.sweep(clock.now)
    browser, seen = client_for(company.linxiao), list[str]()
    while path:
        seen += subjects(browser, path)
        path = older(browser, path)
    assert len(seen) == 51
    assert sorted(seen) == [f"第{number:03d}件" for number in range(51)]


@pytest.mark.parametrize(
    "path",
    [
        "/inbox/mine/",
        "/inbox/all/",
        "/inbox/due/",
        "/inbox/to-decide/",
        "/inbox/supervised/",
        "/search/?q=电梯",
        "/visits/",
        "/inbox/all/?open=1&sort=severity&kind=complaint&channel=phone",
        "/inbox/all/?sort=due&col=owner&col=tags",
        "/inbox/all/news/?sort=oldest",
    ],
)
def test_fifty_rows_need_no_more_questions_than_one(
    client_for: ClientFor,
    company: Company,
    open_case: Opener,
    clock: TestClock,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    def asked() -> int:
        with django_assert_max_num_queries(MOST_QUERIES) as counted:
            client.get(path)
        return len(counted)

    def one_more(ended: bool) -> None:
        case = open_case(subject="电梯", take=True).case
        if ended:
            actions.resolve(case.pk, By(company.linxiao, clock.now), cause="门机", done="更换", text="已修好")
            return
        dispatch.refer(case.pk, By(company.linxiao, clock.now), reason="责任不清")
        dispatch.supervise(case.pk, By(company.zhaozhuguan, clock.now), reason="重点关注")

    lead = {"/visits/": company.hemin, "/inbox/to-decide/": company.zhaozhuguan}
    client = client_for(lead.get(path, company.linxiao))
    one_more(path == "/visits/")
    clock.move(60 * 5)
    client.get(path)  # reads what is kept between requests
    alone = asked()
    for _row in range(50):
        one_more(path == "/visits/")
    clock.move(60 * 5)
    assert asked() <= alone


def test_a_row_tells_whose_turn_it_is_and_until_when(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case = open_case(place="7-2-1203", category=company.lift, take=True).case
    page = client_for(company.linxiao).get("/inbox/mine/").content.decode()
    for words in ("王女士", "7-2-1203", "林晓", "P2", "15 min left"):
        assert words in page
    clock.move(16)
    assert '<time class="clock late"' in client_for(company.linxiao).get("/inbox/mine/").content.decode()
    assert case.number in page


def test_a_row_is_marked_with_what_sets_the_case_apart(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    case, plain = open_case(take=True, subject="有标记").case, open_case(take=True, subject="没有标记").case
    by = By(company.zhaozhuguan, clock.move(1))
    dispatch.refer(case.pk, by, reason="责任不清")
    dispatch.supervise(case.pk, by, reason="重点关注")
    for _time in range(2):
        dispatch.chase(case.pk, by)
    incidents.open_incident(company.ljf, by, title="停电", case_ids=[case.pk])
    page = client_for(company.linxiao).get("/inbox/mine/").content.decode()
    marks = re.findall(r'<span class="mark [a-z]+">([^<]+)</span>', page)
    assert marks == ["waits for a decision", "supervised", "chased ×2", "incident"]
    assert subjects(client_for(company.zhaozhuguan), "/inbox/to-decide/") == ["有标记"]
    assert subjects(client_for(company.linxiao), "/inbox/supervised/") == ["有标记"]
    assert subjects(client_for(company.linxiao), "/inbox/to-decide/") == []
    assert subjects(client_for(company.zhaozhuguan), "/inbox/to-decide/?kind=repair") == []
    assert plain.number in page


def test_the_order_and_the_columns_are_chosen_in_the_address(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    for subject, category in (("不急", company.fee), ("紧急", company.lift), ("平常", company.tap)):
        open_case(subject=subject, category=category, kind="repair", place="七号楼门厅")
        clock.move(1)
    desk = client_for(company.linxiao)
    orders = {
        "newest": ["平常", "紧急", "不急"],
        "oldest": ["不急", "紧急", "平常"],
        "severity": ["紧急", "平常", "不急"],
        "due": ["紧急", "平常", "不急"],
        "nonsense": ["平常", "紧急", "不急"],
    }
    for sort, wanted in orders.items():
        assert subjects(desk, f"/inbox/all/?sort={sort}") == wanted, sort
    page = desk.get("/inbox/all/?col=number&col=channel").content.decode()
    assert page.count('<span class="fact channel">phone</span>') == 3
    assert "七号楼门厅" not in page


@pytest.mark.parametrize("sort", ["oldest", "due", "severity", "changed"])
def test_older_pages_go_on_in_every_order(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock, sort: str
) -> None:
    for number in range(52):
        open_case(subject=f"第{number:03d}件")
        clock.move(number % 2)
    path, seen = f"/inbox/unassigned/?sort={sort}&channel=phone", list[str]()
    while path:
        seen += subjects(client_for(company.linxiao), path)
        path = older(client_for(company.linxiao), path)
    assert len(seen) == 52
    assert len(set(seen)) == 52


def test_counts_stand_in_the_rail_exact_to_a_hundred(
    client_for: ClientFor, company: Company, open_case: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(view: str) -> str:
        page = client_for(company.linxiao).get("/inbox/all/").content.decode()
        found = re.search(rf'href="/inbox/{view}/"[^>]*>.*?</a>', page)
        assert found
        number = re.search(r'<span class="count">([^<]*)</span>', found[0])
        return number[1] if number else ""

    assert (count("mine"), count("unassigned")) == ("", "")
    for _case in range(3):
        open_case()
    open_case(take=True)
    assert (count("mine"), count("unassigned")) == ("1", "3")
    monkeypatch.setattr(counting, "MOST", 3)
    assert count("unassigned") == "2+"
    monkeypatch.setattr(counting, "MOST", 100)
    monkeypatch.setattr(counting, "LOOKED_AT", 2)
    assert count("unassigned") == "3+"


def test_a_page_that_leaves_counting_to_a_second_request_is_told_where(
    client_for: ClientFor, company: Company, open_case: Opener, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = open_case(take=True).case
    desk = client_for(company.linxiao)
    page = desk.get(f"/cases/{case.number}/").content.decode()
    found = re.search(r'data-quiet hx-get="(/rail/[^"]*)"', page)
    assert found
    assert 'class="count"' not in page
    with django_assert_max_num_queries(12):
        lists = desk.get(found[1].replace("&amp;", "&")).content.decode()
    assert re.search(r'href="/inbox/mine/"[^>]*>.*?<span class="count">1</span>', lists)
    assert "hx-get" not in lists


def test_news_come_when_there_are_some(client_for: ClientFor, company: Company, open_case: Opener) -> None:
    open_case(subject="第一件")
    desk = client_for(company.linxiao)
    page = desk.get("/inbox/unassigned/?kind=complaint").content.decode()
    address = re.search(r'data-news="([^"]+)" data-etag="([^"]+)"', page)
    assert address
    tag = address[2].replace("&quot;", '"')
    same = desk.get(address[1], headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    open_case(subject="第二件")
    news = desk.get(address[1], headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert news.headers["ETag"] != tag
    assert "第二件" in news.content.decode()
    assert '<li data-url="/inbox/unassigned/">2</li>' in news.content.decode()
    assert "<html" not in news.content.decode()


def test_a_page_that_was_not_looked_through_to_the_end_says_so(
    client_for: ClientFor, company: Company, open_case: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        open_case(kind="praise" if number == 0 else "repair")
    monkeypatch.setattr(listing, "STRETCHES", (3, 5))
    desk = client_for(company.linxiao)
    page = desk.get("/inbox/all/?kind=praise").content.decode()
    assert "8 cases were looked through" in page
    assert "Go on looking" in page
    assert subjects(desk, older(desk, "/inbox/all/?kind=repair")) != []


def test_an_empty_view_says_what_would_be_here(client_for: ClientFor, company: Company) -> None:
    views = ("mine", "unassigned", "due", "to-decide", "supervised", "department", "all")
    for path in (*(f"/inbox/{view}/" for view in views), "/visits/"):
        assert 'class="empty"' in client_for(company.linxiao).get(path).content.decode(), path
    assert 'href="/inbox/all/"' in client_for(company.linxiao).get("/inbox/all/?kind=repair").content.decode()


def test_a_place_in_a_page_by_time_survives_the_way_through_an_address() -> None:
    assert cursor(cursor_text((NOW, 17))) == (NOW, 17)
    assert [cursor(text) for text in (None, "", "x~1", "2026-03-11~1", "2026-03-11T02:00:00+00:00~x")] == [None] * 5


@pytest.mark.parametrize(
    "path", ["/cases/new/", "/visits/", "/incidents/", "/notices/", "/words/", "/account/", "/imports/", "/views/new/"]
)
def test_counts_stand_on_other_pages_too(
    client_for: ClientFor,
    company: Company,
    open_case: Opener,
    clock: TestClock,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    for _ in range(3):
        open_case()
    case = open_case(take=True).case
    dispatch.refer(case.pk, By(company.linxiao, clock.move(1)), reason="责任不清")
    client = client_for(company.zhaozhuguan)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(path).content.decode()
    shown = dict(re.findall(r'<span class="long">([^<]+)</span>.*?<span class="count">([^<]+)</span>', page))
    assert (shown["Unassigned"], shown["To decide"]) == ("3", "1")
