"""Leaving something out of a rate: somebody asks with a reason, somebody else decides; both stand on the timeline."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By
from huiyin.cases.workflow import EventKind
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import User

from . import queries
from .models import Exclusion, Fact

TOPIC = "rates"
LONGEST = 500


def ask(fact_id: int, by: By, *, reason: str) -> Exclusion:
    """Apply for a fact to be left out of its rate. Raises `BadInput`, `Forbidden`, `ObjectDoesNotExist`."""
    user = _person(by)
    row = queries.fact(user, fact_id)
    cases.require(user, Verb.EXCLUDE, row.case)
    reason = reason.strip()
    if not reason:
        raise BadInput("reason", _("Say why it is not to be counted."))
    if len(reason) > LONGEST:
        raise BadInput("reason", _("At most %(count)d characters.") % {"count": LONGEST})
    with timeline.editing(row.case.pk, at=by.at, actor=by.user) as change:
        locked = Fact.objects.select_for_update().get(pk=fact_id)
        if locked.excluded or Exclusion.objects.filter(fact=locked, granted=None).exists():
            raise BadInput("reason", _("It is left out already, or somebody has asked for it."))
        data = {"what": "leave_out", "rate": locked.rate, "ref": locked.ref}
        change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": reason})
        return Exclusion.objects.create(fact=locked, seq=change.case.seq, asked_by=user, asked_at=by.at)


def decide(exclusion_id: int, by: By, *, granted: bool) -> None:
    """Decide on an application: not one's own, and not about work of one's own. Raises as `ask`."""
    asked = Exclusion.objects.select_related("fact").get(pk=exclusion_id)
    user = _person(by)
    row = queries.fact(user, asked.fact_id)
    cases.require(user, Verb.EXCLUDE, row.case)
    if user.pk == asked.asked_by_id:
        raise BadInput("granted", _("Somebody else has to decide on what you asked for."))
    if user.pk == asked.fact.person_id:
        raise BadInput("granted", _("It is your own work: somebody else has to decide."))
    with timeline.editing(row.case.pk, at=by.at, actor=by.user) as change:
        _settle(asked, by, granted=granted)
        what = "left_out" if granted else "counts"
        change.note(TOPIC, {"what": what, "rate": asked.fact.rate, "ref": asked.fact.ref, "request": asked.seq})


def _person(by: By) -> User:
    if by.user is None:
        raise Forbidden(Verb.EXCLUDE)
    return by.user


@transaction.atomic
def _settle(asked: Exclusion, by: By, *, granted: bool) -> None:
    open_ones = Exclusion.objects.filter(pk=asked.pk, granted=None)
    if not open_ones.update(granted=granted, decided_by=by.user, decided_at=by.at):
        raise BadInput("granted", _("This is decided already."))
    if granted:
        Fact.objects.filter(pk=asked.fact_id).update(excluded=True, dirty=True)
