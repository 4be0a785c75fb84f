"""The history of the settings as people read it: codes become names, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.alerts import emergencies
from huiyin.base import money
from huiyin.cases import outside, words
from huiyin.cases import queries as cases
from huiyin.customers import tiers
from huiyin.org import editing, staffing
from huiyin.org import queries as org
from huiyin.org.history import AREAS
from huiyin.playbooks import queries as playbooks
from huiyin.recovery import failures, typology
from huiyin.recovery import queries as recovery
from huiyin.standards import announced, practices
from huiyin.standards import editing as wording
from huiyin.standards import queries as standards
from huiyin.worth.definitions import PRIORS, typed

from . import warned
from .amounts import level_name, level_words
from .called import GROUPS
from .named import AMOUNTS, NAMES, RESTORABLE

if TYPE_CHECKING:
    from huiyin.alerts.models import CallRule
    from huiyin.org.models import SettingsEntry
    from huiyin.recovery.models import Limit

_AREAS = dict(AREAS)
_PAGES = {
    "site": "settings_site",
    "department": "settings_department",
    "person": "settings_person",
    "calendar": "settings_calendar",
    "year": "settings_year",
    "levels": "settings_policy",
    "calls": "settings_call",
    "phrases": "settings_phrase",
    "practices": "settings_practice",
    "forbidden": "settings_pattern",
    "codes": "settings_code",
    "sheets": "settings_sheet",
    "groups": "settings_group_rule",
    "limits": "settings_limit",
    "tiers": "settings_tier",
    "priors": "settings_prior",
    "failures": "settings_failure",
    "grades": "settings_grade",
    "playbooks": "settings_playbook",
    "outside": "settings_outside_body",
    "notices": "settings_notice",
}
_ONE_PAGE = {  # areas whose things stand on one page
    "house": "settings_house",
    "fairness": "settings_fairness",
    "budgets": "settings_budgets",
    "warnings": "settings_foreseen",
}


@dataclass(frozen=True)
class Fact:
    """One value that was changed."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One change. `restore`: where to put the old values back; `what`: added, changed or taken away."""

    at: datetime
    who: str
    area: str
    thing: str
    url: str
    what: str
    facts: list[Fact]
    restore: str


def line(entry: SettingsEntry) -> Line:
    """An entry of the history as it is shown."""
    old, new = entry.before or {}, entry.after or {}
    names = list(dict.fromkeys([*old, *new]))
    return Line(
        at=entry.at,
        who=entry.actor.name if entry.actor else _("command line"),
        area=str(_AREAS[entry.area]),
        thing=thing_name(entry.area, entry.thing),
        url=_url(entry.area, entry.thing),
        what=_("added") if entry.before is None else _("taken away") if entry.after is None else "",
        facts=[_fact(entry.area, name, old.get(name), new.get(name)) for name in names],
        restore=reverse("settings_restore", args=[entry.pk]) if _restorable(entry) else "",
    )


def _restorable(entry: SettingsEntry) -> bool:
    names = set(entry.before or ())
    if entry.area in ("calls", "limits") and not _name(entry.area, entry.thing):
        return False  # the step is gone
    return entry.after is not None and bool(names) and names <= RESTORABLE.get(entry.area, frozenset())


def thing_name(area: str, thing: str) -> str:
    """What a thing is called now; its code when it is gone."""
    return _name(area, thing) or (_("Step no. %(number)s") % {"number": thing} if area == "calls" else thing)


def call_name(rule: CallRule) -> str:
    """What a line of the order of emergency calls is called: its site, severity and step."""
    words = {"site": org.organisation().sites[rule.site_id].name, "severity": rule.severity, "order": rule.order}
    return _("%(site)s %(severity)s, step %(order)d") % words


def limit_name(row: Limit) -> str:
    """What a limit is called: its role, and its severity if it is for one."""
    role = str(dict(staffing.ROLES).get(row.role, row.role))
    return " · ".join(
        part for part in (role, row.severity, row.currency if row.currency != money.DEFAULT else "") if part
    )


def who_name(who: str) -> str:
    """`department:engineering` → the name of the department; so for `user:` and `role:`."""
    sort, _mark, name = who.partition(":")
    if sort == "user":
        return emergencies.rules().names.get(name, (0, name))[1]
    if sort == "role":
        return str(dict(staffing.ROLES).get(name, name))
    return _name("department", name) or name


def _name(area: str, code: str) -> str:
    if area == "house":
        return _("Rules and words")
    if area in ("site", "sheets", "groups"):
        return next((s.name for s in org.organisation().sites.values() if s.code == code), "")
    if area == "department":
        return next((d.name for d in org.organisation().departments.values() if d.code == code), "")
    if area == "category":
        found = cases.categories().by_code.get(code)
        return str(found) if found else ""
    if area == "calls":
        row = next((row for row in emergencies.rules().rules if str(row.pk) == code), None)
        return call_name(row) if row else ""
    return _WORDS[area](code) if area in _WORDS else ""


def _row_name(rows: Iterable[Any], code: str) -> str:
    return next((str(row)[:60] for row in rows if str(row.pk) == code), "")


