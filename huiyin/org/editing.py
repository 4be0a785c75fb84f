"""What is edited of sites and departments. Rows that cases refer to are never removed, only taken out of use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from . import actions, queries
from .history import BadSetting, Editor, begin, record, same
from .models import Area, Department, Site, Stage, User

STAGES = Stage.choices
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True)
class SiteValues:
    """What can be changed of a site. `parent`: the code of the one above, empty for the root."""

    name: str
    parent: str
    time_zone: str
    active: bool = True


@dataclass(frozen=True)
class DepartmentValues:
    """What can be changed of a department. `site`: the code of the one it serves, with all below."""

    name: str
    stage: str
    site: str
    active: bool = True


def site_values(site: Site) -> SiteValues:
    """The values of a site as it is."""
    above = queries.organisation().sites[site.parent_id].code if site.parent_id else ""
    return SiteValues(site.name, above, site.time_zone, site.active)


def department_values(department: Department) -> DepartmentValues:
    """The values of a department as it is."""
    site = queries.organisation().sites[department.site_id]
    return DepartmentValues(department.name, department.stage, site.code, department.active)


def said(field: str, text: str, most: int) -> str:
    """The text, trimmed, of one to `most` characters."""
    text = text.strip()
    if not text:
        raise BadSetting(field, _("Please write something here."))
    if len(text) > most:
        raise BadSetting(field, _("At most %(most)d characters.") % {"most": most})
    return text


def new_code(code: str, known: Iterable[str], field: str = "code") -> str:
    """A code that nothing of its kind has, upper or lower case."""
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise BadSetting(field, _("Letters, digits, - and _ only, at most 32, beginning with a letter or a digit."))
    if code.casefold() in {"new", *(one.casefold() for one in known)}:  # `new` is the address of the form
        raise BadSetting(field, _("This code is taken."))
    return code


def site(code: str) -> Site:
    """The site with this very code, or `Site.DoesNotExist`."""
    found = queries.organisation().site(code)
    if found is None or found.code != code:
        raise Site.DoesNotExist
    return found


def department(code: str) -> Department:
    """The department with this very code, or `Department.DoesNotExist`."""
    found = next((one for one in queries.organisation().departments.values() if one.code == code), None)
    if found is None:
        raise Department.DoesNotExist
    return found


@cache
def time_zones() -> list[str]:
    """The names that a site's time zone may have; a place each."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))


@transaction.atomic
def add_site(code: str, values: SiteValues, by: Editor) -> Site:
    """Add a site below another."""
    begin(by)
    code = new_code(code, (one.code for one in queries.organisation().sites.values()))
    name, above = _checked(values), _above(values.parent)
    made = actions.add_site(code, name, parent=above, time_zone=values.time_zone)
    record(Area.SITE, code, None, site_values(made), by)
    return made


@transaction.atomic
def change_site(code: str, values: SiteValues, by: Editor) -> None:
    """Rename a site, move it below another, set its time zone, take it out of use or back."""
    begin(by)
    found = site(code)
    before = site_values(found)
    same(by, before)
    name = _checked(values)
    above = _place(found, values)
    if values.active != before.active:
        _may_rest(found, values.active)
    row = {"name": name, "parent": above, "time_zone": values.time_zone, "active": values.active}
    Site.objects.filter(pk=found.pk).update(**row)
    record(Area.SITE, code, before, replace(values, name=name), by)


def _checked(values: SiteValues) -> str:
    if values.time_zone not in available_timezones():
        raise BadSetting("time_zone", _("There is no such time zone."))
    return said("name", values.name, 100)


def _above(code: str) -> Site:
    found = queries.organisation().site(code) if code else None
    if found is None:
        raise BadSetting("parent", _("Choose the site above it."))
    if not found.active:
        raise BadSetting("parent", _("%(site)s is no longer in use.") % {"site": found.name})
    return found


def _place(moved: Site, values: SiteValues) -> Site | None:
    if moved.parent_id is None:
        if values.parent:
            raise BadSetting("parent", _("The company itself stands at the top."))
        return None
    organisation = queries.organisation()
    if organisation.sites[moved.parent_id].code == values.parent:
        return organisation.sites[moved.parent_id]
    above = _above(values.parent)
    if above.pk in organisation.below(moved.pk):
        raise BadSetting("parent", _("A site can't stand below itself or below one of its own."))
    return above


def _may_rest(found: Site, active: bool) -> None:
    organisation = queries.organisation()
    if found.parent_id is None:
        raise BadSetting("active", _("The company itself stays in use."))
    if active and not organisation.sites[found.parent_id].active:
        above = organisation.sites[found.parent_id].name
        raise BadSetting("active", _("%(site)s is no longer in use.") % {"site": above})
    still = [one.name for one in queries.organisation().sites.values() if one.parent_id == found.pk and one.active]
    if not active and still:
        raise BadSetting("active", _("Still in use below it: %(sites)s.") % {"sites": ", ".join(still)})


@transaction.atomic
def add_department(code: str, values: DepartmentValues, by: Editor) -> Department:
    """Add a department."""
    begin(by)
    code = new_code(code, (one.code for one in queries.organisation().departments.values()))
    name, served = _unit(values)
    made = actions.add_department(code, name, stage=Stage(values.stage), site=served)
    record(Area.DEPARTMENT, code, None, department_values(made), by)
    return made


@transaction.atomic
def change_department(code: str, values: DepartmentValues, by: Editor) -> None:
    """Rename a department, set its stage and the site it serves, take it out of use or back."""
    begin(by)
    before = department_values(found := department(code))
    same(by, before)
    name, served = _unit(values)
    row = {"name": name, "stage": values.stage, "site": served, "active": values.active}
    Department.objects.filter(pk=found.pk).update(**row)
    record(Area.DEPARTMENT, code, before, replace(values, name=name), by)


def _unit(values: DepartmentValues) -> tuple[str, Site]:
    if values.stage not in Stage.values:
        raise BadSetting("stage", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Stage.values)})
    served = queries.organisation().site(values.site)
    if served is None:
        raise BadSetting("site", _("Choose the site that it serves."))
    return said("name", values.name, 100), served


@dataclass(frozen=True)
class Move:
    """What moving a site does: grants of sites above it that reach it no longer, and those that begin to; the same of
    departments."""

    lose: list[str]
    gain: list[str]
    departments_lost: list[str]
    departments_gained: list[str]

    @property
    def anything(self) -> bool:
        """Does anybody notice?"""
        return bool(self.lose or self.gain or self.departments_lost or self.departments_gained)


def move_effect(code: str, parent: str) -> Move:
    """What would change for people and departments if the site stood below `parent`."""
    organisation = queries.organisation()
    moved, target = site(code), organisation.site(parent)
    if target is None or target.pk in organisation.below(moved.pk):
        return Move([], [], [], [])
    old = set(_line(moved.parent_id))
    new = set(_line(target.pk))
    units = [one for one in organisation.departments.values() if one.active]
    return Move(
        lose=_people(old - new),
        gain=_people(new - old),
        departments_lost=[one.name for one in units if one.site_id in old - new],
        departments_gained=[one.name for one in units if one.site_id in new - old],
    )


def _line(pk: int | None) -> list[int]:
    organisation, line = queries.organisation(), list[int]()
    while pk is not None:
        line.append(pk)
        pk = organisation.sites[pk].parent_id
    return line


def _people(sites: set[int]) -> list[str]:
    organisation = queries.organisation()
    keys = [user for user, grants in organisation.grants.items() if any(at in sites for _role, at in grants)]
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("name").values_list("name", flat=True))
