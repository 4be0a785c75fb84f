"""The list of another system beside the cases here: uploaded, compared, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.cases.actions import BadInput
from huiyin.imports import reconciling
from huiyin.imports.reconciling import Span
from huiyin.org.access import Forbidden, Verb
from huiyin.web.plain import PlainForm

from .door import StaffRequest, show, staff

if TYPE_CHECKING:
    from huiyin.imports.store import Upload

VIEW = "imports"


class ListForm(PlainForm):
    """A list, whose it is, and of which days."""

    file = forms.FileField(
        label=gettext_lazy("List"),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx,.txt"}),
        help_text=gettext_lazy(
            "CSV or XLSX with their numbers and, if it has one, a column that says what is finished."
        ),
        error_messages={"empty": gettext_lazy("The file is empty: it has no row with column names.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=64,
        required=False,
        help_text=gettext_lazy(
            "As it was named at the import. Without it, only what came down from above is looked for."
        ),
    )
    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("With the days of the list also what is here and not on it."),
    )

    def clean(self) -> dict[str, Any]:
        """Days come in pairs, and in order."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if (first is None) != (last is None):
            self.add_error("last" if first else "first", _("Give both days, or neither."))
        elif first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def page(request: StaffRequest) -> HttpResponse:
    """What differs. The list is not kept."""
    if not reconciling.may(request.user):
        raise Forbidden(Verb.IMPORT)
    form = ListForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= _compared(request, form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.text)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return show(request, "imports/reconcile.html", context, view=VIEW, status=status)


def _compared(request: StaffRequest, said: dict[str, Any]) -> dict[str, Any]:
    span = Span(said["first"], said["last"]) if said["first"] else None
    lines = reconciling.of_upload(cast("Upload", said["file"]))
    found = reconciling.compare(request.user, said["source"].strip(), lines, span)
    lists = (
        (_("Finished there, open here"), found.open_here),
        (_("Finished here, open there"), found.over_here),
        (_("Here and not on the list"), found.extra),
    )
    return {"found": found, "lists": [(name, rows) for name, rows in lists if rows], "name": said["file"].name}