_WORDS: Mapping[str, Callable[[str], str]] = {
    "house": lambda code: _("Rules and words"),
    "fairness": lambda code: _("Repeated complaints"),
    "limits": lambda code: next((limit_name(row) for row in recovery.all_limits() if str(row.pk) == code), ""),
    "practices": lambda code: _row_name(practices.every(), code),
    "phrases": lambda code: _row_name(standards.lexicon().phrases, code),
    "forbidden": lambda code: _row_name(standards.lexicon().forbidden, code),
    "tiers": lambda code: next((str(row) for row in tiers.every() if row.code == code), ""),
    "priors": lambda code: str(PRIORS[code].name) if code in PRIORS else "",
    "failures": lambda code: str(failures.find(code) or ""),
    "grades": failures.gravity_name,
    "outside": lambda code: _row_name(outside.every(), code),
    "notices": lambda code: _row_name(announced.approved(), code) or _("Notice no. %(number)s") % {"number": code},
    "warnings": warned.name,
    "playbooks": lambda code: next((str(row) for row in playbooks.playbooks() if row.code == code), ""),
}


def _url(area: str, thing: str) -> str:
    try:
        if area == "category":
            found = cases.categories().by_code.get(thing)
            return reverse("settings_category", args=[found.pk]) if found else ""
        if area in _ONE_PAGE:
            return reverse(_ONE_PAGE[area])
        if area in ("calls", *_WORDS) and not _name(area, thing):
            return ""
        return reverse(_PAGES[area], args=[thing])
    except NoReverseMatch:
        return ""


def _fact(area: str, name: str, old: Any, new: Any) -> Fact:
    if area == "house" and "/" in name:  # a word: group/code
        group, _slash, code = name.partition("/")
        called = f"{GROUPS.get(group, group)} · {words.GROUPS.get(group, {}).get(code, code)}"
        return Fact(called, str(old or ""), str(new or ""))
    if "/" in name:  # a level: kind/severity/condition
        return Fact(level_name(name), level_words(old), level_words(new))
    if name.startswith("step") and area == "playbooks":
        name, area = _("Step %(number)s") % {"number": name.removeprefix("step")}, ""
    if name == "name" and area == "person":
        return Fact(_("Name"), str(old or ""), str(new or ""))
    if name == "language" and area == "forbidden":
        words_of = {code: str(label) for code, label in wording.LANGUAGES}
        return Fact(_("Language"), words_of.get(str(old), ""), words_of.get(str(new), ""))
    if name == "severity" and area in ("calls", "limits"):
        return Fact(_("Severity"), str(old or ""), str(new or ""))
    label = _("For cases about") if name == "categories" and area != "failures" else NAMES.get(name, name)
    label = warned.LABELS.get(name, label) if area == "warnings" else label
    return Fact(str(label), _said(area, name, old), _said(area, name, new))


def _names(area: str, codes: str) -> str:
    return _(", ").join(_name(area, code) or code for code in codes.split("\n"))


def grant_name(grant: str) -> str:
    """`agent@LJF` → "Agent · 临江府"."""
    role, _at, code = grant.partition("@")
    return f"{dict(staffing.ROLES).get(role, role)} · {_name('site', code) or code}"


_LABELS: Mapping[str, Callable[[str], str]] = {
    **{area: partial(_name, area) for area in ("site", "department", "category")},
    "stage": lambda code: str(dict(editing.STAGES).get(code, "")),
    "kind": lambda code: str(dict([*cases.KINDS, *announced.KINDS]).get(code, "")),
    "state": lambda code: str(dict(announced.STATES).get(code, "")),
    "language": lambda code: dict(settings.LANGUAGES).get(code, ""),
    **dict.fromkeys(
        ("valid_from", "show_from", "begins_at", "until", "next_at"),
        lambda code: date_format(timezone.localtime(datetime.fromisoformat(code)), "Y-m-d H:i"),
    ),
    "who": who_name,
    "situation": lambda code: str(dict(wording.SITUATIONS).get(code, "")),
    "temperament": lambda code: str(dict(wording.TEMPERAMENTS).get(code, "")),
    "use": lambda code: str(dict(wording.USES).get(code, "")),
    "level": lambda code: str(dict(wording.LEVELS).get(code, "")),
    **{name: partial(_names, area) for name, area in (("categories", "category"), ("sites", "site"))},
    "tone": lambda code: str(dict(tiers.TONES).get(code, "")),
    "group": lambda code: str(dict(typology.GROUPS).get(code, "")),
    "sort": lambda code: str(dict(outside.SORTS).get(code, "")),
    "failure": lambda code: str(failures.find(code) or ""),
    "gravity": failures.gravity_name,
    "password": lambda code: "•••" if code == "new" else "",
    "role": lambda code: str(dict(staffing.ROLES).get(code, "")),
    **dict.fromkeys((*AMOUNTS, "total"), lambda code: money.show(int(code))),
    **dict.fromkeys(("low", "value", "high"), lambda code: typed("share", int(code))),  # all are hundredths as typed
}


def _said(area: str, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return _(", ").join(grant_name(one) if name == "grants" else str(one) for one in value)
    if name == "parent":
        return _name(area, value) or str(value)
    return (_LABELS[name](str(value)) if name in _LABELS else "") or ("" if name == "password" else str(value))
