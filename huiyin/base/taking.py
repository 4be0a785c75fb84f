"""Rows of a file that are taken in, each once: which columns are meant, and what became of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bad:
    """A row that wasn't taken: its place (the first is 0), which of its values, and what to do."""

    place: int
    field: str
    text: str


@dataclass(frozen=True)
class Taken:
    """What became of some rows."""

    new: int = 0
    corrected: int = 0
    known: int = 0
    bad: tuple[Bad, ...] = ()

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.new + other.new, self.corrected + other.corrected, self.known + other.known, self.bad + other.bad
        )


def targets(columns: Sequence[str], wanted: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Target → column, for columns that carry its name or a usual one."""
    named = {column.strip().casefold(): column for column in columns}
    found = {}
    for target, usual in wanted.items():
        name = next((one for one in (target, *usual) if one.casefold() in named), None)
        if name is not None:
            found[target] = named[name.casefold()]
    return found
