"""Work standards: how each step is done here."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases import queries as cases
from huiyin.org import history
from huiyin.standards import practices
from huiyin.standards.practices import Values
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved

UP = "settings_practices"


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PracticeForm(EditForm):
    """A standard."""

    step = forms.ChoiceField(label=gettext_lazy("Step"), choices=practices.STEPS)
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        help_text=gettext_lazy("Only where this sort of case needs another standard."),
    )
    behaviour = forms.CharField(
        label=gettext_lazy("What one does"),
        required=False,
        max_length=practices.MOST,
        widget=_area(),
        help_text=gettext_lazy("A line for each point."),
    )
    saying = forms.CharField(
        label=gettext_lazy("What one says"), required=False, max_length=practices.MOST, widget=_area(3)
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Within how many minutes"), required=False, min_value=1, max_value=practices.MOST_MINUTES
    )
    evidence = forms.CharField(
        label=gettext_lazy("How anybody can see it"),
        required=False,
        max_length=practices.MOST_EVIDENCE,
        widget=_area(2),
    )
    behaviour_en = forms.CharField(
        label=gettext_lazy("What one does, in English"), required=False, max_length=practices.MOST, widget=_area()
    )
    saying_en = forms.CharField(
        label=gettext_lazy("What one says, in English"), required=False, max_length=practices.MOST, widget=_area(3)
    )
    evidence_en = forms.CharField(
        label=gettext_lazy("How anybody can see it, in English"),
        required=False,
        max_length=practices.MOST_EVIDENCE,
        widget=_area(2),
    )

    def __init__(self, data: Any = None, *, values: Values | None = None) -> None:
        initial = asdict(values) | {"version": history.version(values)} if values else {}
        super().__init__(data, initial=initial)
        known = cases.categories()
        offered = [one for one in known.by_id.values() if known.offered(one)]
        self.offer("category", [("", _("All cases")), *((one.code, _path(one)) for one in offered)])

    def values(self, *, active: bool = True) -> Values:
        """What was typed."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Values(**given, active=active)


def _path(category: Any) -> str:
    return " › ".join(str(one) for one in cases.categories().line(category))


@reader
def every(request: StaffRequest) -> HttpResponseBase:
    """All standards in the order of the work, those out of use too."""
    rows = [practices.shown(row) for row in practices.every()]
    return page(request, "settings/practices.html", {"rows": rows}, area="practices")


@editor
def new(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = PracticeForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: practices.add(form.values(), by)):
        return done(request, _("The standard stands beside its step from now on."), UP)
    return page(request, "settings/edit.html", {"form": form, "title": _("New standard"), "up": UP})


@editor
def one(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one."""
    found = practices.find(pk)
    before = practices.values_of(found)
    form = PracticeForm(request.POST or None, values=before)
    if form.is_valid() and saved(request, form, lambda by: practices.change(pk, form.values(active=before.active), by)):
        return done(request, _("Saved."), UP)
    context = {"form": form, "title": str(found), "thing_row": found, "up": UP}
    context |= {"use": "settings_practice_use", "use_key": pk}
    return page(request, "settings/edit.html", context, area="practices", thing=str(pk))


@editor
def use(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one out of use, or back."""
    found = practices.find(pk)
    values = practices.values_of(found)
    turned = replace(values, active=not values.active)
    title = _("Take “%(name)s” out of use") if values.active else _("Take “%(name)s” into use again")
    context = {
        "title": title % {"name": str(found)},
        "text": _("It no longer stands beside its step.") if values.active else _("It stands beside its step again."),
        "button": _("Take it out of use") if values.active else _("Take it into use again"),
        "told": _("It is out of use.") if values.active else _("It is in use again."),
        "danger": values.active,
    }
    return ask(request, context, lambda by: practices.change(pk, turned, by), UP)
