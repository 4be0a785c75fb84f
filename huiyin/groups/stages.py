"""How far a group complaint has come, by the customers behind it and never by their messages. Pure.

One begins, a few follow, then many speak: one person who writes fifty times is still one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """One customer, some, many."""

    INDIVIDUAL = "individual", _("individual voice")
    SEVERAL = "several", _("several customers")
    COLLECTIVE = "collective", _("many customers")


_ORDER = {stage.value: number for number, stage in enumerate(Stage)}


def higher(one: str, other: str) -> bool:
    """Is stage `one` further on than `other`?"""
    return _ORDER[one] > _ORDER[other]


@dataclass(frozen=True)
class Steps:
    """From how many customers on a stage begins; or from how many new ones within so many hours on it is many."""

    several: int = 2
    collective: int = 6
    fast_customers: int = 5
    fast_hours: int = 24


@dataclass(frozen=True)
class Spoke:
    """That somebody spoke. `who`: what tells one customer from another; empty when nobody knows."""

    at: datetime
    who: str = ""


@dataclass(frozen=True)
class Figures:
    """What a group amounts to. `unknown`: voices of nobody known, who count as one customer together, because it can't
    be told that they are more."""

    size: int
    customers: int
    unknown: int
    first_at: datetime
    last_at: datetime
    stage: Stage


def figures(spoken: Sequence[Spoke], steps: Steps) -> Figures:
    """The figures of a group that isn't empty, whatever the order in which its voices came to be known."""
    firsts = _firsts(spoken)
    times = [one.at for one in spoken]
    unknown = sum(not one.who for one in spoken)
    stage = _stage(sorted(firsts.values()), steps)
    return Figures(len(spoken), len(firsts), unknown, min(times), max(times), stage)


def daily(spoken: Iterable[Spoke], zone: tzinfo) -> list[tuple[date, int]]:
    """How many customers spoke for the first time on each day, from the first day to the last of these."""
    counts = Counter(at.astimezone(zone).date() for at in _firsts(spoken).values())
    if not counts:
        return []
    first, last = min(counts), max(counts)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, counts[day]) for day in days]


def _firsts(spoken: Iterable[Spoke]) -> dict[str, datetime]:
    """When each customer spoke first."""
    found: dict[str, datetime] = {}
    for one in spoken:
        found[one.who] = min(one.at, found.get(one.who, one.at))
    return found


def _stage(firsts: Sequence[datetime], steps: Steps) -> Stage:
    if len(firsts) < steps.several:
        return Stage.INDIVIDUAL
    if len(firsts) >= steps.collective:
        return Stage.COLLECTIVE
    within, many = timedelta(hours=steps.fast_hours), steps.fast_customers
    fast = any(last - first <= within for first, last in zip(firsts, firsts[many - 1 :], strict=False))
    return Stage.COLLECTIVE if fast else Stage.SEVERAL
