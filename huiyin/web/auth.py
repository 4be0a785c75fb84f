"""Coming in and going out: log-in, log-out, language, password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as django_set_language

from huiyin.org import actions
from huiyin.org.actions import TooManyAttempts
from huiyin.web.plain import PlainForm

from .desk.door import StaffRequest, show, staff

LANGUAGES = dict(settings.LANGUAGES)


class LoginForm(PlainForm):
    """Name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class PasswordForm(PlainForm):
    """A new password, after the present one."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least ten characters; a sentence is easy to remember and hard to guess."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; a proxy's word counts only when the settings trust it."""
    if settings.HUIYIN_TRUST_PROXY and (hops := request.headers.get("X-Forwarded-For")):
        return hops.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Let a member of staff in, and on to where they wanted to go."""
    target = _target(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = LoginForm(request.POST or None)
    if form.is_valid() and (user := _checked(request, form)):
        start_session(request, user)
        return _speaking(HttpResponseRedirect(target), user.language)
    status = 422 if form.is_bound else 200
    return render(request, "desk/login.html", {"form": form, "next": target}, status=status)


def _checked(request: HttpRequest, form: LoginForm) -> Any:
    given = form.cleaned_data
    try:
        user = actions.check_password(
            request, given["username"], given["password"], address=address_of(request), at=timezone.now()
        )
    except TooManyAttempts as error:
        until = date_format(timezone.localtime(error.until), "H:i")
        form.add_error(None, gettext("Too many failed attempts. Try again after %(time)s.") % {"time": until})
        return None
    if user is None:
        form.add_error(None, gettext("User name and password don't match. Please try again."))
    return user


def _target(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    good = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if good else "/"


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("front")


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language by a cookie, and keep the choice with the person who is logged in."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in LANGUAGES:
        actions.set_language(request.user, language)
    return django_set_language(request)


def _speaking(response: HttpResponse, language: str) -> HttpResponse:
    if language in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        translation.activate(language)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def account(request: StaffRequest) -> HttpResponse:
    """Who I am here, my language, my password."""
    form = PasswordForm(request.POST or None)
    if form.is_valid() and _changed(request, form):
        messages.success(request, gettext("Your password is changed."))
        return redirect("account")
    return show(request, "desk/account.html", {"form": form}, status=422 if form.is_bound else 200)


def _changed(request: StaffRequest, form: PasswordForm) -> bool:
    """Change the password. A wrong present one counts as a failed log-in, so it can't be guessed here either."""
    given, user = form.cleaned_data, request.user
    try:
        known = actions.check_password(
            request, user.username, given["old"], address=address_of(request), at=request.now
        )
    except TooManyAttempts as error:
        until = date_format(timezone.localtime(error.until), "H:i")
        form.add_error("old", gettext("Too many failed attempts. Try again after %(time)s.") % {"time": until})
        return False
    if known is None:
        form.add_error("old", gettext("This is not your present password."))
        return False
    try:
        actions.set_password(user, given["new"])
    except ValidationError as error:
        form.add_error("new", error)
        return False
    update_session_auth_hash(request, user)
    return True
