"""Blanks in phrases: those that a case fills by itself, and those that a person has to fill. Pure.

A blank is a word in braces. The names below are filled from the case; any other ({reason}, {原因}) is for whoever
writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["ANY_BLANK", "NAMES", "blanks", "fill"]

NAMES: Mapping[str, str] = {
    "customer": "customer", "客户": "customer", "称呼": "customer",
    "number": "number", "编号": "number",
    "due": "due", "时限": "due",
    "agent": "agent", "客服": "agent",
    "site": "site", "小区": "site", "项目": "site",
    "mediator": "mediator", "调解机构": "mediator",
}  # fmt: skip
"""What may stand in braces → what fills it."""
ANY_BLANK = re.compile(r"[{｛][^\S\n]?([^{}｛｝\n]{1,20}?)[^\S\n]?[}｝]")

Values = Mapping[str, Callable[[], str]]
"""What fills a blank, asked only when it stands in a text; an empty answer leaves it there."""


def fill(text: str, values: Values) -> str:
    """The text with every blank filled that `values` can fill."""
    known: dict[str, str] = {}

    def value(match: re.Match[str]) -> str:
        name = NAMES.get(match[1].casefold(), "")
        if name not in values:
            return match[0]
        if name not in known:
            known[name] = values[name]()
        return known[name] or match[0]

    return ANY_BLANK.sub(value, text)


def blanks(text: str) -> list[tuple[int, int]]:
    """Where blanks stand in a text."""
    return [match.span() for match in ANY_BLANK.finditer(text)]
