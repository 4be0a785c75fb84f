"""The timeline as a page shows it: all of it or a part, and folded when it is long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .lines import SHOWS, Line, lines
from .sheet import Sheet

_FOLDED_FROM, _NEWEST = 25, 12
"""A timeline so long is folded to how it began and so many of the newest entries: near to where one writes."""


@dataclass(frozen=True)
class Thread:
    """What is shown of a timeline: `began`, then `between` entries that are folded away, then `lines`."""

    show: str
    lines: Sequence[Line]
    began: Line | None = None
    between: int = 0

    @property
    def shows(self) -> Sequence[tuple[str, object]]:
        """The parts one may ask for."""
        return list(SHOWS.items())


def thread(sheet: Sheet, asked: Mapping[str, str]) -> Thread:
    """The part that an address asks for with `show`; with `whole` nothing is folded."""
    show = asked.get("show", "all")
    show = show if show in SHOWS else "all"
    told = lines(sheet, show)
    if "whole" in asked or len(told) < _FOLDED_FROM:
        return Thread(show, told)
    return Thread(show, told[-_NEWEST:], told[0], len(told) - _NEWEST - 1)
