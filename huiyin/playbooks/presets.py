"""The recovery plans that a pack brings along: added where they are missing, and in force at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from huiyin.org import reference
from huiyin.recovery import failures
from huiyin.recovery.models import Bearer
from huiyin.standards import queries as standards

from . import steps
from .models import Phase, Playbook, PlaybookVersion
from .steps import Step

Row = Mapping[str, str]
YUAN = 100


def furnish(rows: Sequence[Row], *, at: datetime) -> int:
    """Add the plans of these lines, a step each, that were never there; how many. One whose failure this house doesn't
    know is left out."""
    there = set(Playbook.objects.values_list("code", flat=True))
    phrases = {row.origin: row.pk for row in standards.lexicon().phrases if row.origin}
    added = 0
    for code, lines in groupby(rows, key=lambda row: row["playbook"]):
        some = list(lines)
        failure = failures.find(some[0]["failure"])
        if code in there or failure is None:
            continue
        book = Playbook.objects.create(
            code=code,
            name=some[0]["name"],
            name_en=some[0]["name_en"],
            failure=failure,
            category=some[0]["category"],
        )
        told = steps.stored([_step(row, phrases) for row in some])
        PlaybookVersion.objects.create(playbook=book, number=1, phase=Phase.FORCE, steps=told, made_at=at, from_at=at)
        added += 1
    if added:
        reference.changed()
    return added


def _step(row: Row, phrases: Mapping[str, int]) -> Step:
    return Step(
        title=row["title"],
        title_en=row["title_en"],
        deed=row["deed"],
        deed_en=row["deed_en"],
        phrase=phrases.get(row["phrase"], 0),
        words=row["words"],
        words_en=row["words_en"],
        minutes=int(row["minutes"]),
        calendar=row["calendar"],
        kind=row["kind"],
        amount=int(row["amount"] or 0) * YUAN,
        most=int(row["most"] or 0) * YUAN,
        bearer=row["bearer"] or Bearer.US.value,
        required=row["required"] == "yes",
        shared=row["shared"] == "yes",
    )
