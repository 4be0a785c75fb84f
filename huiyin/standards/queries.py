"""Every read of phrases and patterns: a few hundred rows at most, kept in each process until somebody changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from huiyin.base import promises, wording
from huiyin.base.text import contains, normalise, terms
from huiyin.base.wording import Finding, Pattern
from huiyin.cases.workflow import EventKind
from huiyin.org.reference import Reference

from .models import ForbiddenPattern, Phrase, Situation, Temperament
from .placeholders import ANY_BLANK

E = EventKind
SPEAKING = frozenset(
    (E.ANSWERED, E.WAITED, E.COMMITTED, E.RESOLVED, E.DECLINED, E.REFUSED, E.DECIDED, E.EXTENDED, E.PLANNED, E.REACHED)
)
"""What happens when we speak to a customer: public words of other events are the customer's own."""
SITUATIONS, TEMPERAMENTS = Situation.choices, Temperament.choices
_ORDER = {code: number for number, code in enumerate(Situation.values)}


@dataclass(frozen=True)
class Lexicon:
    """All rows, read-only: phrases in the order of a case, patterns in their own."""

    phrases: tuple[Phrase, ...]
    forbidden: tuple[ForbiddenPattern, ...]

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """Those in use, ready to check with."""
        return tuple(
            Pattern(row.pk, row.pattern, row.level, row.better, row.reason, row.timeless)
            for row in self.forbidden
            if row.active
        )

    @cached_property
    def searched(self) -> Mapping[int, str]:
        """What a phrase is found by: its words in both languages, and its code."""
        return {row.pk: normalise(f"{row.zh}\n{row.en}\n{row.code}") for row in self.phrases}

    @cached_property
    def examples(self) -> Mapping[int, str]:
        """What each pattern is about, by its id, also of those out of use."""
        return {row.pk: row.example for row in self.forbidden}


def _load() -> Lexicon:
    phrases = sorted(Phrase.objects.order_by("pk"), key=lambda row: _ORDER.get(row.situation, len(_ORDER)))
    return Lexicon(tuple(phrases), tuple(ForbiddenPattern.objects.order_by("pk")))


_lexicon = Reference(_load)


def lexicon() -> Lexicon:
    """All phrases and patterns as they are now."""
    return _lexicon.get()


def phrases(query: str = "", *, situation: str = "", temperament: str = "") -> list[Phrase]:
    """Phrases in use in which all words of the query stand; of a temperament those that fit any customer too."""
    known, wanted = lexicon(), terms(query)
    return [
        row
        for row in known.phrases
        if row.active
        and situation in ("", row.situation)
        and (not temperament or row.temperament in (Temperament.ANY, temperament))
        and contains(known.searched[row.pk], wanted)
    ]


def phrase(pk: int) -> Phrase:
    """The phrase with this id, or `Phrase.DoesNotExist`."""
    found = next((row for row in lexicon().phrases if row.pk == pk), None)
    if found is None:
        raise Phrase.DoesNotExist
    return found


def forbidden(pk: int) -> ForbiddenPattern:
    """The pattern with this id, or `ForbiddenPattern.DoesNotExist`."""
    found = next((row for row in lexicon().forbidden if row.pk == pk), None)
    if found is None:
        raise ForbiddenPattern.DoesNotExist
    return found


def words_of(row: Phrase) -> str:
    """A phrase in the reader's language, or in the one that it has."""
    english = (translation.get_language() or "").startswith("en")
    return (row.en or row.zh) if english else (row.zh or row.en)


def check(text: str) -> list[Finding]:
    """What had better not be said in a text, by the patterns in use."""
    return wording.check(text, lexicon().patterns, names_time=names_time)


def names_time(sentence: str) -> bool:
    """Does a sentence say when? A blank that is still to be filled counts, and so do digits."""
    if ANY_BLANK.search(sentence) or any(char.isdigit() for char in sentence):
        return True
    return bool(promises.find(sentence, timezone.now(), ZoneInfo("UTC")))
