"""What customers read before they speak: office hours, and what they get when something went wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.messages import sheets as editing
from huiyin.messages.sheets import SheetValues
from huiyin.org import editing as sites
from huiyin.org import history
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, done, editor, page, reader, saved
from .sites import site_tree


def _table(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=editing.MOST_MEASURES, widget=forms.Textarea(attrs={"rows": 8})
    )


class SheetForm(EditForm):
    """Two texts, each in two languages."""

    office = forms.CharField(
        label=gettext_lazy("Where and when to find somebody, and the phone"),
        required=False,
        max_length=editing.MOST_OFFICE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    office_en = forms.CharField(
        label=gettext_lazy("The same in English"),
        required=False,
        max_length=editing.MOST_OFFICE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measures = _table(gettext_lazy("What customers get when something went wrong"))
    measures_en = _table(gettext_lazy("The same in English"))

    def __init__(self, data: Any = None, *, values: SheetValues) -> None:
        super().__init__(data, initial=asdict(values) | {"version": history.version(values)})
        self.fields["measures"].help_text = _("A line each: what went wrong | what the customer gets")

    def values(self) -> SheetValues:
        """What was typed."""
        return SheetValues(**{name: text for name, text in self.cleaned_data.items() if name != "version"})


@reader
def sheets(request: StaffRequest) -> HttpResponseBase:
    """Every site, with the sheet that holds there."""
    rows = [row | {"own": editing.own(row["site"]), "above": editing.above(row["site"])} for row in site_tree()]
    return page(request, "settings/sheets.html", {"rows": rows}, area="sheets")


@editor
def sheet(request: StaffRequest, code: str) -> HttpResponseBase:
    """The sheet of a site."""
    found = sites.site(code)
    form = SheetForm(request.POST or None, values=editing.own(found) or SheetValues())
    if form.is_valid() and saved(request, form, lambda by: editing.change(code, form.values(), by)):
        return done(request, _("Saved."), "settings_sheet", code)
    context = {"form": form, "title": _("What customers of %(site)s read") % {"site": found.name}}
    context |= {"up": "settings_sheets"}
    context["note"] = _(
        "It holds for all sites below that have none of their own. Emptied altogether, the one above holds. The times "
        "on the page come from the service levels in force."
    )
    return page(request, "settings/edit.html", context, area="sheets", thing=code)
