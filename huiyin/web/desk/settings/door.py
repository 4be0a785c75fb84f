"""What all pages of the settings have in common: who may come in, how a form is saved, what stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.org import history
from huiyin.org.history import BadSetting, Editor, Stale
from huiyin.web.desk.door import StaffRequest, show, staff
from huiyin.web.plain import PlainForm

from .lines import line

P = ParamSpec("P")
_FEW = 5


def editor(view: Callable[Concatenate[StaffRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for those who may edit the settings; others get 403, and the log-in when they are nobody yet."""

    @wraps(view)
    def answer(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        history.require_editor(request.user)
        return view(request, *args, **kwargs)

    return require_http_methods(["GET", "HEAD", "POST"])(staff(answer))


def reader(view: Callable[Concatenate[StaffRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the settings that has nothing to send."""
    return require_safe(editor(view))


class EditForm(PlainForm):
    """A form that knows which values it was filled from."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = ""
    """A name for the very values whose effect is shown: sent back, the effect was seen."""
    stale = False
    """Somebody else has changed the thing since: what was typed is kept, sending it again overwrites."""

    def offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Offer these for a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def tell(self, error: BadSetting) -> None:
        """Put what the domain refuses where it belongs."""
        self.add_error(error.field if error.field in self.fields else None, error.text)

    def overtaken(self, version: str) -> None:
        """Say that the thing was changed meanwhile."""
        self.stale = True
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict at this point
        self.data["version"] = version  # type: ignore[index]
        text = _(
            "Somebody has changed this meanwhile; see below what. What you typed is kept: save again to put it in."
        )
        self.add_error(None, text)


def saved(request: StaffRequest, form: EditForm, act: Callable[[Editor], object]) -> bool:
    """Do `act`; False when it can't be done, with the reasons in the form."""
    try:
        act(Editor(request.user, request.now, form.cleaned_data["version"]))
    except BadSetting as error:
        form.tell(error)
        return False
    except Stale as error:
        form.overtaken(error.version)
        return False
    return True


def done(request: StaffRequest, text: str, *to: Any) -> HttpResponse:
    """On to another page, with a word about what was done."""
    messages.success(request, text)
    return redirect(*to)


def page(
    request: StaffRequest, template: str, context: dict[str, Any], *, area: str = "", thing: str = ""
) -> HttpResponse:
    """Render a page of the settings, with the last changes of its thing."""
    form = context.get("form")
    wrong = form is not None and form.is_bound and bool(form.errors)
    if area:
        found = history.page(area, thing, limit=_FEW)
        context |= {"lines": [line(entry) for entry in found.items], "area": area, "thing": thing}
    status = 200 if not wrong else 409 if getattr(form, "stale", False) else 422
    return show(request, template, context, view="settings", status=status)


def ask(request: StaffRequest, context: dict[str, Any], act: Callable[[Editor], object], *to: Any) -> HttpResponse:
    """A page that says what is about to happen; sent, it happens. `context`: title, text, facts, button, told."""
    if request.method == "POST":
        try:
            act(Editor(request.user, request.now))
        except BadSetting as error:
            return show(request, "settings/ask.html", context | {"error": error.text}, view="settings", status=422)
        return done(request, context["told"], *to)
    return show(request, "settings/ask.html", context, view="settings")
