"""What can fail, and how bad it can be."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.org import history
from huiyin.org.history import BadSetting
from huiyin.recovery import failures as known
from huiyin.recovery import typology as editing
from huiyin.recovery.typology import GradeValues, TypeValues
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved
from .sites import CODE_HELP


class FailureTypeForm(EditForm):
    """A type of failure."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=32, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=editing.MOST_NAME)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=editing.MOST_NAME, required=False)
    group = forms.ChoiceField(label=gettext_lazy("Family"), choices=editing.GROUPS)
    categories = forms.CharField(
        label=gettext_lazy("Suggested for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Codes of categories, a line each; that of a branch means all below it."),
    )
    starts = forms.CharField(
        label=gettext_lazy("New cases of these have it from the first word"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Codes of categories, a line each. What is prepared for the failure begins with such a case by itself."
        ),
    )
    duty = forms.BooleanField(
        label=gettext_lazy("The law asks that it is made good"),
        required=False,
        help_text=gettext_lazy("Shown beside every decision: owed to everybody alike, never traded off."),
    )
    basis = forms.CharField(
        label=gettext_lazy("By which law or contract"), required=False, max_length=editing.MOST_BASIS
    )
    basis_en = forms.CharField(label=gettext_lazy("The same in English"), required=False, max_length=editing.MOST_BASIS)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=editing.MOST_SOURCE,
        help_text=gettext_lazy("Who named this type: a study, a standard, this house."),
    )

    def __init__(self, data: Any = None, *, values: TypeValues | None = None) -> None:
        super().__init__(data, initial=asdict(values) | {"version": history.version(values)} if values else {})
        if values is not None:
            del self.fields["code"]

    def values(self, *, active: bool = True) -> TypeValues:
        """What was typed."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "code")}
        return TypeValues(**given, active=active)


@reader
def failures(request: StaffRequest) -> HttpResponseBase:
    """Every type by its family, and how bad one can be."""
    families = [
        {"name": name, "rows": [row for row in known.every() if row.group == code]} for code, name in editing.GROUPS
    ]
    context = {"families": [one for one in families if one["rows"]], "grades": known.grades()}
    return page(request, "settings/failures.html", context, area="failures")


@editor
def new_failure(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = FailureTypeForm(request.POST or None)
    if form.is_valid() and saved(
        request, form, lambda by: editing.add_type(form.cleaned_data["code"], form.values(), by)
    ):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_failures")
    title = _("New type of failure")
    return page(request, "settings/edit.html", {"form": form, "title": title, "up": "settings_failures"})


@editor
def failure(request: StaffRequest, code: str) -> HttpResponseBase:
    """Change one; what it changes for cases to come is shown first."""
    found = editing.type_by_code(code)
    before = editing.type_values(found)
    form = FailureTypeForm(request.POST or None, values=before)
    effect = None
    if form.is_valid():
        wanted = form.values(active=before.active)
        effect, token = _effect(form, code, wanted), history.version(wanted)
        seen = effect is not None and (not effect.anything or request.POST.get("seen") == token)
        if seen and saved(request, form, lambda by: editing.change_type(code, wanted, by)):
            return done(request, _("Saved."), "settings_failure", code)
        form.seen = token
    context = {"form": form, "title": str(found), "thing_row": found, "up": "settings_failures"}
    context |= {"use": "settings_failure_use", "effect_page": "settings/failure_effect.html"}
    context |= {"effect": effect if effect and effect.anything and not form.errors else None}
    context["note"] = _("Cases that name it keep it; amounts never depend on who the customer is.")
    return page(request, "settings/edit.html", context, area="failures", thing=code)


def _effect(form: FailureTypeForm, code: str, values: TypeValues) -> editing.Effect | None:
    try:
        return editing.effect(code, values)
    except BadSetting as error:
        form.tell(error)
        return None


@editor
def use_failure(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.type_by_code(code)
    values = editing.type_values(found)
    turned = replace(values, active=not values.active)
    effect = editing.effect(code, turned)
    title = _("Take “%(name)s” out of use") if values.active else _("Take “%(name)s” into use again")
    text = _("It is offered no longer; cases that name it keep it.") if values.active else _("It is offered again.")
    told = _("It is out of use.") if values.active else _("It is in use again.")
    context: dict[str, Any] = {"title": title % {"name": found}, "text": text, "told": told, "danger": values.active}
    context["button"] = _("Take it out of use") if values.active else _("Take it into use again")
    context["facts"] = [(name, _(", ").join(rows)) for name, rows in _lines(effect) if rows]
    return ask(request, context, lambda by: editing.change_type(code, turned, by), "settings_failures")


def _lines(effect: editing.Effect) -> list[tuple[str, Any]]:
    return [
        (_("No longer suggested for"), effect.no_longer),
        (_("Suggested for"), effect.suggested),
        (_("No longer begins with"), effect.begins_not),
        (_("Begins with"), effect.begins),
    ]


class GradeForm(EditForm):
    """How bad a failure can be."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=16, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=editing.MOST_GRADE)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=editing.MOST_GRADE, required=False)
    position = forms.IntegerField(
        label=gettext_lazy("Place in the list"),
        min_value=0,
        max_value=99,
        initial=0,
        help_text=gettext_lazy("The mildest has the smallest number."),
    )

    def __init__(self, data: Any = None, *, values: GradeValues | None = None) -> None:
        super().__init__(data, initial=asdict(values) | {"version": history.version(values)} if values else {})
        if values is not None:
            del self.fields["code"]

    def values(self, *, active: bool = True) -> GradeValues:
        """What was typed."""
        given = {name: self.cleaned_data[name] for name in ("name", "name_en", "position")}
        return GradeValues(**given, active=active)


@editor
def new_grade(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = GradeForm(request.POST or None)
    if form.is_valid() and saved(
        request, form, lambda by: editing.add_grade(form.cleaned_data["code"], form.values(), by)
    ):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_failures")
    title = _("How bad a failure can be: one more")
    return page(request, "settings/edit.html", {"form": form, "title": title, "up": "settings_failures"})


@editor
def grade(request: StaffRequest, code: str) -> HttpResponseBase:
    """Rename it, move it."""
    found = editing.grade_by_code(code)
    before = editing.grade_values(found)
    form = GradeForm(request.POST or None, values=before)
    if form.is_valid() and saved(
        request, form, lambda by: editing.change_grade(code, form.values(active=before.active), by)
    ):
        return done(request, _("Saved."), "settings_failures")
    context = {"form": form, "title": str(found), "thing_row": found, "up": "settings_failures"}
    context |= {"use": "settings_grade_use"}
    context["note"] = _("Like cases are compared by its code: what was granted under it is compared further on.")
    return page(request, "settings/edit.html", context, area="grades", thing=code)


@editor
def use_grade(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.grade_by_code(code)
    values = editing.grade_values(found)
    turned = replace(values, active=not values.active)
    title = _("Take “%(name)s” out of use") if values.active else _("Take “%(name)s” into use again")
    text = _("It is offered no longer; cases that name it keep it.") if values.active else _("It is offered again.")
    told = _("It is out of use.") if values.active else _("It is in use again.")
    context: dict[str, Any] = {"title": title % {"name": found}, "text": text, "told": told, "danger": values.active}
    context["button"] = _("Take it out of use") if values.active else _("Take it into use again")
    return ask(request, context, lambda by: editing.change_grade(code, turned, by), "settings_failures")
