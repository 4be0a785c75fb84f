"""What every verb is given: who acts, and texts, of which those for the customer are read before they leave the house.

What had better not be said is known by `standards`, which stands above this package: it is the reader that `wiring.py`
puts in here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.base.wording import Finding, Level
from huiyin.org.models import User

from .change import Change
from .models import Case

_MOST_WORDS = 20_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class By:
    """Who acts (None: the customer or the system), at what moment, and on which version of the case, if it matters.

    `anyway`: words to the customer are sent although the house asks to think again; never those it doesn't send.
    """

    user: User | None
    at: datetime
    expect: int | None = None
    anyway: bool = False


class BadInput(ValueError):
    """A value that can't be taken; `field` is its name in the API, the text says what to do."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


class Unfit(BadInput):
    """Words that had better not reach a customer. `findings`: all that was found; `may_be_sent`: the house only asks to
    think again, and `By.anyway` sends them."""

    def __init__(self, field: str, findings: Sequence[Finding], *, may_be_sent: bool) -> None:
        level = Level.WARN if may_be_sent else Level.BLOCK
        super().__init__(field, " ".join(sentence(one) for one in findings if one.level == level))
        self.findings, self.may_be_sent = findings, may_be_sent


def sentence(found: Finding) -> str:
    """A finding in words: what is said, why not, and what to say instead."""
    parts = [_("“%(said)s” had better not be said to a customer") % {"said": found.said}]
    if found.reason:
        parts.append(_(": ") + found.reason)
    parts.append(_("."))
    if found.better:
        parts.append(" " + _("Better: “%(better)s”") % {"better": found.better})
    return "".join(parts).strip()


Reader = Callable[[str, Case | None, By], tuple[str, Sequence[Finding]]]
"""Reads words that are about to leave: gives them back with their blanks filled in, and what is found in them. The case
is None for words to many customers."""
READERS: list[Reader] = []
"""At most one; without it all words leave as they are."""


def said(field: str, text: str) -> str:
    """The text, trimmed; raises `BadInput` for an empty or endless one."""
    text = perhaps_said(field, text)
    if not text:
        raise BadInput(field, _("Please write something here."))
    return text


def perhaps_said(field: str, text: str) -> str:
    """The text, trimmed, which may be empty; raises `BadInput` for an endless one."""
    text = clean(text)
    if len(text) > _MOST_WORDS:
        raise BadInput(field, _("At most %(most)d characters.") % {"most": _MOST_WORDS})
    return text


def clean(text: str) -> str:
    """The text without what no database or file can hold (NUL, half characters), trimmed."""
    return _UNSTORABLE.sub("", text).strip()


def sent(change: Change, by: By, field: str, text: str) -> str:
    """Words that the customer will read, as `said` gives them and fit to leave the house. Raises `Unfit`.

    What was sent `anyway` is noted in the event that carries the words.
    """
    return perhaps_sent(change, by, field, said(field, text))


def perhaps_sent(change: Change, by: By, field: str, text: str) -> str:
    """As `sent`, of words that may be missing."""
    text, keys = read(change.case, by, field, perhaps_said(field, text))
    change.anyway.update(keys)
    return text


def read(case: Case | None, by: By, field: str, text: str) -> tuple[str, list[int]]:
    """Words as they may leave, and the keys of the patterns that were passed over. Raises `Unfit`."""
    if by.user is None or not text:
        return text, []
    for reader in READERS:
        text, findings = reader(text, case, by)
        levels = {one.level for one in findings}
        if Level.BLOCK in levels:
            raise Unfit(field, findings, may_be_sent=False)
        if Level.WARN in levels and not by.anyway:
            raise Unfit(field, findings, may_be_sent=True)
        return text, sorted({one.key for one in findings if one.level == Level.WARN})
    return text, []
