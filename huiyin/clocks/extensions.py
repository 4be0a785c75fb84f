"""More time: asked for before the deadline, decided by somebody else, told to the customer. The first deadline stays.

As in `cases.actions`: one function a verb, with the same arguments and exceptions.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.cases.actions import BadInput, By, acting, perhaps_said, require_status, said
from huiyin.cases.change import Change
from huiyin.cases.dispatch import not_own, one_of_theirs, pending, reason_of
from huiyin.cases.given import sent
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.org import access
from huiyin.org.access import Verb

from .models import OPEN_CLOCK, Clock, ClockKind

EXTENDABLE = (ClockKind.RESOLVE, ClockKind.REPLY, ClockKind.UPDATE)
"""Clocks whose deadline may be put off. A promise is not among them: it is kept or broken."""

BY_HAND = tuple(kind.value for kind in ClockKind if kind is not ClockKind.MILESTONE)
"""Clocks whose deadline may be set by hand; those of milestones move with an approved plan."""


def extend(case_id: int, by: By, *, clock: str, until: datetime, reason: str, hand_over: int | None = None) -> Change:
    """Ask for more time while the deadline has not passed. `hand_over`: whose reply, when several are open."""
    _check(clock)
    with acting(Verb.EXTEND, case_id, by) as change:
        require_status(change, Verb.EXTEND)
        row = _open_clock(change, by, clock, hand_over)
        _may_wait_until(change, row, until, by.at)
        data = {"clock": clock, "ref": row.ref, "until": until.isoformat()}
        change.add(EventKind.EXTENDING, data, words={"text": reason_of(reason)})
    return change


def _check(clock: str) -> None:
    if clock not in EXTENDABLE:
        raise BadInput("clock", _("Choose one of: %(choices)s.") % {"choices": ", ".join(EXTENDABLE)})


def _open_clock(change: Change, by: By, kind: str, hand_over: int | None) -> Clock:
    rows = Clock.objects.filter(OPEN_CLOCK, case=change.case.pk, kind=kind).order_by("pk")
    if kind == ClockKind.REPLY:
        rows = rows.filter(ref=one_of_theirs(change, by, hand_over, EventKind.EXTENDING))
    elif by.user is not None and not access.may(by.user, Verb.ANSWER, change.case.site_id):
        raise access.Forbidden(Verb.EXTEND)  # a department has no say in what the customer was told
    found = rows.first()
    if found is None:
        raise NotAllowed(EventKind.EXTENDING, change.now.status, _("this clock doesn't run"))
    return found


def _may_wait_until(change: Change, row: Clock, until: datetime, at: datetime) -> None:
    if row.breached_at is not None or row.due_at <= at:
        raise NotAllowed(EventKind.EXTENDING, change.now.status, _("the deadline has passed"))
    if until <= row.due_at:
        raise BadInput("until", _("Choose a time after the present deadline."))
    outside = change.now.outside_due_at
    if row.kind == ClockKind.RESOLVE and outside is not None and until > outside:
        raise BadInput("until", _("The deadline set from above can't be put off here."))


def decide_extension(
    case_id: int, by: By, *, granted: bool, reason: str = "", text: str = "", request: int | None = None
) -> Change:
    """Say yes or no to more time. A yes moves the deadline; of one that the customer waits for they are told by `text`.
    A no needs its reason. Not for whoever asked; more time to finish is the supervisor's to give."""
    with acting(Verb.DECIDE_EXTENSION, case_id, by) as change:
        seq, _ref = pending(change, EventKind.EXTENDING, request)
        asked = change.case.caseevent_set.get(seq=seq).data
        if asked["clock"] != ClockKind.REPLY and by.user is not None:
            access.require(by.user, Verb.DECIDE, change.case.site_id)
        own = not_own(change, by, seq)
        told = granted and asked["clock"] != ClockKind.REPLY
        row = Clock.objects.get(case=change.case.pk, kind=asked["clock"], ref=asked["ref"])
        until = datetime.fromisoformat(asked["until"])
        if granted:
            _may_wait_until(change, row, until, by.at)
        words = {
            "text": sent(change, by, "text", text) if told else perhaps_said("text", text),
            "reason": perhaps_said("reason", reason) if granted else said("reason", reason),
        }
        data = {"request": seq, "clock": row.kind, "ref": row.ref, "granted": granted, "told": told}
        data |= {"due_at": (until if granted else row.due_at).isoformat(), "was": row.due_at.isoformat(), **own}
        change.add(EventKind.EXTENDED, data, words=words, public={"text"} if told else set())
    return change


def override(
    case_id: int, by: By, *, clock: str, due_at: datetime, reason: str, hand_over: int | None = None
) -> Change:
    """Set the deadline of an open clock by hand, sooner or later. Counted; the reason and the deadline before are kept.

    A missed deadline stays missed, and one set from above stands.
    """
    if due_at <= by.at:
        raise BadInput("due_at", _("This time has passed; choose a later one."))
    if clock not in BY_HAND:
        raise BadInput("clock", _("Choose one of: %(choices)s.") % {"choices": ", ".join(BY_HAND)})
    with acting(Verb.OVERRIDE, case_id, by) as change:
        require_status(change, Verb.OVERRIDE)
        row = _open_clock(change, by, clock, hand_over)
        if row.breached_at is not None or row.due_at <= by.at:
            raise NotAllowed(EventKind.OVERRIDDEN, change.now.status, _("the deadline has passed"))
        outside = change.now.outside_due_at
        if row.kind == ClockKind.RESOLVE and outside is not None and due_at > outside:
            raise BadInput("due_at", _("The deadline set from above can't be put off here."))
        data = {"clock": row.kind, "ref": row.ref, "due_at": due_at.isoformat(), "was": row.due_at.isoformat()}
        change.add(EventKind.OVERRIDDEN, data | {"override": True}, words={"text": reason_of(reason)})
    return change
