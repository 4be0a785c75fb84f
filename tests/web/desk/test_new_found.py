"""What stands beside the form for a new case while it is typed, with script and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, categories
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.customers.actions import Person
from huiyin.org.history import Editor
from huiyin.org.models import User
from huiyin.returns import actions as returns
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, TestClock

ClientFor = Callable[[User], Client]
NEW = {"site": "LJF", "kind": "complaint", "channel": "phone"}
TOLD = "三号楼的电梯今天早上又停了，家里有老人，下不了楼。"
TYPED = {**NEW, "text": "三号楼电梯停了，老人下不来"}
MOST_QUERIES = 12


@pytest.fixture
def desk(client_for: ClientFor, company: Company, clock: TestClock) -> Client:
    return client_for(company.linxiao)


def beside(desk: Client, **typed: Any) -> str:
    answer = desk.post("/cases/new/check/", NEW | typed)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_caller_is_found_by_the_beginning_of_their_number_name_or_place(desk: Client, open_case: Opener) -> None:
    open_case(subject="水管漏水", place="7-2-1203", person=Person("王女士", "13800138000"))
    for typed in ({"phone": "138 0013"}, {"phone": "+8613800138000"}, {"name": "王"}, {"place": "7-2-12"}):
        page = beside(desk, **typed)
        assert "王女士" in page, typed
        assert "水管漏水" in page
    for typed in ({"phone": "13"}, {"phone": "139"}, {"name": "女士"}, {"place": "7-3"}):
        assert "王女士" not in beside(desk, **typed), typed


def test_their_open_cases_stand_first_and_what_they_said_at_the_visit_too(
    desk: Client, company: Company, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    open_case(subject="还没办的")
    done = open_case(subject="办完的", take=True).case
    actions.resolve(done.pk, by(company.linxiao), cause="门机", done="换了", text="好了")
    result = returns.Result("link", reached=True, solved=True, satisfied=4, words="修好了")
    returns.rate(done.pk, result=result, at=clock.move(5))
    page = beside(desk, phone="13800138000")
    assert "their number" in page
    assert page.index("还没办的") < page.index("办完的")
    assert re.search(r"办完的.*said: solved, 4 of 5", page, re.DOTALL)


def test_whose_cases_one_does_not_see_is_nobody(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    open_case()
    open_case(person=Person("赵明理", "13712345678"), protected=True)
    assert "王女士" not in beside(client_for(company.chenjia), site="FLY", phone="13800138000")
    page = beside(client_for(company.hemin), phone="13712345678", name="赵明理")
    assert "赵明理" not in page.replace('value="赵明理', "")
    assert "13712345678" not in page
    assert "赵明理" in beside(client_for(company.zhaozhuguan), phone="13712345678")


def test_what_is_probably_the_same_matter_is_shown_with_its_reasons(
    desk: Client, company: Company, open_case: Opener
) -> None:
    case = open_case(text=TOLD, place="3号楼", person=Person("李先生", "13900139000")).case
    page = beside(desk, text=TYPED["text"], place="三号楼", phone="13900139000")
    assert "Probably the same matter" in page
    for reason in ("same place", "same customer", "same words:", f'name="join" value="{case.number}"'):
        assert reason in page
    assert "Probably the same matter" not in beside(desk, text="想问一下物业费怎么交")


def test_a_protected_caller_is_joined_into_nothing(desk: Client, open_case: Opener) -> None:
    open_case(text=TOLD)
    for protected in ({"protected": "on"}, {"kind": "report"}):
        page = beside(desk, **{**TYPED, **protected})
        assert "Probably the same matter" in page
        assert 'name="join"' not in page


def test_the_category_is_suggested_until_one_is_chosen(desk: Client, company: Company, open_case: Opener) -> None:
    for _time in range(2):
        open_case(text=TOLD, category=company.lift)
    page = beside(desk, text=TYPED["text"])
    assert f'value="category={company.lift.pk}"' in page
    assert "2 like cases stand under it" in page
    assert "Category that fits" not in beside(desk, text=TYPED["text"], category=company.tap.pk)


def test_severity_answers_with_its_reason_and_the_time_to_read_out_follows(desk: Client, company: Company) -> None:
    page = beside(desk, category=company.lift.pk, kind="repair")
    assert "P2: usual for this category" in page
    assert "We will answer you by <strong>today 10:15</strong>" in page
    assert "我们会在 <strong>今天 10:15</strong> 前给您回话" in page
    page = beside(desk, danger="on")
    assert "P1: danger to people" in page
    assert "today 10:05" in page
    assert "getting worse (2)" in beside(desk, state="2", scope="1")


@pytest.mark.parametrize("typed", [{"site": "FLY"}, {"site": ""}, {"category": "x"}, {"state": "9"}, {"phone": "\x00"}])
def test_what_can_not_be_is_passed_over(desk: Client, typed: dict[str, str]) -> None:
    assert "Probably" not in beside(desk, **{**TYPED, **typed})


def test_it_asks_few_questions(
    desk: Client, company: Company, open_case: Opener, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _time in range(5):
        open_case(text=TOLD, place="3号楼")
    typed = {**TYPED, "name": "王", "phone": "138", "place": "3号楼"}
    beside(desk, **typed)
    with django_assert_max_num_queries(MOST_QUERIES):
        beside(desk, **typed)


def test_without_script_a_button_brings_the_same_and_keeps_what_was_typed(
    desk: Client, company: Company, open_case: Opener
) -> None:
    open_case(text=TOLD)
    typed = {"check": "1", "subject": "留着", "state": "1", "take": "on", "about_departments": company.engineering.pk}
    answer = desk.post("/cases/new/", TYPED | typed | {"photos": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Probably the same matter" in page
    for kept in (TYPED["text"], "留着", '<details class="card field-set about" open>', "choose your photos again"):
        assert kept in page
    assert re.search(r'name="state" value="1"[^>]*checked', page)
    assert re.search(r'name="take"[^>]*checked', page)
    assert "has-error" not in page
    assert Case.objects.count() == 1


def test_a_button_fills_in_the_person_or_the_category_without_script(
    desk: Client, company: Company, open_case: Opener
) -> None:
    open_case(place="7-2-1203")
    fill = re.search(r'name="fill" value="([^"]+)"', beside(desk, name="王"))
    assert fill
    page = desk.post("/cases/new/", TYPED | {"fill": fill[1]}).content.decode()
    for field in ('name="name" value="王女士"', 'name="phone" value="13800138000"', 'name="place" value="7-2-1203"'):
        assert field in page
    page = desk.post("/cases/new/", TYPED | {"fill": f"category={company.lift.pk}&site=FLY"}).content.decode()
    assert f'<option value="{company.lift.pk}" selected>' in page
    assert '<option value="LJF" selected>' in page
    assert not Case.objects.filter(subject=TYPED["text"]).exists()


def test_one_click_receives_the_words_as_a_case_of_its_own_joined_into_the_other(
    desk: Client, company: Company, open_case: Opener, by: Mover
) -> None:
    target = open_case(text=TOLD, category=company.lift, person=Person("李先生", "13900139000")).case
    answer = desk.post("/cases/new/", TYPED | {"name": "王女士", "join": target.number, "take": "on"}, follow=True)
    case = Case.objects.order_by("-pk")[0]
    assert (case.status, case.joined_into_id, case.handler) == ("joined", target.pk, None)
    page = unescape(answer.content.decode())
    assert answer.redirect_chain[0][0] == f"/cases/{case.number}/tell/"
    assert "and joined into" in page
    assert "We will answer you by <strong>today 10:15</strong>. Your number is" in page
    assert "/r/" in page


@pytest.mark.parametrize("why", ["ended", "nonsense", "protected", "unseen"])
def test_what_can_not_be_joined_is_received_all_the_same(
    desk: Client, company: Company, open_case: Opener, by: Mover, clock: TestClock, why: str
) -> None:
    other = company.fly if why == "unseen" else company.ljf
    target = open_case(text=TOLD, site=other, by=By(company.hemin, clock.now), take=True).case
    if why == "ended":
        actions.resolve(target.pk, by(company.hemin), cause="门机", done="换了", text="好了")
    typed = TYPED | {"join": "nonsense" if why == "nonsense" else target.number}
    typed |= {"protected": "on"} if why == "protected" else {}
    page = unescape(desk.post("/cases/new/", typed, follow=True).content.decode())
    assert "Received as a case of its own, and not joined:" in page
    assert Case.objects.order_by("-pk")[0].status == "received"


def test_only_who_takes_cases_in_looks_callers_up(
    client_for: ClientFor, company: Company, client: Client, clock: TestClock
) -> None:
    for who in (company.zhougong, company.auditor):
        assert client_for(who).post("/cases/new/check/", TYPED).status_code == 403
    assert client.post("/cases/new/check/", TYPED).headers["Location"].startswith("/login/")
    assert client_for(company.linxiao).get("/cases/new/check/").status_code == 405


def test_the_fields_of_the_category_say_what_must_be_filled_in_before_resolving(
    desk: Client, company: Company, open_case: Opener
) -> None:
    lift = categories.values_of(company.lift)
    wanted = replace(lift, extra_fields="梯号 *\n停在几层 | number")
    categories.change(company.lift.code, wanted, Editor(company.admin, NOW))
    assert "梯号" not in beside(desk)
    page = beside(desk, category=str(company.lift.pk))
    assert re.search(r"<li>梯号 <span class=.mark.>needed before resolving</span></li>", page)
    assert "<li>停在几层</li>" in page
    case = open_case(category=company.lift, take=True).case
    form = unescape(desk.get(f"/cases/{case.number}/fill/").content.decode())
    assert re.search(r"梯号 <span class=.optional.>\(needed before resolving\)", form)
    assert re.search(r"停在几层 <span class=.optional.>\(optional\)", form)
