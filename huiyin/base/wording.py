"""Words that had better not be said: patterns, and what they find in a text.

A pattern is written in a small part of the language of regular expressions, chosen so that no pattern can take long:

    plain words         stand for themselves, whatever their case
    a|b  (a|b)c         this or that
    [大小]  [0-9]       one of these characters
    .                   any character but the end of a line
    x?                  once or not at all; also after a bracket
    x{0,6}              so many times, after a single character only
    \\|                  the sign itself

There is no `*`, no `+`, nothing that looks back. The ways in which a pattern can match at one place are counted when it
is written (`MOST_WAYS` at most), so that a text takes at most so many steps a character. Patterns that anybody may
write in the full language can take hours; a search that looks for the fault of a pattern beforehand can be deceived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

__all__ = ["LONGEST", "MOST_WAYS", "BadPattern", "Finding", "Level", "Pattern", "check", "compiled", "worst"]

LONGEST = 200
"""Characters of a pattern."""
MOST_WAYS = 256
_MOST_TIMES = 20
_DEEPEST = 5
_MOST_TEXT = 20_000
_MOST_HITS = 20
"""Nobody reads more, and each asks what its sentence says."""


def gettext_noop(template: str) -> str:
    """Marks text for translation; this package knows no Django."""
    return template


_END = re.compile("[。！？!?；;\n]|[.](?=\\s|$)")


class Level(StrEnum):
    """How strongly a house is against some words: it shows a hint, asks again, or doesn't send them."""

    HINT = "hint"
    WARN = "warn"
    BLOCK = "block"


class BadPattern(ValueError):
    """A pattern that can't be taken. `template` is the reason for people, in English, with `values` to put in."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template % values if values else template)
        self.template, self.values = template, values


@dataclass(frozen=True)
class Pattern:
    """Words to look for. `key`: what its row is known by. `timeless`: only where the sentence names no time."""

    key: int
    pattern: str
    level: str
    better: str = ""
    reason: str = ""
    timeless: bool = False


@dataclass(frozen=True)
class Finding:
    """`text[start:end]` had better not be said."""

    start: int
    end: int
    said: str
    level: str
    better: str
    reason: str
    key: int


def check(text: str, patterns: Iterable[Pattern], *, names_time: Callable[[str], bool] | None = None) -> list[Finding]:
    """What the patterns find in a text, in its order. `names_time` says whether a sentence names a time."""
    text = text[:_MOST_TEXT]
    found = [
        Finding(start, end, text[start:end], one.level, one.better, one.reason, one.key)
        for one in patterns
        for start, end in _hits(text, one.pattern)
        if not (one.timeless and names_time is not None and names_time(_sentence(text, start, end)))
    ]
    return sorted(found, key=lambda one: (one.start, -one.end))


def _hits(text: str, pattern: str) -> list[tuple[int, int]]:
    """Where it stands, `_MOST_HITS` times at most; a Latin letter beside it makes it a part of another word."""
    spans = (match.span() for match in compiled(pattern).finditer(text))
    return list(islice(((a, z) for a, z in spans if not (_inside(text, a) or _inside(text, z))), _MOST_HITS))


def _inside(text: str, at: int) -> bool:
    """Does this place lie within a word of Latin letters?"""
    beside = text[at - 1 : at + 1] if at else ""
    return len(beside) == 2 and beside.isascii() and beside.isalpha()


def _sentence(text: str, start: int, end: int) -> str:
    before = [match.end() for match in _END.finditer(text, 0, start)]
    after = _END.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to search with. Raises `BadPattern`."""
    if not pattern.strip():
        raise BadPattern(gettext_noop("Write the words to look for."))
    if len(pattern) > LONGEST:
        raise BadPattern(gettext_noop("At most %(most)d characters."), most=LONGEST)
    reader = _Reader(pattern)
    ways, least = reader.alternatives()
    if reader.at < len(pattern):
        raise BadPattern(gettext_noop("A closing bracket has no opening one."))
    if not least:
        raise BadPattern(
            gettext_noop("This would find nothing at all in every text: at least one character must stand in it.")
        )
    if ways > MOST_WAYS:
        raise BadPattern(
            gettext_noop("This can be read in %(ways)d ways, %(most)d are allowed: write it as several patterns."),
            ways=ways,
            most=MOST_WAYS,
        )
    return re.compile(pattern, re.IGNORECASE)


