"""“I lost my link”: a number or an e-mail address is typed, a new link goes to the address that is known already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.base.ids import BadReceiptNumber, parse_receipt_number
from huiyin.customers.actions import BadEmail, to_email
from huiyin.messages import sheets
from huiyin.messages.actions import ask_for_links
from huiyin.messages.queries import sends_mail
from huiyin.org.queries import organisation
from huiyin.web.auth import address_of

from . import gate
from .doors import too_many
from .forms import Anyone
from .page import customer_page


class LostForm(Anyone):
    """A receipt number, or an e-mail address."""

    use_required_attribute = False

    known = forms.CharField(
        label=gettext_lazy("Receipt number or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        error_messages={
            "required": gettext_lazy("Please type your receipt number, or the e-mail address you gave us.")
        },
    )

    def clean_known(self) -> str:
        """Only how it is written is told; whether we know it never is."""
        typed: str = self.cleaned_data["known"].strip()
        try:
            if "@" in typed:
                to_email(typed)
            else:
                parse_receipt_number(typed)
        except (BadEmail, BadReceiptNumber) as error:
            text = _("This is neither a receipt number nor an e-mail address: please compare it again, digit by digit.")
            raise forms.ValidationError(text) from error
        return typed


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponseBase:
    """The form, and the answer that is the same for everybody."""
    form = LostForm(request.POST) if request.method == "POST" else LostForm()
    shown: dict[str, Any] = {"form": form, "mails": sends_mail(), "here": request.path}
    shown["office"] = sheets.shown(organisation().root).office if organisation().sites else ""
    if request.method != "POST":
        return render(request, "portal/lost.html", shown)
    status = 422
    if form.is_valid():
        try:
            _ask(request, form)
        except gate.TooMany as error:
            form.add_error(None, too_many(error, timezone.now()))
            status = 429
        else:
            return render(request, "portal/lost.html", shown | {"sent": True})
    return render(request, "portal/lost.html", shown, status=status)


def _ask(request: HttpRequest, form: LostForm) -> None:
    """Counted against the sender's address like every form, known or not. Raises `gate.TooMany`."""
    typed, now = form.cleaned_data["known"], timezone.now()
    sent = gate.Sent(form.cleaned_data["token"], f"lost\n{typed}", address_of(request), now)

    def take() -> str:
        ask_for_links(typed, at=now, language=translation.get_language() or "")
        return ""

    gate.once(sent, take)
