"""“All my messages”: an e-mail address is proven by a code, then its cases stand together, with a way to each.

The browser holds a secret of its own for it, in a cookie that goes to `/my/` alone: nothing to do with the log-in of
staff, and ended by a button, by itself after two hours, or with the browser.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.base.ids import BadReceiptNumber, parse_receipt_number
from huiyin.messages import proofs, queries
from huiyin.messages.actions import mint
from huiyin.web.auth import address_of
from huiyin.web.plain import PlainForm

from . import gate, story
from .doors import too_many
from .forms import Anyone, email_of
from .page import customer_page

COOKIE = "huiyin_my"
_OPENED_LIVES = timedelta(days=1)
"""A link that somebody opens from here: they can come here again, so it needn't last."""


class AddressForm(Anyone):
    """Whose messages."""

    use_required_attribute = False

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": gettext_lazy("Please type the e-mail address you gave us.")},
    )

    def clean_email(self) -> str:
        """In the form in which it is kept."""
        return email_of(self.cleaned_data["email"])


class CodeForm(PlainForm):
    """The six digits."""

    use_required_attribute = False

    code = forms.CharField(
        label=gettext_lazy("Code from the mail"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Please type the six digits from the mail.")},
    )


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def my(request: HttpRequest) -> HttpResponseBase:
    """The cases of a proven address; for all others the question whose they are."""
    now = timezone.now()
    found = proofs.proven(_secret(request), now)
    if request.method == "POST":
        return _asked(request, now)
    if found is None:
        return _ask(request, AddressForm(), 200)
    page = queries.cases_of(found.email, before=_number(request.GET.get("before")))
    rows = [_row(case, now) for case in page.items]
    shown = {"email": found.email, "rows": rows, "next": page.next, "now": now, "here": request.path}
    return render(request, "portal/my.html", shown)


def _ask(request: HttpRequest, form: AddressForm, status: int) -> HttpResponseBase:
    shown = {"form": form, "mails": queries.sends_mail(), "here": request.path}
    return render(request, "portal/my_ask.html", shown, status=status)


def _asked(request: HttpRequest, now: datetime) -> HttpResponseBase:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, 422)
    email, language = form.cleaned_data["email"], translation.get_language() or ""
    sent = gate.Sent(form.cleaned_data["token"], f"my\n{email}", address_of(request), now)
    try:
        secret = gate.once(sent, lambda: proofs.ask(email, at=now, language=language))
    except gate.TooMany as error:
        form.add_error(None, too_many(error, now))
        return _ask(request, form, 429)
    return _carry(redirect("portal_my_code"), secret, proofs.ASKING_LIVES.seconds)


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The code is typed in: five times at most, then another one has to be asked for."""
    now, secret = timezone.now(), _secret(request)
    if proofs.proven(secret, now) is not None:
        return redirect("portal_my")
    if proofs.asking(secret, now) is None:
        messages.warning(request, _("Please ask for a code first; one that was asked for earlier has ended."))
        return redirect("portal_my")
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if form.is_valid():
        try:
            better = proofs.prove(secret, form.cleaned_data["code"], at=now)
            return _carry(redirect("portal_my"), better, proofs.PROOF_LIVES.seconds)
        except proofs.WrongCode as error:
            if not error.left:
                messages.warning(request, _("That was not the code five times. Please ask for another one."))
                return _drop(redirect("portal_my"))
            form.add_error("code", _wrong(error.left))
    shown = {"form": form, "here": request.path}
    return render(request, "portal/my_code.html", shown, status=422 if form.errors else 200)


def _wrong(left: int) -> str:
    return _(
        "This is not the code of the newest mail, or ten minutes have passed. Compare it (tries left: {left}), or ask "
        "for another one."
    ).format(left=left)


@customer_page
@require_POST
def case(request: HttpRequest, number: str) -> HttpResponseBase:
    """On to the page of one of them, by a link made for it now."""
    now = timezone.now()
    found = proofs.proven(_secret(request), now)
    if found is None:
        messages.warning(request, _("Your two hours are over. Please prove your address again."))
        return redirect("portal_my")
    try:
        pk = parse_receipt_number(number)
    except BadReceiptNumber as error:
        raise Http404 from error
    page = queries.cases_of(found.email, before=pk + 1, limit=1)
    if not page.items or page.items[0].pk != pk:
        raise Http404
    return redirect("receipt", mint(page.items[0], now, lives=_OPENED_LIVES))


@customer_page
@require_POST
def end(request: HttpRequest) -> HttpResponseBase:
    """Done here: the browser knows nothing more."""
    proofs.end(_secret(request))
    messages.success(request, _("Done. This browser shows your messages no longer."))
    return _drop(redirect("portal_my"))


def _row(case: Any, now: datetime) -> dict[str, Any]:
    common = story.common(case)
    return {"case": case, "standing": story.standing(common), "ended": common.resolved_at is not None}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _secret(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def _carry(response: HttpResponseBase, secret: str, seconds: int) -> HttpResponseBase:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=seconds,
        path=reverse("portal_my"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _drop(response: HttpResponseBase) -> HttpResponseBase:
    response.delete_cookie(COOKIE, path=reverse("portal_my"), samesite="Lax")
    return response
