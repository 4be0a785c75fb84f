"""The verbs of the return visit: ask, record what was said, close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from .methods import CHANNELS, RANK, SPOKEN, WEAK, Method, method_of
from .models import Reason, ReturnVisit, State
from .plan import Mode, is_bad
from .validity import Doubt, Said, doubt_of

REASONS = Reason.choices
VISITS = frozenset({*SPOKEN, Method.LINK})
"""How a colleague may have got an answer that they write down as a return visit."""
LINK_DAYS = timedelta(days=28)
_CHUNK = 200


class OwnCase(Exception):
    """The person who handled a case may not be the one who asks whether it went well."""


@dataclass(frozen=True)
class Result:
    """What a visit brought, or was said without one. `declined`: reached, but did not want to answer. `satisfied`: 1 to
    5."""

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
    seconds: int | None = None
    """How long answering took, where whoever took it down knows."""

    @property
    def bad(self) -> bool:
        """Does it reopen the case?"""
        return self.reached and is_bad(self.solved, self.satisfied)

    def check(self) -> None:
        """Raise `BadInput` for an answer that can't be."""
        _one_of("channel", self.channel, CHANNELS)
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
        data |= {"reasons": sorted(set(self.reasons))} if self.reasons else {}
        data |= {"seconds": self.seconds} if self.seconds is not None else {}
        return data | ({"doubt": doubt.value} if (doubt := self._doubt()) else {})

    def _doubt(self) -> Doubt | None:
        """It stands in the entry, so that a rule that is changed later changes no answer of before."""
        if self.declined or not self.reached:
            return None
        return doubt_of(Said(self.solved, self.satisfied, self.promise_kept, frozenset(self.reasons), self.seconds))


def _one_of(field: str, given: str, choices: Iterable[str]) -> None:
    if given not in choices:
        raise BadInput(field, _("Choose one of: %(choices)s.") % {"choices": ", ".join(sorted(choices))})


def visit(case_id: int, by: By, result: Result) -> Change:
    """Record a return visit, or a try. A bad result reopens the case for another handler, one level more urgent.

    Raises `OwnCase` when the handler asks about their own work; an administrator may, and the event says so.
    """
    _one_of("channel", result.channel, VISITS)
    result.check()
    with acting(Verb.VISIT, case_id, by) as change:
        if change.now.status == Status.CLOSED:  # only the customer's own answer may come as late as this
            raise NotAllowed(EventKind.VISITED, change.now.status, _("the return visit is over"))
        hiding.require(by.user, change.case)
        planned = queries.planned(change.case)
        data = result.data()
        if _handled(planned, by):
            assert by.user is not None
            if Role.ADMINISTRATOR not in access.roles(by.user):
                raise OwnCase
            data["own"] = True
        settle(change, result, data)
    return change


def rate(case_id: int, *, result: Result, at: datetime) -> Change:
    """The customer's own answer on the receipt page: within 28 days, changeable for 12 hours."""
    result.check()
    with timeline.editing(case_id, at=at, actor=None) as change:
        planned = queries.planned(change.case)
        _in_time(change, planned, method_of(result.channel))
        settle(change, result, result.data())
    return change


def rating(case_id: int, by: By, result: Result) -> Change:
    """An answer that came by the way, within 28 days: a key pressed after a call, as the telephone system tells it, or
    the closing question, which those who did the work may ask themselves and which is shown apart for that.

    Raises `OwnCase` when whoever handled the case sends pressed keys.
    """
    _one_of("method", result.channel, WEAK)
    result.check()
    with acting(Verb.RATING, case_id, by) as change:
        planned, method = queries.planned(change.case), method_of(result.channel)
        _in_time(change, planned, method)
        data = result.data()
        if method == Method.ASKED:
            hiding.require(by.user, change.case)  # whoever asks has to know whom
        if _handled(planned, by):
            if method != Method.ASKED:
                raise OwnCase
            data["own"] = True
        settle(change, result, data)
    return change


def _handled(planned: ReturnVisit | None, by: By) -> bool:
    return by.user is not None and planned is not None and planned.handler_id == by.user.pk


def _in_time(change: Change, planned: ReturnVisit | None, method: Method) -> None:
    """Raise `NotAllowed` for an answer that comes too early, too late, or long after the same was answered."""
    resolved_at = change.now.resolved_at
    if resolved_at is None or change.at - resolved_at > LINK_DAYS:
        raise NotAllowed(EventKind.VISITED, change.now.status, _("the time for an answer is over"))
    if planned is None or planned.visited_at is None or RANK[planned.method] < RANK[method]:
        return
    if change.at - planned.visited_at > EDITABLE:
        raise NotAllowed(EventKind.VISITED, change.now.status, _("an answer was given already"))


def settle(
    change: Change,
    result: Result,
    data: dict[str, Any],
    *,
    at: datetime | None = None,
    words: Mapping[str, str] | None = None,
    anew: bool = True,
) -> None:
    """Write an answer down. A bad one reopens the case (`anew`); `at`: when it was given, if not now."""
    said = {"text": perhaps_said("words", result.words), **(words or {})}
    change.add(EventKind.VISITED, data, words=said, public={"text"}, at=at)
    if result.bad and anew:
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
        named = {State.OPEN: "link_unanswered", State.SILENT: "link_unanswered", State.DECLINED: "visit_declined"}
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
