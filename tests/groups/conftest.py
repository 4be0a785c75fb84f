"""Voices of neighbours about one fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from huiyin.cases.models import Case, Category
from huiyin.customers.actions import Person
from huiyin.groups import candidates, joining
from huiyin.org import reference
from tests.conftest import Opener
from tests.people import Company, TestClock

NIGHT = (
    "晚上十一点工地还在打桩，窗户都在抖，根本睡不着，请管一管夜间施工。",
    "工地半夜还在打桩施工，孩子一直哭，睡不着，夜间施工谁来管。",
    "又是夜间施工，打桩打到凌晨，工地太吵了睡不着。",
    "隔壁工地夜里打桩，吵得睡不着，请制止夜间施工。",
    "十点多了工地还在打桩，夜间施工太吵，老人睡不着。",
    "工地夜间施工打桩，整栋楼睡不着，请尽快处理。",
)
Voices = Callable[..., list[Case]]


@pytest.fixture(autouse=True)
def words_anew() -> None:
    """What was reckoned of another test's cases is forgotten."""
    candidates.forget()


@pytest.fixture
def noise(company: Company) -> Category:
    """Works at night: their cause lies around the homes."""
    parent = None
    for code in ("neighbours", "neighbours/noise", "neighbours/noise/night"):
        parent = Category.objects.create(code=code, name=code, parent=parent)
    assert parent is not None
    reference.changed()
    return parent


@pytest.fixture
def voices(company: Company, open_case: Opener, noise: Category, clock: TestClock) -> Voices:
    """`voices(3)`: three neighbours from different blocks complain of the works at night, an hour apart."""

    def speak(count: int, *, first: int = 0, minutes: int = 60, **more: object) -> list[Case]:
        made = []
        for number in range(first, first + count):
            clock.move(minutes)
            person = Person(f"住户{number}", f"1390000{number:04d}")
            values = {"place": f"{number + 1}栋", "category": noise, "person": person, "subject": ""} | more
            made.append(open_case(text=NIGHT[number % len(NIGHT)], **values).case)
        return made

    return speak


def swept(clock: TestClock) -> None:
    """The worker has looked at everything."""
    while joining.sweep(clock.now):
        pass
