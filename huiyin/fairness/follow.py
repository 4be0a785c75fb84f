"""What this package hears of cases: that a known one came down from above too, that a failure was named, and that
somebody takes one."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.cases.change import Change
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.groups.follow import look_again
from huiyin.recovery.actions import TOPIC as RECOVERY

from .escalations import over_head
from .models import Origin
from .repeats import hand_on


def follow(changes: Sequence[Change]) -> None:
    """Look at what happened; a new case costs nothing."""
    named = []
    for change in changes:
        if change.new:
            continue
        for event in list(change.events):
            if event.topic == RECOVERY and event.data.get("what") == "failure":
                named.append(change)
            elif event.kind == EventKind.TRANSFERRED and change.now.status in OPEN:
                over_head(change, Origin.AUTHORITY)
            elif event.kind == EventKind.ACCEPTED:
                hand_on(change)
    look_again(named)
