"""What is edited of service levels. A change is a new version of a named set: clocks keep the version they began under.

A table of levels is a dict: `respond/P3/` (kind, severity, condition) → `30@service` (minutes in a calendar; `;` stands
between several, of which the earliest counts).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.severity import Severity
from huiyin.org.editing import said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area

from .actions import LevelRow, set_policy
from .levels import levels
from .models import Calendar, Clock, ClockKind, Policy

Table = Mapping[str, str]
CONDITIONS: Mapping[str, str | Promise] = {
    "complaint": gettext_lazy("complaint without work on site, at most"),
    "project": gettext_lazy("project"),
}
INSTEAD: Mapping[str, str | Promise] = {
    "going_on": gettext_lazy("still going on"),
    "uncontained": gettext_lazy("until danger or loss is stopped"),
    "consult": gettext_lazy("returned twice, who leads"),
    "several": gettext_lazy("several departments"),
    "inquiry": gettext_lazy("inquiry"),
}
"""Conditions that only a set which has them shows: they stand in place of the level without condition."""
KINDS = tuple(kind.value for kind in ClockKind if kind not in (ClockKind.COMMITMENT, ClockKind.MILESTONE))
"""Those that a service level sets; a promise has the time that was promised, a milestone that of its plan."""
UNITS = {"min": gettext_lazy("minutes"), "h": gettext_lazy("hours"), "day": gettext_lazy("days")}
MOST = 366 * 24 * 60
_DAY = 24 * 60


def keys(kind: str) -> list[str]:
    """The lines of a kind in the table: one a severity, then the conditions."""
    return [f"{kind}/{severity}/" for severity in Severity.values] + [f"{kind}//{name}" for name in CONDITIONS]


def calendars() -> list[Calendar]:
    """Every calendar."""
    return list(levels().calendars.values())


def _calendar(code: str) -> Calendar | None:
    return next((row for row in levels().calendars.values() if row.code == code), None)


def calendar_name(code: str) -> str:
    """What a calendar is called."""
    found = _calendar(code)
    return found.name if found else code


def day_minutes(code: str) -> int:
    """How much working time a day of a calendar has."""
    found = _calendar(code)
    return max((sum(end - start for start, end in day) for day in found.week), default=_DAY) if found else _DAY


def split(minutes: int, code: str) -> tuple[int, str]:
    """An amount in its largest unit that fits; people say 48 hours, and 3 days."""
    day = day_minutes(code)
    if minutes and minutes % day == 0 and (day < _DAY or minutes > 2 * _DAY):
        return minutes // day, "day"
    return (minutes // 60, "h") if minutes and minutes % 60 == 0 else (minutes, "min")


def joined(amount: int, unit: str, code: str) -> int:
    """The minutes of an amount."""
    return amount * {"min": 1, "h": 60, "day": day_minutes(code)}[unit]


def table(policy: Policy | None) -> dict[str, str]:
    """The levels of a version."""
    found, known = defaultdict[str, list[str]](list), levels()
    for (pk, kind, severity, condition), rows in known.by_key.items():
        if policy is not None and pk == policy.pk:
            codes = [f"{row.minutes}@{known.calendars[row.calendar_id].code}" for row in rows]
            found[f"{kind}/{severity}/{condition}"] += codes
    return {key: ";".join(values) for key, values in found.items()}


def _rows(wanted: Table) -> list[LevelRow]:
    rows = []
    for key, value in wanted.items():
        kind, severity, condition = key.split("/")
        for part in filter(None, value.split(";")):
            minutes, _at, calendar = part.partition("@")
            if _calendar(calendar) is None:
                raise BadSetting(key, _("There is no such calendar."))
            if not 1 <= int(minutes) <= MOST:
                raise BadSetting(key, _("Between a minute and a year."))
            rows.append(LevelRow(kind, severity, int(minutes), calendar, condition))
    return rows


def in_force(at: datetime) -> Policy | None:
    """The version under which new clocks start at this time."""
    return levels().policy_at(at)


def versions(name: str) -> list[Policy]:
    """All versions of a set, the newest first; `Policy.DoesNotExist` when there is none."""
    found = [policy for policy in levels().policies if policy.name == name]
    if not found:
        raise Policy.DoesNotExist
    return sorted(found, key=lambda policy: -policy.version)


def names() -> list[str]:
    """The sets of service levels that there are."""
    return list(dict.fromkeys(policy.name for policy in levels().policies))


def coming(at: datetime) -> list[Policy]:
    """Versions made beforehand, the next first."""
    return [policy for policy in levels().policies if policy.valid_from > at]


def version(name: str, number: int) -> Policy:
    """One version, or `Policy.DoesNotExist`."""
    found = next((policy for policy in versions(name) if policy.version == number), None)
    if found is None:
        raise Policy.DoesNotExist
    return found


@dataclass(frozen=True)
class NewVersion:
    """A new version of a set: its levels, on what they are based, and from when on they hold (None: at once)."""

    levels: Table
    source: str
    valid_from: datetime | None = None


@transaction.atomic
def save(name: str, new: NewVersion, by: Editor) -> Policy:
    """Make a new version; running clocks keep theirs."""
    begin(by)
    last = versions(name)[0]
    same(by, looked_at(last))
    if new.valid_from is not None and new.valid_from < by.at:
        raise BadSetting("valid_from", _("This time has passed; choose a later one."))
    rows = _rows(new.levels)
    if not rows:
        raise BadSetting("levels", _("A set without any service level promises nothing."))
    source, start = said("source", new.source, 120), new.valid_from or by.at
    before = _told(last) | table(last)
    made = set_policy(name, rows, at=start, source=source)
    record(Area.LEVELS, name, before, _told(made) | dict(new.levels), by)
    return made


@transaction.atomic
def add(name: str, rows: Sequence[LevelRow], source: str, by: Editor) -> Policy:
    """Add a set of service levels, which is in force at once; running clocks keep theirs."""
    begin(by)
    if name in names():
        raise BadSetting("name", _("There is a set with this name already."))
    made = set_policy(name, rows, at=by.at, source=said("source", source, 120))
    record(Area.LEVELS, name, None, _told(made) | table(made), by)
    return made


def looked_at(policy: Policy) -> dict[str, object]:
    """What a form for a new version was filled from."""
    return {"name": policy.name, "version": policy.version}


def _told(policy: Policy) -> dict[str, object]:
    start = policy.valid_from.isoformat(timespec="minutes")
    return {"version": policy.version, "valid_from": start, "source": policy.source}


def take_up(name: str, number: int, by: Editor) -> Policy:
    """Put an older version, or another set, in force again: as a new version that holds from now on."""
    old = version(name, number)
    return save(name, NewVersion(table(old), old.source), by)


@transaction.atomic
def withdraw(name: str, number: int, by: Editor) -> None:
    """Take away a version that was made beforehand and has not begun to hold."""
    begin(by)
    found = version(name, number)
    if found.valid_from <= by.at or Clock.objects.filter(policy=found).exists():
        raise BadSetting("version", _("This version holds already; save a new one instead."))
    if len(versions(name)) == 1:
        raise BadSetting("version", _("This is the only version of the set."))
    before = _told(found) | table(found)
    Policy.objects.filter(pk=found.pk).delete()
    record(Area.LEVELS, name, before, None, by)


@dataclass(frozen=True)
class Difference:
    """A line that changes: both values as codes, and for each sample the deadline before and after."""

    key: str
    old: str
    new: str
    samples: list[tuple[datetime | None, datetime | None]]


def differences(old: Table, new: Table, starts: Sequence[datetime], zone: str) -> list[Difference]:
    """What a new table changes, and what it would mean for clocks that start at these times."""
    changed = [key for key in dict.fromkeys([*old, *new]) if old.get(key, "") != new.get(key, "")]
    return [
        Difference(
            key,
            old.get(key, ""),
            new.get(key, ""),
            [(_due(old.get(key, ""), start, zone), _due(new.get(key, ""), start, zone)) for start in starts],
        )
        for key in changed
    ]


def _due(value: str, start: datetime, zone: str) -> datetime | None:
    found = []
    for part in filter(None, value.split(";")):
        minutes, _at, code = part.partition("@")
        if calendar := _calendar(code):
            found.append(levels().calendar(calendar.pk, zone).add(start, timedelta(minutes=int(minutes))))
    return min(found, default=None)
