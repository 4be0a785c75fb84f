"""The card of a task on the page of its case: for the department that has it, with its form in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions, dispatch
from huiyin.cases.intake import Opened
from huiyin.cases.models import Case, CaseEvent, File, Message
from huiyin.clocks import actions as clocks
from huiyin.clocks.actions import LevelRow
from huiyin.org.history import Editor
from huiyin.org.models import User
from huiyin.standards import editing
from huiyin.web.models import Draft
from tests.conftest import Mover
from tests.people import ALWAYS, LEVELS, NOW, Company

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]
TASK = 3
WHY = "这是门岗的事，请秩序维护部去看"
PHOTO = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A repair at LJF, handed to engineering; signatures are counted."""
    clocks.set_policy("test", (*LEVELS, LevelRow("sign", "P3", 30, ALWAYS)), at=NOW - timedelta(days=1), source="tests")
    found = open_case(kind="repair", category=company.tap, take=True).case
    actions.hand_over(found.pk, by(company.linxiao), department=company.engineering, task="请看龙头")
    return found


def page(client: Client, case: Case, path: str = "", status: int = 200) -> str:
    answer = client.get(f"/cases/{case.number}/{path}")
    assert answer.status_code == status
    return answer.content.decode()


def card(html: str) -> str:
    """The card of a page; empty when it has none."""
    found = re.search(r'<section id="task".*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def buttons(html: str) -> list[str]:
    found = re.search(r'<div class="task-acts">.*?</div>', html, re.DOTALL)
    return re.findall(r'data-verb="([a-z-]+)"', found[0]) if found else []


def text_in(html: str) -> str:
    found = re.search(r'<textarea name="text"[^>]*>\n?([^<]*)</textarea>', html)
    return found[1].strip() if found else ""


def test_the_card_says_what_who_and_by_when_and_offers_five_things_in_order(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    html = card(page(client_for(company.zhougong), case))
    for words in ("请看龙头", "林晓", "reply by", 'href="tel:+8613800138000"', 'class="clock'):
        assert words in html
    assert buttons(html) == ["sign", "reply", "ask-back", "pass-on", "extend"]
    assert f'action="/cases/{case.number}/reply/"' in html
    assert 'capture="environment"' in html


def test_it_is_there_for_the_department_alone(client_for: ClientFor, company: Company, case: Case) -> None:
    for user in (company.linxiao, company.zhaozhuguan, company.auditor, company.admin):
        assert card(page(client_for(user), case)) == ""


def test_what_stands_in_the_card_stands_nowhere_else(client_for: ClientFor, company: Company, case: Case) -> None:
    html = page(client_for(company.zhougong), case)
    acts = html[html.index('id="acts"') :]
    assert [slug for slug in ("sign", "reply", "ask-back", "pass-on", "extend") if f'data-verb="{slug}"' in acts] == []
    assert 'data-verb="return"' in acts


@pytest.mark.parametrize(("verb", "inside"), [("ask-back", True), ("pass-on", True), ("extend", True), ("note", False)])
def test_one_form_is_open_at_a_time(
    client_for: ClientFor, company: Company, case: Case, verb: str, inside: bool
) -> None:
    html = page(client_for(company.zhougong), case, f"{verb}/")
    assert html.count("form composer") == 1
    assert ("form composer" in card(html)) == inside


def test_a_task_is_accepted_with_one_tap(client_for: ClientFor, company: Company, case: Case) -> None:
    client = client_for(company.zhougong)
    client.post(f"/cases/{case.number}/sign/", {"hand_over": TASK})
    assert Case.objects.get(pk=case.pk).signed == [TASK]
    html = card(page(client, case))
    assert buttons(html) == ["reply", "ask-back", "pass-on", "extend"]
    assert "mark signed" in html


def test_an_answer_takes_the_files_and_what_the_camera_took(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    photos = [SimpleUploadedFile(name, PHOTO + name.encode()) for name in ("chosen.png", "taken.png")]
    sent = {"hand_over": TASK, "text": "已更换阀芯", "photos": photos}
    assert client_for(company.zhougong).post(f"/cases/{case.number}/reply/", sent).status_code == 302
    assert sorted(File.objects.filter(case=case).values_list("name", flat=True)) == ["chosen.png", "taken.png"]
    assert card(page(client_for(company.zhougong), case)) == ""


def test_what_was_typed_stays_in_the_card_when_something_is_wrong(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    client = client_for(company.zhougong)
    answer = client.post(f"/cases/{case.number}/pass-on/", {"hand_over": TASK, "department": "", "reason": "不归我们"})
    assert answer.status_code == 422
    assert "不归我们" in card(answer.content.decode())


def test_a_standard_answer_goes_in_by_its_link_below_what_was_typed_before(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    def phrase(zh: str, situation: str = "reply") -> int:
        values = editing.PhraseValues(situation=situation, zh=zh)
        return editing.add_phrase(values, Editor(company.admin, NOW)).pk

    common = phrase("已到{小区}检查，一切正常。")
    phrase("对客户说的话。", "close")
    own = phrase("龙头漏水：阀芯磨损，已更换，一年内不会再漏。")
    client = client_for(company.zhougong)
    links = re.findall(r"\?answer=(\d+)#task", card(page(client, case)))
    assert links == ["0", str(own), str(common)]  # of this category first, none of what customers are told
    assert text_in(page(client, case, f"reply/?answer={common}")) == "已到临江府检查，一切正常。"
    assert text_in(page(client, case, "reply/?answer=0")).splitlines()[0].startswith("Cause")
    Draft.objects.create(user=company.zhougong, case=case, verb="reply", words={"text": "先关了阀门。"}, at=NOW)
    assert text_in(page(client, case, f"reply/?answer={own}")).splitlines() == [
        "先关了阀门。",
        "龙头漏水：阀芯磨损，已更换，一年内不会再漏。",
    ]
    assert text_in(page(client, case)) == "先关了阀门。"
    assert text_in(page(client, case, "reply/?answer=999")) == "先关了阀门。"


def test_the_answer_of_the_front_desk_stands_below_the_question(
    client_for: ClientFor, company: Company, case: Case, by: Mover
) -> None:
    dispatch.ask_back(case.pk, by(company.zhougong), text="几号楼？")
    dispatch.tell(case.pk, by(company.linxiao), text="三号楼")
    dispatch.ask_back(case.pk, by(company.zhougong), text="几单元？")
    dispatch.tell(case.pk, by(company.linxiao), text="二单元")
    html = card(page(client_for(company.zhougong), case))
    assert html.index("几单元？") < html.index("二单元")
    assert "几号楼？" not in html


def test_a_task_that_was_passed_on_shows_who_and_why_and_can_not_be_passed_on_again(
    client_for: ClientFor, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.security, task="请查门禁记录")
    dispatch.pass_on(case.pk, by(company.zhaozhuguan), department=company.engineering, reason=WHY)
    client = client_for(company.zhougong)
    html = card(page(client, case))
    assert "请查门禁记录" in html
    assert f"Passed on by 秩序维护部: {WHY}" in html
    assert "pass-on" not in buttons(html)
    whole = page(client, case)
    assert "秩序维护部 passed its task on to 工程部" in whole
    assert "passed on to 工程部" in whole


def test_a_task_is_passed_on_by_its_form(client_for: ClientFor, company: Company, case: Case) -> None:
    client = client_for(company.zhougong)
    html = card(page(client, case, "pass-on/"))
    assert f'value="{company.security.pk}"' in html
    assert f'value="{company.engineering.pk}"' not in html
    sent = {"hand_over": TASK, "department": company.security.pk, "reason": WHY}
    assert client.post(f"/cases/{case.number}/pass-on/", sent).status_code == 302
    event = CaseEvent.objects.get(case=case, kind="passed")
    assert (event.data["hand_over"], event.data["department"]) == (TASK, company.security.pk)
    assert Message.objects.get(case=case, seq=event.seq).text == WHY
    again = client.post(f"/cases/{case.number}/pass-on/", sent)
    assert again.status_code in (409, 422)


def test_of_a_protected_case_the_card_has_no_phone(
    client_for: ClientFor, company: Company, open_case: Opener, by: Mover
) -> None:
    case = open_case(protected=True, take=True).case
    actions.hand_over(case.pk, by(company.linxiao), department=company.engineering, task="王女士家漏水")
    html = page(client_for(company.zhougong), case)
    assert card(html) != ""
    assert "tel:" not in html
    assert "王女士" not in html


def test_the_page_with_the_card_needs_few_questions(
    client_for: ClientFor, company: Company, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(company.zhougong)
    page(client, case)
    with django_assert_max_num_queries(12):
        page(client, case)
