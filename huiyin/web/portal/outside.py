"""To whom outside our house a customer may turn, once we have said no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from huiyin.cases import outside
from huiyin.cases.workflow import EventKind

if TYPE_CHECKING:
    from huiyin.cases.outside_models import OutsideBody
    from huiyin.cases.queries import Entry


@dataclass(frozen=True)
class Outside:
    """A body outside that our no named, and until when one may turn to it."""

    body: OutsideBody
    until: date | None


def named_outside(entries: Sequence[Entry]) -> list[Outside]:
    """Those of the no that stands, as the register has them now; the last day is that which was told."""
    last = standing_no(entries)
    known = {row.pk: row for row in outside.every()}
    return [
        Outside(known[one["body"]], date.fromisoformat(one["until"]) if "until" in one else None)
        for one in (last.event.data.get(outside.PART, []) if last else [])
        if one["body"] in known
    ]


def standing_no(entries: Sequence[Entry]) -> Entry | None:
    """The no that stands: what was taken up again since then says in its own place whom it named."""
    kinds = (EventKind.REFUSED, EventKind.DECLINED, EventKind.REOPENED)
    last = next((entry for entry in reversed(entries) if entry.event.kind in kinds), None)
    return last if last is not None and last.event.kind != EventKind.REOPENED else None
