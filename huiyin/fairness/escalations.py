"""Complaints over somebody's head (越级): another person takes the case, and the supervisor knows of it.

What was done before stays where it is. Never to the same person, nor to one of the same department while anybody else
is there; when nobody is left at all, the supervisor is told so.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.alerts.models import What
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, acting, perhaps_said, said
from huiyin.cases.change import Change
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import OPEN, EventKind, NotAllowed
from huiyin.org.access import Verb
from huiyin.org.models import User

from .handlers import TOPIC, somebody_else, tell_supervisors
from .models import Escalation, Origin

WHAT = "over_head"
ORIGINS = [(one.value, one.label) for one in Origin if one is not Origin.PORTAL]
"""Where the staff may say that it came from."""


def escalate(case_id: int, by: By, *, origin: str, reason: str = "") -> Change:
    """The customer went over the handler's head; `origin`: to whom. Raises as verbs do."""
    if origin not in dict(ORIGINS):
        raise BadInput("origin", _("Choose one of: %(choices)s.") % {"choices": ", ".join(dict(ORIGINS))})
    with acting(Verb.ESCALATE, case_id, by) as change:
        _open(change)
        over_head(change, Origin(origin), words=perhaps_said("reason", reason))
    return change


def customer_asks_another(case_id: int, *, text: str, at: datetime) -> Change:
    """“I want somebody else to look at this”, by the portal; once a case. Raises `NotAllowed`, `BadInput`."""
    with timeline.editing(case_id, at=at, actor=None) as change:
        _open(change)
        if not may_ask(change.case):
            raise NotAllowed(EventKind.WROTE, change.now.status, _("somebody else was asked for already"))
        change.add(EventKind.WROTE, {}, words={"text": said("text", text)}, public={"text"})
        over_head(change, Origin.PORTAL)
    return change


def may_ask(case: Case) -> bool:
    """May the customer still ask for somebody else?"""
    asked = Escalation.objects.filter(case=case, origin=Origin.PORTAL)
    return case.status in OPEN and case.joined_into_id is None and not asked.exists()


def _open(change: Change) -> None:
    if change.now.status not in OPEN:
        raise NotAllowed(EventKind.ASSIGNED, change.now.status, _("nothing is being worked on"))


def over_head(change: Change, origin: Origin, *, words: str = "") -> None:
    """Write it down, give the case to somebody else, tell the supervisor. Under the lock of the case."""
    was = change.now.handler_id or change.now.owner_id
    before = Escalation.objects.filter(case=change.case).values_list("was", flat=True)
    # Rather nobody who had it before; of those rather anybody than whoever has it now.
    chosen = somebody_else(change, [was, change.now.owner_id, *before]) or somebody_else(change, [was])
    tell_supervisors(change, write_down(change, origin, chosen, words), What.OVER_HEAD)


def write_down(change: Change, origin: Origin, chosen: User | None, words: str = "") -> CaseEvent:
    """That it went over somebody's head, and goes to whoever was chosen: under the lock of the case."""
    was = change.now.handler_id or change.now.owner_id
    data = {"what": WHAT, "origin": origin.value, "was": was, "to": chosen.pk if chosen else None}
    event = change.add(EventKind.NOTED, data | {"nobody": chosen is None}, words={"text": words}, topic=TOPIC)
    if chosen is not None and chosen.pk != change.now.handler_id:
        change.add(EventKind.ASSIGNED, {"to": chosen.pk})
    handler = chosen.pk if chosen else was
    Escalation.objects.create(
        case=change.case, seq=event.seq, origin=origin, at=event.at, was_id=was, handler_id=handler
    )
    return event
