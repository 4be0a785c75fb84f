"""Service levels in words: "4 h in service hours", and back from what is typed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.clocks import editing
from huiyin.clocks.queries import KINDS

CONDITIONS = {**editing.CONDITIONS, **editing.INSTEAD}


def level_name(key: str) -> str:
    """`respond/P3/` → "first response · P3"; a condition stands behind."""
    kind, severity, condition = key.split("/")
    when = str(CONDITIONS.get(condition, condition))
    return " · ".join(part for part in (str(KINDS.get(kind, kind)), severity, when) if part)


def level_words(value: str | None) -> str:
    """`30@service;2880@always` → "30 min (service hours), 2 days (round the clock)"."""
    if not value:
        return ""
    parts = [part.partition("@") for part in value.split(";")]
    return _(", ").join(words(int(minutes), calendar) for minutes, _at, calendar in parts)


def words(minutes: int, calendar: str) -> str:
    """An amount of time in a calendar, in its largest unit that fits."""
    amount, unit = editing.split(minutes, calendar)
    text = {
        "min": ngettext("{n} minute", "{n} minutes", amount),
        "h": ngettext("{n} hour", "{n} hours", amount),
        "day": ngettext("{n} day", "{n} days", amount),
    }[unit]
    return f"{text.format(n=amount)}{_(' (')}{editing.calendar_name(calendar)}{_(')')}"
