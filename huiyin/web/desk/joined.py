"""A case that was joined into another: what its customer wrote since stands there, and is read here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin.cases import told

from .sheet import Sheet

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.cases.told import Word


def common(case: Case) -> Case | None:
    """The case that a joined one is worked on in; None for one that stands for itself."""
    found = case.joined_into
    while found is not None and found.joined_into is not None:
        found = found.joined_into
    return found


def later(sheet: Sheet) -> list[Word]:
    """The customer's words since the case was joined, where the person may see the case they stand in."""
    target = common(sheet.case)
    return told.since_joined(sheet.user, sheet.case, target) if target is not None else []
