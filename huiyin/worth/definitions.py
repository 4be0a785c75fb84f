"""What is assumed and what is reckoned: the priors by name, the methods of a value, the figures of the report. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unit(TextChoices):
    """In what a prior is counted. It is stored as a whole number of the smallest step of its unit."""

    SHARE = "share", _("per cent")
    MONEY = "money", _("yuan")
    COUNT = "count", _("number")


STEPS: Mapping[str, int] = {Unit.SHARE: 10_000, Unit.MONEY: 100, Unit.COUNT: 100}
"""How many steps one whole is: 12.5 % are 1250, ¥0.80 are 80, 3.5 people are 350."""
_TYPED: Mapping[str, int] = {Unit.SHARE: 100, Unit.MONEY: 100, Unit.COUNT: 100}
"""How many steps there are in one of what people type: a per cent, a yuan, one."""
MOST = 10**12


def typed(unit: str, steps: int) -> str:
    """As people write it: 1250 steps of a share are “12.5”."""
    text = f"{Decimal(steps) / _TYPED[unit]:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def steps_of(unit: str, value: Decimal) -> int:
    """Back from what people write. Raises `ValueError` for what has more digits than are kept."""
    found = value * _TYPED[unit]
    whole = int(found.to_integral_value(ROUND_HALF_UP))
    if found != whole:
        raise ValueError(value)
    return whole


@dataclass(frozen=True)
class Known:
    """A prior that a formula knows. `used`: False for what is shown with its caveat and enters no figure."""

    unit: Unit
    group: str
    name: Promise
    used: bool = True


GROUPS: Mapping[str, Promise] = {
    "lose": _("Chance to lose a customer within a year"),
    "told": _("Word of mouth"),
    "value": _("What a customer brings"),
    "work": _("Labour"),
    "shown": _("Shown with a caveat, used in no figure"),
}
GRAVITIES = ("minor", "major", "critical")
ROLES = ("agent", "back_office", "supervisor", "manager")


def _losses() -> dict[str, Known]:
    found = {"lose/never": Known(Unit.SHARE, "lose", _("nothing went wrong"))}
    for gravity in GRAVITIES:
        recovered, unresolved = _RECOVERED[gravity], _UNRESOLVED[gravity]
        found[f"lose/{gravity}/recovered"] = Known(Unit.SHARE, "lose", recovered)
        found[f"lose/{gravity}/unresolved"] = Known(Unit.SHARE, "lose", unresolved)
    return found


_RECOVERED: Mapping[str, Promise] = {
    "minor": _("minor failure, made good"),
    "major": _("major failure, made good"),
    "critical": _("critical failure, made good"),
}
_UNRESOLVED: Mapping[str, Promise] = {
    "minor": _("minor failure, not made good"),
    "major": _("major failure, not made good"),
    "critical": _("critical failure, not made good"),
}
_MINUTE: Mapping[str, Promise] = {
    "agent": _("a minute of an agent"),
    "back_office": _("a minute of a back-office worker"),
    "supervisor": _("a minute of a supervisor"),
    "manager": _("a minute of a manager"),
}
PRIORS: Mapping[str, Known] = {
    **_losses(),
    "lose/late": Known(Unit.SHARE, "lose", _("what of the gain is lost when it is made good late")),
    "told/satisfied": Known(Unit.COUNT, "told", _("people whom a satisfied customer tells")),
    "told/dissatisfied": Known(Unit.COUNT, "told", _("people whom a dissatisfied customer tells")),
    "told/critical": Known(Unit.COUNT, "told", _("people who are told of a critical failure not made good")),
    "told/convert": Known(Unit.SHARE, "told", _("of those told, who become customers or stay away because of it")),
    "value/margin": Known(Unit.SHARE, "value", _("margin: what of a yuan paid stays with us")),
    "value/discount": Known(Unit.SHARE, "value", _("discount rate a year")),
    "value/retention": Known(Unit.SHARE, "value", _("customers without a contract who stay, a year")),
    "value/renewal": Known(Unit.SHARE, "value", _("contracts that are renewed, a year")),
    "value/gone": Known(Unit.SHARE, "value", _("chance of still buying, below which a customer counts as leaving")),
    "value/acquisition": Known(Unit.MONEY, "value", _("what it costs to win a new customer")),
    **{f"work/{role}": Known(Unit.MONEY, "work", _MINUTE[role]) for role in ROLES},
    "work/entry": Known(Unit.COUNT, "work", _("minutes of work behind an entry of the timeline")),
    "work/on_site": Known(Unit.COUNT, "work", _("minutes of work behind an arrival on site")),
    "shown/reichheld": Known(Unit.SHARE, "shown", _("more profit from 5 per cent more customers kept"), used=False),
    "shown/pareto": Known(Unit.SHARE, "shown", _("of profit, from the best fifth of customers"), used=False),
    "shown/complains": Known(Unit.SHARE, "shown", _("of the dissatisfied, who complain"), used=False),
}
"""Every prior there can be. Which numbers stand for them are rows (`models.Prior`)."""


class Method(TextChoices):
    """How a customer's remaining value was reckoned."""

    SBG = "sbg", _("contract: sBG (Fader & Hardie 2007)")
    BGNBD = "bgnbd", _("purchases: BG/NBD and Gamma-Gamma (Fader, Hardie & Lee 2005; Fader & Hardie 2013)")
    SIMPLE = "simple", _("simple formula (Gupta & Lehmann 2003)")
    ENDED = "ended", _("contract ended")
    SITE = "site", _("average of the site")
    UNKNOWN = "unknown", _("not known")


