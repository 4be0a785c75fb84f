"""The same for all cases of a group, as one decision: what it comes to altogether needs the authority, so that nobody
gives by pieces what they may not give as a whole. Each case is written for itself; one that can't have it is told by
its number and keeps no other from it.

Raises `Group.DoesNotExist`, `Batch.DoesNotExist`, `access.Forbidden`, `BadInput`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.base.ids import receipt_number
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By, acting, doer, require_status, said, take
from huiyin.cases.change import Change
from huiyin.cases.dispatch import reason_of
from huiyin.cases.models import Case
from huiyin.cases.workflow import NotAllowed
from huiyin.groups import queries as groups
from huiyin.groups.models import Group, Member
from huiyin.org import access
from huiyin.org.access import Verb

from . import actions, authority, together_told
from .authority import Load
from .models import Batch, Limit, Proposal, Standing, Term
from .wanted import Option, Wanted, check

MOST = 500
One = Callable[[int], object]


def give_all(group_id: int, by: By, *, remedy: Wanted, reason: str) -> Batch:
    """Propose the same for every case of a group that this person may work on: granted at once when their own limit
    covers all of it together, else one approval is asked for."""
    group = groups.get(doer(by), group_id).group
    groups.require(doer(by), Verb.REMEDY, group)
    check([Option([remedy])], money.DEFAULT)
    text = reason_of(reason)
    rows = _members(by, group)
    if not rows:
        raise BadInput("cases", _("None of these cases can be given anything by you."))
    total = remedy.amount * len(rows)
    batch = _begin(group, by, remedy, total, text)
    row = _own(by, rows, total)
    found: list[Limit | None] = [row] if row is not None or not total else []

    def one(pk: int) -> None:
        with acting(Verb.REMEDY, pk, By(by.user, by.at)) as change:
            require_status(change, Verb.REMEDY)
            take(change, by)
            proposal = actions.new(change, by, [Option([remedy])], False, batch.currency)
            proposal.batch = batch
            if row is not None:
                _covered(change, by, proposal, row)
            actions.put(change, by, proposal, [Option([remedy])], text=text, found=found)

    given = _each(batch, [case.pk for case in rows], one)
    if not given:
        batch.standing = Standing.DROPPED
    elif found:
        batch.standing, batch.granter, batch.granted_at = Standing.GRANTED, by.user, by.at
    batch.given, batch.total = given if found else 0, remedy.amount * given
    with transaction.atomic():
        batch.save()
        if batch.standing == Standing.WAITING:
            together_told.ask(batch, by.at)
    return batch


def decide_all(batch_id: int, by: By, *, granted: bool, reason: str = "") -> Batch:
    """Say yes or no to all of it at once: nobody to what they asked for themselves, and within their limit for the
    whole. Above its bound the first yes is written down, and a second person decides."""
    batch = Batch.objects.select_related("group").get(pk=batch_id)
    groups.require(doer(by), Verb.APPROVE, batch.group)
    reason = reason.strip() if granted else said("reason", reason)
    if batch.standing != Standing.WAITING:
        raise BadInput("granted", _("This is decided already."))
    if doer(by).pk == batch.asker_id:
        raise BadInput("granted", _("Somebody else must decide what you asked for yourself."))
    if doer(by).pk == batch.first_id:
        raise BadInput("granted", _("You have said yes already; a second person decides."))
    waiting = Proposal.objects.filter(batch=batch, standing=Standing.WAITING).select_related("case")
    rows = [one.case for one in waiting]
    row = _limit(by, rows, sum(one.amount for one in waiting)) if granted and rows else None
    if granted and rows and row is None:
        raise BadInput("granted", _("Altogether this is more than your limit."))
    if row is not None and authority.needs_two(row, _load(batch.total)) and batch.first_id is None:
        batch.first = by.user
        batch.save(update_fields=["first"])
        return batch
    _settle(batch, by, [one.pk for one in rows], row, reason)
    return batch


def _settle(batch: Batch, by: By, keys: Sequence[int], row: Limit | None, reason: str) -> None:
    """Under a claim, so that two people can't decide at once."""
    standing = Standing.GRANTED if row is not None else Standing.REFUSED
    mine = Batch.objects.filter(pk=batch.pk, standing=Standing.WAITING)
    if not mine.update(standing=standing, granter=by.user, granted_at=by.at):
        raise BadInput("granted", _("This is decided already."))
    batch.refresh_from_db()

    def one(pk: int) -> None:
        with acting(Verb.APPROVE, pk, By(by.user, by.at)) as change:
            proposal = Proposal.objects.select_related("asker", "case").get(batch=batch, case=pk)
            if proposal.standing != Standing.WAITING:
                return
            words = {"reason": reason}
            if row is None:
                actions.say_no(change, proposal, words)
            else:
                _covered(change, by, proposal, row)
                actions.say_yes(change, by, proposal, row, words)

    given = _each(batch, keys, one)
    batch.given, batch.total = given if row is not None else 0, batch.amount * given
    with transaction.atomic():
        batch.save()
        together_told.answer(batch, by.at)


