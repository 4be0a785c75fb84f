"""Words beside the composer: phrases, findings, promises; each also without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.given import By
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind
from huiyin.org.models import User
from huiyin.standards import editing
from tests.conftest import Mover, Opener
from tests.people import Company, TestClock
from tests.standards.conftest import CALM, DELETE, SOON

ClientFor = Callable[[User], Client]
BAD, RUDE, PROMISED = "照片先删了吧。", "您冷静一点。", "您好。明天上午给您方案。"
PHRASES: list[dict[str, Any]] = [
    {"origin": "will1", "situation": "promise", "code": "will1", "zh": "{时限}前给您答复,{原因}", "en": ""},
    {"origin": "greet1", "situation": "greeting", "code": "greet1", "zh": "{客户}您好", "en": "Hello {customer}"},
    {"origin": "call", "situation": "greeting", "use": "spoken", "zh": "请讲", "en": "Please speak"},
    {"origin": "old", "situation": "close", "zh": "旧话", "active": False},
]


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """A case at LJF that 林晓 has taken; phrases and patterns are there."""
    editing.furnish(PHRASES, [CALM, DELETE, SOON])
    found = open_case().case
    actions.accept(found.pk, by(company.linxiao))
    return Case.objects.get(pk=found.pk)


@pytest.fixture
def desk(client_for: ClientFor, company: Company) -> Client:
    """林晓's browser."""
    return client_for(company.linxiao)


def send(desk: Client, case: Case, verb: str = "answer", **given: object) -> tuple[int, str]:
    version = str(Case.objects.get(pk=case.pk).seq)
    reply = desk.post(f"/cases/{case.number}/{verb}/", {"version": version} | given)
    return reply.status_code, reply.content.decode()


def test_what_is_blocked_comes_back_with_the_words_the_reason_and_no_way_to_send_it(desk: Client, case: Case) -> None:
    status, page = send(desk, case, text=BAD)
    assert status == 422
    assert "“照片先删” had better not be said to a customer: 火上浇油. Better: “您慢慢说。”" in page
    assert f">\n{BAD}</textarea>" in page
    assert "Send it anyway" not in page
    assert send(desk, case, text=BAD, anyway="on")[0] == 422


def test_a_warning_comes_back_with_a_second_button_that_sends_it(desk: Client, case: Case) -> None:
    status, page = send(desk, case, text=RUDE)
    assert status == 422
    assert re.search(r'<button name="anyway" value="on">Send it anyway</button>', page)
    assert send(desk, case, text=RUDE, anyway="on")[0] == 302
    shown = desk.get(f"/cases/{case.number}/").content.decode()
    assert "Sent although it had better not be said:" in shown
    assert "您冷静一点。" in shown


def test_the_composer_of_a_verb_that_speaks_leads_to_the_phrases_and_that_of_a_note_does_not(
    desk: Client, case: Case
) -> None:
    for verb, speaks in (("answer", True), ("resolve", True), ("wait", True), ("note", False), ("phone", False)):
        page = desk.get(f"/cases/{case.number}/{verb}/").content.decode()
        assert (f'data-words="/cases/{case.number}/words/"' in page) is speaks, verb
        assert ("data-outgoing" in page) is speaks
        assert ('<details class="phrases"' in page) is speaks


def test_the_panel_has_the_phrases_in_use_to_be_written_filled_for_the_case(desk: Client, case: Case) -> None:
    panel = desk.get(f"/cases/{case.number}/words/").content.decode()
    assert re.findall(r'data-phrase="([^"]*)"', panel) == ["Hello 王女士", "3月16日 10:00前给您答复,{原因}"]
    assert re.findall(r'data-code="([^"]*)"', panel) == ["greet1", "will1"]


def test_a_text_is_looked_at_with_its_better_wording_and_promises(desk: Client, case: Case) -> None:
    path = f"/cases/{case.number}/words/"
    found = desk.post(path, {"text": f"{RUDE}{PROMISED}{{客户}}{{原因}}", "promises": "1"}).content.decode()
    assert re.findall(r'class="finding (\w+)"', found) == [
        "warn",
        "warn",
    ]  # the customer is filled in, the reason isn't
    assert 'data-better="您慢慢说。"' in found
    assert "2026-03-12T04:00:00+00:00 明天上午给您方案。" in found
    assert "tomorrow 12:00" in found
    assert "data-promise" not in desk.post(path, {"text": PROMISED}).content.decode()


def test_words_for_many_customers_are_looked_at_without_a_case(desk: Client, case: Case) -> None:
    found = desk.post("/words/check/", {"text": f"{BAD}{{客户}}"}).content.decode()
    assert re.findall(r'class="finding (\w+)"', found) == ["block", "warn"]


def test_a_promise_that_was_pressed_becomes_a_commitment_with_the_words(desk: Client, case: Case) -> None:
    promise = "2026-03-12T04:00:00+00:00 明天上午给您方案。"
    assert send(desk, case, text=PROMISED, promise=promise)[0] == 302
    kinds = list(case.caseevent_set.order_by("seq").values_list("kind", flat=True))[-2:]
    assert kinds == [EventKind.COMMITTED, EventKind.ANSWERED]
    page = desk.get(f"/cases/{case.number}/").content.decode()
    assert "You promised" not in page
    assert "明天上午给您方案。" in page


