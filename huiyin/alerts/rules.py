"""What is edited of emergency calls: lines, each for a site and a severity, a step and who is called in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.cases.severity import Severity
from huiyin.org import queries as org
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Department, Role

from . import emergencies
from .models import CallRule

SEVERITIES = Severity.choices
ROLES = Role.choices
MOST_STEPS, MOST_MINUTES, MOST_RESCUE = 20, 24 * 60, 200


@dataclass(frozen=True)
class CallValues:
    """What can be changed of a line. `site` and `category`: codes, no category for all. `who`: `user:`, `department:`
    or `role:` and its name, code or value."""

    site: str
    severity: str
    order: int
    who: str
    minutes: int
    category: str = ""
    rescue: str = ""


def all_rules() -> list[CallRule]:
    """Every line: by site, for all categories first, by severity, in order."""
    order = {pk: number for number, pk in enumerate(org.organisation().sites)}

    def place(rule: CallRule) -> tuple[int, int, str, int, int]:
        return order[rule.site_id], rule.category_id or 0, rule.severity, rule.order, rule.pk

    return sorted(emergencies.rules().rules, key=place)


def rule(pk: int) -> CallRule:
    """The line with this id, or `CallRule.DoesNotExist`."""
    found = next((one for one in emergencies.rules().rules if one.pk == pk), None)
    if found is None:
        raise CallRule.DoesNotExist
    return found


def values_of(row: CallRule) -> CallValues:
    """The values of a line as it is."""
    category = cases.categories().by_id[row.category_id].code if row.category_id else ""
    site = org.organisation().sites[row.site_id].code
    return CallValues(site, row.severity, row.order, _who(row), row.minutes, category, row.rescue)


def _who(row: CallRule) -> str:
    if row.user_id is not None:
        names = emergencies.rules().names
        return f"user:{next(name for name, (pk, _shown) in names.items() if pk == row.user_id)}"
    if row.department_id is not None:
        return f"department:{org.organisation().departments[row.department_id].code}"
    return f"role:{row.role}"


@transaction.atomic
def add(values: CallValues, by: Editor) -> CallRule:
    """Add a line to the order."""
    begin(by)
    values = _checked(values)
    made = CallRule.objects.create(**_row(values))
    record(Area.CALLS, str(made.pk), None, values, by)
    return made


@transaction.atomic
def change(pk: int, values: CallValues, by: Editor) -> None:
    """Change a line; calls that are under way go on by it from their next step."""
    begin(by)
    row = rule(pk)
    before = values_of(row)
    same(by, before)
    values = _checked(values, keep=before.who)
    CallRule.objects.filter(pk=pk).update(**_row(values))
    record(Area.CALLS, str(pk), before, values, by)


@transaction.atomic
def remove(pk: int, by: Editor) -> None:
    """Take a line away."""
    begin(by)
    before = values_of(rule(pk))
    CallRule.objects.filter(pk=pk).delete()
    record(Area.CALLS, str(pk), before, None, by)


def _checked(values: CallValues, *, keep: str = "") -> CallValues:
    if org.organisation().site(values.site) is None:
        raise BadSetting("site", _("Choose the site for which it holds."))
    if values.severity not in Severity.values:
        raise BadSetting("severity", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Severity.values)})
    if values.category and values.category not in cases.categories().by_code:
        raise BadSetting("category", _("There is no such category."))
    for field, least, most in (("order", 1, MOST_STEPS), ("minutes", 0, MOST_MINUTES)):
        if not least <= getattr(values, field) <= most:
            raise BadSetting(field, _("From %(least)d to %(most)d.") % {"least": least, "most": most})
    if len(values.rescue.strip()) > MOST_RESCUE:
        raise BadSetting("rescue", _("At most %(most)d characters.") % {"most": MOST_RESCUE})
    if values.who != keep:
        _in_use(values.who)
    return replace(values, rescue=values.rescue.strip())


def _in_use(who: str) -> None:
    sort, _mark, name = who.partition(":")
    unit = _department(name) if sort == "department" else None
    found = {
        "user": lambda: emergencies.rules().names.get(name, (0, ""))[0] in emergencies.rules().active,
        "department": lambda: unit is not None and unit.active,
        "role": lambda: name in Role.values,
    }.get(sort)
    if found is None or not found():
        raise BadSetting("who", _("Choose who is called."))


def _department(code: str) -> Department | None:
    return next((one for one in org.organisation().departments.values() if one.code == code), None)


def _row(values: CallValues) -> dict[str, object]:
    sort, _mark, name = values.who.partition(":")
    return {
        "site": org.organisation().site(values.site),
        "severity": values.severity,
        "category": cases.categories().by_code[values.category] if values.category else None,
        "order": values.order,
        "user_id": emergencies.rules().names[name][0] if sort == "user" else None,
        "department": _department(name) if sort == "department" else None,
        "role": name if sort == "role" else "",
        "minutes": values.minutes,
        "rescue": values.rescue,
    }
