"""What may be proposed: remedies and the rules that hold for each kind, whoever proposes them. Pure: asks no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases.actions import BadInput, perhaps_said

from .models import Bearer, Finding, Kind

MONEY = frozenset({Kind.REFUND, Kind.REDUCTION, Kind.VOUCHER, Kind.GOODWILL, Kind.COMPENSATION})
"""Kinds that are nothing without an amount."""
FREE = frozenset({Kind.APOLOGY, Kind.EXPLANATION, Kind.VISIT})
"""Kinds that have none."""
MOST_OPTIONS, MOST_REMEDIES, MOST_LABEL = 3, 8, 200


@dataclass(frozen=True)
class Wanted:
    """A remedy to be. `amount`: in the smallest unit; `duty`: the law asks for it; `finding`: whose fault was found."""

    kind: str
    amount: int = 0
    bearer: str = Bearer.US.value
    duty: bool = False
    finding: str = ""


@dataclass(frozen=True)
class Option:
    """What the customer gets as a whole. `label`: how it is called to them, when there is a choice."""

    remedies: Sequence[Wanted]
    label: str = ""

    @property
    def amount(self) -> int:
        """What it costs, whoever bears it."""
        return sum(one.amount for one in self.remedies)

    @property
    def ours(self) -> int:
        """What of it we bear."""
        return sum(one.amount for one in self.remedies if one.bearer == Bearer.US)


def check(options: Sequence[Option], currency: str) -> None:
    """Raise `BadInput` for what can't be proposed."""
    if currency not in money.CURRENCIES:
        raise BadInput("currency", _choose(money.CURRENCIES))
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise BadInput("options", _("Between one and %(most)d options.") % {"most": MOST_OPTIONS})
    for option in options:
        if not 1 <= len(option.remedies) <= MOST_REMEDIES:
            raise BadInput("remedies", _("Between one and %(most)d remedies.") % {"most": MOST_REMEDIES})
        for one in option.remedies:
            _check(one)
        if len(options) > 1 and not perhaps_said("label", option.label):
            raise BadInput("label", _("Say in a few words what the customer gets with each option."))
        if len(option.label) > MOST_LABEL:
            raise BadInput("label", _("At most %(most)d characters.") % {"most": MOST_LABEL})


def _choose(choices: Sequence[str]) -> str:
    return _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)}


def _check(one: Wanted) -> None:
    for field, value, choices in (("kind", one.kind, Kind.values), ("bearer", one.bearer, Bearer.values)):
        if value not in choices:
            raise BadInput(field, _choose(choices))
    if not 0 <= one.amount <= money.MOST:
        raise BadInput("amount", _("An amount is nought or more."))
    if one.kind in MONEY and not one.amount:
        raise BadInput("amount", _("Say how much: this remedy is nothing without an amount."))
    if one.kind in FREE and one.amount:
        raise BadInput("amount", _("This remedy costs the customer nothing and pays nothing: leave the amount out."))
    if one.finding and one.finding not in Finding.values:
        raise BadInput("finding", _choose(Finding.values))
    if one.kind == Kind.COMPENSATION and not one.finding:
        text = _("Compensation is owed only after a finding: ours or shared. Without one, offer goodwill.")
        raise BadInput("finding", text)


def data(one: Any) -> dict[str, Any]:
    """A remedy as its event has it: of a row, codes alone."""
    told = {"remedy": one.number, "option": one.option, "kind": str(one.kind), "bearer": str(one.bearer)}
    told |= {"amount": one.amount, "currency": one.currency}
    return told | ({"duty": True} if one.duty else {}) | ({"finding": str(one.finding)} if one.finding else {})