@pytest.mark.parametrize("promise", ["", "soon 明天", "2026-03-12T04:00:00 明天", "2026-03-10T04:00:00+00:00 昨天"])
def test_a_promise_that_can_not_be_read_or_has_passed_sends_nothing(desk: Client, case: Case, promise: str) -> None:
    status, page = send(desk, case, text=PROMISED, promise=promise)
    assert status == 422
    assert PROMISED in page
    assert Case.objects.get(pk=case.pk).seq == case.seq


def test_a_draft_promises_nothing(desk: Client, case: Case) -> None:
    assert send(desk, case, text=PROMISED, draft="on", promise="2026-03-12T04:00:00+00:00 明天")[0] == 302
    assert Case.objects.get(pk=case.pk).open_commitments == []


def test_after_sending_the_page_offers_each_promise_by_one_button(desk: Client, case: Case, clock: TestClock) -> None:
    assert send(desk, case, text=f"{PROMISED}周五之前修好。")[0] == 302
    page = desk.get(f"/cases/{case.number}/").content.decode()
    assert page.count("You promised") == 2
    form = {
        name: re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page) for name in ("text", "due_at")
    }
    assert form == {
        "text": ["明天上午给您方案。", "周五之前修好。"],
        "due_at": ["2026-03-12T12:00", "2026-03-13T18:00"],
    }
    assert send(desk, case, "commit", text=form["text"][0], due_at=form["due_at"][0])[0] == 302
    left = desk.get(f"/cases/{case.number}/").content.decode()
    assert left.count("You promised") == 1
    clock.move(60 * 24 * 3)
    assert "You promised" not in desk.get(f"/cases/{case.number}/").content.decode()


def test_the_offer_can_be_changed_before_it_is_kept(desk: Client, case: Case) -> None:
    send(desk, case, text=PROMISED)
    page = desk.get(f"/cases/{case.number}/").content.decode()
    (change,) = re.findall(r'<a href="(/cases/[^"]*commit/\?[^"]*)"', page)
    form = desk.get(change.replace("&amp;", "&")).content.decode()
    assert ">\n明天上午给您方案。</textarea>" in form
    assert 'value="2026-03-12T12:00"' in form


def test_whoever_may_not_promise_is_offered_nothing(
    client_for: ClientFor, company: Company, desk: Client, case: Case
) -> None:
    send(desk, case, text=PROMISED)
    assert "You promised" not in client_for(company.auditor).get(f"/cases/{case.number}/").content.decode()


def test_words_of_the_customer_offer_no_promise(desk: Client, company: Company, open_case: Opener, by: Mover) -> None:
    case = open_case(text="你们说明天上午来").case
    actions.accept(case.pk, by(company.linxiao))
    assert "You promised" not in desk.get(f"/cases/{case.number}/").content.decode()


def test_a_case_that_one_may_not_see_has_no_phrases(client_for: ClientFor, company: Company, case: Case) -> None:
    stranger = client_for(company.chenjia)
    assert stranger.get(f"/cases/{case.number}/words/").status_code == 404
    assert stranger.post(f"/cases/{case.number}/words/", {"text": "a"}).status_code == 404


def test_the_customer_of_a_protected_case_is_filled_in_for_those_who_may_know_alone(
    client_for: ClientFor, company: Company, case: Case, open_case: Opener, by: Mover, clock: TestClock
) -> None:
    hidden = open_case(protected=True, by=By(company.hemin, clock.now)).case
    actions.accept(hidden.pk, by(company.hemin))
    panels = [
        client_for(user).get(f"/cases/{hidden.number}/words/").content.decode()
        for user in (company.hemin, company.linxiao)
    ]
    assert ["王女士" in panel for panel in panels] == [True, False]


def test_all_phrases_are_read_and_searched_on_their_own_page(desk: Client, case: Case) -> None:
    page = desk.get("/words/").content.decode()
    for text in ("Hello {customer}", "Please speak", "您冷静一点。", "::greet1"):
        assert text in page
    assert "旧话" not in page
    found = desk.get("/words/", {"q": "hello"}).content.decode()
    assert "Hello {customer}" in found
    assert "Please speak" not in found
    assert "No phrase has these words" in desk.get("/words/", {"q": "nothing like it"}).content.decode()
    assert "Edit phrases" not in page


def test_the_page_and_the_panel_ask_the_database_little(
    desk: Client, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get("/words/")
    with django_assert_max_num_queries(8):
        desk.get("/words/")
    with django_assert_max_num_queries(8):
        desk.get(f"/cases/{case.number}/words/")
    with django_assert_max_num_queries(8):
        desk.post(f"/cases/{case.number}/words/", {"text": f"{RUDE}{PROMISED}{{时限}}", "promises": "1"})
    with django_assert_max_num_queries(5):
        desk.post("/words/check/", {"text": RUDE})
