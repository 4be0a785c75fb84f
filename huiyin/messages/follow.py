"""Which events of a case its customer gets a mail about: what waits for them, and what they waited for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from huiyin.cases.change import Change
from huiyin.cases.models import Case, CaseEvent, Channel
from huiyin.cases.workflow import EventKind, WaitingFor

from .actions import Draft, queue
from .models import Link, Mail, What
from .queries import sends_mail
from .texts import NEWS

HISTORY = timedelta(days=1)
"""Entered so much later than it happened, it is a past: nobody is told of it now."""


def follow(changes: Sequence[Change]) -> None:
    """Write the mails of these changes. A case has one mail in a change, about what came last in it."""
    corrected = _corrected(changes)
    _end_links(changes, corrected)
    _redirect(corrected)
    if not sends_mail():
        return
    loud = [change for change in changes if not change.quiet]
    drafts = [draft for change in loud if change.new for draft in _receipts(change)]
    moved = {change.case: kind for change in loud if not change.new and (kind := _kind(change))}
    drafts += _news(moved)
    drafts += [_new_link(case) for case in corrected if case.email]
    if drafts:
        queue(drafts, max(change.at for change in changes))


def _end_links(changes: Sequence[Change], corrected: Sequence[Case]) -> None:
    """A new link given at the desk ends all that there were: it may be new because the old one went astray. Those that
    went to a wrong address did."""
    renewed = [change.case for change in changes if any(_is(event, "link") for event in change.events)]
    if renewed or corrected:
        Link.objects.filter(case__in=[*renewed, *corrected]).delete()


def _is(event: CaseEvent, what: str) -> bool:
    return event.kind == EventKind.NOTED and event.data.get("what") == what


def _corrected(changes: Sequence[Change]) -> list[Case]:
    """The cases whose mail goes to another address from now on."""
    told = ((change.case, event) for change in changes for event in change.events if not change.new)
    return [case for case, event in told if _is(event, "contact") and "email" in event.data["changed"]]


def _redirect(corrected: Sequence[Case]) -> None:
    """What waits to be sent goes to the right address, or nowhere."""
    for case in corrected:
        waiting = Mail.objects.filter(case=case, next_at__isnull=False)
        waiting.update(to=case.email) if case.email else waiting.delete()


def _new_link(case: Case) -> Draft:
    spoken = _languages([case.pk])
    return Draft(case.email, What.LINKS, spoken.get(case.pk, settings.LANGUAGE_CODE), case)


def _receipts(change: Change) -> Iterator[Draft]:
    case, first = change.case, change.events[0]
    if case.email and case.channel != Channel.IMPORT and not _past(first) and first.kind == EventKind.RECEIVED:
        # The customer's own language where they wrote themselves; a colleague's is that of the desk.
        own = translation.get_language() if change.actor is None else None
        yield Draft(case.email, What.RECEIPT, own or settings.LANGUAGE_CODE, case)


def _past(event: CaseEvent) -> bool:
    return event.recorded_at - event.at > HISTORY


def _kind(change: Change) -> str:
    """The last event of a change that a customer is told of; nothing of what they did themselves."""
    told = [event.kind for event in change.events if _told(event) and not _past(event)]
    return str(told[-1]) if told else ""


def _told(event: CaseEvent) -> bool:
    if event.kind == EventKind.ANSWERED:
        return bool(event.data["public"])
    if event.kind == EventKind.WAITED:
        return bool(event.data["for"] == WaitingFor.CUSTOMER)
    if event.kind == EventKind.EXTENDED:
        return bool(event.data["told"])
    if event.kind == EventKind.REOPENED:
        return event.actor is not None
    return event.kind in NEWS


def _news(moved: dict[Case, str]) -> list[Draft]:
    """For the cases that moved, and for those that were joined into one of them: theirs is worked on there."""
    if not moved:
        return []
    keys = {case.pk: kind for case, kind in moved.items()}
    joined = Case.objects.filter(Q(joined_into__in=list(keys))).exclude(email="").select_related("site")
    pairs = [(case, kind) for case, kind in moved.items() if case.email]
    pairs += [(case, keys[case.joined_into_id or 0]) for case in joined]
    spoken = _languages([case.pk for case, _kind in pairs])
    return [
        Draft(case.email, What.NEWS, spoken.get(case.pk, settings.LANGUAGE_CODE), case, kind=kind)
        for case, kind in pairs
    ]


def _languages(cases: Sequence[int]) -> dict[int, str]:
    """The language of each case's first mail: the one in which its customer wrote to us."""
    if not cases:
        return {}
    rows = Mail.objects.filter(case__in=cases).order_by("-pk").values_list("case", "language")
    return {case or 0: language for case, language in rows}
