"""What the worker does for imports: some groups of rows a turn, each with its count in one transaction.

A group is claimed by a conditional UPDATE of the place where it begins. Killed at any instruction, the import goes on
after the last group that was written; two workers at once take turns. What is known from an earlier turn (the file,
opened at its place) is only a saving: without it the place is found again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import translation

from huiyin.base.tables import TableError, read_table
from huiyin.cases import imports as rows
from huiyin.cases.actions import By
from huiyin.cases.imports import COUNTS, Group, Part
from huiyin.cases.letters import Failure
from huiyin.org import access, reference
from huiyin.org.access import Verb

from . import queries, store
from .models import ACTIVE, FailedRow, Import, State, Stop

logger = logging.getLogger(__name__)

TURN = 0.8
"""Seconds that imports take of a turn of the worker: deadlines are looked at in between."""
AT_ONCE = 4
"""Imports that share a turn."""
FORGET_UPLOADS = timedelta(days=1)
FORGET_FAILED_ROWS = timedelta(days=30)


@dataclass
class _Open:
    """A file that is being read: the groups that are left of it, and where the next one begins."""

    groups: Iterator[Group]
    position: int


_opened: dict[int, _Open] = {}


def sweep(now: datetime) -> int:
    """Bring the imports that were started a little further; how many rows were dealt with."""
    active = list(Import.objects.filter(state__in=ACTIVE).select_related("site", "made_by").order_by("pk")[:AT_ONCE])
    if not active and not _opened:
        return 0
    for gone in set(_opened) - {one.pk for one in active}:
        del _opened[gone]
    return sum(_turn(one, now, TURN / len(active)) for one in active)


def _turn(one: Import, now: datetime, seconds: float) -> int:
    """One import's share of a turn: at least one group."""
    until, before = time.monotonic() + seconds, one.done
    with reference.pinned(), translation.override(one.language or None):
        while one.active:
            if not access.may(one.made_by, Verb.IMPORT, one.site_id):
                _end(one, State.STOPPED, now, Stop.RIGHT)
                break
            _guarded_step(one, now)
            if time.monotonic() >= until:
                break
    return one.done - before


def _guarded_step(one: Import, now: datetime) -> None:
    """One step. A database that can't be reached is tried again; any other fault would come again, and ends it."""
    try:
        _step(one, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Import %d stopped", one.pk)
        _end(one, State.STOPPED, now, Stop.FAULT)


def _step(one: Import, now: datetime) -> None:
    """The next group, or the end."""
    by = By(one.made_by, now)
    try:
        opened = _at_its_place(one, by)
        group = next(opened.groups, None)
    except FileNotFoundError:
        return _end(one, State.STOPPED, now, Stop.LOST)
    except TableError:
        return _end(one, State.STOPPED, now, Stop.DAMAGED)
    if group is None:
        return _end(one, State.DONE, now)
    if _write(one, group, by):
        opened.position = group.last
        _opened[one.pk] = opened  # not before: groups that were taken and not written must be read again
    else:
        one.refresh_from_db(fields=["state", "position", *COUNTS])  # cancelled, or another worker was faster
    return None


def _at_its_place(one: Import, by: By) -> _Open:
    opened = _opened.pop(one.pk, None)
    if opened is None or opened.position != one.position:
        left = (row for row in read_table(store.path_of(one.stored)).rows if row.number > one.position)
        opened = _Open(rows.groups(left, queries.recipe(one), by), one.position)
    return opened


def _write(one: Import, group: Group, by: By) -> bool:
    """Write a group and count it; False when this group is not ours to write."""
    with transaction.atomic():
        mine = Import.objects.filter(pk=one.pk, state__in=ACTIVE, position=one.position)
        if not mine.update(state=State.RUNNING, position=group.last):
            return False
        part = rows.write(group, queries.recipe(one), by)
        FailedRow.objects.bulk_create(_failed(one, failure) for failure in part.failures)
        _count(one, part)
    one.position, one.state = group.last, State.RUNNING
    for name in COUNTS:
        setattr(one, name, getattr(one, name) + getattr(part, name))
    return True


def _count(one: Import, part: Part) -> None:
    values: dict[str, object] = {name: F(name) + getattr(part, name) for name in COUNTS}
    if part.cases:
        one.first_case = min([*part.cases, *([one.first_case] if one.first_case else [])])
        one.last_case = max([*part.cases, *([one.last_case] if one.last_case else [])])
        values |= {"first_case": one.first_case, "last_case": one.last_case}
    Import.objects.filter(pk=one.pk).update(**values)


def _failed(one: Import, failure: Failure) -> FailedRow:
    return FailedRow(of=one, number=failure.row.number, reason=failure.reason, cells=rows.cells_of(failure))


def _end(one: Import, state: State, now: datetime, stop: str = "") -> None:
    _opened.pop(one.pk, None)
    if Import.objects.filter(pk=one.pk, state__in=ACTIVE).update(state=state, stop=stop, ended_at=now):
        store.drop(one.stored)
    one.state = state


def tidy(now: datetime) -> int:
    """Forget uploads that nobody started within a day and failed rows of a month ago; looked for once an hour."""
    if _tidied.get("hour") == (hour := int(now.timestamp()) // 3600):
        return 0
    _tidied["hour"] = hour
    old = now - FORGET_UPLOADS
    count = Import.objects.filter(state=State.DRAFT, made_at__lt=old).delete()[0]
    ended = (State.DONE, State.CANCELLED, State.STOPPED)
    past = Import.objects.filter(state__in=ended, made_at__lt=now - FORGET_FAILED_ROWS)
    count += FailedRow.objects.filter(of__in=past.values("pk")).delete()[0]
    needed = set(Import.objects.filter(state__in=(State.DRAFT, *ACTIVE)).values_list("stored", flat=True))
    for path in store.older_than(old):
        if path.stem not in needed:
            path.unlink(missing_ok=True)
            count += 1
    return count


_tidied: dict[str, int] = {}
