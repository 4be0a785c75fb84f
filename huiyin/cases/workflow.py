"""The workflow of a case: statuses, and what may happen in each; `fold` has what it changes. Pure: no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a case stands, in the words of the desk."""

    RECEIVED = "received", _("received")
    ACCEPTED = "accepted", _("accepted")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined (out of scope)")
    REFUSED = "refused", _("refused (answered no)")
    JOINED = "joined", _("joined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class EventKind(TextChoices):
    """What can happen. Facts of other domains are `noted`, with their own `topic`, and change nothing here."""

    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", _("Accepted")
    ASSIGNED = "assigned", _("Assigned")
    HANDED_OVER = "handed_over", _("Handed over")
    SIGNED = "signed", _("Department signed for it")
    PASSED = "passed", _("Passed on to another department")
    REPLIED = "replied", _("Department replied")
    JUDGED = "judged", _("Department's answer judged")
    ANSWERED = "answered", _("Answered the customer")
    CALLED = "called", _("Phone call")
    WROTE = "wrote", _("Customer wrote")
    COMMITTED = "committed", _("Promised")
    KEPT = "kept", _("Promise kept or broken")
    WAITED = "waited", _("Waiting")
    RESUMED = "resumed", _("Resumed")
    ARRIVED = "arrived", _("Arrived on site")
    CONTAINED = "contained", _("Danger or loss stopped")
    GRADED = "graded", _("Severity set")
    SORTED = "sorted", _("Category chosen")
    RESOLVED = "resolved", _("Resolved")
    DECLINED = "declined", _("Declined")
    REFUSED = "refused", _("Refused")
    REOPENED = "reopened", _("Reopened")
    JOINED = "joined", _("Joined into another case")
    ABSORBED = "absorbed", _("Another case joined")
    GATHERED = "gathered", _("Gathered into an incident")
    RELEASED = "released", _("Released from an incident")
    REVIEWED = "reviewed", _("Result reviewed")
    VISITED = "visited", _("Return visit")
    CLOSED = "closed", _("Closed")
    ASKED = "asked", _("Department asks back")
    TOLD = "told", _("Question answered")
    RETURNING = "returning", _("Department applies to return it")
    RETURNED = "returned", _("Return decided")
    EXTENDING = "extending", _("More time asked for")
    EXTENDED = "extended", _("Extension decided")
    PLANNING = "planning", _("Plan proposed")
    PLANNED = "planned", _("Plan decided")
    REACHED = "reached", _("Milestone reached")
    APPROVING = "approving", _("Approval asked for")
    APPROVED = "approved", _("Approval decided")
    OVERRIDDEN = "overridden", _("Deadline set by hand")
    CHASED = "chased", _("Chased")
    SUPERVISED = "supervised", _("Supervised to the end")
    REFERRED = "referred", _("Put before the supervisor")
    DECIDED = "decided", _("Supervisor's decision")
    CONCERNED = "concerned", _("Step aside")
    TRANSFERRED = "transferred", _("Transferred from above")
    SPLIT = "split", _("Split")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    TAGGED = "tagged", _("Tag added")
    UNTAGGED = "untagged", _("Tag taken off")
    NOTED = "noted", _("Noted")


S, E = Status, EventKind
REFUSAL = 0
"""What an approval is about, when it is a no to the customer; remedies have numbers below nought, so that no
hand-over is meant by them."""
Data = Mapping[str, Any]


class Because(TextChoices):
    """Why a case lies before the supervisor."""

    SEVERITY = "severity", _("a serious complaint")
    CONDUCT = "conduct", _("a complaint about conduct")
    REPORT = "report", _("a whistle-blow report")
    RETURNED = "returned", _("returned twice: consultation")
    ASKED = "asked", _("disputed, or asked for")


class Overridden(TextChoices):
    """What was set by hand in a case, against what the rules would have made of it."""

    SEVERITY = "severity", _("severity")
    CLOCK = "clock", _("deadline")
    CLOSING = "closing", _("closing")
    ASIDE = "aside", _("who steps aside")
    SEVERAL = "several", _("several things")


class WaitingFor(TextChoices):
    """Whose turn it is while a case waits. Only waiting for the customer pauses clocks."""

    CUSTOMER = "customer", _("waiting for the customer")
    THIRD_PARTY = "third_party", _("waiting for a third party")


@dataclass(frozen=True)
class Snapshot:
    """The state of a case: the fold of its events. Field names are those of the `Case` row; ids are row ids."""

    status: str = ""
    severity: str = ""
    complexity: str = ""
    category_id: int | None = None
    owner_id: int | None = None
    handler_id: int | None = None
    department_id: int | None = None
    waiting_for: str = ""
    last_word: str = ""
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    going_on: bool = False
    """Was it still happening when it was graded last?"""
    arrived_at: datetime | None = None
    contained_at: datetime | None = None
    reopened: int = 0
    hand_overs: int = 0
    visits: int = 0
    joined_into_id: int | None = None
    incident_id: int | None = None
    open_hand_overs: tuple[tuple[int, int], ...] = ()
    """(event number, department id) of each hand-over without a reply, oldest first."""
    signed: tuple[int, ...] = ()
    """Those of them for which the department has signed."""
    passed: tuple[int, ...] = ()
    """All tasks that came to their department from another without a dispatcher, also those that have ended."""
    open_commitments: tuple[int, ...] = ()
    """Event numbers of promises neither kept nor broken."""
    open_questions: tuple[int, ...] = ()
    """Hand-overs whose department asked back and has no answer yet."""
    open_requests: tuple[tuple[int, str, int], ...] = ()
    """(event number, kind of event, the hand-over or the start of the clock it is about) of each application that waits
    for a decision: to return a hand-over, for more time; for a plan (about 0)."""
    referred: str = ""
    """Why the supervisor must decide, as long as that is open."""
    decide_since: datetime | None = None
    """Since when somebody waits for a decision of any sort."""
    review_since: datetime | None = None
    """Since when the result waits for somebody else to look at it."""
    supervised_by_id: int | None = None
    outside_due_at: datetime | None = None
    chased: int = 0
    returns: int = 0
    """Applications to return a hand-over."""
    overrides: int = 0
    overridden: str = ""
    """What of it was set by hand, since it came in: one of `Overridden`."""
    milestones: int = 0
    """How many numbers milestones of a project have taken."""
    open_milestones: tuple[int, ...] = ()
    planned_at: datetime | None = None
    """When the plan of a project was approved first, since the case was taken up."""
    protected: bool = False
    """Is the customer's identity kept from all but a few? Settled when the case is received."""
    about_users: tuple[int, ...] = ()
    about_departments: tuple[int, ...] = ()
    """Whom the customer complains of: they step aside."""
    tags: tuple[int, ...] = ()
    changed_at: datetime | None = None
    """When something happened last."""


class NotAllowed(Exception):
    """This can't happen in this status. `allowed` lists the kinds of event that can."""

    def __init__(self, kind: str, status: str, reason: str = "") -> None:
        super().__init__(f"{kind} is not possible while the case is {status or 'new'}{': ' + reason if reason else ''}")
        self.kind, self.status, self.reason = kind, status, reason
        self.allowed = allowed(status)


OPEN = frozenset({S.RECEIVED, S.ACCEPTED, S.WAITING})
WORKING = frozenset({S.ACCEPTED, S.WAITING})
LIVE = OPEN | {S.RESOLVED}
ENDED = frozenset({S.RESOLVED, S.CLOSED, S.DECLINED, S.REFUSED, S.WITHDRAWN})
ANY = frozenset(Status)

RULES: Mapping[EventKind, tuple[frozenset[Any], Status | None]] = {
    # kind: (statuses in which it may happen, the status it leads to; None = stays)
    E.RECEIVED: (frozenset({""}), S.RECEIVED),
    E.ACCEPTED: (frozenset({S.RECEIVED}), S.ACCEPTED),
    E.ASSIGNED: (OPEN, None),
    E.HANDED_OVER: (WORKING, None),
    E.SIGNED: (WORKING, None),
    E.PASSED: (WORKING, None),
    E.REPLIED: (WORKING, None),
    E.JUDGED: (WORKING | (ENDED - {S.CLOSED}), None),
    E.ANSWERED: (WORKING | ENDED, None),
    E.CALLED: (LIVE, None),
    E.WROTE: (ANY, None),
    # Also when the work is done: what is made good may be told and given afterwards.
    E.COMMITTED: (WORKING | {S.RESOLVED}, None),
    E.KEPT: (LIVE | {S.DECLINED, S.REFUSED, S.WITHDRAWN}, None),
    E.WAITED: (frozenset({S.ACCEPTED}), S.WAITING),
    E.RESUMED: (frozenset({S.WAITING}), S.ACCEPTED),
    E.ARRIVED: (WORKING, None),
    E.CONTAINED: (WORKING, None),
    E.GRADED: (OPEN, None),
    E.SORTED: (OPEN, None),
    E.RESOLVED: (WORKING, S.RESOLVED),
    E.DECLINED: (frozenset({S.RECEIVED, S.ACCEPTED}), S.DECLINED),
    E.REFUSED: (WORKING, S.REFUSED),
    E.REOPENED: (ENDED, S.ACCEPTED),
    E.JOINED: (OPEN, S.JOINED),
    E.ABSORBED: (OPEN, None),
    E.GATHERED: (OPEN, None),
    E.RELEASED: (ANY, None),
    E.REVIEWED: (frozenset({S.RESOLVED}), None),
    E.VISITED: (frozenset({S.RESOLVED, S.CLOSED}), None),
    E.CLOSED: (frozenset({S.RESOLVED, S.DECLINED, S.REFUSED, S.WITHDRAWN}), S.CLOSED),
    E.ASKED: (WORKING, None),
    E.TOLD: (WORKING, None),
    E.RETURNING: (WORKING, None),
    E.RETURNED: (WORKING, None),
    E.EXTENDING: (OPEN, None),
    E.EXTENDED: (OPEN, None),
    E.PLANNING: (WORKING, None),
    E.PLANNED: (WORKING, None),
    E.REACHED: (WORKING, None),
    E.APPROVING: (WORKING | {S.RESOLVED}, None),
    # An approval that waits outlives the end of the work, so that nobody gains by waiting.
    E.APPROVED: (WORKING | ENDED, None),
    E.OVERRIDDEN: (LIVE, None),
    E.CHASED: (OPEN, None),
    E.SUPERVISED: (OPEN, None),
    E.REFERRED: (OPEN, None),
    E.DECIDED: (OPEN, None),
    E.CONCERNED: (ANY, None),
    E.TRANSFERRED: (OPEN, None),
    E.SPLIT: (OPEN, None),
    E.WITHDRAWN: (OPEN, S.WITHDRAWN),
    E.TAGGED: (ANY, None),
    E.UNTAGGED: (ANY, None),
    E.NOTED: (ANY | {""}, None),
}


def allowed(status: str) -> tuple[EventKind, ...]:
    """The kinds of event that may happen in `status`."""
    return tuple(kind for kind, (sources, _target) in RULES.items() if status in sources and kind is not E.NOTED)
