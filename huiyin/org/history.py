"""The history of the settings, and what every change of them has in common.

A thing of the settings is known by its code; its values are a frozen dataclass of plain codes. A change is one action:

    begin(by)                          one at a time; whoever may not is refused, whoever looked at old values is told
    same(by, before)
    …                                  validate, write
    record(Area.SITE, code, before, after, by)

Raises `access.Forbidden`, `Stale`, `BadSetting`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any

from huiyin.base import ledger

from . import access, reference
from .access import Forbidden, Verb
from .models import Area, Revision, SettingsEntry, User

AREAS = Area.choices
PAGE = 50


@dataclass(frozen=True)
class Editor:
    """Who changes the settings (None: the command line), when, and the version of the thing they looked at."""

    user: User | None
    at: datetime
    expect: str = ""


class BadSetting(ValueError):
    """A value that can't be taken; `field` is its name among the values, the text says what to do."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


class Stale(Exception):
    """Somebody has changed the thing since its values were looked at; `version` is that of now."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


def may_edit(user: User) -> bool:
    """The settings are of the whole company, and so is the role that opens them."""
    return access.reach(user, Verb.ADMINISTER).everywhere


def require_editor(user: User) -> None:
    """Raise `Forbidden` for everybody who may not edit the settings."""
    if not may_edit(user):
        raise Forbidden(Verb.ADMINISTER)


def turn() -> None:
    """Wait for whoever is changing settings now, then see what is there. To be called first in the transaction."""
    Revision.objects.select_for_update().filter(pk=1).first()
    reference.look_again()


def begin(by: Editor) -> None:
    """The turn of somebody who may edit the settings; others are refused."""
    turn()
    if by.user is not None:
        require_editor(by.user)


def plain(values: object) -> dict[str, Any]:
    """Values as JSON has them."""
    found = asdict(values) if is_dataclass(values) and not isinstance(values, type) else values
    assert isinstance(found, Mapping)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def version(values: object) -> str:
    """A short name for these very values: what a form carries along to notice that they were changed meanwhile."""
    return hashlib.sha256(ledger.canonical(plain(values))).hexdigest()[:16]


def same(by: Editor, values: object) -> None:
    """Raise `Stale` when these values of now are not those that `by` looked at."""
    if by.expect and by.expect != (now := version(values)):
        raise Stale(now)


def record(area: Area, thing: str, before: object | None, after: object | None, by: Editor) -> None:
    """Write what differs, and tell every process to read again; nothing when nothing differs."""
    old = plain(before) if before is not None else None
    new = plain(after) if after is not None else None
    if old is not None and new is not None:
        names = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
        if not names:
            return
        old, new = {name: old.get(name) for name in names}, {name: new.get(name) for name in names}
    SettingsEntry.objects.create(at=by.at, actor=by.user, area=area, thing=thing, before=old, after=new)
    reference.changed()


@dataclass(frozen=True)
class Page:
    """Some entries, newest first; `next` is the cursor of the following page, if there is one."""

    items: list[SettingsEntry]
    next: int | None


def page(area: str = "", thing: str = "", *, before: int | None = None, limit: int = PAGE) -> Page:
    """A page of the history: of everything, of one area, or of one thing."""
    rows = SettingsEntry.objects.select_related("actor").order_by("-pk")
    if area:
        rows = rows.filter(area=area)
    if thing:
        rows = rows.filter(thing=thing)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    items = list(rows[: limit + 1])
    return Page(items[:limit], items[limit - 1].pk if len(items) > limit else None)


def entry(pk: int) -> SettingsEntry:
    """One entry, or `SettingsEntry.DoesNotExist`."""
    return SettingsEntry.objects.get(pk=pk)
