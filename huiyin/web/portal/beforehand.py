"""What customers read before they speak: the times that are promised, and what they get when something went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from huiyin.clocks import editing
from huiyin.messages import sheets

if TYPE_CHECKING:
    from huiyin.org.models import Site

_MEANS: Mapping[str, str | Promise] = {
    "P1": gettext_lazy("Somebody is in danger"),
    "P2": gettext_lazy("Lift, water or power off; damage going on"),
    "P3": gettext_lazy("Something is broken or disturbs"),
    "P4": gettext_lazy("All other matters"),
}
"""Severities in words that somebody knows who never heard of severities."""


class Row(NamedTuple):
    """One line of the table of times."""

    means: str
    respond: str
    arrive: str
    resolve: str


def of_site(site: Site, now: datetime) -> dict[str, Any]:
    """All of it for a site: `times`, `office`, `measures`."""
    sheet = sheets.shown(site)
    return {"times": _times(now), "office": sheet.office, "measures": sheet.measures}


def _times(now: datetime) -> list[Row]:
    levels = editing.table(editing.in_force(now))
    rows = []
    for severity, means in _MEANS.items():
        cells = [_words(levels.get(f"{kind}/{severity}/", "")) for kind in ("respond", "arrive", "resolve")]
        if any(cells):
            rows.append(Row(str(means), *cells))
    return rows


def _words(level: str) -> str:
    """`30@service` → "30 minutes in service hours"."""
    if not level:
        return ""
    minutes, _at, calendar = level.partition(";")[0].partition("@")
    amount, unit = editing.split(int(minutes), calendar)
    if calendar == "work" and unit == "day":
        return ngettext("{n} working day", "{n} working days", amount).format(n=amount)
    text = {
        "min": ngettext("{n} minute", "{n} minutes", amount),
        "h": ngettext("{n} hour", "{n} hours", amount),
        "day": ngettext("{n} day", "{n} days", amount),
    }[unit].format(n=amount)
    return _("{amount} in service hours").format(amount=text) if calendar != "always" else text
