"""Who follows whom: the one module that may know everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from huiyin.api import sweeps as api
from huiyin.cases import files, timeline
from huiyin.clocks import actions as clocks
from huiyin.clocks import follow as clocks_follow
from huiyin.returns import actions as returns
from huiyin.returns import follow as returns_follow

FOLLOWERS: tuple[timeline.Follower, ...] = (
    clocks_follow.follow,
    # After the clocks: it starts the clock of the return visit itself.
    returns_follow.follow,
)

Sweep = Callable[[datetime], int]
SWEEPS: tuple[Sweep, ...] = (clocks.sweep, returns.sweep, files.sweep, api.sweep)


def connect() -> None:
    """Tell the timeline who follows it; called once when the apps are ready."""
    timeline.FOLLOWERS[:] = FOLLOWERS
