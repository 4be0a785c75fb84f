"""Who follows whom: the one module that may know everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from huiyin.alerts import beside, emergencies, ending, incidents
from huiyin.alerts import follow as alerts_follow
from huiyin.api import sweeps as api
from huiyin.bulk import actions as bulk
from huiyin.cases import details, files, given, seals, timeline
from huiyin.clocks import actions as clocks
from huiyin.clocks import deciding
from huiyin.clocks import follow as clocks_follow
from huiyin.clocks import queries as clocks_queries
from huiyin.evidence import actions as evidence
from huiyin.fairness import follow as fairness_follow
from huiyin.fairness import marks, repeats
from huiyin.groups import follow as groups_follow
from huiyin.groups import joining as groups
from huiyin.imports import advance as imports
from huiyin.messages import follow as messages_follow
from huiyin.messages import sending
from huiyin.org import beat
from huiyin.playbooks import actions as playbooks
from huiyin.playbooks import beforehand, kin, rollout, spreading
from huiyin.playbooks import follow as playbooks_follow
from huiyin.playbooks import queries as playbooks_queries
from huiyin.rates import follow as rates_follow
from huiyin.rates import summing as rates
from huiyin.recovery import authority
from huiyin.recovery import follow as recovery_follow
from huiyin.returns import actions as returns
from huiyin.returns import follow as returns_follow
from huiyin.returns import hearing
from huiyin.standards import announcing, foreseeing, outgoing
from huiyin.worth import actions as worth
from huiyin.worth import follow as worth_follow
from huiyin.worth import tallying

FOLLOWERS: tuple[timeline.Follower, ...] = (
    clocks_follow.follow,
    # After the clocks: it starts the clock of the return visit itself.
    returns_follow.follow,
    emergencies.follow,
    # After the clocks: a decision that is overdue goes a step up.
    recovery_follow.follow,
    fairness_follow.follow,  # before the notices: it gives cases to other people
    # After recovery: a failure that is named begins what is prepared for it.
    playbooks_follow.follow,
    # After all others: it tells people of what they have written down.
    alerts_follow.follow,
    messages_follow.follow,
    rates_follow.follow,  # after clocks and visits: it counts what they have written down
    groups_follow.follow,
    worth_follow.follow,
)

Sweep = Callable[[datetime], int]
SWEEPS: tuple[Sweep, ...] = (
    bulk.sweep,  # first: somebody looks at its seconds
    *(clocks.sweep, returns.sweep, hearing.sweep, files.sweep, api.sweep, seals.sweep, beat.sweep),
    *(emergencies.sweep, incidents.sweep, marks.sweep),
    *(playbooks.sweep, spreading.sweep, rollout.sweep),
    rates.sweep,
    tallying.sweep,
    foreseeing.sweep,
    groups.sweep,  # after what has a time: it only looks at what is there
    # After what has a time: the mail server may let us wait.
    sending.sweep,
    evidence.sweep,
    worth.nightly,  # starts a process, and is back at once
    # Last: it may take most of a turn.
    *(imports.tidy, imports.sweep),
)


def connect() -> None:
    """Tell the timeline who follows it, and who reads what leaves; called once when the apps are ready."""
    timeline.FOLLOWERS[:] = FOLLOWERS
    given.READERS[:] = [outgoing.reader(clocks_queries.heard_by)]
    groups.ALSO[:] = [repeats.look, kin.look]
    details.FIRST[:] = [playbooks_queries.say_first]
    ending.FIRST[:] = [beforehand.first]
    deciding.SETTLEABLE[:] = [authority.settleable]
    foreseeing.TELL[:] = [beside.foreseen]
    announcing.WAITING[:] = [beside.waits]
