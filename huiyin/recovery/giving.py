"""From yes to done: choosing, promising, delivering, confirming, cancelling. As in `actions`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, acting, perhaps_said, require_status, take
from huiyin.cases.change import Change
from huiyin.cases.dispatch import reason_of
from huiyin.cases.given import sent
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.org.access import Verb

from . import ledger
from .actions import TOPIC, give_back, let_go, posting, settle_choice
from .models import Bearer, Proposal, Remedy, Standing, State


def choose(case_id: int, by: By, *, option: int, proposal: int | None = None, text: str = "") -> Change:
    """Write down which option the customer chose, on the phone say; `text` tells how."""
    with acting(Verb.CHOOSE, case_id, by) as change:
        require_status(change, Verb.CHOOSE)
        _choose(change, by, option=option, number=proposal, who="us", text=perhaps_said("text", text))
    return change


def customer_chooses(case_id: int, *, option: int, proposal: int, at: datetime) -> Change:
    """The customer's own choice on the receipt page."""
    with timeline.editing(case_id, at=at, actor=None) as change:
        _choose(change, By(None, at), option=option, number=proposal, who="customer", text="")
    return change


def _choose(change: Change, by: By, *, option: int, number: int | None, who: str, text: str) -> None:
    rows = Proposal.objects.select_related("case").filter(case=change.case, standing=Standing.GRANTED, options__gt=1)
    waiting = [row for row in rows.filter(chosen=None).order_by("number") if number in (None, row.number)]
    if not waiting:
        raise NotAllowed(EventKind.NOTED, change.now.status, _("no choice is open"))
    if len(waiting) > 1:
        raise BadInput("proposal", _("Several choices are open: %(numbers)s.") % {"numbers": _numbers(waiting)})
    found = waiting[0]
    if not 1 <= option <= found.options:
        raise BadInput("option", _("Choose one of the options: 1 to %(most)d.") % {"most": found.options})
    told = {"what": "chosen", "proposal": found.number, "option": option, "by": who}
    change.add(EventKind.NOTED, told, words={"text": text}, topic=TOPIC)
    settle_choice(by, found, option)


def _numbers(rows: Sequence[Proposal]) -> str:
    return ", ".join(str(row.number) for row in rows)


def promise(case_id: int, by: By, *, remedies: Sequence[int], due_at: datetime, text: str) -> Change:
    """Promise the customer what was approved, by a time: a commitment like any other, kept when all is delivered."""
    if due_at <= by.at:
        raise BadInput("due_at", _("This time has passed; choose a later one."))
    with acting(Verb.PROMISE, case_id, by) as change:
        require_status(change, Verb.PROMISE)
        rows = _some(change, remedies, (State.APPROVED,))
        words = sent(change, by, "text", text)
        take(change, by)
        promised(change, rows, due_at, words)
    return change


def promised(change: Change, rows: Sequence[Remedy], due_at: datetime, text: str) -> None:
    """Tell the customer by when they get these, under the lock of the case."""
    told = {"due_at": due_at.isoformat(), "remedies": [row.number for row in rows]}
    event = change.add(EventKind.COMMITTED, told, words={"text": text}, public={"text"})
    for row in rows:
        row.state, row.commitment, row.due_at = State.PROMISED, event.seq, due_at
        row.save(update_fields=["state", "commitment", "due_at"])


def _some(change: Change, numbers: Sequence[int], states: Sequence[State]) -> list[Remedy]:
    rows = list(
        Remedy.objects.select_related("proposal__case").filter(case=change.case, number__in=numbers).order_by("number")
    )
    if not numbers or len(rows) < len(set(numbers)):
        raise NotAllowed(EventKind.NOTED, change.now.status, _("there is no such remedy"))
    for row in rows:
        _require(change, row, states)
    return rows


def _one(change: Change, number: int, states: Sequence[State]) -> Remedy:
    return _some(change, [number], states)[0]


def _require(change: Change, row: Remedy, states: Sequence[State]) -> None:
    if row.state not in states:
        told = {"number": row.number, "state": State(row.state).label}
        raise NotAllowed(EventKind.NOTED, change.now.status, _("remedy %(number)d is “%(state)s”") % told)


