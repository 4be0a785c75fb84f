"""What was changed, by whom, and putting old values back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from huiyin.alerts import rules
from huiyin.cases import categories, outside, outside_editing
from huiyin.customers import tiers
from huiyin.groups import rules as group_rules
from huiyin.messages import codes
from huiyin.org import editing, history
from huiyin.org.history import Editor
from huiyin.playbooks import editing as playbooks
from huiyin.recovery import editing as authority
from huiyin.recovery import typology
from huiyin.standards import editing as wording
from huiyin.standards import practices
from huiyin.standards import queries as standards
from huiyin.web.desk.door import StaffRequest, show
from huiyin.web.desk.inbox import number
from huiyin.worth import priors

from . import people
from .door import ask, editor, reader
from .lines import line, thing_name


@reader
def entries(request: StaffRequest) -> HttpResponseBase:
    """A page of the history: of everything, of one part, of one thing."""
    area, thing = request.GET.get("area", ""), request.GET.get("thing", "")
    if area and area not in dict(history.AREAS):
        raise Http404
    found = history.page(area, thing if area else "", before=number(request.GET.get("before")))
    asked = {name: value for name, value in (("area", area), ("thing", thing)) if value}
    context: dict[str, Any] = {
        "lines": [line(entry) for entry in found.items],
        "areas": [(code, label, code == area) for code, label in history.AREAS],
        "older_url": f"?{urlencode(asked | {'before': found.next})}" if found.next else "",
        "newest_url": f"?{urlencode(asked)}" if "before" in request.GET else "",
        "thing_name": thing_name(area, thing) if thing else "",
    }
    return show(request, "settings/history.html", context, view="settings")


def _site(code: str, values: dict[str, Any], by: Editor) -> None:
    editing.change_site(code, replace(editing.site_values(editing.site(code)), **values), by)


def _department(code: str, values: dict[str, Any], by: Editor) -> None:
    editing.change_department(code, replace(editing.department_values(editing.department(code)), **values), by)


def _category(code: str, values: dict[str, Any], by: Editor) -> None:
    categories.change(code, replace(categories.values_of(categories.known(code)), **values), by)


def _call(code: str, values: dict[str, Any], by: Editor) -> None:
    rules.change(int(code), replace(rules.values_of(rules.rule(int(code))), **values), by)


def _phrase(code: str, values: dict[str, Any], by: Editor) -> None:
    found = wording.phrase_values(standards.phrase(int(code)))
    wording.change_phrase(int(code), replace(found, **values), by)


def _pattern(code: str, values: dict[str, Any], by: Editor) -> None:
    found = wording.pattern_values(standards.forbidden(int(code)))
    wording.change_pattern(int(code), replace(found, **values), by)


def _practice(code: str, values: dict[str, Any], by: Editor) -> None:
    practices.change(int(code), replace(practices.values_of(practices.find(int(code))), **values), by)


def _limit(code: str, values: dict[str, Any], by: Editor) -> None:
    found = authority.limit_values(authority.find_limit(int(code)))
    authority.change_limit(int(code), replace(found, **values), by)


def _code(code: str, values: dict[str, Any], by: Editor) -> None:
    codes.change(code, replace(codes.values_of(codes.find(code)), **values), by)


def _group_rule(code: str, values: dict[str, Any], by: Editor) -> None:
    group_rules.put(replace(group_rules.find(code), **values), by)


def _tier(code: str, values: dict[str, Any], by: Editor) -> None:
    tiers.change(code, replace(tiers.values_of(tiers.by_code(code)), **values), by)


def _prior(code: str, values: dict[str, Any], by: Editor) -> None:
    priors.change(code, replace(priors.values_of(priors.find(code).prior), **values), by)


def _failure(code: str, values: dict[str, Any], by: Editor) -> None:
    typology.change_type(code, replace(typology.type_values(typology.type_by_code(code)), **values), by)


def _grade(code: str, values: dict[str, Any], by: Editor) -> None:
    typology.change_grade(code, replace(typology.grade_values(typology.grade_by_code(code)), **values), by)


def _playbook(code: str, values: dict[str, Any], by: Editor) -> None:
    playbooks.change(code, replace(playbooks.values_of(playbooks.by_code(code)), **values), by)


def _outside(code: str, values: dict[str, Any], by: Editor) -> None:
    found = outside_editing.values_of(outside.named(int(code)))
    values = {"sites" if name == "site" else name: value for name, value in values.items()}  # once there was one
    outside_editing.change(int(code), replace(found, **values), by)


_RESTORE: Mapping[str, Callable[[str, dict[str, Any], Editor], None]] = {
    "site": _site,
    "department": _department,
    "person": people.restore,
    "category": _category,
    "calls": _call,
    "phrases": _phrase,
    "practices": _practice,
    "forbidden": _pattern,
    "codes": _code,
    "groups": _group_rule,
    "limits": _limit,
    "tiers": _tier,
    "priors": _prior,
    "failures": _failure,
    "grades": _grade,
    "playbooks": _playbook,
    "outside": _outside,
}


@editor
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Put the values of before an entry back, as a change of its own."""
    entry = history.entry(pk)
    shown, old = line(entry), entry.before or {}
    if not shown.restore:
        raise Http404
    context: dict[str, Any] = {
        "title": _("Put back what %(thing)s was") % {"thing": shown.thing},
        "text": _("The values of before this change hold again; what was changed otherwise since stays."),
        "facts": [(fact.name, fact.old or "–") for fact in shown.facts],
        "button": _("Put it back"),
        "told": _("Put back."),
        "back": shown.url or reverse("settings_history"),
    }
    return ask(request, context, lambda by: _RESTORE[entry.area](entry.thing, old, by), context["back"])
