"""Several at one case: who else is here, what is new, and drafts that only their writer sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.org.models import User
from huiyin.web.desk.drafts import KEPT
from huiyin.web.models import Draft, Looking
from tests.conftest import Opener
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]


@pytest.fixture
def case(open_case: Opener) -> Case:
    return open_case(take=True).case


def beat(client: Client, case: Case, **sent: object) -> str:
    return client.post(f"/cases/{case.number}/together/", sent).content.decode()


def test_who_else_looks_and_who_writes_is_told_to_the_others(
    client_for: ClientFor, company: Company, case: Case
) -> None:
    first, second = client_for(company.linxiao), client_for(company.hemin)
    assert beat(first, case).strip() == ""
    assert "林晓 is looking at this too" in beat(second, case, writing="answer")
    assert "何敏 is writing: Answer the customer" in beat(first, case)
    assert "何敏 is looking" in (beat(second, case, writing="<b>"), beat(first, case))[1]


def test_who_left_a_minute_ago_is_not_here(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    beat(client_for(company.hemin), case)
    clock.move(2)
    assert beat(client_for(company.linxiao), case).strip() == ""


def test_what_was_written_since_the_page_was_made_is_told_but_no_clocks_mark(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    desk, version = client_for(company.linxiao), Case.objects.get(pk=case.pk).seq
    assert "new" not in beat(desk, case, version=version)
    actions.answer(case.pk, By(company.hemin, clock.move(1)), text="师傅在路上", public=True)
    assert "There is something new." in beat(desk, case, version=version)
    told = beat(desk, case, version=version, writing="answer")
    assert "Somebody was quicker" in told
    assert "Answered the customer · 何敏" in told


def test_nobody_beats_at_a_case_they_may_not_see(client_for: ClientFor, company: Company, case: Case) -> None:
    other = client_for(company.chenjia)
    assert other.post(f"/cases/{case.number}/together/").status_code == 404
    assert other.post(f"/cases/{case.number}/draft/answer/", {"text": "x"}).status_code == 404
    assert (Looking.objects.count(), Draft.objects.count()) == (0, 0)


def test_a_draft_is_there_again_for_its_writer_alone(client_for: ClientFor, company: Company, case: Case) -> None:
    desk, page = client_for(company.linxiao), f"/cases/{case.number}/"
    assert desk.post(f"{page}draft/answer/", {"text": "您好，师傅", "draft": "on"}).status_code == 204
    assert "您好，师傅" in desk.get(f"{page}answer/").content.decode()
    assert "Draft of" in desk.get(page).content.decode()
    assert "您好，师傅" not in client_for(company.hemin).get(f"{page}answer/").content.decode()
    assert "Draft of" not in client_for(company.hemin).get(page).content.decode()


@pytest.mark.parametrize("how", ["sent", "emptied", "discarded"])
def test_a_draft_ends_when_it_is_sent_emptied_or_discarded(
    client_for: ClientFor, company: Company, case: Case, how: str
) -> None:
    desk, page = client_for(company.linxiao), f"/cases/{case.number}/"
    desk.post(f"{page}draft/note/", {"text": "记一笔"})
    if how == "sent":
        desk.post(f"{page}note/", {"text": "记一笔", "version": Case.objects.get(pk=case.pk).seq})
    else:
        desk.post(f"{page}draft/note/", {"text": " "} if how == "emptied" else {"discard": "1", "text": "记一笔"})
    assert not Draft.objects.exists()
    assert ">\n记一笔</textarea>" not in desk.get(f"{page}note/").content.decode()


def test_old_drafts_are_forgotten_with_the_next_one(client_for: ClientFor, company: Company, case: Case) -> None:
    desk = client_for(company.linxiao)
    desk.post(f"/cases/{case.number}/draft/note/", {"text": "旧的"})
    Draft.objects.update(at=timezone.now() - KEPT - timedelta(days=1))
    desk.post(f"/cases/{case.number}/draft/answer/", {"text": "新的"})
    assert [draft.verb for draft in Draft.objects.all()] == ["answer"]


def test_a_draft_for_an_unknown_verb_is_not_found(client_for: ClientFor, company: Company, case: Case) -> None:
    answer = client_for(company.linxiao).post(f"/cases/{case.number}/draft/nonsense/", {"text": "x"})
    assert answer.status_code == 404


def test_the_timeline_can_be_narrowed_to_words_or_to_decisions(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    actions.note(case.pk, By(company.hemin, clock.move(1)), text="内部的话")
    actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看看")
    desk = client_for(company.linxiao)

    def shown(query: str) -> tuple[bool, bool]:
        page = desk.get(f"/cases/{case.number}/{query}").content.decode()
        thread = page.split('class="timeline"')[1].split("</ol>")[0]
        return "内部的话" in thread, "去看看" in thread

    assert shown("") == (True, True)
    assert shown("?show=messages") == (True, False)
    assert shown("?show=decisions") == (False, True)
    assert shown("?show=nonsense") == (True, True)


def test_a_long_timeline_is_folded_to_its_beginning_and_the_newest(
    client_for: ClientFor, company: Company, case: Case, clock: TestClock
) -> None:
    for turn in range(40):
        actions.note(case.pk, By(company.hemin, clock.move(1)), text=f"第{turn:03d}笔")
    desk = client_for(company.linxiao)
    page = desk.get(f"/cases/{case.number}/").content.decode()
    assert page.count('id="event-') == 13
    assert 'id="event-1"' in page
    assert "第039笔" in page
    assert "第010笔" not in page
    assert "entries between" in page
    whole = desk.get(f"/cases/{case.number}/?whole=1").content.decode()
    assert whole.count('id="event-') == Case.objects.get(pk=case.pk).seq
