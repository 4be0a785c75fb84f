"""The desk by keyboard alone: the palette, single keys, and when they keep still."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from huiyin.cases.models import Case

from .test_desk import case, desk, pytestmark

__all__ = ["case", "desk", "pytestmark"]


def palette(desk: Page) -> Locator:
    """The palette, opened by its keys once the page listens to them: an address is there before its scripts are."""
    desk.wait_for_load_state()
    desk.keyboard.press("Control+k")
    typed = desk.locator("#palette input")
    expect(typed).to_be_focused()
    return typed


def test_the_palette_opens_a_page_a_case_and_a_form(desk: Page, case: Case) -> None:
    typed = palette(desk)
    typed.press_sequentially("全部")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("/inbox/all/"))
    palette(desk)
    typed.press_sequentially(case.number)
    expect(desk.locator("#palette-found a").first).to_contain_text(case.subject)
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(f"/cases/{case.number}/"))
    palette(desk)
    typed.press_sequentially("备注")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("form.composer[action$='/note/']")


def test_keys_answer_a_customer_and_send(desk: Page) -> None:
    desk.locator("h1").first.click()
    desk.keyboard.press("r")
    desk.wait_for_selector("form.composer[action$='/answer/']")
    desk.keyboard.type("师傅在路上 r m g")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".timeline")).to_contain_text("师傅在路上 r m g")
    desk.keyboard.press("g")
    desk.keyboard.press("m")
    expect(desk).to_have_url(re.compile("/inbox/mine/"))


def test_no_key_acts_while_a_word_is_composed_or_when_they_are_switched_off(desk: Page) -> None:
    composing = "new KeyboardEvent('keydown', {key: 'r', bubbles: true, isComposing: true})"
    desk.evaluate(f"document.body.dispatchEvent({composing})")
    desk.keyboard.press("?")
    desk.locator("[data-keys-on]").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).not_to_be_visible()
    expect(desk.locator("form.composer")).to_have_count(0)
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette input")).to_be_focused()


def test_a_colleague_is_chosen_by_keyboard_after_the_sign(desk: Page) -> None:
    desk.locator("h1").first.click()
    desk.keyboard.press("m")
    desk.wait_for_selector("form.composer[action$='/note/']")
    desk.keyboard.type("请 @he")
    expect(desk.locator(".mentions [aria-selected=true]")).to_contain_text("何敏")
    desk.keyboard.press("Enter")
    desk.keyboard.type("回访")
    expect(desk.locator("form.composer [name=text]")).to_have_value("请 @何敏 回访")
