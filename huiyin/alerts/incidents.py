"""Incidents: several cases with one cause, one lead, one word to all. Every act on one, a function each.

A storm brings a thousand cases: they are written some hundred a transaction. What was begun is kept in rows and can be
gone on with at any time: a case that is in is not gathered again, and a case that got a word doesn't get it twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, perhaps_said, said
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.db.rows import insert_objects
from huiyin.org import access, reference
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Site, User

from . import notices, queries
from .models import Consequence, IncidentWord, What
from .words import deliver, say, waits_its_turn

BATCH = 200
MOST_TITLE = 200


class NotPossible(Exception):
    """This can't be done with the incident as it is; the text says why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def open_incident(
    site: Site, by: By, *, title: str, case_ids: Collection[int], lead: User | None = None, cause: str = ""
) -> Incident:
    """Open an incident at a site (with all below it) from one or more cases. The opener leads it, if nobody else."""
    user = _user(by)
    access.require(user, Verb.JOIN, site.pk)
    title = said("title", title)
    if len(title) > MOST_TITLE:
        raise BadInput("title", _("At most %(most)d characters.") % {"most": MOST_TITLE})
    if not case_ids:
        raise BadInput("cases", _("Choose one case at least."))
    found = Incident(site=site, title=title, cause=perhaps_said("cause", cause), opened_at=by.at, opened_by=user)
    found.lead = fit(lead or user, site.pk, Case.objects.filter(pk__in=case_ids), "lead")
    _check(found, user, case_ids)
    with transaction.atomic():
        found.save()
        reference.changed()
        _lead_told(found, by)
    _gather(found, by, case_ids, word=None)
    return found


def gather(
    incident_id: int, by: By, *, case_ids: Collection[int], tell_last: bool = True, consequence: bool = False
) -> Incident:
    """Add cases. They hear at once the last word that was told to all, unless `tell_last` is false. `consequence`: they
    came of it and are another matter (a dispute about fees after the storm), which is resolved on its own."""
    with acting(Verb.JOIN, incident_id, by) as incident:
        if not case_ids:
            raise BadInput("cases", _("Choose one case at least."))
        _check(incident, _user(by), case_ids)
    word = queries.last_word(incident) if tell_last else None
    _gather(incident, by, case_ids, word=word, consequence=consequence)
    return incident


def release(incident_id: int, by: By, *, case_ids: Collection[int]) -> Incident:
    """Take cases out again: they have another cause."""
    with acting(Verb.JOIN, incident_id, by) as incident:
        if not case_ids:
            raise BadInput("cases", _("Choose one case at least."))
        _seen(_user(by), case_ids)
    for ids in _batches(case_ids):
        with timeline.editing_all(ids, at=by.at, actor=by.user) as changes:
            for change in changes.values():
                if change.now.incident_id == incident.pk:
                    change.add(EventKind.RELEASED, {"incident": incident.pk})
            Consequence.objects.filter(incident=incident, case__in=ids).delete()
    return incident


def hand_lead(incident_id: int, by: By, *, to: User) -> Incident:
    """Another person leads from now on."""
    with acting(Verb.JOIN, incident_id, by) as incident:
        incident.lead = fit(to, incident.site_id, Case.objects.filter(incident=incident), "to")
        _lead_told(incident, by)
    return incident


def know(incident_id: int, by: By, *, cause: str) -> Incident:
    """Write down the cause as far as it is known."""
    with acting(Verb.JOIN, incident_id, by) as incident:
        incident.cause = said("cause", cause)
    return incident


def close(incident_id: int, by: By, *, reason: str = "") -> Incident:
    """Close an incident, when no case of it is open any more, or with the reason why it is closed all the same."""
    with acting(Verb.JOIN, incident_id, by) as incident:
        reason = perhaps_said("reason", reason)
        known = cases.not_about(_user(by)).filter(incident=incident, status__in=OPEN)
        if not reason and (still := known.count()):
            words = _("%(count)d cases are still open: resolve or release them, or give a reason.")
            raise NotPossible(words % {"count": still})
        incident.closed_at, incident.close_reason = by.at, reason
        reference.changed()
    return incident


def sweep(now: datetime) -> int:
    """Finish words that were interrupted; how many."""
    waiting = list(IncidentWord.objects.filter(finished_at__isnull=True).order_by("pk")[:20])
    for word in waiting:
        deliver(word, at=now)
    return len(waiting)


@contextmanager
def acting(verb: Verb, incident_id: int, by: By) -> Iterator[Incident]:
    """Lock an open incident for an act; its version counts on."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident_id)
        ready(verb, incident, by)
        yield incident
        incident.version += 1
        incident.save()


def ready(verb: Verb, incident: Incident, by: By) -> None:
    """Is the act theirs to do, with an incident that is as they saw it, and open?"""
    queries.require(_user(by), verb, incident)
    if by.expect is not None and by.expect != incident.version:
        raise timeline.Stale(incident.version)
    if incident.closed_at is not None:
        raise NotPossible(_("This incident is closed."))


def _user(by: By) -> User:
    if by.user is None:
        raise ValueError("this act belongs to a member of staff")
    return by.user


def fit(lead: User, site: int, rows: QuerySet[Case], field: str) -> User:
    """Somebody who may lead these cases of a site. Raises `BadInput`."""
    if not queries.may_lead(lead, site):
        raise BadInput(field, _("This person doesn't work on cases of this site: choose somebody who does."))
    if queries.about_lead(lead, rows):
        raise BadInput(field, _("One of the cases is about this person or their department: choose somebody else."))
    return lead


def _lead_told(incident: Incident, by: By) -> None:
    if incident.lead_id != _user(by).pk:
        notices.tell([incident.lead_id], What.LEAD, at=by.at, incident=incident)


def _seen(user: User, case_ids: Collection[int]) -> list[Case]:
    """These cases, all of which the person may see and gather. Raises `BadInput`."""
    found = [
        case for ids in _batches(case_ids) for case in cases.visible(user, Verb.JOIN).filter(pk__in=ids).order_by("pk")
    ]
    if len(found) < len(set(case_ids)):
        raise BadInput("cases", _("One of these cases is not there."))
    return found


def _check(incident: Incident, user: User, case_ids: Collection[int]) -> None:
    below = org.organisation().below(incident.site_id)
    for case in _seen(user, case_ids):
        if case.site_id not in below:
            raise BadInput("cases", _("Case %(number)s is at another site.") % {"number": case.number})
        if case.incident_id not in (None, incident.pk):
            words = _("Case %(number)s belongs to another incident; release it there first.")
            raise BadInput("cases", words % {"number": case.number})
        if case.status not in OPEN and case.incident_id is None:
            raise BadInput("cases", _("Case %(number)s is not open.") % {"number": case.number})


def _batches(case_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    ids = sorted(set(case_ids))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _gather(
    incident: Incident, by: By, case_ids: Collection[int], *, word: IncidentWord | None, consequence: bool = False
) -> None:
    for ids in _batches(case_ids):
        with timeline.editing_all(ids, at=by.at, actor=by.user) as changes:
            # Asked again under the lock: somebody may have resolved or gathered it meanwhile.
            joining = [c for c in changes.values() if c.now.incident_id is None and c.now.status in OPEN]
            for change in joining:
                change.add(EventKind.GATHERED, {"incident": incident.pk} | ({"effect": True} if consequence else {}))
            if consequence:
                rows = [Consequence(incident=incident, case_id=change.case.pk) for change in joining]
                insert_objects(Consequence, ("incident_id", "case_id"), rows)
            if word is not None and not waits_its_turn(word):
                say(word, joining)
