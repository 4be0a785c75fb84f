"""Codes on walls: each leads to the form of its site, with the place filled in. What is edited of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.actions import clean
from huiyin.org import editing
from huiyin.org import queries as org
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Site
from huiyin.org.reference import Reference

from .models import Entry

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nobody takes one of these for another when they type it in from a poster."""
MADE_UP = 8
MOST_PLACE = 120


@dataclass(frozen=True)
class CodeValues:
    """What can be changed of a code. `site`: the code of the site."""

    site: str
    place: str
    active: bool = True


def _load() -> dict[str, Entry]:
    return {row.code.casefold(): row for row in Entry.objects.order_by("site", "place", "pk")}


_entries = Reference(_load)


def all_codes() -> list[Entry]:
    """Every code, by site and place."""
    return [*_entries.get().values()]


def of_site(site: Site) -> list[Entry]:
    """The codes in use at a site."""
    return [row for row in all_codes() if row.site_id == site.pk and row.active]


def find(code: str) -> Entry:
    """The code as somebody scanned it or typed it in, or `Entry.DoesNotExist`."""
    found = _entries.get().get(code.casefold())
    if found is None:
        raise Entry.DoesNotExist
    return found


def values_of(row: Entry) -> CodeValues:
    """The values of a code as it is."""
    return CodeValues(org.organisation().sites[row.site_id].code, row.place, row.active)


@transaction.atomic
def add(code: str, values: CodeValues, by: Editor) -> Entry:
    """Add a code; without a name of its own it gets eight letters that can't be guessed or mistaken."""
    begin(by)
    code = editing.new_code(code.strip() or _made_up(), (row.code for row in all_codes()))
    values = replace(values, place=_place(values.place))
    made = Entry.objects.create(code=code, site=_site(values.site), place=values.place, active=values.active)
    record(Area.CODES, code, None, values, by)
    return made


def _made_up() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(MADE_UP))


@transaction.atomic
def change(code: str, values: CodeValues, by: Editor) -> None:
    """Say where a code hangs now, or take it out of use or back. What is printed stays: the address is the same."""
    begin(by)
    found = find(code)
    before = values_of(found)
    same(by, before)
    site = org.organisation().sites[found.site_id] if values.site == before.site else _site(values.site)
    values = replace(values, place=_place(values.place))
    Entry.objects.filter(pk=found.pk).update(site=site, place=values.place, active=values.active)
    record(Area.CODES, found.code, before, values, by)


def _site(code: str) -> Site:
    found = org.organisation().site(code)
    if found is None:
        raise BadSetting("site", _("Choose the site where it hangs."))
    if not found.active:
        raise BadSetting("site", _("%(site)s is no longer in use.") % {"site": found.name})
    return found


def _place(place: str) -> str:
    place = clean(place)
    if len(place) > MOST_PLACE:
        raise BadSetting("place", _("At most %(most)d characters.") % {"most": MOST_PLACE})
    return place
