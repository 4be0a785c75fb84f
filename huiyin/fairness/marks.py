"""Special-attention marks (特别关注): set with a reason until a day, contested by the customer, never secret.

A mark is shown to whoever works on an open case of the customer, with what to do. No clock, severity, category, order,
limit or approval knows of it: nothing but `marked` reads these rows. Each act is written down.

Raises `Mark.DoesNotExist`, `access.Forbidden`, `BadInput`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.alerts import emergencies, notices
from huiyin.alerts.models import What
from huiyin.cases.actions import BadInput, By, doer, said
from huiyin.cases.dispatch import reason_of
from huiyin.clocks import queries as clocks
from huiyin.customers.models import Customer
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Role

from . import marked
from .models import Did, Mark, MarkEntry, MarkKind, Objection

MOST_DAYS = 180
KINDS = MarkKind.choices


def today(site: int, at: datetime) -> date:
    """The day it is at a site."""
    return at.astimezone(ZoneInfo(org.organisation().sites[site].time_zone)).date()


@transaction.atomic
def set_mark(customer: Customer, by: By, *, kind: str, reason: str, advice: str, until: date) -> Mark:
    """Mark a customer until a day. `reason`: why; `advice`: what whoever works for them is to do."""
    access.require(doer(by), Verb.MARK, customer.site_id)
    if kind not in MarkKind.values:
        raise BadInput("kind", _("Choose one of: %(choices)s.") % {"choices": ", ".join(MarkKind.values)})
    _soon(customer.site_id, until, by.at)
    words = {"reason": reason_of(reason), "advice": said("advice", advice)}
    before = Mark.objects.select_for_update().filter(customer=customer, ended_at=None).first()
    if before is not None and before.until >= today(customer.site_id, by.at):
        raise BadInput("kind", _("This customer is marked already: extend that mark, or take it off first."))
    if before is not None:  # its day is over
        _end(before, by)
    made = Mark.objects.create(customer=customer, kind=kind, set_by=doer(by), set_at=by.at, until=until, **words)
    _keep(made, until)
    _log(made, Did.SET, by, words["reason"], until=until)
    return made


def _soon(site: int, until: date, at: datetime) -> None:
    now = today(site, at)
    if not now <= until <= now + timedelta(days=MOST_DAYS):
        raise BadInput("until", _("Give a day from today on, at most %(most)d days ahead.") % {"most": MOST_DAYS})


@transaction.atomic
def extend(mark_id: int, by: By, *, until: date, reason: str) -> Mark:
    """Let a mark run longer, for a new reason."""
    mark = _running(mark_id, by)
    _soon(mark.customer.site_id, until, by.at)
    _log(mark, Did.EXTENDED, by, reason_of(reason), until=until)
    mark.until = until
    mark.save(update_fields=["until"])
    _keep(mark, until)
    return mark


@transaction.atomic
def end(mark_id: int, by: By, *, reason: str) -> Mark:
    """Take a mark off before its day."""
    mark = _running(mark_id, by)
    _log(mark, Did.ENDED, by, said("reason", reason))
    _end(mark, by)
    return mark


@transaction.atomic
def object_to(mark_id: int, by: By, *, words: str) -> Objection:
    """Write down that the customer objects: another than who set the mark decides. Whoever sees the mark may."""
    mark = marked.get(doer(by), mark_id, by.at)
    _lock(mark)
    _still_runs(mark, by)
    if Objection.objects.filter(mark=mark, upheld=None).exists():
        raise BadInput("words", _("An objection waits for its decision already."))
    words = said("words", words)
    site = mark.customer.site_id
    due = clocks.decision_due(site, by.at)
    made = Objection.objects.create(mark=mark, words=words, taken_by=doer(by), taken_at=by.at, due_at=due)
    _log(mark, Did.OBJECTED, by, words)
    deciders = [one for one in emergencies.people_of(site, role=Role.SUPERVISOR) if one != mark.set_by_id]
    told = deciders or [one for one in emergencies.people_of(site, role=Role.MANAGER) if one != mark.set_by_id]
    notices.tell(told, What.OBJECTED, at=by.at)
    return made


@transaction.atomic
def decide(mark_id: int, by: By, *, upheld: bool, reason: str) -> Objection:
    """Decide on an objection; not who set the mark. `upheld`: the customer is right, and the mark ends."""
    mark = _lock(marked.get(doer(by), mark_id, by.at))
    access.require(doer(by), Verb.MARK, mark.customer.site_id)
    row = Objection.objects.select_for_update().filter(mark=mark, upheld=None).first()
    if row is None:
        raise BadInput("reason", _("No objection waits for a decision."))
    if mark.set_by_id == doer(by).pk:
        raise BadInput("reason", _("You set this mark: somebody else decides on the objection."))
    row.upheld, row.reason, row.decided_by, row.decided_at = upheld, reason_of(reason), by.user, by.at
    row.save()
    _log(mark, Did.DECIDED, by, row.reason)
    if upheld and mark.ended_at is None:
        _end(mark, by)
    return row


@transaction.atomic
def told(mark_id: int, by: By, *, words: str) -> Objection:
    """The customer was told what was decided; `words`: how, and what they said."""
    mark = _lock(marked.get(doer(by), mark_id, by.at))
    access.require(doer(by), Verb.MARK, mark.customer.site_id)
    row = Objection.objects.filter(mark=mark, upheld__isnull=False, told_at=None).order_by("-pk").first()
    if row is None:
        raise BadInput("words", _("There is no decision of which the customer doesn't know."))
    row.told_at = by.at
    row.save(update_fields=["told_at"])
    _log(mark, Did.TOLD, by, said("words", words))
    return row


def printed(mark: Mark, by: By) -> None:
    """The customer asked, and gets it on paper."""
    access.require(doer(by), Verb.MARKS, mark.customer.site_id)
    _log(mark, Did.PRINTED, by, "")


def sweep(now: datetime) -> int:
    """Tell the managers of objections that nobody has decided in time, once; how many."""
    rows = Objection.objects.filter(upheld=None, raised_at=None, due_at__lte=now).order_by("due_at")[:50]
    count = 0
    for row in rows.select_related("mark__customer"):
        if Objection.objects.filter(pk=row.pk, raised_at=None).update(raised_at=now):
            people = emergencies.people_of(row.mark.customer.site_id, role=Role.MANAGER)
            notices.tell([one for one in people if one != row.mark.set_by_id], What.OBJECTED, at=now)
            count += 1
    return count


def _running(mark_id: int, by: By) -> Mark:
    mark = _lock(marked.get(doer(by), mark_id, by.at))
    access.require(doer(by), Verb.MARK, mark.customer.site_id)
    _still_runs(mark, by)
    return mark


def _still_runs(mark: Mark, by: By) -> None:
    if mark.ended_at is not None or mark.until < today(mark.customer.site_id, by.at):
        raise BadInput("", _("This mark has ended."))


def _lock(mark: Mark) -> Mark:
    """As it stands once nobody else changes it."""
    return Mark.objects.select_for_update(of=("self",)).select_related("customer__site").get(pk=mark.pk)


def _end(mark: Mark, by: By) -> None:
    mark.ended_at = by.at
    mark.save(update_fields=["ended_at"])
    _keep(mark, None)


def _keep(mark: Mark, until: date | None) -> None:
    mark.customer.marked_until = until
    mark.customer.save(update_fields=["marked_until"])


def _log(mark: Mark, did: Did, by: By, words: str, *, until: date | None = None) -> None:
    MarkEntry.objects.create(mark=mark, did=did, at=by.at, by=doer(by), words=words, until=until)
