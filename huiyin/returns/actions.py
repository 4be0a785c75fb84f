"""The verbs of the return visit: ask, record what was said, close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases import hiding, timeline
from huiyin.cases.actions import BadInput, By, acting, perhaps_said, raise_after_visit
from huiyin.cases.change import Change
from huiyin.cases.dispatch import reason_of
from huiyin.cases.workflow import EventKind, NotAllowed, Status
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import Role

from . import queries
from .follow import EDITABLE
from .models import Reason, ReturnVisit, State
from .plan import Mode, is_bad

REASONS = Reason.choices
CHANNELS = frozenset({"phone", "link", "visit", "chat"})
LINK_DAYS = timedelta(days=28)
_CHUNK = 200


class OwnCase(Exception):
    """The person who handled a case may not be the one who asks whether it went well."""


@dataclass(frozen=True)
class Result:
    """What a visit brought. `declined`: reached, but did not want to answer. `satisfied`: 1 to 5."""

    channel: str
    reached: bool
    answered: bool | None = None
    solved: bool | None = None
    satisfied: int | None = None
    promise_kept: bool | None = None
    declined: bool = False
    words: str = ""
    reasons: tuple[str, ...] = ()
    """Codes of `Reason`."""

    @property
    def bad(self) -> bool:
        """Does it reopen the case?"""
        return self.reached and is_bad(self.solved, self.satisfied)

    def check(self) -> None:
        """Raise `BadInput` for an answer that can't be."""
        if self.channel not in CHANNELS:
            raise BadInput("channel", _("Choose one of: %(choices)s.") % {"choices": ", ".join(sorted(CHANNELS))})
        if self.satisfied is not None and not 1 <= self.satisfied <= 5:
            raise BadInput("satisfied", _("A number from 1 to 5."))
        if self.reached and not self.declined and self.solved is None and self.satisfied is None:
            raise BadInput("solved", _("Say whether it is solved, or how satisfied the customer is."))
        if set(self.reasons) - set(Reason.values):
            raise BadInput("reasons", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Reason.values)})
        if not self.reached and (self.solved, self.satisfied) != (None, None):
            raise BadInput("reached", _("Who was not reached can't have answered."))

    def data(self) -> dict[str, Any]:
        """For the event."""
        codes = ("channel", "reached", "answered", "solved", "satisfied", "promise_kept", "declined")
        data = {name: getattr(self, name) for name in codes}
        return data | {"reasons": sorted(set(self.reasons))} if self.reasons else data


def visit(case_id: int, by: By, result: Result) -> Change:
    """Record a return visit, or a try. A bad result reopens the case for another handler, one level more urgent.

    Raises `OwnCase` when the handler asks about their own work; an administrator may, and the event says so.
    """
    result.check()
    with acting(Verb.VISIT, case_id, by) as change:
        if change.now.status == Status.CLOSED:  # only the customer's own answer may come as late as this
            raise NotAllowed(EventKind.VISITED, change.now.status, _("the return visit is over"))
        hiding.require(by.user, change.case)
        planned = queries.planned(change.case)
        data = result.data()
        if by.user is not None and planned is not None and planned.handler_id == by.user.pk:
            if Role.ADMINISTRATOR not in access.roles(by.user):
                raise OwnCase
            data["own"] = True
        _settle(change, result, data)
    return change


def rate(case_id: int, *, result: Result, at: datetime) -> Change:
    """The customer's own answer on the receipt page: within 28 days, changeable for 12 hours."""
    result.check()
    with timeline.editing(case_id, at=at, actor=None) as change:
        planned = queries.planned(change.case)
        resolved_at = change.now.resolved_at
        if resolved_at is None or at - resolved_at > LINK_DAYS:
            raise NotAllowed(EventKind.VISITED, change.now.status, _("the time for an answer is over"))
        if planned and planned.visited_at and at - planned.visited_at > EDITABLE:
            raise NotAllowed(EventKind.VISITED, change.now.status, _("an answer was given already"))
        _settle(change, result, result.data())
    return change


def _settle(change: Change, result: Result, data: dict[str, Any]) -> None:
    words = {"text": perhaps_said("words", result.words)}
    change.add(EventKind.VISITED, data, words=words, public={"text"})
    if result.bad:
        # Another handler: nobody holds it until the supervisor or a colleague takes it.
        change.add(EventKind.REOPENED, {"because": "visit", "handler": None})
        raise_after_visit(change)


def close(case_id: int, by: By, *, reason: str = "") -> Change:
    """File a case whose return visit is done or not needed; declined, refused and withdrawn ones too.

    With a `reason`, who may override does so although the visit waits; it is counted.
    """
    with acting(Verb.CLOSE, case_id, by) as change:
        planned = queries.planned(change.case)
        waiting = planned is not None and planned.state == State.OPEN and planned.mode == Mode.PHONE
        too_early = waiting and change.now.status == Status.RESOLVED
        if too_early and not reason:
            raise NotAllowed(EventKind.CLOSED, change.now.status, _("the return visit comes first"))
        if too_early and by.user is not None:
            access.require(by.user, Verb.OVERRIDE, change.case.site_id)
        _close(change, planned, reason_of(reason) if too_early else "")
    return change


def _close(change: Change, planned: ReturnVisit | None, reason: str = "") -> None:
    if change.now.status != Status.RESOLVED:
        outcome = change.now.status
    elif planned is None:
        outcome = State.NOT_REQUIRED.value
    else:
        # `declined` alone says that the case itself was: another thing than not wanting to be asked.
        named = {State.OPEN: "link_unanswered", State.DECLINED: "visit_declined"}
        outcome = named.get(State(planned.state), planned.state)
    if reason:
        outcome = "overridden"
    override = {"override": True} if reason else {}
    change.add(EventKind.CLOSED, {"outcome": outcome, **override}, words={"text": reason})


def sweep(now: datetime) -> int:
    """Close the cases whose visit was done twelve hours ago, or that nobody needs to be asked about.

    One with an open promise or approval waits until it is settled: closing would let what the customer is to get fall.
    """
    closed = 0
    while due := _due(now).order_by("close_at")[:_CHUNK]:
        with timeline.editing_all({visit.case_id for visit in due}, at=now, actor=None) as changes:
            # Asked again under the locks: the customer may have answered, a colleague taken the case up again.
            for visit in _due(now).filter(pk__in=[visit.pk for visit in due]):
                change = changes[visit.case_id]
                if change.now.open_commitments or change.now.open_requests:
                    visit.close_at = now + EDITABLE
                    visit.save(update_fields=["close_at"])
                elif change.now.status == Status.RESOLVED:
                    _close(change, visit)
                    closed += 1
            _due(now).filter(pk__in=[visit.pk for visit in due]).update(close_at=None)
    return closed


def _due(now: datetime) -> QuerySet[ReturnVisit]:
    return ReturnVisit.objects.filter(close_at__lte=now)
