"""Winning back who leaves: ask, won back, let go, and that somebody said they leave. Each stands on the timeline of
the case in which something went wrong last. Raises `BadInput`, `Forbidden`, `Leaving.DoesNotExist`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, doer, perhaps_said, said
from huiyin.cases.workflow import EventKind
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import leavers, leaving, priors
from .models import GOING, Leaving, LetGo, Now, Why

TOPIC = "worth"
LONGEST = timedelta(days=90)
MOST = 10**9
REASONS = LetGo.choices


def require(pk: int, user: User) -> None:
    """Raise `Leaving.DoesNotExist` or `Forbidden` for somebody who may do nothing about this one."""
    access.require(user, Verb.REMEDY, leavers.get(user, pk).site_id)


def plan_call(pk: int, by: By, *, call_on: date, today: date) -> Leaving:
    """Somebody calls this customer on a day: not who has a special-attention mark."""
    row = _going(pk, by)
    if leavers.marked(row, today):
        raise BadInput("call_on", _("This customer has a special-attention mark: don't ask them."))
    if not today <= call_on <= today + LONGEST:
        raise BadInput("call_on", _("Choose a day within the next ninety days."))
    with _settling(row, by, {"what": "leaving_asked"}, "") as changed:
        changed |= {"state": Now.ASKED, "asker": by.user, "call_on": call_on}
    return row


def won(pk: int, by: By, *, words: str, cost: int = 0) -> Leaving:
    """The customer says that they stay or come back: in their own words."""
    row = _going(pk, by)
    with _settling(row, by, {"what": "won_back"}, said("words", words)) as changed:
        changed |= {"state": Now.WON, "evidence": "said", "settled_at": by.at, "cost": _amount(cost)}
    return row


def let_go(pk: int, by: By, *, reason: str, words: str = "", cost: int = 0) -> Leaving:
    """Nobody tries any longer, and why. Who doesn't want to be asked is never found again."""
    row = _going(pk, by)
    if reason not in LetGo.values:
        raise BadInput("reason", _("Choose one of: %(choices)s.") % {"choices": ", ".join(LetGo.values)})
    with _settling(row, by, {"what": "let_go", "reason": reason}, perhaps_said("words", words)) as changed:
        changed |= {"state": Now.LOST, "reason": reason, "settled_at": by.at, "cost": _amount(cost)}
    return row


def says(number: str, by: By, *, words: str, today: date) -> Leaving:
    """In a case the customer said that they leave. Raises `Case.DoesNotExist` too."""
    user = doer(by)
    case = cases.get(user, number)
    cases.require(user, Verb.REMEDY, case)
    if case.customer_id is None:
        raise BadInput("number", _("Nobody knows who the customer of this case is."))
    if case.protected:
        raise BadInput("number", _("Who spoke in confidence stands in no such list."))
    failed = leaving.last_failures({case.customer_id}).get(case.customer_id)
    if failed is None or not cases.visible(user).filter(pk=failed.pk).exists():
        raise BadInput("number", _("Name first in the case what went wrong."))
    if Leaving.objects.filter(GOING | leavers.OBJECTED, customer=case.customer_id).exists():
        raise BadInput("number", _("This customer is in the list already, or doesn't want to be asked."))
    with transaction.atomic(), timeline.editing(failed.pk, at=by.at, actor=by.user) as change:
        data = {"what": "says_leaving"}
        change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": said("words", words)})
        return Leaving.objects.create(
            customer_id=case.customer_id,
            site_id=failed.site_id,
            case_id=failed.pk,
            since=today,
            why=Why.SAID,
            stake=leavers.stake(case.customer_id, priors.book()),
            found_at=by.at,
        )


def _going(pk: int, by: By) -> Leaving:
    user = doer(by)
    row = leavers.get(user, pk)
    access.require(user, Verb.REMEDY, row.site_id)
    if row.state not in (Now.OPEN, Now.ASKED):
        raise BadInput("state", _("This is settled already."))
    return row


def _amount(cost: int) -> int:
    if not 0 <= cost <= MOST:
        raise BadInput("cost", _("Write an amount like 30 or 30.50."))
    return cost


@contextmanager
def _settling(row: Leaving, by: By, data: dict[str, Any], words: str) -> Iterator[dict[str, Any]]:
    """Writes what the block puts in, and the entry of the timeline; a quicker colleague's stands."""
    changed: dict[str, Any] = {}
    with timeline.editing(row.case_id, at=by.at, actor=by.user) as change:
        yield changed
        if not Leaving.objects.filter(GOING, pk=row.pk).update(**changed):
            raise BadInput("state", _("This is settled already."))
        change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": words})