def _begin(group: Group, by: By, remedy: Wanted, total: int, reason: str) -> Batch:
    values = {"kind": remedy.kind, "amount": remedy.amount, "total": total, "reason": reason}
    try:
        with transaction.atomic():
            return Batch.objects.create(group=group, asker=doer(by), asked_at=by.at, **values)
    except IntegrityError as error:
        raise BadInput("amount", _("Something for all of this group waits for its decision already.")) from error


def _members(by: By, group: Group) -> list[Case]:
    keys = Member.objects.filter(group=group).values("case")
    return list(cases.visible(doer(by), Verb.REMEDY).filter(pk__in=keys).order_by("pk")[:MOST])


def _each(batch: Batch, keys: Sequence[int], one: One) -> int:
    """Do it for each, in a transaction of its own, and count; those that can't have it are kept with the reason."""
    done = 0
    for pk in keys:
        try:
            with transaction.atomic():
                one(pk)
            done += 1
        except (BadInput, NotAllowed, Case.DoesNotExist, access.Forbidden) as error:
            why = error.text if isinstance(error, BadInput) else _("it is closed, or not yours to do this with")
            batch.failed = [*batch.failed, [receipt_number(pk), why]]
    return done


def _load(total: int) -> Load:
    return Load(total, total, 0, money.DEFAULT)


def _own(by: By, rows: Sequence[Case], total: int) -> Limit | None:
    row = _limit(by, rows, total)
    return row if row is not None and not authority.needs_two(row, _load(total)) else None


def _limit(by: By, rows: Sequence[Case], total: int) -> Limit | None:
    """The least of a person's limits that covers the whole, whichever of these severities a case has."""
    for role in authority.roles_at(doer(by), rows[0].site_id):
        found = [authority.limit(role, severity, money.DEFAULT) for severity in {case.severity for case in rows}]
        known = [one for one in found if one is not None]
        if len(known) == len(found) and all(one.per_case >= total for one in known):
            return min(known, key=lambda one: one.per_case)
    return None


def _covered(change: Change, by: By, proposal: Proposal, row: Limit) -> None:
    """With what the case has got before, too."""
    load = actions.load_of(change, by, proposal)
    if not authority.covers(row, load):
        words = {"sum": money.show(load.case, load.currency)}
        raise BadInput("amount", _("With this the case comes to %(sum)s, more than your limit.") % words)


@dataclass(frozen=True)
class ForAll:
    """What was given or asked for all of a group, the newest first, and the rule of what each home gets."""

    batches: Sequence[Batch] = ()
    term: Term | None = None
    waits: bool = False


def for_all(group: Group) -> ForAll:
    """One question where there is nothing, one more where there is."""
    rows = Group.objects.filter(pk=group.pk).values_list("term", "batch", "batch__standing")
    found = list(rows.order_by("-batch")[:20])
    # Beside a group without any stands a row of nothing.
    none: object = None
    waits = any(standing == Standing.WAITING for _term, _batch, standing in found)
    keys = [batch for _term, batch, _standing in found if batch is not none]
    if not keys:
        ruled = found[0][0] is not none
        return ForAll(term=Term.objects.select_related("by").get(group=group) if ruled else None)
    batches = Batch.objects.filter(pk__in=keys).select_related("asker", "first", "granter", "group__term__by")
    made = list(batches.order_by("-pk"))
    return ForAll(made, getattr(made[0].group, "term", None), waits)


def waits(group_id: int) -> bool:
    """Does something wait for a decision about all of a group?"""
    return Batch.objects.filter(group=group_id, standing=Standing.WAITING).exists()


def waiting_for_id(group_id: int) -> int:
    """What waits for a decision about all of a group, or `Batch.DoesNotExist`."""
    return Batch.objects.get(group=group_id, standing=Standing.WAITING).pk
