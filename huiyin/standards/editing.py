"""What is edited of phrases and of words that had better not be said. Rows are taken out of use, never removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.base import wording
from huiyin.base.wording import BadPattern, Finding, Pattern
from huiyin.cases.models import CaseEvent, Message
from huiyin.org import reference
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area

from . import queries
from .models import ForbiddenPattern, Language, Level, Phrase, Situation, Temperament, Use

SITUATIONS, TEMPERAMENTS, USES = Situation.choices, Temperament.choices, Use.choices
LANGUAGES, LEVELS = Language.choices, Level.choices
MOST_ROWS = 500
"""So many phrases, and as many patterns: they are kept in memory, and every word to a customer is checked."""
MOST_TEXT, MOST_REASON, MOST_BETTER = 500, 200, 300
LOOKED_AT = 500
"""So many of the newest words are looked at to show what a pattern would have found."""
_CODE = re.compile(r"[A-Za-z0-9]{1,20}")


@dataclass(frozen=True)
class PhraseValues:
    """What can be changed of a phrase."""

    situation: str
    zh: str = ""
    en: str = ""
    temperament: str = Temperament.ANY.value
    use: str = ""
    code: str = ""
    active: bool = True


@dataclass(frozen=True)
class PatternValues:
    """What can be changed of words that had better not be said."""

    pattern: str
    level: str
    example: str
    reason: str = ""
    better: str = ""
    language: str = Language.ZH.value
    timeless: bool = False
    active: bool = True


def phrase_values(row: Phrase) -> PhraseValues:
    """The values of a phrase as it is."""
    return PhraseValues(**{name: getattr(row, name) for name in PhraseValues.__dataclass_fields__})


def pattern_values(row: ForbiddenPattern) -> PatternValues:
    """The values of a pattern as it is."""
    return PatternValues(**{name: getattr(row, name) for name in PatternValues.__dataclass_fields__})


@transaction.atomic
def add_phrase(values: PhraseValues, by: Editor) -> Phrase:
    """Add a phrase."""
    begin(by)
    _room(len(queries.lexicon().phrases))
    values = checked_phrase(values)
    made = Phrase.objects.create(**vars(values))
    record(Area.PHRASES, str(made.pk), None, values, by)
    return made


@transaction.atomic
def change_phrase(pk: int, values: PhraseValues, by: Editor) -> None:
    """Change a phrase, or take it out of use."""
    begin(by)
    before = phrase_values(queries.phrase(pk))
    same(by, before)
    values = checked_phrase(values, pk)
    Phrase.objects.filter(pk=pk).update(**vars(values))
    record(Area.PHRASES, str(pk), before, values, by)


@transaction.atomic
def add_pattern(values: PatternValues, by: Editor) -> ForbiddenPattern:
    """Add words that had better not be said."""
    begin(by)
    _room(len(queries.lexicon().forbidden))
    values = checked_pattern(values)
    made = ForbiddenPattern.objects.create(**vars(values))
    record(Area.FORBIDDEN, str(made.pk), None, values, by)
    return made


@transaction.atomic
def change_pattern(pk: int, values: PatternValues, by: Editor) -> None:
    """Change a pattern, or take it out of use."""
    begin(by)
    before = pattern_values(queries.forbidden(pk))
    same(by, before)
    values = checked_pattern(values)
    ForbiddenPattern.objects.filter(pk=pk).update(**vars(values))
    record(Area.FORBIDDEN, str(pk), before, values, by)


def _room(count: int) -> None:
    if count >= MOST_ROWS:
        raise BadSetting("", _("There are %(most)d already; change one that nobody uses.") % {"most": MOST_ROWS})


def checked_phrase(values: PhraseValues, pk: int | None = None) -> PhraseValues:
    """The values as they are kept. Raises `BadSetting`; also for words that the house doesn't send."""
    values = replace(values, zh=values.zh.strip(), en=values.en.strip(), code=values.code.strip().lower())
    _one_of("situation", values.situation, Situation.values)
    _one_of("temperament", values.temperament, Temperament.values)
    _one_of("use", values.use, Use.values)
    if not (values.zh or values.en):
        raise BadSetting("zh", _("Write it in one language at least."))
    for field in ("zh", "en"):
        _short(field, getattr(values, field), MOST_TEXT)
        if found := [one for one in queries.check(getattr(values, field)) if one.level == Level.BLOCK]:
            raise BadSetting(field, _("“%(said)s” is not sent to customers.") % {"said": found[0].said})
    if values.code and not _CODE.fullmatch(values.code):
        raise BadSetting("code", _("Letters and digits only, at most 20."))
    if values.code and any(row.code == values.code and row.pk != pk for row in queries.lexicon().phrases):
        raise BadSetting("code", _("This code is taken."))
    return values


