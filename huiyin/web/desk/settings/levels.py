"""Service levels: the sets, their versions, and the table to make a new one."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from huiyin.clocks import editing
from huiyin.clocks import queries as clocks
from huiyin.clocks.editing import NewVersion
from huiyin.org import history
from huiyin.org import queries as org
from huiyin.packs import catalogue
from huiyin.web.desk.door import StaffRequest
from huiyin.web.desk.fields import moment

from .amounts import level_name, level_words
from .door import EditForm, ask, done, editor, page, reader, saved

_FRIDAY = 4


class LevelsForm(EditForm):
    """The whole table as one form: each line an amount, its unit, and the calendar in which it counts."""

    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=120,
        help_text=gettext_lazy("On what it is based: a contract, a decision with its date, a standard."),
    )
    valid_from = moment(
        gettext_lazy("Valid from"), required=False, help_text=gettext_lazy("Left empty, it holds from now on.")
    )

    def __init__(self, data: Any = None, *, policy: Any) -> None:
        token = history.version(editing.looked_at(policy))
        super().__init__(data, initial={"version": token, "source": _source(policy)})
        self.slots: dict[str, list[str]] = {}
        there = editing.table(policy)
        calendars = [(row.code, row.name) for row in editing.calendars()]
        keys = [key for kind in editing.KINDS for key in editing.keys(kind)]
        for key in dict.fromkeys([*keys, *there]):
            parts = there.get(key, "").split(";")
            spare = [""] if key.endswith("/complaint") and parts != [""] else []
            self.slots[key] = [self._slot(key, n, part, calendars) for n, part in enumerate([*parts, *spare])]

    def _slot(self, key: str, n: int, part: str, calendars: list[tuple[str, str]]) -> str:
        minutes, _at, code = part.partition("@")
        amount, unit = editing.split(int(minutes), code) if minutes else (None, "h")
        name, label = f"{key}{n}".replace("/", "_"), level_name(key)
        self.fields[f"{name}_n"] = forms.IntegerField(
            label=label, required=False, min_value=1, max_value=editing.MOST, initial=amount
        )
        self.fields[f"{name}_u"] = forms.ChoiceField(
            label=_("Unit"), choices=[*editing.UNITS.items()], initial=unit, required=False
        )
        self.fields[f"{name}_c"] = forms.ChoiceField(
            label=_("Calendar"), choices=calendars, initial=code, required=False
        )
        return name

    def clean(self) -> None:
        """An amount needs its unit and its calendar; without an amount they mean nothing."""
        super().clean()
        given = self.cleaned_data
        for name in (name for names in self.slots.values() for name in names):
            if given.get(f"{name}_n") and not (given.get(f"{name}_u") and given.get(f"{name}_c")):
                self.add_error(f"{name}_n", _("Choose a unit and a calendar."))

    def groups(self) -> list[dict[str, Any]]:
        """The lines by kind, for the page."""
        found: dict[str, list[dict[str, Any]]] = {}
        for key, names in self.slots.items():
            kind = key.split("/")[0]
            for place, name in enumerate(names):
                cells = [self[f"{name}_{part}"] for part in "nuc"]
                label = _("and, by another calendar") if place else level_name(key).split(" · ", 1)[1]
                found.setdefault(kind, []).append({"label": label, "cells": cells, "errors": cells[0].errors})
        return [{"title": clocks.KINDS[kind], "rows": rows} for kind, rows in found.items() if kind in clocks.KINDS]

    def table(self) -> dict[str, str]:
        """What was typed."""
        found: dict[str, str] = {}
        for key, names in self.slots.items():
            parts = []
            for name in names:
                amount, unit, code = (self.cleaned_data.get(f"{name}_{part}") for part in "nuc")
                if amount and unit and code:
                    parts.append(f"{editing.joined(amount, unit, code)}@{code}")
            if parts:
                found[key] = ";".join(parts)
        return found

    def new(self) -> NewVersion:
        """The version to be made."""
        return NewVersion(self.table(), self.cleaned_data["source"], self.cleaned_data["valid_from"])


def _samples(now: datetime) -> list[datetime]:
    """Now, and Friday at five, when a weekend begins."""
    local = timezone.localtime(now)
    friday = local + timedelta(days=(_FRIDAY - local.weekday()) % 7)
    five = friday.replace(hour=17, minute=0, second=0, microsecond=0)
    return [now, five if five > now else five + timedelta(days=7)]


def _effect(request: StaffRequest, policy: Any, form: LevelsForm) -> dict[str, Any]:
    """What a new version would change, in words."""
    starts, zone = _samples(request.now), org.organisation().root.time_zone
    found = editing.differences(editing.table(policy), form.table(), starts, zone)
    changes = [
        {"name": level_name(d.key), "old": level_words(d.old), "new": level_words(d.new), "samples": d.samples}
        for d in found
    ]
    return {"changes": changes, "starts": starts, "running": clocks.running()}


def _rows(policies: list[Any], now: datetime) -> list[dict[str, Any]]:
    held = editing.in_force(now)
    return [
        {
            "policy": one,
            "source": _source(one),
            "held": held is not None and one.pk == held.pk,
            "coming": one.valid_from > now,
        }
        for one in policies
    ]


def _source(policy: Any) -> str:
    """Where a version is from, in the language of the page as far as that is known."""
    return str(policy.source if get_language() == "en" else catalogue.source_zh(policy.source))


@reader
def policies(request: StaffRequest) -> HttpResponseBase:
    """The sets that there are, and which of them is in force."""
    sets = [{"name": name, "rows": _rows(editing.versions(name), request.now)} for name in editing.names()]
    english = get_language() == "en"
    context = {"sets": sets, "presets": catalogue.standing(request.now), "english": english}
    return page(request, "settings/levels.html", context, area="levels")


@editor
def preset(request: StaffRequest, name: str) -> HttpResponseBase:
    """A set of the catalogue, to be looked at and loaded."""
    try:
        found = catalogue.named(name)
    except catalogue.Unknown as error:
        raise Http404 from error
    if name in editing.names():
        return redirect("settings_policy", name)
    held = editing.in_force(request.now)
    source = found.source if get_language() == "en" else found.source_zh
    facts: list[tuple[str, object]] = [
        (_("Source"), f"{source} · {found.date}"),
        (_("In force until now"), str(held) if held else "–"),
        (_("Running clocks that change"), 0),
    ]
    values = defaultdict[str, list[str]](list)
    for row in found.levels():
        values[f"{row.kind}/{row.severity}/{row.condition}"].append(f"{row.minutes}@{row.calendar}")
    facts += [(level_name(key), level_words(";".join(parts))) for key, parts in values.items()]
    context: dict[str, Any] = {
        "title": _("Load %(name)s") % {"name": name},
        "text": _(
            "It is added as a set of service levels and is in force for clocks that start from now on. Running clocks "
            "keep theirs. You can edit it like any other set, and put the present one in force again."
        ),
        "facts": facts,
        "button": _("Load it"),
        "told": _("It is loaded and in force."),
    }
    return ask(request, context, lambda by: catalogue.load(name, by), "settings_levels")


@editor
def policy(request: StaffRequest, name: str) -> HttpResponseBase:
    """The table of the newest version; a changed one is looked at before it becomes a version."""
    last = editing.versions(name)[0]
    form = LevelsForm(request.POST or None, policy=last)
    effect = None
    if form.is_valid():
        if "save" in request.POST and saved(request, form, lambda by: editing.save(name, form.new(), by)):
            return done(request, _("Saved as a new version."), "settings_levels")
        effect = _effect(request, last, form)
    context = {"form": form, "name": name, "policy": last, "effect": effect if not form.errors else None}
    context |= {"versions": _rows(editing.versions(name), request.now), "now": request.now}
    return page(request, "settings/policy.html", context, area="levels", thing=name)


@reader
def version(request: StaffRequest, name: str, number: int) -> HttpResponseBase:
    """A version as it is, to be read."""
    found = editing.version(name, number)
    levels = [(level_name(key), level_words(value)) for key, value in editing.table(found).items()]
    context = {"name": name, "levels": levels} | _rows([found], request.now)[0]
    return page(request, "settings/version.html", context)


@editor
def take_up(request: StaffRequest, name: str, number: int) -> HttpResponseBase:
    """Put a version in force again."""
    found = editing.version(name, number)
    names = {"name": name, "version": number}
    context: dict[str, Any] = {
        "title": _("Put %(name)s, version %(version)d, in force") % names,
        "text": _(
            "It becomes a new version, which holds for clocks that start from now on. Running clocks keep theirs."
        ),
        "facts": [(_("Source"), _source(found)), (_("Running clocks that change"), 0)],
        "button": _("Put it in force"),
        "told": _("It is in force."),
    }
    return ask(request, context, lambda by: editing.take_up(name, number, by), "settings_levels")


@editor
def withdraw(request: StaffRequest, name: str, number: int) -> HttpResponseBase:
    """Take away a version that has not begun to hold."""
    editing.version(name, number)
    names = {"name": name, "version": number}
    context: dict[str, Any] = {
        "title": _("Withdraw %(name)s, version %(version)d") % names,
        "text": _("It has not begun to hold, so nothing was promised by it. The history keeps what it was."),
        "button": _("Withdraw it"),
        "told": _("It is withdrawn."),
        "danger": True,
    }
    return ask(request, context, lambda by: editing.withdraw(name, number, by), "settings_levels")
