"""What groups hear of cases: that the cause of one was named anew. New ones are found by the sweep, for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.cases.change import Change
from huiyin.cases.workflow import EventKind

from .models import Again


def follow(changes: Sequence[Change]) -> None:
    """Remember cases that were sorted anew, to be looked at again."""
    known = [change for change in changes if not change.new]
    look_again([one for one in known if any(event.kind == EventKind.SORTED for event in one.events)])


def look_again(changes: Sequence[Change]) -> None:
    """What these cases are about was said anew; one that waits already waits since then."""
    rows = [Again(case=change.case, since=change.at) for change in changes]
    if rows:
        Again.objects.bulk_create(rows, ignore_conflicts=True)
