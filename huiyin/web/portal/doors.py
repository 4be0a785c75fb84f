"""Where customers speak up: the list of sites, and the form of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases.actions import BadInput, By
from huiyin.cases.change import StoredFile
from huiyin.cases.intake import NewCase, open_case
from huiyin.clocks.queries import first_answer
from huiyin.customers.actions import Person
from huiyin.messages import codes
from huiyin.messages.queries import sends_mail
from huiyin.org.queries import organisation
from huiyin.standards import announced
from huiyin.web.auth import address_of
from huiyin.web.notice_words import first_told
from huiyin.web.templatetags.huiyin import when

from . import beforehand, gate
from .forms import KINDS, SayForm
from .page import customer_page

if TYPE_CHECKING:
    from huiyin.org.models import Site

_FIELDS = {"customer.phone": "phone", "customer.name": "name", "customer.email": "email"}


@customer_page
@require_safe
def doors(request: HttpRequest) -> HttpResponseBase:
    """Every site that has no other below it: the places where people live, work or shop."""
    sites = organisation().doors
    if len(sites) == 1:
        return redirect("portal_site", sites[0].code)
    return render(request, "portal/doors.html", {"sites": sorted(sites, key=lambda site: site.code)})


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, code: str) -> HttpResponseBase:
    """The form of a site; what is sent becomes a case, and its sender is led to the receipt page."""
    site = organisation().site(code)
    if site is None or not site.active:
        raise Http404
    return _say(request, site, request.GET.get("place", "")[:120])


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def scanned(request: HttpRequest, code: str) -> HttpResponseBase:
    """The form behind a QR code on a wall. A code out of use, or one of a site that is, says so and still helps."""
    entry = codes.find(code)
    site = organisation().sites[entry.site_id]
    if not site.active:
        return render(request, "portal/gone.html", {"here": request.path}, status=410)
    if not entry.active and request.method != "POST":
        messages.info(request, _("This code is no longer in use: please say below where it is."))
    return _say(request, site, entry.place if entry.active else "")


def _say(request: HttpRequest, site: Site, place: str) -> HttpResponseBase:
    now = timezone.now()
    with timezone.override(ZoneInfo(site.time_zone)):
        if request.method != "POST":
            kind = request.GET.get("kind", "")
            form = SayForm(initial={"place": place, "kind": kind if kind in dict(KINDS) else ""})
            return _form(request, site, form, now, place)
        form = SayForm(request.POST, request.FILES)
        link = _open(request, site, form, now)
        return redirect("receipt", link) if link else _form(request, site, form, now, place)


def _open(request: HttpRequest, site: Site, form: SayForm, now: datetime) -> str | None:
    """The secret of the receipt page, or None with the reasons in the form."""
    if not form.is_valid():
        return None
    said = form.cleaned_data
    protected = "protected" if said["protected"] else ""
    words = "\n".join((site.code, said["kind"], said["place"], said["text"], said["phone"], protected, said["email"]))
    sent = gate.Sent(said["token"], words, address_of(request), now)
    try:
        gate.knock(sent)
        new = _voice(site, said, form.kept())
        return gate.once(sent, lambda: open_case(new, By(None, now)).link) if form.is_valid() else None
    except BadInput as error:
        form.add_error(_FIELDS.get(error.field, error.field), error.text)
    except gate.TooMany as error:
        form.add_error(None, forms.ValidationError(too_many(error, now), code="too_many"))
    return None


def _voice(site: Site, said: dict[str, Any], files: Sequence[StoredFile]) -> NewCase:
    return NewCase(
        kind=said["kind"],
        channel="portal",
        site=site,
        subject="",
        text=said["text"],
        person=Person(said["name"], said["phone"], email=said["email"]),
        place=said["place"],
        files=files,
        protected=said["protected"],
    )


def too_many(error: gate.TooMany, now: datetime) -> str:
    """Why somebody has to wait, and what to do until then."""
    return _(
        "A lot has come from your connection lately. Please send it again after {time}, or speak to the front desk. "
        "Your words are still here."
    ).format(time=when(error.until, now))


def _form(request: HttpRequest, site: Site, form: SayForm, now: datetime, place: str) -> HttpResponseBase:
    status = 422 if form.is_bound else 200
    notices, behind = first_told(announced.at_site(site.pk, now), now)
    shown = {
        "form": form,
        "site": site,
        "now": now,
        "answer_by": first_answer(site.pk, now),
        "scanned": bool(place),
        "here": request.path,
        "mails": sends_mail(),
        "notices": notices,
        "behind": behind,
    } | beforehand.of_site(site, now)
    return render(request, "portal/say.html", shown, status=429 if form.has_error("__all__", "too_many") else status)
