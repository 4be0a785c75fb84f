"""How this house works where houses differ: one row, which a manager changes while Huiyin runs.

Without the row a house has no review, and the words that Huiyin itself uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import translation

from . import reference
from .history import Editor, begin, record, same
from .models import Area, House
from .reference import Reference

THING = "house"
Words = Mapping[str, tuple[str, str]]
"""What is called otherwise: `status/accepted`, `verb/hand-over`, … → Chinese and English; empty as Huiyin says it."""


@dataclass(frozen=True)
class Rules:
    """The row, read-only. `review`: somebody else looks at a result before the customer is asked how it went;
    `show_asker`: a department is told who asks it after a bad answer what would have helped."""

    review: bool = False
    words: Words = field(default_factory=dict)
    show_asker: bool = False

    def told(self) -> dict[str, object]:
        """The values as the history keeps them: a word is `Chinese | English`."""
        rules = {"review": self.review, "show_asker": self.show_asker}
        return rules | {code: " | ".join(pair) for code, pair in self.words.items()}


def _load() -> Rules:
    row = House.objects.first()
    if row is None:
        return Rules()
    return Rules(row.review, {code: (pair[0], pair[1]) for code, pair in row.words.items()}, row.show_asker)


_rules = Reference(_load)


def rules() -> Rules:
    """The rules as they are now."""
    return _rules.get()


def word(code: str) -> str:
    """What this house calls a thing, in the reader's language; empty when it has no word of its own."""
    pair = rules().words.get(code)
    if pair is None:
        return ""
    english = (translation.get_language() or "").startswith("en")
    return pair[1] if english else pair[0]


def _save(wanted: Rules) -> None:
    words = {code: list(pair) for code, pair in wanted.words.items()}
    House.objects.update_or_create(
        pk=1, defaults={"review": wanted.review, "show_asker": wanted.show_asker, "words": words}
    )
    reference.changed()


@transaction.atomic
def change(wanted: Rules, by: Editor) -> None:
    """Change the rules; cases that wait for a review go on waiting for it."""
    begin(by)
    before = rules()
    same(by, before.told())
    if before.told() == wanted.told():
        return
    _save(wanted)
    record(Area.HOUSE, THING, before.told(), wanted.told(), by)


@transaction.atomic
def furnish(*, review: bool, words: Words) -> int:
    """What a pack brings along: its rules where there are none yet, and words that are missing. How many were added."""
    if not House.objects.exists():
        _save(Rules(review, words))
        return 1 + len(words)
    known = rules()
    missing = {code: pair for code, pair in words.items() if code not in known.words}
    if missing:
        _save(Rules(known.review, {**known.words, **missing}, known.show_asker))
    return len(missing)
