"""A supervisor's word on an answer that the rule finds hard to believe: it is to be believed all the same, or not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.cases.actions import BadInput, By, acting, said
from huiyin.cases.change import Change
from huiyin.cases.workflow import EventKind
from huiyin.org.access import Verb

from . import queries
from .follow import TOPIC


def trust(case_id: int, by: By, *, trusted: bool, reason: str) -> Change:
    """Believe the answer that counts in a case as it stands, or doubt it again. Nobody decides that of an answer about
    work of their own, or that they took down themselves. Raises `BadInput`, `Forbidden`, `Case.DoesNotExist`."""
    with acting(Verb.OVERRIDE, case_id, by) as change:
        visit = queries.planned(change.case)
        if visit is None or not visit.doubt or visit.trusted == trusted:
            raise BadInput("trusted", _("There is no such doubt here any more."))
        if by.user is not None and by.user.pk in (visit.handler_id, visit.asked_by_id):
            raise BadInput("trusted", _("Somebody else has to decide: it is your own work, or you asked."))
        what = "trusted" if trusted else "doubted"
        data = {"what": what, "of": visit.seq, "doubt": visit.doubt}
        change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": said("reason", reason)})
    return change
