"""Have two cases one fault? By place, cause and words, the same from both sides. Pure.

How much the words must have in common depends on what else is known: the same place and cause need little, words alone
need much, and different places are one fault only where the cause lies around them (noise at night, not a stopped
lift). The decision page on group complaints has the figures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.cases.likely import same_place

BRANCH = 50
"""How much more of the words is asked for, in thousandths, when only the branch of the category is the same."""
UNSORTED = 70
"""The same when one of them has no category, and the words don't stand alone anyhow."""


@dataclass(frozen=True)
class Bars:
    """How like words must be, in thousandths, by what is known of the places; how many days apart at most. `around`:
    categories whose cause lies around the places that people name; `own`: those that are each customer's own matter."""

    days: int = 7
    place: int = 80
    building: int = 120
    words: int = 200
    elsewhere: int = 250
    around: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Facts:
    """What is compared of a case besides its words. `branch`: the category above its own."""

    case: int
    site: int
    at: datetime
    place: str = ""
    category: int | None = None
    branch: int | None = None
    who: str = ""


@dataclass(frozen=True)
class Reason:
    """Why two cases have one fault, as codes; `text` in thousandths."""

    place: str
    category: str
    text: int

    def data(self) -> dict[str, str | int]:
        """As the log keeps it."""
        return {"place": self.place, "category": self.category, "text": self.text}


def alike(one: Facts, other: Facts, text: float, bars: Bars) -> Reason | None:
    """The reason why they have one fault; None when they don't seem to. `text`: the cosine of their words."""
    if one.site != other.site or abs(one.at - other.at) > timedelta(days=bars.days):
        return None
    if {one.category, other.category} & bars.own:
        return None
    category, dearer = _category(one, other)
    place = _PLACES[same_place(one.place, other.place)]
    if not category or (place == "around" and (category != "same" or one.category not in bars.around)):
        return None
    bar = {"same": bars.place, "building": bars.building, "unknown": bars.words, "around": bars.elsewhere}[place]
    bar += dearer if place in ("same", "building") else 0
    found = round(text * 1000)
    return Reason(place, category, found) if found >= bar else None


_PLACES: Mapping[float | None, str] = {1.0: "same", 0.5: "building", None: "unknown", 0.0: "around"}


def _category(one: Facts, other: Facts) -> tuple[str, int]:
    """How the causes compare, empty for different ones, and how much more of the words that asks for."""
    if one.category is None or other.category is None:
        return "unknown", UNSORTED
    if one.category == other.category:
        return "same", 0
    return ("branch", BRANCH) if one.branch is not None and one.branch == other.branch else ("", 0)


@dataclass(frozen=True)
class Linked:
    """A case that is like the one at hand, and where it stands. `kept`: a person has had a hand in its group."""

    case: int
    reason: Reason
    group: int | None = None
    kept: bool = False


@dataclass(frozen=True)
class Decision:
    """Where a case goes: into `group` (None: a new one), which takes up the groups `merged` and the cases `singles`."""

    group: int | None
    merged: Collection[int]
    singles: Sequence[Linked]


def decide(linked: Sequence[Linked]) -> Decision:
    """Where a case goes that is like these. Groups in which nobody had a hand become one; one that a person has made or
    mended takes the case and is otherwise left alone."""
    singles = [one for one in linked if one.group is None]
    kept = [one for one in linked if one.kept]
    if kept:
        best = max(kept, key=lambda one: (one.reason.text, -one.case))
        return Decision(best.group, (), singles)
    groups = sorted({one.group for one in linked if one.group is not None})
    return Decision(groups[0] if groups else None, groups[1:], singles)


def best(linked: Sequence[Linked]) -> Linked:
    """The one it is most like."""
    return max(linked, key=lambda one: (one.reason.text, -one.case))
