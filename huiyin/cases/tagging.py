"""What tags change in the snapshot of a case. Pure, a part of the fold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .workflow import Data, EventKind, NotAllowed, Snapshot

MOST = 20
"""On one case."""


def tagged(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """One more tag."""
    if data["tag"] in now.tags:
        raise NotAllowed(EventKind.TAGGED, now.status, "it has this tag already")
    if len(now.tags) >= MOST:
        raise NotAllowed(EventKind.TAGGED, now.status, f"it has {MOST} tags already")
    return {"tags": (*now.tags, data["tag"])}


def untagged(now: Snapshot, seq: int, at: datetime, data: Data) -> dict[str, Any]:
    """One tag less."""
    if data["tag"] not in now.tags:
        raise NotAllowed(EventKind.UNTAGGED, now.status, "it doesn't have this tag")
    return {"tags": tuple(tag for tag in now.tags if tag != data["tag"])}
