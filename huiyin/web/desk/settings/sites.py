"""Sites and departments."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.cases import queries as cases
from huiyin.org import editing, history, staffing
from huiyin.org import queries as org
from huiyin.org.editing import DepartmentValues, SiteValues
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved

CODE_HELP = gettext_lazy("Short and for good: it stands in addresses, imports and the API.")


def site_choices(*keep: str) -> list[tuple[str, str]]:
    """The sites in use as a tree; those that are out of use only where they are chosen already."""
    tree = [row for row in site_tree() if row["site"].active or row["site"].code in keep]
    return [(row["site"].code, "　" * row["depth"] + row["site"].name) for row in tree]


def site_tree() -> list[dict[str, Any]]:
    """Every site with its depth, each before those below it."""
    organisation, rows = org.organisation(), list[dict[str, Any]]()

    def walk(parent: int | None, depth: int) -> None:
        for pk in organisation.children.get(parent, ()):
            rows.append({"site": organisation.sites[pk], "depth": depth})
            walk(pk, depth + 1)

    walk(None, 0)
    return rows


class SiteForm(EditForm):
    """A site. Its code is chosen once."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=32, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    parent = forms.ChoiceField(label=gettext_lazy("Stands below"))
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, data: Any = None, *, values: SiteValues | None = None) -> None:
        initial = asdict(values) | {"version": history.version(values)} if values else {"time_zone": _zone()}
        super().__init__(data, initial=initial)
        self.root = values is not None and not values.parent
        if values is not None:
            del self.fields["code"]
        if self.root:
            del self.fields["parent"]
        else:
            self.offer("parent", site_choices(values.parent if values else ""))
        self.offer("time_zone", [(zone, zone) for zone in {**dict.fromkeys(editing.time_zones()), _zone(): None}])

    def values(self, *, active: bool = True) -> SiteValues:
        """What was typed."""
        given = self.cleaned_data
        return SiteValues(given["name"], given.get("parent", ""), given["time_zone"], active)


def _zone() -> str:
    return org.organisation().root.time_zone


@reader
def sites(request: StaffRequest) -> HttpResponseBase:
    """The tree."""
    rows = [row | {"staff": _granted(row["site"].pk)} for row in site_tree()]
    return page(request, "settings/sites.html", {"rows": rows}, area="site")


def _granted(site: int) -> int:
    return sum(any(at == site for _role, at in grants) for grants in org.organisation().grants.values())


@editor
def new_site(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = SiteForm(request.POST or None)
    if form.is_valid() and saved(
        request, form, lambda by: editing.add_site(form.cleaned_data["code"], form.values(), by)
    ):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_sites")
    return page(request, "settings/edit.html", {"form": form, "title": _("New site"), "up": "settings_sites"})


@editor
def site(request: StaffRequest, code: str) -> HttpResponseBase:
    """Rename it, move it (after showing whom that touches), set its time zone."""
    found = editing.site(code)
    before = editing.site_values(found)
    form = SiteForm(request.POST or None, values=before)
    effect = None
    if form.is_valid():
        wanted = form.values(active=before.active)
        effect = _effect(request, code, before, wanted)
        if effect is None and saved(request, form, lambda by: editing.change_site(code, wanted, by)):
            return done(request, _("Saved."), "settings_site", code)
    context = {"form": form, "title": found.name, "thing_row": found, "up": "settings_sites", "effect": effect}
    context |= {"use": None if form.root else "settings_site_use", "effect_page": "settings/site_effect.html"}
    context["note"] = _("Running clocks keep their deadlines when the time zone changes; new ones follow it.")
    return page(request, "settings/edit.html", context, area="site", thing=code)


def _effect(request: StaffRequest, code: str, before: SiteValues, wanted: SiteValues) -> editing.Move | None:
    """Whom a move touches, until it was looked at."""
    if wanted.parent == before.parent or request.POST.get("seen") == wanted.parent:
        return None
    effect = editing.move_effect(code, wanted.parent)
    return effect if effect.anything else None


@editor
def use_site(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.site(code)
    values = editing.site_values(found)
    context = _asked(found, out=values.active)
    context["facts"] = [(_("Open cases, which stay and go on"), cases.open_at(found.pk))]
    context["text"] = _("No new case can be opened here, and the portal offers it no longer. Roles at it stay.")
    turned = replace(values, active=not values.active)
    return ask(request, context, lambda by: editing.change_site(code, turned, by), "settings_site", code)


def _asked(found: Any, *, out: bool) -> dict[str, Any]:
    title = _("Take %(name)s out of use") if out else _("Take %(name)s into use again")
    told = _("%(name)s is out of use.") if out else _("%(name)s is in use again.")
    names = {"name": found.name}
    return {"title": title % names, "told": told % names, "button": title % names, "danger": out, "out": out}


class DepartmentForm(EditForm):
    """A department. Its code is chosen once."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=32, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=editing.STAGES)
    site = forms.ChoiceField(label=gettext_lazy("Serves"), help_text=gettext_lazy("The site and all below it."))

    def __init__(self, data: Any = None, *, values: DepartmentValues | None = None) -> None:
        initial = asdict(values) | {"version": history.version(values)} if values else {"stage": "back"}
        super().__init__(data, initial=initial)
        if values is not None:
            del self.fields["code"]
        self.offer("site", site_choices(values.site if values else ""))

    def values(self, *, active: bool = True) -> DepartmentValues:
        """What was typed."""
        given = self.cleaned_data
        return DepartmentValues(given["name"], given["stage"], given["site"], active)


@reader
def departments(request: StaffRequest) -> HttpResponseBase:
    """All of them, those in use first."""
    found = sorted(org.organisation().departments.values(), key=lambda row: not row.active)
    rows = [
        {"row": row, "site": org.organisation().sites[row.site_id], "staff": staffing.members(row.pk)} for row in found
    ]
    return page(request, "settings/departments.html", {"rows": rows}, area="department")


@editor
def new_department(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = DepartmentForm(request.POST or None)
    if form.is_valid() and saved(
        request, form, lambda by: editing.add_department(form.cleaned_data["code"], form.values(), by)
    ):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_departments")
    return page(
        request, "settings/edit.html", {"form": form, "title": _("New department"), "up": "settings_departments"}
    )


@editor
def department(request: StaffRequest, code: str) -> HttpResponseBase:
    """Rename it, set its stage and which site it serves."""
    found = editing.department(code)
    before = editing.department_values(found)
    form = DepartmentForm(request.POST or None, values=before)
    if form.is_valid() and saved(
        request, form, lambda by: editing.change_department(code, form.values(active=before.active), by)
    ):
        return done(request, _("Saved."), "settings_department", code)
    context = {"form": form, "title": found.name, "thing_row": found, "up": "settings_departments"}
    context["use"] = "settings_department_use"
    return page(request, "settings/edit.html", context, area="department", thing=code)


@editor
def use_department(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.department(code)
    values = editing.department_values(found)
    context = _asked(found, out=values.active)
    context["facts"] = [
        (_("Hand-overs still waiting for its reply, which stay"), cases.waiting_at(found.pk)),
        (_("People in it"), staffing.members(found.pk)),
    ]
    context["text"] = _("It takes no new hand-overs. What it has been given stays with it and stays readable.")
    turned = replace(values, active=not values.active)
    return ask(request, context, lambda by: editing.change_department(code, turned, by), "settings_department", code)
