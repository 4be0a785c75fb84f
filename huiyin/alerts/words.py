"""How one word reaches every open case of an incident: some hundred a transaction, none twice.

A case about whoever speaks is left out: it waits for somebody else, as if they had never met it. Where one word went on
down a chain of incidents, each customer reads it once: under a number in the first of them in which they have a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.cases import details, queries, timeline
from huiyin.cases.change import Change
from huiyin.cases.models import Case
from huiyin.cases.oversight import waits
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.db.rows import insert_objects
from huiyin.org import access
from huiyin.org.access import Verb

from .models import Heard, IncidentWord, WordKind

_BATCH = 200


def deliver(word: IncidentWord, *, at: datetime) -> None:
    """Give the word to every open case that doesn't have it yet; to be called again after an interruption. One that
    came down a chain waits for those before it: only then is it known who has heard it there."""
    if waits_its_turn(word):
        return
    while ids := _left(word):
        with timeline.editing_all(ids, at=at, actor=word.by) as changes:
            here = [c for c in changes.values() if c.now.incident_id == word.incident_id and c.now.status in OPEN]
            say(word, _filled(word, here))
    word.cases, word.finished_at = Heard.objects.filter(word=word).count(), at
    word.save(update_fields=["cases", "finished_at"])


def waits_its_turn(word: IncidentWord) -> bool:
    """Is the same word still on its way to the customers of an incident before this one?"""
    return word.followed_id is not None and _same(word).filter(pk__lt=word.pk, finished_at=None).exists()


def _same(word: IncidentWord) -> QuerySet[IncidentWord]:
    """The same word to other incidents of a chain."""
    first = word.followed_id or word.pk
    return IncidentWord.objects.filter(Q(pk=first) | Q(followed=first)).exclude(pk=word.pk)


def _filled(word: IncidentWord, changes: Sequence[Change]) -> Sequence[Change]:
    """Those that the word may resolve. Somebody may have emptied a required field meanwhile: such a case stays open."""
    if word.kind != WordKind.RESOLVED:
        return changes
    lacking = details.lacking([change.case for change in changes])
    if lacking:
        word.unfilled = sorted({*word.unfilled, *lacking})
        word.kept_open = sorted({*word.kept_open, *lacking})
        word.save(update_fields=["unfilled", "kept_open"])
    return [change for change in changes if change.case.pk not in lacking]


def _left(word: IncidentWord) -> list[int]:
    heard = Heard.objects.filter(word=word, case=OuterRef("pk"))
    rows = queries.not_about(word.by).filter(~Exists(heard), incident=word.incident_id, status__in=OPEN)
    if others := list(_same(word).values_list("pk", flat=True)):
        rows = rows.filter(~Exists(Heard.objects.filter(word__in=others, case__customer=OuterRef("customer"))))
    return list(rows.exclude(pk__in=word.kept_open).order_by("-pk").values_list("pk", flat=True)[:_BATCH])


def say(word: IncidentWord, changes: Sequence[Change]) -> None:
    """Write the word into these changes, under the locks of their cases; those that have it are left out, and those
    whose customer has it under another number."""
    have = set(Heard.objects.filter(word=word, case__in=[c.case.pk for c in changes]).values_list("case", flat=True))
    customers = {c.case.customer_id for c in changes} - {None}
    elsewhere = Heard.objects.filter(word__in=_same(word), case__customer__in=customers)
    know = set(elsewhere.values_list("case__customer", flat=True))
    new = [c for c in changes if c.case.pk not in have and c.case.customer_id not in know]
    fresh = [c for c in new if not queries.steps_aside(word.by, c.case)]
    for change in fresh:
        _say(word, change)
    rows = [Heard(word=word, case_id=change.case.pk) for change in fresh]
    insert_objects(Heard, ("word_id", "case_id"), rows)
    if word.finished_at is not None and rows:
        word.cases += len(rows)
        word.save(update_fields=["cases"])


def _say(word: IncidentWord, change: Change) -> None:
    data = {"incident": word.incident_id, "word": word.pk} | ({"anyway": word.anyway} if word.anyway else {})
    if change.now.status == Status.RECEIVED:
        change.add(EventKind.ACCEPTED, {"by": _taker(word, change.case)})
    if word.kind == WordKind.TOLD:
        change.add(EventKind.ANSWERED, data | {"public": True}, words={"text": word.text}, public={"text"})
        return
    if change.now.handler_id is None:
        change.add(EventKind.ASSIGNED, {"to": _taker(word, change.case)})
    words = {"text": word.text, "cause": word.cause, "done": word.done}
    words |= {"prevention": word.prevention} if word.prevention else {}
    change.add(EventKind.RESOLVED, data | waits(change), words=words, public={"text", "prevention"} & words.keys())


def _taker(word: IncidentWord, case: Case) -> int:
    """Who takes a case that nobody has taken: the lead who may work on it, else who speaks."""
    lead = word.incident.lead
    may = access.may(lead, Verb.ANSWER, case.site_id) and not queries.steps_aside(lead, case)
    return lead.pk if may else word.by_id
