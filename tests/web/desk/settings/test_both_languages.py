"""What presets say of themselves is read in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.org.models import User
from huiyin.packs import catalogue
from huiyin.packs.loading import add_words
from huiyin.worth import priors
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
SENTENCE = re.compile(r"(?:[A-Za-z’']+[ ,;]+){4}")
"""Five English words in a row; names of studies are shorter, or are in the list."""
STUDIES = ("Consumer Complaint Handling in America", "Harvard Business Review")


@pytest.fixture
def furnished(company: Company, clock: TestClock) -> None:
    """Priors, phrases and service levels as a house of property management begins with them."""
    priors.furnish("property")
    add_words(catalogue.PACKS["property"].data)
    catalogue.furnish(company.hq, "zh-property", at=clock.now)


def soft(client: Client, path: str) -> list[str]:
    """What stands beside the rows in small letters."""
    text = client.get(path, headers={"accept-language": "zh-hans"}).content.decode()
    return re.findall(r'<(?:p|span) class="soft dense">(.*?)</(?:p|span)>', text, re.DOTALL)


@pytest.mark.parametrize("path", ["/settings/priors/", "/settings/levels/", "/words/"])
@pytest.mark.usefixtures("furnished")
def test_nothing_that_came_with_a_preset_is_english_on_a_chinese_page(
    company: Company, client_for: ClientFor, path: str
) -> None:
    company.admin.language = "zh-hans"
    found = soft(client_for(company.admin), path)
    assert found
    for study in STUDIES:
        found = [one.replace(study, "") for one in found]
    assert [one for one in found if SENTENCE.search(one)] == []


@pytest.mark.usefixtures("furnished")
def test_they_are_english_on_an_english_page(company: Company, client_for: ClientFor) -> None:
    desk = client_for(company.admin)
    assert "Preset assumption" in desk.get("/settings/priors/").content.decode()
    assert "预设假设" not in desk.get("/settings/priors/").content.decode()
    assert "Property preset after usual practice in China" in desk.get("/settings/levels/").content.decode()
    assert "a promise without a time is none" in desk.get("/words/").content.decode()