class _Reader:
    """Reads a pattern from left to right; each method gives (ways to match, fewest characters that it needs)."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.deep = pattern, 0, 0

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def alternatives(self) -> tuple[int, int]:
        ways, least = self._sequence()
        while self._next() == "|":
            self.at += 1
            more, fewest = self._sequence()
            ways, least = ways + more, min(least, fewest)
        return ways, least

    def _sequence(self) -> tuple[int, int]:
        ways, least = 1, 0
        while (char := self._next()) and char not in "|)":
            more, fewest = self._piece()
            ways, least = ways * more, least + fewest
        return ways, least

    def _piece(self) -> tuple[int, int]:
        single = self._next() != "("
        ways, least = self._single() if single else self._group()
        char = self._next()
        if char == "?":
            self.at += 1
            return ways + 1, 0
        if char == "{":
            if not single:
                raise BadPattern(gettext_noop("A number of times, like {0,6}, stands after a single character only."))
            return self._times()
        if char in ("*", "+"):
            raise BadPattern(gettext_noop("“%(sign)s” is not taken: say how often at most, like {0,6}."), sign=char)
        return ways, least

    def _times(self) -> tuple[int, int]:
        found = re.compile(r"\{([0-9]{1,3})(?:,([0-9]{1,3}))?\}").match(self.pattern, self.at)
        if found is None:
            raise BadPattern(gettext_noop("Write how often as {0,6}; a bracket that is meant as a sign as \\{."))
        low, high = int(found[1]), int(found[2] or found[1])
        if not low <= high <= _MOST_TIMES or not high:
            raise BadPattern(gettext_noop("From 0 to %(most)d times, the smaller number first."), most=_MOST_TIMES)
        self.at = found.end()
        if self._next() in ("?", "*", "+", "{"):
            raise BadPattern(gettext_noop("Two signs for how often stand together."))
        return high - low + 1, low

    def _group(self) -> tuple[int, int]:
        self.at += 1
        if self._next() == "?":
            raise BadPattern(gettext_noop("Brackets that begin with “?” are not taken."))
        self.deep += 1
        if self.deep > _DEEPEST:
            raise BadPattern(gettext_noop("At most %(most)d brackets in each other."), most=_DEEPEST)
        found = self.alternatives()
        self.deep -= 1
        if self._next() != ")":
            raise BadPattern(gettext_noop("A bracket is not closed."))
        self.at += 1
        return found

    def _single(self) -> tuple[int, int]:
        char = self._next()
        if char in ("?", "*", "+", "{"):
            raise BadPattern(gettext_noop("“%(sign)s” has nothing before it."), sign=char)
        if char in ("}", "]", "^", "$"):
            raise BadPattern(gettext_noop("Write “%(sign)s” as \\%(sign)s."), sign=char)
        if char == "\\":
            sign = self.pattern[self.at + 1 : self.at + 2]
            if not sign or sign.isalnum():
                raise BadPattern(gettext_noop("After “\\” stands the sign that is meant, like \\|."))
            self.at += 2
        elif char == "[":
            self._set()
        else:
            self.at += 1
        return 1, 1

    def _set(self) -> None:
        end = self.pattern.find("]", self.at)
        inside = self.pattern[self.at + 1 : end]
        if end < 0 or not inside:
            raise BadPattern(gettext_noop("A square bracket is not closed, or empty."))
        if "--" in inside or any(sign in inside for sign in "\\^[&~|"):
            raise BadPattern(gettext_noop("In square brackets stand plain characters, and ranges like 0-9."))
        try:
            re.compile(f"[{inside}]")
        except re.error as error:
            raise BadPattern(gettext_noop("In square brackets stand plain characters, and ranges like 0-9.")) from error
        self.at = end + 1


def worst(findings: Sequence[Finding]) -> str:
    """The strictest level among them; empty for none."""
    order = list(Level)
    return max((one.level for one in findings), key=lambda level: order.index(Level(level)), default="")