def deliver(case_id: int, by: By, *, remedy: int, paid: int | None = None, text: str = "") -> Change:
    """The customer has it. `paid`: what it cost, when that is less than was approved; the rest is given back."""
    with acting(Verb.DELIVER, case_id, by) as change:
        require_status(change, Verb.DELIVER)
        row = _one(change, remedy, (State.APPROVED, State.PROMISED))
        cost = row.amount if paid is None else paid
        if not 0 <= cost <= row.amount:
            most = {"most": money.show(row.amount, row.currency)}
            raise BadInput("paid", _("At most %(most)s was approved; propose the rest anew.") % most)
        handed_over(change, by, row, cost, perhaps_said("text", text))
    return change


def handed_over(change: Change, by: By, row: Remedy, cost: int, text: str = "") -> None:
    """The customer has it, for this cost: under the lock of the case."""
    told = {"what": "delivered", "remedy": row.number, "amount": cost, "currency": row.currency}
    change.add(EventKind.NOTED, told, words={"text": text}, topic=TOPIC)
    _pay(by, row, cost)
    row.state, row.delivered_at, row.paid = State.DELIVERED, by.at, cost
    row.save(update_fields=["state", "delivered_at", "paid"])
    _keep(change, row.commitment)


def _pay(by: By, row: Remedy, cost: int) -> None:
    give_back(by, row, row.amount - cost)
    ledger.spend(cost, posting(by, row.proposal, row))
    if row.bearer == Bearer.US and cost:
        ledger.unhold(row.proposal, cost)


def _keep(change: Change, commitment: int | None) -> None:
    """A promise is kept when all that was promised with it is there, in time; with nothing left of it, it is broken."""
    if commitment is None or commitment not in change.now.open_commitments:
        return
    rows = Remedy.objects.filter(case=change.case, commitment=commitment).exclude(state=State.CANCELLED)
    states = {row.state: row.due_at for row in rows}
    if State.PROMISED in states:
        return
    due = next(iter(states.values()), None)
    kept = due is not None and change.at <= due
    change.add(EventKind.KEPT, {"commitment": commitment, "kept": kept})


def confirm(case_id: int, by: By, *, remedy: int, ok: bool = True, text: str = "") -> Change:
    """The customer told us that they have it, or that they don't."""
    with acting(Verb.CONFIRM, case_id, by) as change:
        require_status(change, Verb.CONFIRM)
        _confirm(change, remedy, ok, "us", perhaps_said("text", text))
    return change


def customer_confirms(case_id: int, *, remedy: int, ok: bool, text: str = "", at: datetime) -> Change:
    """The customer says so on the receipt page."""
    with timeline.editing(case_id, at=at, actor=None) as change:
        _confirm(change, remedy, ok, "customer", perhaps_said("text", text))
    return change


def _confirm(change: Change, number: int, ok: bool, who: str, text: str) -> None:
    confirmed(change, _one(change, number, (State.DELIVERED,)), ok=ok, who=who, text=text)


def confirmed(change: Change, row: Remedy, *, ok: bool, who: str, text: str = "") -> None:
    """What the customer says of it, under the lock of the case; `who` wrote it down: `us`, or the `customer`."""
    told = {"what": "confirmed" if ok else "disputed", "remedy": row.number, "by": who}
    change.add(EventKind.NOTED, told, words={"text": text}, public={"text"}, topic=TOPIC)
    if ok:
        row.state, row.confirmed_at = State.CONFIRMED, change.at
        row.save(update_fields=["state", "confirmed_at"])


def cancel(case_id: int, by: By, *, remedy: int, reason: str) -> Change:
    """A remedy that isn't needed or can't be had: what was put aside is free again. What was promised stays promised
    until the customer is told; a promise of which nothing is left counts as broken."""
    with acting(Verb.CANCEL, case_id, by) as change:
        require_status(change, Verb.CANCEL)
        row = _one(change, remedy, (State.PLANNED, State.APPROVED, State.PROMISED))
        if row.proposal.standing == Standing.WAITING:
            raise NotAllowed(EventKind.NOTED, change.now.status, _("an approval is asked for; it is decided first"))
        told = {"what": "cancelled", "remedy": row.number}
        change.add(EventKind.NOTED, told, words={"text": reason_of(reason)}, topic=TOPIC)
        if row.state == State.PLANNED:
            let_go(by, row.proposal)
        else:
            give_back(by, row)
        _keep(change, row.commitment)
    return change