def checked_pattern(values: PatternValues) -> PatternValues:
    """The values as they are kept. Raises `BadSetting`; the pattern must find its own example."""
    values = replace(
        values,
        pattern=values.pattern.strip(),
        **{name: getattr(values, name).strip() for name in ("example", "reason", "better")},
    )
    _one_of("level", values.level, Level.values)
    _one_of("language", values.language, Language.values)
    for field, most in (("example", MOST_REASON), ("reason", MOST_REASON), ("better", MOST_BETTER)):
        _short(field, getattr(values, field), most)
    try:
        wording.compiled(values.pattern)
    except BadPattern as error:
        raise BadSetting("pattern", _(error.template) % error.values if error.values else _(error.template)) from error
    if not values.example:
        raise BadSetting("example", _("Write a sentence in which it stands."))
    if not wording.check(values.example, [Pattern(0, values.pattern, values.level)]):
        raise BadSetting("example", _("The words to look for don't stand in this sentence."))
    return values


def _one_of(field: str, value: str, choices: Sequence[Any]) -> None:
    if value not in choices:
        raise BadSetting(field, _("Choose one of: %(choices)s.") % {"choices": ", ".join(map(str, choices))})


def _short(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadSetting(field, _("At most %(most)d characters.") % {"most": most})


@dataclass(frozen=True)
class Effect:
    """What a pattern would have found among the newest words that staff sent to customers, and in which phrases."""

    looked_at: int
    found: int
    examples: list[str]
    phrases: list[Phrase]


def effect(values: PatternValues) -> Effect:
    """What these values would find. Reads `LOOKED_AT` messages, from the end of the table."""
    pattern = [Pattern(0, values.pattern, values.level, timeless=values.timeless)]

    def find(text: str) -> list[Finding]:
        return wording.check(text, pattern, names_time=queries.names_time)

    sent = _sent()
    hits = [found for text in sent if (found := find(text))]
    said = list(dict.fromkeys(one.said for found in hits for one in found))
    phrases = [row for row in queries.phrases() if find(f"{row.zh}\n{row.en}")]
    return Effect(len(sent), len(hits), said[:5], phrases)


def _sent() -> list[str]:
    """The newest public words of staff."""
    newest = Message.objects.order_by("-pk").values_list("case", "seq", "public", "text")[:LOOKED_AT]
    public = [(case, seq, text) for case, seq, shown, text in newest if shown and text]
    events = CaseEvent.objects.filter(case__in={case for case, _seq, _text in public}, kind__in=queries.SPEAKING)
    ours = set(events.values_list("case", "seq"))
    return [text for case, seq, text in public if (case, seq) in ours]


def furnish(phrases: Sequence[dict[str, Any]], patterns: Sequence[dict[str, Any]]) -> int:
    """Add rows of a pack that were never loaded, by their `origin`; how many. What somebody has changed stays."""
    there = set(Phrase.objects.values_list("origin", flat=True))
    taken = set(Phrase.objects.values_list("code", flat=True))
    new = [Phrase(**row) for row in phrases if row["origin"] not in there]
    for row in new:
        row.code = "" if row.code in taken else row.code
    known = set(ForbiddenPattern.objects.values_list("origin", flat=True))
    more = [ForbiddenPattern(**row) for row in patterns if row["origin"] not in known]
    Phrase.objects.bulk_create(new)
    ForbiddenPattern.objects.bulk_create(more)
    if new or more:
        reference.changed()
    return len(new) + len(more)
