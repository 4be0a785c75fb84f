"""Phrases and words not to say, edited in the settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.org.models import SettingsEntry, User
from huiyin.standards import editing, queries
from huiyin.standards.models import ForbiddenPattern, Phrase
from tests.conftest import Mover, Opener
from tests.people import Company
from tests.standards.conftest import CALM

from .test_pages import typed

ClientFor = Callable[[User], Client]
GREETING = {"situation": "greeting", "temperament": "any", "zh": "您好,请讲。", "code": "hi"}
LATE = {"example": "您怎么不早说?", "pattern": "怎么不早", "level": "warn", "language": "zh"}


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    """The administrator's."""
    return client_for(company.admin)


def test_a_phrase_is_added_changed_put_back_and_taken_out_of_use(browser: Client) -> None:
    assert browser.post("/settings/phrases/new/", GREETING).status_code == 302
    pk = Phrase.objects.get().pk
    path = f"/settings/phrases/{pk}/"
    assert browser.post(path, typed(browser, path) | {"zh": "请讲。", "temperament": "lively"}).status_code == 302
    page = browser.get(path).content.decode()
    assert "In Chinese: <del>您好,请讲。</del> → <ins>请讲。</ins>" in page
    assert "Temperament: <del>any</del> → <ins>lively</ins>" in page
    entry = SettingsEntry.objects.latest("pk")
    assert browser.post(f"/settings/history/{entry.pk}/restore/").status_code == 302
    assert Phrase.objects.get().zh == "您好,请讲。"
    assert browser.post(f"{path}use/").status_code == 302
    assert queries.phrases() == []
    assert "out of use" in browser.get("/settings/phrases/").content.decode()


def test_what_is_wrong_with_a_phrase_stands_at_its_field_and_what_was_typed_stays(browser: Client) -> None:
    reply = browser.post("/settings/phrases/new/", GREETING | {"code": "no spaces"})
    assert reply.status_code == 422
    assert "Letters and digits only" in reply.content.decode()
    assert "您好,请讲。</textarea>" in reply.content.decode()


def test_a_pattern_shows_what_it_would_have_found_and_is_saved_the_second_time(
    browser: Client, company: Company, open_case: Opener, by: Mover
) -> None:
    actions.answer(open_case().case.pk, by(company.linxiao), text="你怎么不早说")
    first = browser.post("/settings/forbidden/new/", LATE)
    page = first.content.decode()
    assert first.status_code == 200
    assert "In 1 of the last 1 word to customers." in page
    assert "“怎么不早”" in page
    assert not ForbiddenPattern.objects.exists()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    changed = browser.post("/settings/forbidden/new/", LATE | {"seen": seen, "pattern": "不早"})
    assert changed.status_code == 200  # another pattern: looked at again
    assert browser.post("/settings/forbidden/new/", LATE | {"seen": seen}).status_code == 302
    assert ForbiddenPattern.objects.get().pattern == "怎么不早"


def test_better_wording_is_changed_at_once_and_the_pattern_only_after_a_look(browser: Client) -> None:
    editing.furnish([], [CALM])
    pk = ForbiddenPattern.objects.get().pk
    path = f"/settings/forbidden/{pk}/"
    assert browser.post(path, typed(browser, path) | {"better": "请您慢慢讲。"}).status_code == 302
    assert browser.post(path, typed(browser, path) | {"level": "block"}).status_code == 200
    assert ForbiddenPattern.objects.get().level == "warn"
    assert browser.post(f"{path}use/").status_code == 302
    assert queries.lexicon().patterns == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pattern": "(怎么)+"}, "“+” is not taken"),
        ({"pattern": "a?" * 20 + "b"}, "write it as several patterns"),
        ({"example": "别的话"}, "stand in this sentence"),
    ],
)
def test_a_pattern_that_would_not_do_is_refused_in_words(browser: Client, change: dict[str, str], said: str) -> None:
    reply = browser.post("/settings/forbidden/new/", LATE | change)
    assert reply.status_code == 422
    assert said in reply.content.decode().replace("&#x27;", "'")
    assert not ForbiddenPattern.objects.exists()


def test_two_at_once_the_second_is_told(browser: Client) -> None:
    editing.furnish([GREETING | {"origin": "g"}], [])
    path = f"/settings/phrases/{Phrase.objects.get().pk}/"
    first, second = typed(browser, path), typed(browser, path)
    assert browser.post(path, first | {"zh": "一"}).status_code == 302
    assert browser.post(path, second | {"zh": "二"}).status_code == 409
    assert Phrase.objects.get().zh == "一"


def test_what_a_preset_brought_stands_in_the_history_in_words(browser: Client) -> None:
    assert browser.post("/settings/levels/presets/zh-property/").status_code == 302
    page = browser.get("/settings/history/?area=phrases").content.decode()
    assert "Phrases and words that a preset brought along" in page


def test_the_pages_ask_the_database_little(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    editing.furnish([GREETING | {"origin": "g"}], [CALM])
    browser.get("/settings/phrases/")
    for path in ("/settings/phrases/", "/settings/forbidden/", f"/settings/phrases/{Phrase.objects.get().pk}/"):
        with django_assert_max_num_queries(8):
            browser.get(path)
