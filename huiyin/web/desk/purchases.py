"""What customers pay, and their contracts, from a file: uploaded, looked at, taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases.actions import BadInput
from huiyin.imports.store import Upload as File
from huiyin.web.plain import PlainForm
from huiyin.worth import uploads
from huiyin.worth.uploads import Given

from .door import StaffRequest, show, staff

if TYPE_CHECKING:
    from huiyin.worth.models import Upload

VIEW = "imports"
LABELS = {
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "customer": gettext_lazy("Customer number"),
    "customer_source": gettext_lazy("System of the customer number"),
    "on": gettext_lazy("Day"),
    "amount": gettext_lazy("Amount"),
    "began": gettext_lazy("Begins on"),
    "ended": gettext_lazy("Ends on"),
    "fee": gettext_lazy("Fee of a year"),
    "currency": gettext_lazy("Currency"),
    "what": pgettext_lazy("of a purchase", "What for"),
    "reference": pgettext_lazy("of a purchase", "Number"),
}
"""What a column can be taken as, in the order of the page."""


class FileForm(PlainForm):
    """A file, what its rows are, and of which system."""

    sort = forms.ChoiceField(label=gettext_lazy("What the rows are"), choices=uploads.SORTS)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=64,
        help_text=gettext_lazy("The system that the numbers of the rows belong to: by both a row is known again."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx,.txt"}),
        error_messages={"empty": gettext_lazy("The file is empty: it has no row with column names.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = _(
            "CSV or XLSX, at most %(most)d MB and %(rows)d rows; the first row holds the names of the columns."
        ) % {"most": settings.HUIYIN_IMPORT_MB, "rows": uploads.MOST_ROWS}


class ColumnsForm(PlainForm):
    """Which column is what."""

    def __init__(self, *args: Any, one: Upload, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("not in the file")), *((name, name) for name in one.header)]
        for target, label in LABELS.items():
            if target in uploads.targets_of(one.sort):
                field = forms.ChoiceField(label=label, choices=choices, required=False)
                field.initial = one.columns.get(target, "")
                self.fields[target] = field


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def every(request: StaffRequest) -> HttpResponse:
    """A file to bring in, and the last ones."""
    rows = uploads.recent(request.user)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (one := _uploaded(request, form)):
        return redirect("purchases_file", one.pk)
    status = 422 if form.is_bound else 200
    return show(request, "purchases/list.html", {"form": form, "rows": rows}, view=VIEW, status=status)


def _uploaded(request: StaffRequest, form: FileForm) -> Upload | None:
    said = form.cleaned_data
    given = Given(request.user, request.now, said["sort"], said["source"])
    try:
        return uploads.upload(cast("File", said["file"]), given)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.text)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def one_file(request: StaffRequest, pk: int) -> HttpResponse:
    """What would become of its rows, with the columns to choose; taken in, what became of them."""
    one = uploads.get(request.user, pk)
    if one.taken_at is not None:
        return show(request, "purchases/taken.html", {"one": one}, view=VIEW)
    form = ColumnsForm(request.POST or None, one=one)
    if form.is_valid():
        uploads.describe(one, form.cleaned_data)
    try:
        if form.is_valid() and "start" in request.POST and not uploads.lacking(one):
            uploads.take_in(request.user, one, request.now)
            messages.success(request, _("The rows are taken in."))
            return redirect("purchases_file", pk)
        found = uploads.rehearse(request.user, one)
    except FileNotFoundError as error:
        raise Http404 from error
    return show(request, "purchases/preview.html", _context(one, form, found), view=VIEW)


def _context(one: Upload, form: ColumnsForm, found: uploads.Preview) -> dict[str, Any]:
    heads = [LABELS[target] for target in one.columns]
    lacking = [LABELS[target] for target in uploads.lacking(one)]
    failed = len(found.taken.bad)
    none = found.whole and failed >= one.rows and not lacking
    said = {"heads": heads, "lacking": lacking, "failed": failed, "none": none}
    return {"one": one, "form": form, "found": found} | said


@require_safe
@staff
def failed(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that were not taken, each with its reason."""
    try:
        lines = uploads.failed_lines(uploads.get(request.user, pk))
    except FileNotFoundError as error:
        raise Http404 from error
    response = StreamingHttpResponse((line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="purchases-failed-{pk}.csv"'
    return response
