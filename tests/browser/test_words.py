"""Words to a customer in a real browser: a phrase by keyboard, what is not sent, a promise kept by one click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from huiyin.cases.models import Case
from huiyin.standards import editing
from tests.conftest import Opener
from tests.people import Company, TestClock
from tests.standards.conftest import CALM, DELETE

from .test_whole_loop import Door, door, kinds

__all__ = ["door"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHRASES = [
    {"origin": "greet1", "situation": "greeting", "code": "greet1", "zh": "{客户}您好，我是{客服}。", "en": ""},
    {"origin": "news1", "situation": "inform", "code": "news1", "zh": "原因是{原因}，正在处理。", "en": ""},
]


@pytest.mark.parametrize("door", [True], indirect=True, ids=["with script"])
def test_words_are_put_in_by_keyboard_checked_while_typing_and_a_promise_kept_by_one_click(
    door: Door, company: Company, clock: TestClock, open_case: Opener
) -> None:
    editing.furnish(PHRASES, [CALM, DELETE])
    opened = open_case(take=True)
    number = opened.case.number
    agent = door(f"/cases/{number}/answer/", user="linxiao")
    words = agent.locator("textarea[data-outgoing]")
    keys = agent.keyboard
    words.click()
    agent.wait_for_selector("[data-panel] [data-phrase]", state="attached")

    # A short name and Tab; an input method that composes keeps its keys.
    words.press_sequentially("::greet1")
    composing = "new KeyboardEvent('keydown', {key: 'Tab', isComposing: true, bubbles: true, cancelable: true})"
    assert words.evaluate(f"(area) => area.dispatchEvent({composing})")
    expect(words).to_have_value("::greet1")
    keys.press("Tab")
    expect(words).to_have_value("王女士您好，我是林晓。")

    # :: and Tab open the phrases; search, Enter; the blank is selected, to be typed over.
    words.press_sequentially("::")
    keys.press("Tab")
    expect(agent.locator("[data-find]")).to_be_focused()
    keys.type("原因")
    expect(agent.locator("[data-phrase]:visible")).to_have_count(1)
    keys.press("Enter")
    expect(words).to_be_focused()
    keys.insert_text("水泵损坏")
    expect(words).to_have_value("王女士您好，我是林晓。原因是水泵损坏，正在处理。")

    # What is blocked is shown while typing, isn't sent, and stays in the form.
    keys.press("Control+End")
    keys.insert_text("照片先删了吧。明天上午修好。")
    expect(agent.locator(".finding.block")).to_contain_text("照片先删")
    agent.locator("form.composer button.primary").click()
    expect(agent.locator(".error-summary")).to_contain_text("建议改为")
    expect(words).to_have_value("王女士您好，我是林晓。原因是水泵损坏，正在处理。照片先删了吧。明天上午修好。")
    assert kinds(number)[-1] == "accepted"

    # The better wording by a click, the promise by another, both in one act.
    agent.locator(".finding.block [data-better]").click()
    expect(agent.locator(".finding")).to_have_count(0)
    offer = agent.locator("[data-promise]")
    expect(offer).to_have_count(1)
    offer.click()
    expect(offer).to_have_attribute("aria-pressed", "true")
    agent.locator("form.composer button.primary").click()
    agent.wait_for_url(f"**/cases/{number}/")
    assert kinds(number)[-2:] == ["committed", "answered"]
    assert len(Case.objects.get(pk=opened.case.pk).open_commitments) == 1
    expect(agent.locator("aside")).to_contain_text("明天上午修好。")
    expect(agent.locator(".promised")).to_have_count(0)


@pytest.mark.parametrize("door", [False], indirect=True, ids=["without script"])
def test_without_the_script_a_promise_is_kept_by_one_click_after_sending(
    door: Door, company: Company, clock: TestClock, open_case: Opener
) -> None:
    opened = open_case(take=True)
    number = opened.case.number
    agent = door(f"/cases/{number}/answer/", user="linxiao")
    agent.fill("textarea[data-outgoing]", "明天上午修好。")
    agent.locator("form.composer button.primary").click()
    agent.locator(".promised button").click()
    expect(agent.locator(".promised")).to_have_count(0)
    assert kinds(number)[-2:] == ["answered", "committed"]


@pytest.mark.parametrize("door", [True], indirect=True, ids=["with script"])
def test_the_phrases_of_the_chosen_way_to_say_no_stand_beside_the_words(
    door: Door, company: Company, clock: TestClock, open_case: Opener
) -> None:
    no = [
        {"origin": mode, "situation": mode, "code": "", "zh": f"{mode}的说法", "en": ""}
        for mode in ("impossible", "excessive", "unreasonable")
    ]
    editing.furnish([*PHRASES, *no], [])
    agent = door(f"/cases/{open_case(take=True).case.number}/propose-refusal/", user="linxiao")
    agent.locator("details.phrases summary").click()
    expect(agent.locator("[data-phrase]:visible")).to_have_count(5)
    for mode in ("excessive", "unreasonable"):
        agent.locator(f'input[name=mode][value="{mode}"]').check(force=True)
        expect(agent.locator("[data-phrase]:visible")).to_have_count(1)
        expect(agent.locator("[data-phrase]:visible")).to_contain_text(f"{mode}的说法")
