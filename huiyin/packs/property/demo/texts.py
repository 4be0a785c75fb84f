"""The words of the demo: what people say and what they are answered, with slots filled by chance."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from random import Random
from typing import NamedTuple

from huiyin.packs.property.presets import rows

from .organisation import DATA

TIMES = ("早上六点", "昨晚八点", "昨天下午", "中午十二点", "今天一早", "半夜两点")


class Outcome(NamedTuple):
    """Why something happened, what was done about it, and what keeps it from happening again (may be empty)."""

    cause: str
    done: str
    prevent: str

    def slots(self) -> dict[str, str]:
        """As slots of a text."""
        return {"cause": self.cause, "done": self.done, "prevent": self.prevent}


class Texts:
    """All texts, by matter and situation."""

    def __init__(self) -> None:
        self.matters = {row["category"]: row["matter"] for row in rows("matters.csv", DATA)}
        self.voices: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.outcomes: dict[str, list[Outcome]] = defaultdict(list)
        self.words: dict[str, list[str]] = defaultdict(list)
        for row in rows("voices.csv", DATA):
            self.voices[row["category"]].append(row)
        for row in rows("outcomes.csv", DATA):
            self.outcomes[row["category"]].append(Outcome(row["cause"], row["done"], row["prevent"]))
        for row in rows("words.csv", DATA):
            self.words[row["situation"]].append(row["text"])

    def has(self, matter: str, kind: str) -> bool:
        """Is there something to say about a matter at this kind of site (`estate` or `office`)?"""
        return any(row["at"] in ("", kind) for row in self.voices[matter])

    def voice(self, rng: Random, matter: str, kind: str, channel: str) -> str:
        """What somebody says; rather in the manner of the channel it comes by."""
        fitting = [row for row in self.voices[matter] if row["at"] in ("", kind)]
        if channel == "inspection" and not any(row["channel"] == channel for row in fitting):
            return rng.choice(self.words["inspection"]).replace("{matter}", self.matters[matter])
        same = [row for row in fitting if row["channel"] == channel]
        keep = channel == "inspection" or rng.random() < 0.7
        return rng.choice(same if same and keep else fitting)["text"]

    def say(self, rng: Random, situation: str, slots: dict[str, str]) -> str:
        """The words for a situation, with its slots filled."""
        return rng.choice(self.words[situation]).format_map(slots)

    def about(self, rng: Random, situation: str, matter: str) -> str:
        """The words for a situation that differ by matter (`door plumbing/…`), else the general ones."""
        return rng.choice(self.words.get(f"{situation} {matter}") or self.words[situation])


def place_of(rng: Random, kind: str, home: str | None) -> dict[str, str]:
    """Where it is, as slots: the home's own building and stairs, or any of the site."""
    floor = str(rng.randint(2, 26 if kind == "office" else 18))
    if kind == "office":
        level = home.split("层")[0] if home else floor
        return {"where": f"{level}层", "home": home or f"{level}层", "b": "A", "u": "1", "f": level}
    building, unit = home.split("-")[:2] if home else (str(rng.randint(1, 8)), str(rng.randint(1, 2)))
    where = f"{building}号楼{unit}单元"
    return {"where": where, "home": home or where, "b": building, "u": unit, "f": home_floor(home) or floor}


def home_floor(home: str | None) -> str:
    """The floor in a flat's label `building-unit-FLOORdoor`."""
    return home.split("-")[2][:-2] if home else ""


def small_things(rng: Random) -> dict[str, str]:
    """Slots that depend on nothing."""
    return {
        "n": str(rng.randint(2, 9)),
        "t": rng.choice(TIMES),
        "car": f"B{rng.randint(1, 2)}-{rng.randint(1, 420)}",
    }


def clock_words(at: datetime, now: datetime) -> str:
    """A time as the desk says it; both in local time."""
    days = (at.date() - now.date()).days
    day = {0: "今天", 1: "明天", 2: "后天"}.get(days) or f"{at.month}月{at.day}日"
    return f"{day} {at:%H:%M}"
