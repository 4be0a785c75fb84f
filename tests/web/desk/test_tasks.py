"""The tasks of a department, a row each, by deadline."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, dispatch, files
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case
from huiyin.clocks.models import Clock
from huiyin.org.models import User
from huiyin.web.desk.tasks import place, place_text
from tests.conftest import Mover
from tests.people import NOW, Company, TestClock

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
MOST_QUERIES = 12
WHY = "这是门岗的事，请秩序维护部去看"
URL = "/inbox/department/"


def subjects(client: Client, path: str = URL) -> list[str]:
    return re.findall(r'<a href="/cases/\d+/"[^>]*>([^<]+)</a>', client.get(path).content.decode())


def older(client: Client, path: str) -> str:
    found = re.search(r'href="(\?[^"]+)" rel="next"', client.get(path).content.decode())
    return URL + found[1].replace("&amp;", "&") if found else ""


@pytest.fixture
def given(open_case: Opener, company: Company, by: Mover) -> Callable[..., Case]:
    """Opens a case and hands it to engineering."""

    def give(subject: str = "电梯停运", task: str = "去看", **options: object) -> Case:
        case = open_case(subject=subject, take=True, **options).case
        actions.hand_over(case.pk, by(company.linxiao, 0), department=company.engineering, task=task)
        return case

    return give


def test_tasks_stand_by_deadline_and_not_by_age(
    client_for: ClientFor, company: Company, given: Callable[..., Case]
) -> None:
    given("不急", category=company.fee, kind="inquiry")
    given("急", category=company.lift, kind="repair")
    given("也不急", category=company.fee, kind="inquiry")
    assert subjects(client_for(company.zhougong)) == ["急", "不急", "也不急"]


def test_a_row_says_what_where_for_whom_and_how_far(
    client_for: ClientFor, company: Company, given: Callable[..., Case], by: Mover, clock: TestClock
) -> None:
    case = given(task="请看七栋二单元的电梯", place="7-2-电梯", category=company.lift, kind="repair")
    photo = files.store(SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64))
    actions.note(case.pk, by(company.linxiao, 0), text="照片", files=[photo])
    dispatch.sign(case.pk, by(company.zhougong, 0))
    dispatch.ask_back(case.pk, by(company.zhougong, 0), text="几号梯？")
    page = client_for(company.zhougong).get(URL).content.decode()
    wanted = ("请看七栋二单元的电梯", "7-2-电梯", "王女士", 'href="tel:+8613800138000"', ">P2<", "2 h 0 min left")
    assert [words for words in wanted if words not in page] == []
    marks = re.findall(r'<span class="mark [a-z]+">([^<]+)</span>', page)
    assert marks == ["signed", "asked the front desk", "files: 1"]
    dispatch.apply_return(case.pk, by(company.zhougong, 0), reason=WHY)
    clock.move(121)
    page = client_for(company.zhougong).get(URL).content.decode()
    assert '<time class="clock late"' in page
    assert "return asked for" in page


def test_who_may_not_know_the_customer_gets_neither_name_nor_phone(
    client_for: ClientFor, company: Company, given: Callable[..., Case]
) -> None:
    given(task="王女士家漏水，电话13800138000", protected=True, kind="repair")
    page = client_for(company.zhougong).get(URL).content.decode()
    assert subjects(client_for(company.zhougong)) != []
    for words in ("王女士", "13800138000", "tel:"):
        assert words not in page


def test_what_another_department_passed_on_stands_with_its_old_words_and_the_reason(
    client_for: ClientFor, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(subject="门禁", take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="请查门禁记录")
    dispatch.pass_on(case.pk, by(company.zhaozhuguan), department=company.engineering, reason=WHY)
    page = client_for(company.zhougong).get(URL).content.decode()
    assert "请查门禁记录" in page
    assert f"passed on by 秩序维护部: {WHY}" in page


def test_neither_tasks_of_others_nor_those_that_are_done_stand_here(
    client_for: ClientFor, company: Company, given: Callable[..., Case], by: Mover
) -> None:
    done, passed, theirs = given("回复了"), given("转走了"), given("投诉的是他们")
    actions.reply(done.pk, by(company.zhougong), text="已修好")
    dispatch.pass_on(passed.pk, by(company.zhougong), department=company.security, reason=WHY)
    dispatch.concern(theirs.pk, by(company.linxiao), users=[company.zhougong], departments=[], reason="投诉对象")
    given("还在")
    assert subjects(client_for(company.zhougong)) == ["还在"]


def test_who_leads_reads_cases_and_not_tasks(
    client_for: ClientFor, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(subject="前台的", take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.frontdesk, task="去看")
    page = client_for(company.linxiao).get(URL).content.decode()
    assert 'class="case-row"' in page


def test_older_pages_go_on_by_deadline_and_end_with_what_has_none(
    client_for: ClientFor, company: Company, given: Callable[..., Case]
) -> None:
    for number in range(103):
        given(f"第{number:03d}件")
    Clock.objects.filter(kind="reply", case__subject__gte="第060件").delete()  # no service level for them
    browser, path, seen = client_for(company.zhougong), URL, list[str]()
    while path:
        seen += subjects(browser, path)
        path = older(browser, path)
    assert seen[:60] == [f"第{number:03d}件" for number in range(60)]
    assert seen[60:] == [f"第{number:03d}件" for number in reversed(range(60, 103))]


def test_fifty_tasks_need_no_more_questions_than_one(
    client_for: ClientFor,
    company: Company,
    given: Callable[..., Case],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def asked() -> int:
        with django_assert_max_num_queries(MOST_QUERIES) as counted:
            client.get(URL)
        return len(counted)

    client = client_for(company.zhougong)
    given()
    asked()  # reads what is kept between requests
    alone = asked()
    for _row in range(51):
        given()
    assert asked() <= alone


def test_the_index_gives_the_order(company: Company, given: Callable[..., Case]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a planner that has statistics reads a small table whole")
    given()
    rows = Clock.objects.filter(stopped_at=None, department=company.engineering).order_by("due_at", "pk")
    plan = rows.explain()
    assert "clock_of_department" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("at", [(NOW, 17), (None, 3)])
def test_a_place_survives_the_way_through_an_address(at: tuple[None, int]) -> None:
    assert place(place_text(at)) == at


def test_nonsense_in_the_address_begins_at_the_front() -> None:
    assert [place(text) for text in ("", "x~1", "-~", "-~x", "2026-03-11~1")] == [None] * 5
