"""Who is told of one decision about a whole group: each person once, however many cases it is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from huiyin.alerts import emergencies, notices
from huiyin.alerts.models import What
from huiyin.cases import queries as cases
from huiyin.cases.models import Case
from huiyin.org.models import Role, User

from . import authority
from .authority import Load
from .models import Batch, Proposal


def of_batch(case_id: int, seq: int) -> Batch | None:
    """The decision about a whole group that an application in a case is part of."""
    found = Proposal.objects.filter(case=case_id, seq=seq, batch__isnull=False).select_related("batch__group").first()
    return found.batch if found else None


def ask(batch: Batch, at: datetime) -> None:
    """The nearest role whose limit covers all of it together."""
    _tell(batch, _people(batch, _roles(batch)[:1]), What.APPROVE_ALL, at)


def escalate(batch: Batch, at: datetime) -> None:
    """Everybody above too, at the first of its cases whose decision is overdue."""
    if not Proposal.objects.filter(batch=batch, escalated_at__isnull=False).exists():
        _tell(batch, _people(batch, [*_roles(batch)[1:], Role.MANAGER]), What.APPROVE_ALL, at)


def answer(batch: Batch, at: datetime) -> None:
    """Who asked is told how it was decided."""
    if batch.granter_id != batch.asker_id:
        _tell(batch, {batch.asker_id}, What.DECIDED_ALL, at)


def _roles(batch: Batch) -> list[Role]:
    """As if it were one case, of every severity that there is among them."""
    load = Load(batch.total, batch.total, 0, batch.currency)
    severities = Case.objects.filter(proposal__batch=batch).order_by("severity").values_list("severity", flat=True)
    found = [authority.deciders(batch.group.site_id, one, load) for one in severities.distinct()]
    return [role for role in (found[0] if found else ()) if all(role in one for one in found)] or [Role.MANAGER]


def _people(batch: Batch, roles: Collection[Role]) -> set[int]:
    people = {one for role in roles for one in emergencies.people_of(batch.group.site_id, role=role)}
    return people - {batch.asker_id}


def _tell(batch: Batch, people: Collection[int], what: What, at: datetime) -> None:
    """At the first case that they may see: what leads them to the group is no case that is hidden from them."""
    theirs = Proposal.objects.filter(batch=batch).values("case")
    for user in User.objects.filter(pk__in=people).order_by("pk"):
        first = cases.visible(user).filter(pk__in=theirs).order_by("pk").values_list("pk", flat=True).first()
        if first is not None:
            notices.tell([user.pk], what, at=at, case_id=first)
