"""What a step of a playbook is, which playbook fits best, and what differs between two versions. Asks no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.org.history import BadSetting
from huiyin.recovery.models import Bearer, Kind
from huiyin.recovery.wanted import FREE, MONEY

MOST_STEPS, MOST_TITLE, MOST_WORDS = 20, 80, 500
MOST_MINUTES = 90 * 24 * 60


@dataclass(frozen=True)
class Step:
    """A step: what it is called, how one behaves, what one says, by when, and what may make good.

    `minutes`: from the start, as the calendar with the code `calendar` counts them. `phrase`: id of a phrase whose
    words are said, 0 for `words` of its own. `kind`: of the suggested remedy, empty for none; `amount`: what is usual,
    or the least of it when there is a `most`. `required`: before the case is resolved. `shared`: done once for all
    cases of the same fault.
    """

    title: str
    title_en: str = ""
    deed: str = ""
    deed_en: str = ""
    phrase: int = 0
    words: str = ""
    words_en: str = ""
    minutes: int = 60
    calendar: str = "always"
    kind: str = ""
    amount: int = 0
    most: int = 0
    bearer: str = Bearer.US.value
    required: bool = False
    shared: bool = False

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return _either(self.title, self.title_en)

    @property
    def behaviour(self) -> str:
        """How one behaves, in the reader's language."""
        return _either(self.deed, self.deed_en)

    @property
    def own_words(self) -> str:
        """What one says when no phrase does, in the reader's language."""
        return _either(self.words, self.words_en)


def _either(zh: str, en: str) -> str:
    english = (translation.get_language() or "").startswith("en")
    return (en or zh) if english else (zh or en)


_NAMES = tuple(field.name for field in fields(Step))


def read(rows: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The steps of a stored version."""
    return [Step(**{name: row[name] for name in _NAMES if name in row}) for row in rows]


def stored(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps as a version keeps them."""
    return [asdict(one) for one in steps]


def check(steps: Sequence[Step], calendars: Sequence[str], phrases: Sequence[int]) -> None:
    """Raise `BadSetting` for steps that can't be; its field is the number of the step and the name: `2-minutes`."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise BadSetting("", _("Between one and %(most)d steps.") % {"most": MOST_STEPS})
    for number, one in enumerate(steps, start=1):
        for field, text in _faults(one, calendars, phrases):
            raise BadSetting(f"{number}-{field}", text)


def _faults(one: Step, calendars: Sequence[str], phrases: Sequence[int]) -> list[tuple[str, str]]:
    found = []
    if not one.title.strip():
        found.append(("title", _("Please write something here.")))
    for field in ("title", "title_en", "deed", "deed_en", "words", "words_en"):
        most = MOST_TITLE if field.startswith("title") else MOST_WORDS
        if len(getattr(one, field)) > most:
            found.append((field, _("At most %(most)d characters.") % {"most": most}))
    if not 1 <= one.minutes <= MOST_MINUTES:
        found.append(("minutes", _("Between a minute and 90 days.")))
    if one.calendar not in calendars:
        found.append(("calendar", _("There is no such calendar.")))
    if one.phrase and one.phrase not in phrases:
        found.append(("phrase", _("There is no such phrase.")))
    return found + _remedy_faults(one)


def _remedy_faults(one: Step) -> list[tuple[str, str]]:
    if one.kind and one.kind not in Kind.values:
        return [("kind", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)})]
    if one.bearer not in Bearer.values:
        return [("bearer", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Bearer.values)})]
    return _sum_faults(one)


def _sum_faults(one: Step) -> list[tuple[str, str]]:
    if not 0 <= one.amount <= money.MOST:
        return [("amount", _("An amount is nought or more."))]
    if one.amount and (not one.kind or one.kind in FREE):
        return [("amount", _("This remedy costs the customer nothing and pays nothing: leave the amount out."))]
    if one.most and not one.amount < one.most <= money.MOST:
        return [("most", _("More than the amount, or nothing."))]
    if one.kind in MONEY and one.kind != Kind.COMPENSATION and not one.amount:
        return [("amount", _("Say how much: this remedy is nothing without an amount."))]
    return []


@dataclass(frozen=True)
class Scope:
    """For what a playbook is meant; empty for all."""

    key: int
    category: str = ""
    gravity: str = ""


def fits(scope: Scope, category: str, gravity: str) -> bool:
    """Is it meant for such a failure?"""
    branch = scope.category in ("", category) or category.startswith(f"{scope.category}/")
    return branch and scope.gravity in ("", gravity)


def best(scopes: Sequence[Scope], category: str, gravity: str) -> Scope | None:
    """The one that says most about the case: the nearest branch first, then how bad it is, then the oldest."""
    found = [one for one in scopes if fits(one, category, gravity)]
    return max(found, key=lambda one: (len(one.category), bool(one.gravity), -one.key), default=None)


@dataclass(frozen=True)
class Difference:
    """A line that differs between two versions: which step, which field, before and after."""

    number: int
    field: str
    old: Any
    new: Any


def differences(old: Sequence[Step], new: Sequence[Step]) -> list[Difference]:
    """What changed from one version to the next. A step is the same one while its title is; a moved one is told by its
    place alone."""
    before = {one.title: (place, one) for place, one in enumerate(old, start=1)}
    titles = {one.title for one in new}
    found = [
        Difference(place, "taken_away", one.title, "")
        for place, one in enumerate(old, start=1)
        if one.title not in titles
    ]
    for place, one in enumerate(new, start=1):
        if one.title not in before:
            found.append(Difference(place, "added", "", one.title))
            continue
        was, earlier = before[one.title]
        found += [Difference(place, "place", was, place)] if was != place else []
        found += [
            Difference(place, name, getattr(earlier, name), getattr(one, name))
            for name in _NAMES
            if getattr(earlier, name) != getattr(one, name)
        ]
    return found
