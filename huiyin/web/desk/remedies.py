"""What makes good, as the page of a case shows it: names, states, what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases import refusing
from huiyin.recovery import failures, queries
from huiyin.recovery.queries import BEARERS, FINDINGS, KINDS, STATES, Book, State

if TYPE_CHECKING:
    from huiyin.cases.queries import Entry
    from huiyin.playbooks.steps import Step
    from huiyin.recovery.models import Proposal, Remedy


@dataclass(frozen=True)
class RemedyRow:
    """A remedy in words. `tone`: the class of its chip."""

    number: int
    name: str
    state: str
    tone: str
    duty: bool
    bearer: str
    finding: str
    due_at: datetime | None
    """While it is promised and not given."""


@dataclass(frozen=True)
class Choice:
    """An option that the customer may choose."""

    proposal: int
    number: int
    name: str
    amount: str


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits for a yes or no."""

    number: int
    name: str
    asked_at: datetime
    amount: str
    reason: str
    rows: Sequence[RemedyRow]
    first: str
    escalated_at: datetime | None
    fraud: bool
    stuck: bool
    """Are there too few people who may say yes?"""


_TONES = {State.DELIVERED: "done", State.CONFIRMED: "done", State.CANCELLED: "", State.PROMISED: "due-soon"}


def remedy_name(kind: str, amount: int, currency: str) -> str:
    """A remedy in words: “service voucher ¥30.00”."""
    name = str(dict(KINDS).get(kind, kind))
    return f"{name} {money.show(amount, currency)}" if amount else name


def suggested_name(step: Step) -> str:
    """The remedy of a step in words, with what is usual: “service voucher ¥30.00–¥50.00”; empty when there is none."""
    name = remedy_name(step.kind, step.amount, money.DEFAULT) if step.kind else ""
    return f"{name}–{money.show(step.most, money.DEFAULT)}" if step.most else name


def named(row: Remedy) -> RemedyRow:
    """A remedy as the page shows it."""
    return RemedyRow(
        number=row.number,
        name=remedy_name(row.kind, row.amount if row.paid is None else row.paid, row.currency),
        state=str(dict(STATES)[row.state]),
        tone=_TONES.get(State(row.state), ""),
        duty=row.duty,
        bearer=str(dict(BEARERS)[row.bearer]) if row.bearer != "us" else "",
        finding=str(dict(FINDINGS)[row.finding]) if row.finding else "",
        due_at=row.due_at if row.state == State.PROMISED else None,
    )


def open_rows(book: Book, *states: State) -> list[RemedyRow]:
    """Remedies that are so far."""
    return [named(one) for one in book.standing(*states)]


def options(book: Book, entries: Sequence[Entry]) -> list[Choice]:
    """What the customer may choose among, as it was called to them."""
    words = {entry.event.seq: entry.words for entry in entries}
    return [
        Choice(one.number, number, _label(words.get(one.seq, {}), number), _sum(book, one, number))
        for one in book.to_choose
        for number in range(1, one.options + 1)
    ]


def _label(words: Mapping[str, Any], number: int) -> str:
    message = words.get(f"option{number}")
    return message.text if message else _("Option %(number)d") % {"number": number}


def _sum(book: Book, proposal: Proposal, option: int) -> str:
    return money.show(sum(one.amount for one in book.of(proposal, option)), proposal.currency)


def waiting(book: Book, entries: Sequence[Entry]) -> list[Waiting]:
    """Proposals that wait for an approval, oldest first."""
    words = {entry.event.seq: entry.words for entry in entries}
    return [
        Waiting(
            number=one.seq,
            name=one.asker.name if one.asker else "",
            asked_at=one.asked_at,
            amount=money.show(one.amount, one.currency),
            reason=text.text if (text := words.get(one.seq, {}).get("text")) else "",
            rows=[named(row) for row in book.of(one)],
            first=one.first.name if one.first else "",
            escalated_at=one.escalated_at,
            fraud=one.fraud,
            stuck=queries.stuck(one),
        )
        for one in book.waiting
    ]


# --- the timeline ----------------------------------------------------------------------------------------------------


def _names(data: Mapping[str, Any]) -> str:
    rows = data.get("remedies", ())
    return _(", ").join(remedy_name(one["kind"], one["amount"], one["currency"]) for one in rows)


def proposed(data: Mapping[str, Any]) -> str:
    """Of a proposal: what, and whether it needs an approval."""
    if data.get("what") == refusing.WHAT:
        return _("A refusal is asked for: %(mode)s") % {"mode": dict(refusing.MODES)[data["mode"]]}
    words = {"names": _names(data), "count": data.get("options", 1)}
    if data.get("about"):
        return _("Approval asked for: %(names)s") % words
    if data.get("options", 1) > 1:
        return _("%(count)d options for the customer: %(names)s") % words
    return _("To make good: %(names)s") % words


def decided(data: Mapping[str, Any]) -> str:
    """Of a yes or no."""
    if data.get("what") == refusing.WHAT:
        return _("The refusal is approved") if data["granted"] else _("No refusal: the work goes on")
    if not data["granted"]:
        return _("Not approved")
    return _("Approved: %(amount)s") % {"amount": money.show(data["amount"], data["currency"])}


def failure_name(code: str) -> str:
    """What a type of failure is called, in use or not."""
    row = failures.find(code)
    return str(row) if row else code


def noted(data: Mapping[str, Any]) -> str:
    """Of what else happens to remedies."""
    what, number = data["what"], data.get("remedy", 0)
    if what == "failure":
        names = {"name": failure_name(data["failure"]), "gravity": failures.gravity_name(data["gravity"])}
        return _("Failure: %(name)s, %(gravity)s") % names
    if what == "proposed":
        return proposed(data)
    if what == "delivered":
        amount = money.show(data["amount"], data["currency"]) if data["amount"] else ""
        return (_("Remedy %(number)d delivered") % {"number": number} + f" {amount}").strip()
    words = {"number": number, "option": data.get("option", 0)}
    return {
        "seconded": _("Approved by the first of two people"),
        "escalated": _("Nobody decided in time: those above are asked"),
        "chosen": _("The customer chose option %(option)d"),
        "confirmed": _("The customer has remedy %(number)d"),
        "disputed": _("The customer says they haven't got remedy %(number)d"),
        "cancelled": _("Remedy %(number)d cancelled"),
    }.get(what, _("Noted")) % words
