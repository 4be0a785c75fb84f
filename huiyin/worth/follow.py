"""The reports follow the timeline: a case of recovery in which something happens is added up anew by the sweep."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.cases.change import Change
from huiyin.cases.workflow import EventKind

from .models import Tally

_OURS = frozenset({EventKind.APPROVING, EventKind.APPROVED})


def follow(changes: Sequence[Change]) -> None:
    """Mark these cases. One that just came in has nothing to make good yet, and costs nothing here; one whose whole
    past is written down at once may have."""
    begun = {change.case.pk for change in changes if _begins(change)}
    others = [change.case.pk for change in changes if not change.new and change.case.pk not in begun]
    if begun:
        rows = [Tally(case_id=pk) for pk in sorted(begun)]
        Tally.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=["dirty"])
    if others:
        Tally.objects.filter(case__in=others, dirty=False).update(dirty=True)


def _begins(change: Change) -> bool:
    return any(event.topic == "recovery" or event.kind in _OURS for event in change.events)
