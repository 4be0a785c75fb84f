"""Saved maps of columns: the list, another name, and the end of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases.actions import BadInput, By
from huiyin.imports import actions, queries
from huiyin.org.access import Forbidden, Verb

from .door import StaffRequest, show, staff
from .import_forms import LABELS, NameForm
from .reach import can

if TYPE_CHECKING:
    from huiyin.imports.models import SavedMap


@require_safe
@staff
def maps(request: StaffRequest) -> HttpResponse:
    """All saved maps that this person may use."""
    if not can(request.user, Verb.IMPORT):
        raise Forbidden(Verb.IMPORT)
    found = [
        {
            "map": kept,
            "columns": [(LABELS[target], column) for target, column in kept.columns.items() if target in LABELS],
            "theirs": queries.may_change(request.user, kept),
        }
        for kept in queries.maps(request.user)
    ]
    return show(request, "imports/maps.html", {"maps": found}, view="imports")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def rename(request: StaffRequest, pk: int) -> HttpResponse:
    """Another name for a saved map."""
    kept = _changeable(request, pk)
    form = NameForm(request.POST or None, initial={"name": kept.name})
    if form.is_valid():
        try:
            actions.change_map(kept, form.cleaned_data["name"], By(request.user, request.now))
        except BadInput as error:
            form.add_error("name", error.text)
        else:
            return redirect("import_maps")
    return show(
        request, "imports/map.html", {"kept": kept, "form": form}, view="imports", status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask whether a saved map is to go; sent, it goes."""
    kept = _changeable(request, pk)
    if request.method == "POST":
        actions.delete_map(kept, By(request.user, request.now))
        messages.info(request, _("The mapping “%(name)s” is deleted.") % {"name": kept.name})
        return redirect("import_maps")
    return show(request, "imports/map_delete.html", {"kept": kept}, view="imports")


def _changeable(request: StaffRequest, pk: int) -> SavedMap:
    kept = queries.maps(request.user).get(pk=pk)
    if not queries.may_change(request.user, kept):
        raise Forbidden(Verb.IMPORT)
    return kept
