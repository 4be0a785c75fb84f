"""Tiers of customers."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.customers import tiers as editing
from huiyin.customers.tiers import TierValues
from huiyin.org import history
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved


class TierForm(EditForm):
    """A tier. Programs and files know it by its code, which is chosen once."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=32, help_text=gettext_lazy("What programs and files call it, as gold.")
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=editing.MOST_NAME)
    name_en = forms.CharField(label=gettext_lazy("English name"), required=False, max_length=editing.MOST_NAME)
    position = forms.IntegerField(
        label=gettext_lazy("Place in the list"),
        min_value=0,
        max_value=editing.LAST,
        initial=0,
        help_text=gettext_lazy("Smaller numbers stand higher; equal ones by name."),
    )
    tone = forms.ChoiceField(label=gettext_lazy("Colour"), choices=editing.TONES)

    def __init__(self, data: Any = None, *, values: TierValues | None = None) -> None:
        initial = asdict(values) | {"version": history.version(values)} if values else {}
        super().__init__(data, initial=initial)
        if values is not None:
            del self.fields["code"]

    def values(self, *, active: bool = True) -> TierValues:
        """What was typed."""
        given = {name: self.cleaned_data[name] for name in ("name", "name_en", "position", "tone")}
        return TierValues(**given, active=active)


@reader
def tiers(request: StaffRequest) -> HttpResponseBase:
    """Every tier, in order."""
    return page(request, "settings/tiers.html", {"rows": editing.every()}, area="tiers")


@editor
def new_tier(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = TierForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: editing.add(form.cleaned_data["code"], form.values(), by)):
        return done(request, _("The tier is added."), "settings_tiers")
    return page(request, "settings/edit.html", {"form": form, "title": _("New tier"), "up": "settings_tiers"})


@editor
def tier(request: StaffRequest, code: str) -> HttpResponseBase:
    """Change one."""
    found = editing.by_code(code)
    before = editing.values_of(found)
    form = TierForm(request.POST or None, values=before)
    if form.is_valid() and saved(request, form, lambda by: editing.change(code, form.values(active=before.active), by)):
        return done(request, _("Saved."), "settings_tiers")
    context = {"form": form, "title": str(found), "thing_row": found, "up": "settings_tiers"}
    context |= {"use": "settings_tier_use"}
    return page(request, "settings/edit.html", context, area="tiers", thing=code)


@editor
def use_tier(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take one out of use, or back."""
    found = editing.by_code(code)
    values = editing.values_of(found)
    turned = replace(values, active=not values.active)
    title = _("Take “%(name)s” out of use") if values.active else _("Take “%(name)s” into use again")
    text = _("It is offered no longer; customers who have it keep it.") if values.active else _("It is offered again.")
    told = _("It is out of use.") if values.active else _("It is in use again.")
    context: dict[str, Any] = {"title": title % {"name": found}, "text": text, "told": told, "danger": values.active}
    context["button"] = _("Take it out of use") if values.active else _("Take it into use again")
    return ask(request, context, lambda by: editing.change(code, turned, by), "settings_tiers")
