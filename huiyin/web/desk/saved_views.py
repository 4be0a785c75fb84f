"""Saving a view, changing it, deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.web.plain import PlainForm

from . import saved
from .choose import params_of
from .door import StaffRequest, show, staff
from .reach import sites_of

if TYPE_CHECKING:
    from huiyin.org.models import User
    from huiyin.web.models import SavedView


class ViewForm(PlainForm):
    """Name, for whom, where in the rail; and the list itself, as an address."""

    name = forms.CharField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"autofocus": True}))
    site = forms.ChoiceField(label=_("For whom"), required=False)
    position = forms.IntegerField(
        label=_("Place in the rail"),
        min_value=0,
        max_value=99,
        initial=0,
        help_text=_("Smaller numbers stand higher; equal ones by name."),
    )
    params = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        sites = [(s.code, gettext("All who work at %(site)s or below") % {"site": s.name}) for s in _shares(user)]
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Only for me")), *sites]
        if not sites:
            del self.fields["site"]

    def values(self) -> dict[str, Any]:
        """For the row."""
        given = self.cleaned_data
        site = org.organisation().site(given["site"]) if given.get("site") else None
        return {
            "name": given["name"],
            "site": site,
            "position": given["position"],
            "params": params_of(QueryDict(given["params"]), self.user),
        }


def _shares(user: User) -> list[Any]:
    return sites_of(user, Verb.SHARE)


def _write(params: Mapping[str, str]) -> str:
    return urlencode(params)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest) -> HttpResponse:
    """Save the list that the address asks for under a name."""
    start = {"params": _write(params_of(request.GET, request.user))}
    form = ViewForm(request.POST or None, user=request.user, initial=start)
    if form.is_valid():
        if sum(view.owner_id == request.user.pk for view in saved.of(request.user)) >= saved.MOST:
            form.add_error(None, gettext("You have %(most)d views; delete one first.") % {"most": saved.MOST})
        else:
            view = saved.add(request.user, **form.values())
            messages.success(request, gettext("Saved; it stands in the rail."))
            return redirect("saved_view", view.pk)
    back = f"{reverse('inbox', args=['all'])}?{start['params']}"
    context = {"form": form, "title": gettext("Save this view"), "action": gettext("Save"), "back": back}
    return show(request, "desk/saved_view.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Another name, for others, another place; with a list in the address, that list."""
    view = saved.get(request.user, pk)
    saved.require_change(request.user, view)
    form = ViewForm(request.POST or None, user=request.user, initial=_start(view, params_of(request.GET, request.user)))
    if form.is_valid():
        saved.change(request.user, view, **form.values())
        messages.success(request, gettext("The view is changed."))
        return redirect("saved_view", pk)
    back = reverse("saved_view", args=[pk])
    context = {"form": form, "title": view.name, "action": gettext("Save"), "back": back, "view": view}
    return show(request, "desk/saved_view.html", context, status=422 if form.is_bound else 200)


def _start(view: SavedView, params: Mapping[str, str]) -> dict[str, Any]:
    site = org.organisation().sites[view.site_id].code if view.site_id else ""
    shown = _write(params or view.params)
    return {"name": view.name, "site": site, "position": view.position, "params": shown}


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask, then delete."""
    view = saved.get(request.user, pk)
    saved.require_change(request.user, view)
    if request.method == "POST":
        saved.delete(request.user, view)
        messages.success(
            request, gettext("The view “%(name)s” is deleted; its cases are untouched.") % {"name": view.name}
        )
        return redirect("inbox_home")
    return show(request, "desk/saved_view_delete.html", {"view": view})
