"""QR codes: where they hang, and the poster to print."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.messages import cards, poster, sheets
from huiyin.messages import codes as editing
from huiyin.messages.codes import CodeValues
from huiyin.org import history
from huiyin.org import queries as org
from huiyin.web.desk.door import StaffRequest
from huiyin.web.links import code_url

from .door import EditForm, ask, done, editor, page, reader, saved
from .sites import site_choices


class CodeForm(EditForm):
    """A code on a wall. What stands in its address is chosen once: it is printed."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("Left empty, eight letters are made up: nobody guesses where the next one hangs."),
    )
    site = forms.ChoiceField(label=gettext_lazy("Site"))
    place = forms.CharField(
        label=gettext_lazy("Place"),
        required=False,
        max_length=editing.MOST_PLACE,
        help_text=gettext_lazy("What the customer needn't type: building, unit, floor, device. Empty: the whole site."),
    )

    def __init__(self, data: Any = None, *, values: CodeValues | None = None) -> None:
        initial = asdict(values) | {"version": history.version(values)} if values else {}
        super().__init__(data, initial=initial)
        if values is not None:
            del self.fields["code"]
        self.offer("site", site_choices(values.site if values else ""))

    def values(self, *, active: bool = True) -> CodeValues:
        """What was typed."""
        return CodeValues(self.cleaned_data["site"], self.cleaned_data["place"], active)


@reader
def codes(request: StaffRequest) -> HttpResponseBase:
    """Every code, by site."""
    sites = org.organisation().sites
    groups = [
        {"site": sites[pk], "codes": [*rows]} for pk, rows in groupby(editing.all_codes(), key=lambda row: row.site_id)
    ]
    return page(request, "settings/codes.html", {"groups": groups}, area="codes")


@editor
def new_code(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = CodeForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: editing.add(form.cleaned_data["code"], form.values(), by)):
        return done(request, _("The code is added: print its poster and put it up."), "settings_codes")
    return page(request, "settings/edit.html", {"form": form, "title": _("New QR code"), "up": "settings_codes"})


@editor
def code(request: StaffRequest, code: str) -> HttpResponseBase:
    """Say where it hangs now."""
    found = editing.find(code)
    before = editing.values_of(found)
    form = CodeForm(request.POST or None, values=before)
    if form.is_valid() and saved(request, form, lambda by: editing.change(code, form.values(active=before.active), by)):
        return done(request, _("Saved."), "settings_code", found.code)
    context = {"form": form, "title": _("QR code"), "thing_row": found, "up": "settings_codes"}
    context |= {"use": "settings_code_use"}
    context["note"] = _("What is printed stays right: the address %(url)s is the same.") % {"url": code_url(found.code)}
    return page(request, "settings/edit.html", context, area="codes", thing=found.code)


@editor
def use_code(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.find(code)
    values = editing.values_of(found)
    title = _("Take the code out of use") if values.active else _("Take the code into use again")
    context: dict[str, Any] = {"title": title, "button": title, "danger": values.active, "facts": []}
    context["text"] = _("Whoever still scans it comes to the form of its site and says themselves where it is.")
    context["told"] = _("The code is out of use.") if values.active else _("The code is in use again.")
    turned = replace(values, active=not values.active)
    return ask(request, context, lambda by: editing.change(code, turned, by), "settings_code", found.code)


@reader
def code_poster(request: StaffRequest, code: str) -> HttpResponseBase:
    """The poster on A4, to be printed; `?language=` for one in another language than the page, `?cards` for a sheet of
    cards to hand out."""
    found = editing.find(code)
    kind = "cards" if "cards" in request.GET else "poster"
    language = request.GET.get("language", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        site = org.organisation().sites[found.site_id]
        what = poster.Poster(site.name, found.place, code_url(found.code), found.code, sheets.shown(site).office)
        drawn = poster.svg(what, cards.draw(what) if kind == "cards" else None)
    answer = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="{kind}-{found.code}.svg"'
    # It is opened alone, and styles nothing but itself.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer
