"""The import in steps: file, columns, a look ahead, progress and result. The rows are brought in by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.base.tables import csv_lines
from huiyin.cases import imports as rows_of_files
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.heads import guess
from huiyin.cases.letters import Letter
from huiyin.cases.queries import Filter
from huiyin.imports import actions, preview, queries
from huiyin.imports.actions import NotDraft, Wishes
from huiyin.imports.store import Upload
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.worth import uploads

from .door import StaffRequest, show, staff
from .import_forms import LABELS, MapForm, UploadForm, examples_of, initial_of, wishes_of
from .inbox import number
from .reach import can
from .rows import rows

if TYPE_CHECKING:
    from django.forms import Form

    from huiyin.imports.models import Import, SavedMap

VIEW = "imports"


@require_safe
@staff
def every(request: StaffRequest) -> HttpResponse:
    """Earlier imports, newest first."""
    _require(request)
    page = queries.page(request.user, before=number(request.GET.get("before")))
    older = f"?before={page.next}" if page.next else ""
    context = {"imports": page.items, "older_url": older, "may_buy": uploads.may(request.user)}
    return show(request, "imports/list.html", context, view=VIEW)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest) -> HttpResponse:
    """The first step: a file and its site."""
    _require(request)
    form = UploadForm(request.POST or None, request.FILES or None, request=request)
    if form.is_valid() and (one := _uploaded(request, form)):
        return redirect("import_columns", one.pk)
    return show(request, "imports/new.html", {"form": form}, view=VIEW, status=422 if form.is_bound else 200)


def _uploaded(request: StaffRequest, form: UploadForm) -> Import | None:
    site = org.organisation().site(form.cleaned_data["site"])
    assert site is not None
    try:
        return actions.upload(cast("Upload", form.cleaned_data["file"]), site, By(request.user, request.now))
    except BadInput as error:
        _refuse(form, error)
        return None


def _refuse(form: Form, error: BadInput) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.text)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def columns(request: StaffRequest, pk: int) -> HttpResponse:
    """The second step: which column is what."""
    one = _draft(request, pk)
    try:
        examples = examples_of(preview.first_rows(one))
        twice = preview.repeated_heads(one)
    except FileNotFoundError as error:
        raise Http404 from error
    fitting = queries.fitting(request.user, one.header)
    used = _used(request, fitting, one)
    form = MapForm(request.POST or None, header=one.header, examples=examples, initial=_initial(one, used))
    if form.is_valid() and _described(request, form, one):
        return redirect("import_preview", one.pk)
    context = {
        "one": one,
        "form": form,
        "fitting": fitting,
        "used": used,
        "twice": ", ".join(twice),
        "headless": preview.headless(one),
    }
    return show(request, "imports/columns.html", context, view=VIEW, status=422 if form.is_bound else 200)


def _used(request: StaffRequest, fitting: list[SavedMap], one: Import) -> SavedMap | None:
    """The saved map to begin with: the one that was asked for, or the best that fits; none of what was said before."""
    if "map" in request.GET:
        return next((kept for kept in fitting if str(kept.pk) == request.GET["map"]), None)
    return None if one.columns else next(iter(fitting), None)


def _initial(one: Import, used: SavedMap | None) -> dict[str, str]:
    if used is not None:
        return initial_of(Wishes(used.columns, used.source, used.kind, used.channel))
    said = wishes_of(one)
    return initial_of(said if one.columns else Wishes(guess(one.header), said.source, said.kind, said.channel))


def _described(request: StaffRequest, form: MapForm, one: Import) -> bool:
    by, wishes = By(request.user, request.now), form.wishes()
    try:
        actions.describe(one, wishes, by)
    except BadInput as error:
        _refuse(form, error)
        return False
    except NotDraft:
        return True  # the next page says how far it is
    if name := form.cleaned_data["save_as"]:
        try:
            actions.save_map(name, wishes, one.site, by)
        except BadInput as error:
            form.add_error("save_as", error.text)
            return False
        messages.success(request, _("The mapping is kept as “%(name)s”.") % {"name": name})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def look(request: StaffRequest, pk: int) -> HttpResponse:
    """The third step: what would come in; sent, it starts."""
    one = queries.get(request.user, pk)
    access.require(request.user, Verb.IMPORT, one.site_id)
    if one.state != "draft":
        return redirect("import", pk)
    if not one.columns:
        return redirect("import_columns", pk)
    if request.method == "POST":
        actions.start(one, By(request.user, request.now))
        return redirect("import", pk)
    try:
        found = preview.rehearse(one, By(request.user, request.now))
    except FileNotFoundError as error:
        raise Http404 from error
    targets = [target for target in LABELS if target in one.columns]
    context = {
        "one": one,
        "found": found,
        "heads": [LABELS[target] for target in targets],
        "letters": [(letter.row.number, _cells(letter, targets)) for letter in found.letters],
        "most": preview.MOST_ROWS,
    }
    return show(request, "imports/preview.html", context, view=VIEW)


def _cells(letter: Letter, targets: list[str]) -> list[str]:
    """What a row says, by target; times to the minute."""
    said = letter.shown()
    return [said.get(target, "")[: 16 if target.endswith("_at") else None] for target in targets]


@require_safe
@staff
def one_import(request: StaffRequest, pk: int) -> HttpResponse:
    """How far it is, or what became of it."""
    one = queries.get(request.user, pk)
    allowed = access.may(request.user, Verb.IMPORT, one.site_id)
    if one.state == "draft" and allowed:
        return redirect("import_columns", pk)
    failed = queries.first_failed(one) if allowed and one.failed and not one.active else []
    template = "imports/run.html#state" if request.htmx else "imports/run.html"  # type: ignore[attr-defined]
    return show(request, template, {"one": one, "failed": failed, "allowed": allowed}, view=VIEW)


@require_POST
@staff
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """End an import, or forget a file that was not started."""
    one = queries.get(request.user, pk)
    draft = one.state == "draft"
    actions.cancel(one, By(request.user, request.now))
    if draft:
        messages.info(request, _("%(file)s is forgotten.") % {"file": one.file_name})
        return redirect("imports")
    return redirect("import", pk)


@require_safe
@staff
def failed(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that could not be taken, each with its reason, to mend and import again."""
    one = queries.get(request.user, pk)
    lines = csv_lines(rows_of_files.failed_columns(one.header), _as_written(request, one))
    response = StreamingHttpResponse((line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="failed-{one.pk}.csv"'
    return response


def _as_written(request: StaffRequest, one: Import) -> Iterator[dict[str, str]]:
    found = queries.failed_rows(request.user, one)
    return (rows_of_files.as_written(row.number, row.reason, row.cells) for row in found)


@require_safe
@staff
def its_cases(request: StaffRequest, pk: int) -> HttpResponse:
    """The cases that an import made, as far as this person sees them."""
    one = queries.get(request.user, pk)
    between = (one.first_case or 0, one.last_case or 0)
    wanted = Filter(source=one.source, between=between)
    page = cases.page(request.user, wanted, before=number(request.GET.get("before")))
    older = f"?before={page.next}" if page.next else ""
    context = {"one": one, "rows": rows(page.items, request.now), "older_url": older}
    return show(request, "imports/cases.html", context, view=VIEW)


def _require(request: StaffRequest) -> None:
    if not can(request.user, Verb.IMPORT):
        raise Forbidden(Verb.IMPORT)


def _draft(request: StaffRequest, pk: int) -> Import:
    one = queries.get(request.user, pk)
    access.require(request.user, Verb.IMPORT, one.site_id)
    if one.state != "draft":
        raise Http404
    return one
