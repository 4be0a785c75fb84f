"""What groups hear of cases: that the cause of one was named anew. New ones are found by the sweep, for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.cases.change import Change
from huiyin.cases.workflow import EventKind

from .models import Again


def follow(changes: Sequence[Change]) -> None:
    """Remember cases that were sorted anew, to be looked at again."""
    for change in changes:
        if not change.new and any(event.kind == EventKind.SORTED for event in change.events):
            look_again(change)


def look_again(change: Change) -> None:
    """What a case is about was said anew."""
    Again.objects.get_or_create(case=change.case, defaults={"since": change.at})
