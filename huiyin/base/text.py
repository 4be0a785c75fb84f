"""Search in Chinese and other text: what is stored as tokens, what a query needs, and the final word by substring.

Chinese has no spaces between words, so words can't be the unit. Single Chinese characters and overlapping pairs over
every run of letters, digits and characters find any substring of two of them or more, `3区` and parts of numbers too.
Tokens only narrow the candidates down; `contains` on the normalised text decides, so no answer is wrong.
"""

import re
from unicodedata import is_normalized, normalize

__all__ = ["TOKENIZER_VERSION", "contains", "excerpt", "needles", "normalise", "terms", "tokens"]

TOKENIZER_VERSION = 1
"""Raised whenever `normalise` or `tokens` gives another answer: an index deletes by the very tokens it was given."""

# Control characters that are no white space, format characters (zero-width space and joiners, direction marks, soft
# hyphen, byte order mark), variation selectors, and lone surrogates, which no database takes.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_RUN = re.compile(r"[^\W_]+")  # exactly the characters for which str.isalnum() holds
_PAIR = re.compile(r"(?=([^\W_]{2}))")  # looks ahead, so that pairs overlap
_IDEOGRAPH = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHINESE = re.compile(f"[{_IDEOGRAPH}]")
_ELLIPSIS = "…"


def normalise(text: str) -> str:
    """The text as it is compared: NFKC, casefolded, invisible characters removed, white space as single spaces.

    Idempotent: normalising twice is normalising once.
    """
    if text.isascii():
        return " ".join((text if text.isprintable() else _INVISIBLE.sub("", text)).lower().split())
    folded = _nfkc(_INVISIBLE.sub("", _nfkc(text)).casefold())
    # A letter whose folding takes a new form under NFKC (a few Greek ones do) needs another turn.
    while (again := _nfkc(folded.casefold())) != folded:
        folded = again
    return " ".join(folded.split())


def tokens(normalised: str) -> list[str]:
    """The distinct tokens of a normalised text: single Chinese characters and the pairs of every alphanumeric run."""
    return list(dict.fromkeys(_CHINESE.findall(normalised) + _PAIR.findall(normalised)))


def terms(query: str) -> list[str]:
    """The parts of a query, normalised and split at spaces; a text has to contain each of them."""
    return list(dict.fromkeys(normalise(query).split()))


def needles(term: str) -> list[str]:
    """The tokens that any text containing the normalised `term` must have; none when the term can't be narrowed down.

    Punctuation and a single letter or digit have no token: such a term is left to `contains`.
    """
    pairs: list[str] = _PAIR.findall(term)
    lone = [run for run in _RUN.findall(term) if len(run) == 1 and _CHINESE.match(run)]
    return list(dict.fromkeys(pairs + lone))


def contains(normalised_text: str, query_terms: list[str]) -> bool:
    """Whether a normalised text contains every term: the last word on a candidate that the tokens brought up."""
    return all(term in normalised_text for term in query_terms)


def excerpt(text: str, query_terms: list[str], width: int = 80) -> str:
    """At most `width` characters of the text as written, around the earliest hit; an ellipsis marks each cut."""
    shown = " ".join(_INVISIBLE.sub("", text).split())
    if len(shown) <= width:
        return shown
    room = width - 2 * len(_ELLIPSIS)
    start = max(0, min(_first_hit(shown, query_terms) - room // 3, len(shown) - room))
    head = _ELLIPSIS if start else ""
    tail = _ELLIPSIS if start + room < len(shown) else ""
    return head + shown[start : start + room] + tail


def _nfkc(text: str) -> str:
    return text if is_normalized("NFKC", text) else normalize("NFKC", text)


def _first_hit(shown: str, query_terms: list[str]) -> int:
    """Where in the shown text the earliest term begins; 0 when none is found."""
    folded = normalise(shown)
    origin: list[int] | range = range(len(shown))
    if len(folded) != len(shown):  # some characters fold into several, such as the ellipsis: fold one by one
        pieces = [_nfkc(char).casefold() for char in shown]
        folded = "".join(pieces)
        origin = [i for i, piece in enumerate(pieces) for _ in piece]
    hits = [at for term in query_terms if (at := folded.find(term)) >= 0]
    return origin[min(hits)] if hits else 0