class Outcome(TextChoices):
    """How a failure ended, as far as it is known."""

    RECOVERED = "recovered", _("made good")
    UNRESOLVED = "unresolved", _("not made good")
    OPEN = "open", _("not known yet")


class Figure(TextChoices):
    """What the monthly report counts, a case at a time."""

    COST = "cost", _("cost of remedies")
    LABOUR = "labour", _("labour")
    OUTCOME = "outcome", _("failures, and how they ended")
    KEPT = "kept", _("expected value kept")
    LOST = "lost", _("expected loss of customers")
    DELAY = "delay", _("what delay cost")
    REPEAT = "repeat", _("failures of customers who had one within a year")


@dataclass(frozen=True)
class Meaning:
    """What a figure is: `formula` in words, `source` of it."""

    formula: Promise
    source: str


MEANINGS: Mapping[Figure, Meaning] = {
    Figure.COST: Meaning(
        _("What was paid for remedies, in the month in which they were delivered, whoever bears it."), "Huiyin"
    ),
    Figure.LABOUR: Meaning(
        _("Entries of the timeline by a person × minutes behind an entry × cost of a minute of their role."), "Huiyin"
    ),
    Figure.OUTCOME: Meaning(
        _(
            "Cases with a named failure, in the month in which they were resolved: made good when the customer said at "
            "the visit that it is solved or something was delivered that nobody disputes, not made good when they said "
            "it isn't."
        ),
        "McCollough & Bharadwaj 1992",
    ),
    Figure.KEPT: Meaning(
        _(
            "Of what was made good: (chance to lose when not made good − when made good) × remaining value, and word "
            "of mouth. Not of customers whose value isn't known."
        ),
        "Rust, Zahorik & Keiningham 1995",
    ),
    Figure.LOST: Meaning(
        _(
            "Chance to lose the customer by gravity and outcome, less the chance when nothing went wrong, added up "
            "over failures; money: × cost of winning a new customer."
        ),
        "Rust, Zahorik & Keiningham 1995",
    ),
    Figure.DELAY: Meaning(
        _(
            "Of what was made good after its promised time, or after the decision was overdue: expected value kept × "
            "the share that is lost when it is late."
        ),
        "TARP 1986",
    ),
    Figure.REPEAT: Meaning(
        _("Failures of customers who had another failure in the 365 days before, by how they ended."),
        "Maxham & Netemeyer 2002",
    ),
}
