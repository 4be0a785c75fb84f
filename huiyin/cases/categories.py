"""What is edited of categories: a tree of three levels. A category that cases hang on is never removed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.org import queries as org
from huiyin.org.editing import new_code, said
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Department

from . import particulars, queries
from .models import Category, Kind
from .severity import Severity

SEVERITIES = Severity.choices


@dataclass(frozen=True)
class CategoryValues:
    """What can be changed of a category. `parent` and `department`: codes or empty. From `kind` on: of leaves."""

    name: str
    name_en: str = ""
    parent: str = ""
    kind: str = ""
    severity: str = ""
    floor: str = ""
    department: str = ""
    on_site: bool = False
    active: bool = True
    checklist: str = ""
    extra_fields: str = ""


def known(code: str) -> Category:
    """The category with this code, or `Category.DoesNotExist`."""
    found = queries.categories().by_code.get(code)
    if found is None:
        raise Category.DoesNotExist
    return found


def by_key(pk: int) -> Category:
    """The category with this id, or `Category.DoesNotExist`."""
    found = queries.categories().by_id.get(pk)
    if found is None:
        raise Category.DoesNotExist
    return found


def depth(category: Category) -> int:
    """1 to 3."""
    return len(queries.categories().line(category))


def values_of(row: Category) -> CategoryValues:
    """The values of a category as it is."""
    above = queries.categories().by_id[row.parent_id].code if row.parent_id else ""
    unit = row.department.code if row.department else ""
    plain = (row.kind, row.severity, row.floor, unit, row.on_site, row.active, row.checklist, row.extra_fields)
    return CategoryValues(row.name, row.name_en, above, *plain)


@transaction.atomic
def add(part: str, values: CategoryValues, by: Editor) -> Category:
    """Add a category; its code is that of the one above and its own part."""
    begin(by)
    above = known(values.parent) if values.parent else None
    if above is not None and depth(above) >= queries.LEVELS:
        raise BadSetting("parent", _("There are three levels."))
    before = f"{above.code}/" if above else ""
    code = before + new_code(part, (one.removeprefix(before) for one in queries.categories().by_code))
    if len(code) > 100:
        raise BadSetting("code", _("At most %(most)d characters.") % {"most": 100})
    values = _checked(values, depth(above) + 1 if above else 1)
    made = Category.objects.create(code=code, parent=above, **_row(values))
    record(Area.CATEGORY, code, None, values, by)
    return made


@transaction.atomic
def change(code: str, values: CategoryValues, by: Editor) -> None:
    """Rename a category, move it below another of the same level, set what is usual, take it out of use or back."""
    begin(by)
    row = known(code)
    before = values_of(row)
    same(by, before)
    values = _checked(values, depth(row), before.department)
    if values.parent != before.parent:
        _fits(row, values.parent)
    above = known(values.parent) if values.parent else None
    Category.objects.filter(pk=row.pk).update(parent=above, **_row(values))
    record(Area.CATEGORY, code, before, values, by)


def _fits(row: Category, parent: str) -> None:
    above = queries.categories().by_code.get(parent)
    if above is None or depth(above) != depth(row) - 1:
        raise BadSetting("parent", _("A category keeps its level: choose one of the level above."))


def _row(values: CategoryValues) -> dict[str, object]:
    unit = _unit(values.department)
    names = ("name", "name_en", "kind", "severity", "floor", "on_site", "active", "checklist", "extra_fields")
    return {name: getattr(values, name) for name in names} | {"department": unit}


def _unit(code: str) -> Department | None:
    return next((one for one in org.organisation().departments.values() if one.code == code), None) if code else None


def _checked(values: CategoryValues, level: int, present: str = "") -> CategoryValues:
    if level < queries.LEVELS:
        values = replace(values, kind="", severity="", floor="", department="", on_site=False)
    elif values.kind not in Kind.values:
        raise BadSetting("kind", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)})
    for field in ("severity", "floor"):
        if getattr(values, field) not in ("", *Severity.values):
            raise BadSetting(field, _("Choose one of: %(choices)s.") % {"choices": ", ".join(Severity.values)})
    if values.floor and (not values.severity or values.severity > values.floor):
        raise BadSetting("severity", _("It can't be less urgent than the level it never falls below."))
    unit = _unit(values.department)
    if values.department and (unit is None or (not unit.active and unit.code != present)):
        raise BadSetting("department", _("This department takes no new hand-overs."))
    for field, reader in (("checklist", particulars.tasks), ("extra_fields", particulars.fields)):
        try:
            reader(getattr(values, field))
        except particulars.BadLine as error:
            raise BadSetting(field, str(error)) from error
    return replace(values, name=said("name", values.name, 100), name_en=values.name_en.strip()[:100])
