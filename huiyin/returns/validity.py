"""How far an answer can be trusted, by itself, and whether whoever asks gets the same one unusually often. Pure.

A doubtful answer is never thrown away: it stays, says why it is doubtful, and stands in the rates with and without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from huiyin.base.intervals import wilson

HASTY_SECONDS = 3
"""Nobody reads two questions and thinks about them in less."""
LEAST_ANSWERS = 20
"""Of one person, before it is asked whether they are unusually alike."""
BEST, WORST = 5, 1
PRAISE = frozenset({"quick", "friendly", "explained", "well_done"})
"""Reasons that praise, as they are tapped."""
BROKEN = "promise"
"""The reason that says a promise was not kept."""


class Doubt(TextChoices):
    """Why an answer is hard to believe."""

    HASTY = "hasty", _("the same extreme to every question, within seconds")
    UNSOLVED = "unsolved", _("not solved, and yet fully satisfied")
    PROMISE = "promise", _("the promise was kept, and was not kept")
    PRAISED = "praised", _("the worst grade, with praise as its reason")


@dataclass(frozen=True)
class Said:
    """One set of answers. `reasons`: as they were tapped; `seconds`: how long answering took, where that is known."""

    solved: bool | None = None
    satisfied: int | None = None
    promise_kept: bool | None = None
    reasons: Set[str] = frozenset()
    seconds: int | None = None


def doubt_of(said: Said) -> Doubt | None:
    """Why it is doubtful, the gravest first; None for one that agrees with itself."""
    if said.solved is False and said.satisfied == BEST:
        return Doubt.UNSOLVED
    if said.promise_kept and BROKEN in said.reasons:
        return Doubt.PROMISE
    if said.satisfied == WORST and said.reasons and said.reasons <= PRAISE:
        return Doubt.PRAISED
    return Doubt.HASTY if _hasty(said) else None


def _hasty(said: Said) -> bool:
    if said.seconds is None or said.seconds > HASTY_SECONDS:
        return False
    given = [one for one in (said.solved, said.satisfied, said.promise_kept) if one is not None]
    extremes: list[tuple[object, ...]] = [(True, BEST), (False, WORST)]
    return len(given) > 1 and any(all(any(one is end for end in ends) for one in given) for ends in extremes)


Answer = tuple[bool | None, int | None, bool | None]
"""Solved, satisfied, promise kept: what one person's answers are compared by."""


@dataclass(frozen=True)
class Alike:
    """Of `answers` that one person got, `same` are the same in every question; between `low` and `high` lies the true
    share with 95 % (Wilson 1927). `usual`: the share of that very answer among what all others got."""

    answers: int
    same: int
    low: float
    high: float
    usual: float | None

    @property
    def striking(self) -> bool:
        """More alike than chance explains: the whole interval above what others get."""
        return self.usual is not None and self.answers >= LEAST_ANSWERS and self.low > self.usual


def alike(by_person: Mapping[int, Mapping[Answer, int]]) -> dict[int, Alike]:
    """For each person: how often the answer that they got most often was got. `by_person`: answer → how many times.

    The others' share is taken at its own upper bound, and only where they have enough answers themselves: a small house
    where one person asks nearly everybody can't tell.
    """
    everybody: Counter[Answer] = Counter()
    for counts in by_person.values():
        everybody.update(counts)
    total = sum(everybody.values())
    return {person: _alike(counts, everybody, total) for person, counts in by_person.items() if counts}


def _alike(counts: Mapping[Answer, int], everybody: Mapping[Answer, int], total: int) -> Alike:
    most = max(counts, key=lambda one: (counts[one], repr(one)))
    same, answers = counts[most], sum(counts.values())
    others, theirs = total - answers, everybody[most] - same
    usual = wilson(theirs, others).high if others >= LEAST_ANSWERS else None
    return Alike(answers, same, *wilson(same, answers), usual)
