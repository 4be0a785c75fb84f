"""The severity rule: points for what is going on, never for who complains or how loudly. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Severity(TextChoices):
    """How urgent: sets first response, arrival and containment."""

    P1 = "P1", gettext_lazy("P1")
    P2 = "P2", gettext_lazy("P2")
    P3 = "P3", gettext_lazy("P3")
    P4 = "P4", gettext_lazy("P4")


class Complexity(TextChoices):
    """How much work: sets the time to finish, not the urgency."""

    SIMPLE = "simple", gettext_lazy("simple")
    SEVERAL = "several", gettext_lazy("several departments")
    PROJECT = "project", gettext_lazy("project")


@dataclass(frozen=True)
class Taps:
    """The five answers of the rule. Points: `state` 0 past, 1 going on, 2 getting worse; `scope` 0 one person, 1 a
    home, 2 several homes, 3 the site; `impact` 0 inconvenient, 1 function impaired, 2 essential service lost or
    damage, 3 both; `care` 1 when a person needing care is there. `danger` overrides everything."""

    danger: bool = False
    state: int = 0
    scope: int = 0
    impact: int = 0
    care: int = 0

    def __post_init__(self) -> None:
        for name, most in (("state", 2), ("scope", 3), ("impact", 3), ("care", 1)):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} is from 0 to {most}")


@dataclass(frozen=True)
class Grade:
    """A severity with its reasons, as codes: kept in the event, from which `sentence` is made in any language."""

    severity: str
    by: str
    """`points`, `category` (its default; nobody has tapped yet), `hand` (lowered or raised by a person), `visit` (the
    customer said that it isn't solved)."""
    points: int | None = None
    taps: Taps | None = None
    floor: str = ""
    repeat: bool = False

    def data(self) -> dict[str, object]:
        """For the event."""
        values = vars(self) | {"taps": dict(vars(self.taps)) if self.taps is not None else None}
        return {key: value for key, value in values.items() if value not in (None, "", False)}


def _level(points: int) -> Severity:
    if points >= 7:
        return Severity.P1
    if points >= 5:
        return Severity.P2
    return Severity.P3 if points >= 3 else Severity.P4


def grade(taps: Taps, *, floor: str = "", repeat: bool = False) -> Grade:
    """Severity by points: 7–9 P1, 5–6 P2, 3–4 P3, 0–2 P4; then the category's floor; then one level up for a
    repeated matter, never into P1. Danger to people is P1 whatever the points."""
    points = taps.state + taps.scope + taps.impact + taps.care
    level = Severity.P1 if taps.danger else _level(points)
    floored = min(level, Severity(floor)) if floor else level
    final = one_up(floored) if repeat else floored
    return Grade(
        severity=final.value,
        by="points",
        points=points,
        taps=taps,
        floor=floor if floored != level else "",
        repeat=final != floored,
    )


def one_up(severity: str) -> Severity:
    """One level more urgent, as for what is repeated: never into P1."""
    return Severity(f"P{int(severity[1]) - 1}") if severity in (Severity.P3, Severity.P4) else Severity(severity)


def repeated(data: Mapping[str, Any], *, floor: str = "") -> Grade | None:
    """A stored grade with the level more of a matter that came again. None when it was counted already, when a person
    or the customer's own judgement has set it, or when nothing is above."""
    if data.get("repeat") or data.get("by") not in ("points", "category"):
        return None
    if isinstance(taps := data.get("taps"), dict):
        found = grade(Taps(**taps), floor=floor, repeat=True)
    else:
        raised = one_up(str(data["severity"]))
        found = Grade(severity=raised.value, by="category", repeat=raised != data["severity"])
    return found if found.repeat else None


def sentence(data: dict[str, object]) -> str:
    """The reasons of a stored grade as one sentence, e.g. “P2: getting worse (2) + a home (1) + damage (2) = 5”."""
    name = Severity(str(data["severity"])).label
    taps = data.get("taps")
    if data.get("by") == "hand":
        return _("%(level)s: set by hand") % {"level": name}
    if data.get("by") == "visit":
        return _("%(level)s: not made good at the first attempt, one level up") % {"level": name}
    if not isinstance(taps, dict):
        usual = _("%(level)s: usual for this category") % {"level": name}
        return usual + (_("; repeated, one level up") if data.get("repeat") else "")
    if taps.get("danger"):
        return _("%(level)s: danger to people") % {"level": name}
    parts = [_("%(answer)s (%(points)d)") % {"answer": words, "points": taps[key]} for key, words in _words(taps)]
    reasons = {"level": name, "reasons": _(" + ").join(parts), "points": data.get("points", 0)}
    text = _("%(level)s: %(reasons)s = %(points)d") % reasons
    if data.get("floor"):
        text += _("; this category is at least %(level)s") % {"level": data["floor"]}
    if data.get("repeat"):
        text += _("; repeated, one level up")
    return text


def _words(taps: dict[str, int]) -> list[tuple[str, str]]:
    state = (_("past"), _("still happening"), _("getting worse"))[taps["state"]]
    scope = (_("one person"), _("a home"), _("several homes"), _("the whole site"))[taps["scope"]]
    impact = (
        _("inconvenient"),
        _("function impaired"),
        _("essential service lost or damage"),
        _("essential service lost and damage"),
    )[taps["impact"]]
    found = [("state", state), ("scope", scope), ("impact", impact)]
    return [*found, ("care", _("person needing care"))] if taps["care"] else found
