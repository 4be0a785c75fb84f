"""One word to the customers of an incident, and of those that followed from it.

Down a chain the same word goes out once for each incident, in its own log, and whoever has cases in several reads it
under one number. The words are given in order, one after the other, so that each knows who has heard it before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import transaction

from huiyin.cases.actions import By, doer, said
from huiyin.cases.given import read
from huiyin.cases.incident_models import Incident
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import chains, linking, notices, queries
from .incidents import acting
from .models import IncidentWord, What, WordKind
from .words import deliver


def tell(incident_id: int, by: By, *, text: str, chain: bool = False, onward: bool = False) -> Incident:
    """One word to the customers of all open cases, each on the page of their own case. `chain`: what led to what, below
    it, so that a chain of failures is told once and not failure by failure. `onward`: to those of the open incidents
    that followed too, as far as it is the speaker's to tell them."""
    with transaction.atomic():
        further = _held(incident_id, followed(doer(by), incident_id)) if onward else []
        with acting(Verb.ANSWER, incident_id, by) as incident:
            how = chains.for_customers(incident.story) if chain else ""
            text, keys = read(None, by, "text", "\n".join(part for part in (said("text", text), how) if part))
            word = IncidentWord(incident=incident, kind=WordKind.TOLD, text=text, by=doer(by), at=by.at, anyway=keys)
            word.save()
        words = [word, *(_onward(key, word, by) for key in further)]
    for one in words:
        deliver(one, at=by.at)
    return incident


def followed(user: User, incident_id: int) -> list[Incident]:
    """The open incidents that came of one, step by step through those that `user` may see, whose customers are theirs
    to tell."""
    return list(_followed(user, incident_id))


def leads_on(user: User, incident_id: int) -> bool:
    """Is there anything in `followed`? The nearest one is enough to know."""
    return next(_followed(user, incident_id), None) is not None


def _followed(user: User, incident_id: int) -> Iterator[Incident]:
    known, waiting = {incident_id}, {incident_id}
    while waiting:
        fresh = linking.effects(waiting) - known
        rows = list(queries.visible(user).filter(pk__in=fresh).order_by("pk")) if fresh else []
        waiting = {row.pk for row in rows}
        known |= waiting
        yield from (row for row in rows if row.closed_at is None and access.may(user, Verb.ANSWER, row.site_id))


def _held(incident_id: int, further: Collection[Incident]) -> list[int]:
    """Lock them all in one order, so that two who speak along one chain never wait for each other; those still open."""
    keys = [incident_id, *(one.pk for one in further)]
    rows = Incident.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    return [row.pk for row in rows if row.pk != incident_id and row.closed_at is None]


def _onward(incident_id: int, word: IncidentWord, by: By) -> IncidentWord:
    """The same word to the customers of another incident; its lead hears of it."""
    with acting(Verb.ANSWER, incident_id, By(by.user, by.at)) as incident:
        same = IncidentWord(incident=incident, kind=word.kind, text=word.text, by=word.by, at=word.at)
        same.anyway, same.followed = word.anyway, word
        same.save()
        if incident.lead_id != doer(by).pk:
            notices.tell([incident.lead_id], What.ONWARD, at=by.at, incident=incident)
    return same
