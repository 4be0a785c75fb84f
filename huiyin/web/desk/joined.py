"""A case that was joined into another: what its customer wrote since stands there, and is read here too."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ObjectDoesNotExist

from huiyin.cases import queries as cases

from .lines import Line, lines
from .sheet import Sheet


def later(sheet: Sheet) -> list[Line]:
    """The customer's words since the case was joined, where the person may see the case they stand in."""
    common = sheet.case.joined_into
    if common is None:
        return []
    try:
        while (further := cases.get(sheet.user, common.number)).joined_into is not None:
            common = further.joined_into
    except ObjectDoesNotExist:
        return []
    theirs = [entry for entry in cases.timeline(further) if entry.event.data.get("from") == sheet.case.pk]
    if not theirs:
        return []
    return [replace(line, other="") for line in lines(replace(sheet, case=further, entries=theirs, clocks=[]))]
