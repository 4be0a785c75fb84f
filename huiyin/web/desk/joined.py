"""A case that was joined into another: what its customer wrote since stands there, and is read here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin.cases import queries as cases
from huiyin.cases import told

from .sheet import Sheet

if TYPE_CHECKING:
    from huiyin.cases.models import Case
    from huiyin.cases.told import Word


def common(sheet: Sheet) -> Case | None:
    """The case that a joined one is worked on in, where the person may see it; None for one that stands for itself."""
    found = sheet.case.joined_into
    while found is not None and found.joined_into is not None:
        found = found.joined_into
    if found is None or found.pk == sheet.case.joined_into_id:
        return sheet.others.get(sheet.case.joined_into_id or 0)
    return next(iter(cases.some(sheet.user, [found.pk])), None)


def later(sheet: Sheet) -> list[Word]:
    """The customer's words since the case was joined, where the person may see the case they stand in."""
    target = common(sheet)
    return told.since_joined(sheet.user, sheet.case, target) if target is not None else []
