"""Recovery follows the timeline: people are asked for their approval, a decision that is overdue goes a step up, and
what was to be made good in a case that went on elsewhere is given back."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.alerts import emergencies, notices
from huiyin.alerts.models import What
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent
from huiyin.cases.workflow import REFUSAL, EventKind
from huiyin.org.models import Role

from . import authority, together_told
from .actions import TOPIC, drop
from .models import Proposal, Standing

_ENDS = frozenset({EventKind.JOINED, EventKind.WITHDRAWN})


def follow(changes: Sequence[Change]) -> None:
    """Look at what happened; a change that has nothing to do with it costs nothing."""
    for change in changes:
        if change.new:
            continue
        for event in list(change.events):
            if event.kind == EventKind.APPROVING:
                _ask(change, event)
            elif _overdue(event):
                _escalate(change, event.data["ref"])
            elif event.kind == EventKind.APPROVED or _disputed(event):
                _tell(change, event)
            elif event.kind in _ENDS:
                drop(change)


def _overdue(event: CaseEvent) -> bool:
    return event.topic == "clocks" and event.data.get("what") == "breached" and event.data.get("clock") == "decide"


def _disputed(event: CaseEvent) -> bool:
    return event.topic == TOPIC and event.data.get("what") in ("disputed", "chosen")


def _ask(change: Change, event: CaseEvent) -> None:
    """The nearest role whose limit covers it. What is asked for a whole group is told once, by whoever asks."""
    if together_told.of_batch(change.case.pk, event.seq) is None:
        _notify(change, event, _roles(change, event)[:1])


def _roles(change: Change, event: CaseEvent) -> list[Role]:
    amount = event.data.get("amount", 0)
    currency = event.data.get("currency", "")
    load = authority.load_of(change.case, None, amount, year=str(event.at.year), currency=currency)
    if event.data["about"] == REFUSAL:  # a no to the customer costs nothing: who leads the desk decides
        return [Role.SUPERVISOR, Role.MANAGER]
    found = authority.deciders(change.case.site_id, change.now.severity, load, fraud=bool(event.data.get("fraud")))
    return found or [Role.MANAGER]


def _notify(change: Change, event: CaseEvent, roles: Sequence[Role]) -> None:
    people = [one for role in roles for one in emergencies.people_of(change.case.site_id, role=role)]
    aside = {*change.now.about_users, event.actor_id}
    told = [one for one in people if one not in aside]
    notices.tell(told, What.APPROVE, at=change.at, case_id=change.case.pk, seq=event.seq)


def _escalate(change: Change, seq: int) -> None:
    """Nobody has decided in time: everybody above is asked too, once, and it is written down."""
    waiting = Proposal.objects.filter(case=change.case, seq=seq, standing=Standing.WAITING, escalated_at=None)
    proposal = waiting.select_related("batch__group").first()
    if proposal is None:
        return
    if proposal.batch is not None:
        together_told.escalate(proposal.batch, change.at)
    asked = change.case.caseevent_set.get(seq=seq)
    proposal.escalated_at = change.at
    proposal.save(update_fields=["escalated_at"])
    roles = [*_roles(change, asked)[1:], Role.MANAGER]
    event = change.add(EventKind.NOTED, {"what": "escalated", "request": seq}, topic=TOPIC)
    if proposal.batch is None:
        _notify(change, event, list(dict.fromkeys(roles)))


def _tell(change: Change, event: CaseEvent) -> None:
    """Who asked, of the decision; who holds the case, of what the customer says."""
    if event.kind == EventKind.APPROVED:
        if together_told.of_batch(change.case.pk, event.data["request"]) is not None:
            return
        asked = change.case.caseevent_set.filter(seq=event.data["request"]).values_list("actor", flat=True)
        people, what = [one for one in asked if one], What.DECIDED
    else:
        people, what = [one for one in (change.now.handler_id or change.now.owner_id,) if one], What.WROTE
    told = [one for one in people if one != event.actor_id]
    notices.tell(told, what, at=change.at, case_id=change.case.pk, seq=event.seq)
