"""A no: what was wanted, what was looked at, why not, what we can do instead, and the way to have it reviewed."""

from __future__ import annotations

from datetime import timedelta

from huiyin.packs.property.presets import rows

from .organisation import DATA
from .story import Story

REVIEW = timedelta(days=10)
NO_MANAGER = "YGZ"


def refusal(story: Story) -> tuple[str, str]:
    """The words to the customer, and the basis."""
    known = {row["category"]: row for row in rows("refusals.csv", DATA)}
    about = known.get(story.voice.matter, known[""])
    slots = {name: text for name, text in about.items() if name != "category"}
    until = (story.now + REVIEW).astimezone(story.world.zone)
    slots["deadline"] = f"{until.month}月{until.day}日"
    slots["reviewer"] = "公司品质部" if story.voice.site == NO_MANAGER else "项目经理"
    return story.words("refusal", at=None, **slots), about["basis"]
