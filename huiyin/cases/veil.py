"""Words without the person in them: names and numbers crossed out wherever somebody wrote them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

CROSSED_OUT = "×××"
_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_IN_NAMES = rf"[\s{_UNSEEN}]*"
_IN_NUMBERS = rf"[\s().\-{_UNSEEN}]*"
_WIDE = 0xFEE0
"""How far a full-width character stands behind the ordinary one."""
_FEWEST_DIGITS = 5
"""A shorter number is part of too many others."""


@dataclass(frozen=True)
class Veil:
    """What crosses a person out of a text; None when nothing is known of them."""

    pattern: re.Pattern[str] | None

    def over(self, text: str) -> str:
        """The text without the person."""
        return self.pattern.sub(CROSSED_OUT, text) if self.pattern else text


def veil(names: Iterable[str], numbers: Iterable[str]) -> Veil:
    """Crosses out these names, and numbers however they are spaced; each in full width too."""
    digits = [re.sub(r"\D", "", number) for number in numbers]
    parts = [_number(one) for one in digits if len(one) >= _FEWEST_DIGITS]
    parts += [_name(name) for name in names if name.strip()]
    longest_first = sorted(dict.fromkeys(parts), key=len, reverse=True)
    return Veil(re.compile("|".join(longest_first), re.IGNORECASE) if parts else None)


def _number(digits: str) -> str:
    return _IN_NUMBERS.join(map(_letter, digits))


def _name(name: str) -> str:
    letters = [letter for letter in name if not letter.isspace()]
    # "Al" is no part of "already"; Chinese names have no such edges.
    before = "(?<![a-z])" if letters[0].isascii() and letters[0].isalpha() else ""
    after = "(?![a-z])" if letters[-1].isascii() and letters[-1].isalpha() else ""
    return before + _IN_NAMES.join(map(_letter, letters)) + after


def _letter(letter: str) -> str:
    return f"[{re.escape(letter)}{chr(ord(letter) + _WIDE)}]" if "!" <= letter <= "~" else re.escape(letter)
