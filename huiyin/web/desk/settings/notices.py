"""Notices to customers: the list that everybody reads, and what those who write them do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases.actions import BadInput, By
from huiyin.cases.given import Unfit
from huiyin.org import access, history
from huiyin.org.access import Forbidden, Verb
from huiyin.org.history import Stale
from huiyin.standards import announced, announcing, foreseen
from huiyin.web.desk.door import StaffRequest, show, staff
from huiyin.web.desk.inbox import number
from huiyin.web.desk.reach import can
from huiyin.web.notice_words import in_language, told

from .lines import line
from .notice_forms import NoticeForm, WithdrawForm, beginning

if TYPE_CHECKING:
    from huiyin.standards.models import CustomerNotice

_FEW = 5
_LANGUAGES = ("zh-hans", "en")


@require_safe
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """What is shown, what comes, what waits; or what is over."""
    ended = "over" in request.GET
    page = announced.over(request.user, request.now, before=number(request.GET.get("before"))) if ended else None
    rows = page.items if page else announced.current(request.user, request.now)
    writes = can(request.user, Verb.NOTICE)
    context = {
        "rows": [_row(request, one) for one in rows],
        "over": ended,
        "may_write": writes,
        "foreseen_count": foreseen.waiting(request.user, request.now) if writes else 0,
        "older_url": f"?over=1&before={page.next}" if page and page.next else "",
    }
    return show(request, "settings/notices.html", context, view="customer_notices")


def _row(request: StaffRequest, one: CustomerNotice) -> dict[str, Any]:
    return {"row": one, "told": told(one, request.now), "standing": _standing(request, one)}


def _standing(request: StaffRequest, one: CustomerNotice) -> tuple[str, str]:
    """The state in words, and the class of its chip."""
    if one.state == "withdrawn":
        return _("withdrawn"), ""
    if one.until <= request.now:
        return _("over"), ""
    if one.state == "draft":
        return (_("waits for approval"), "due-soon") if one.kind == "statement" else (_("draft"), "due-soon")
    return (_("shown"), "done") if one.show_from <= request.now else (_("to come"), "")


@require_safe
@staff
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """One notice as customers read it, in both languages, with who wrote and who approved it."""
    return _page(request, announced.get(request.user, pk))


def _page(request: StaffRequest, one: CustomerNotice, *, form: WithdrawForm | None = None) -> HttpResponse:
    writes, live = announced.may_write(request.user, one.site_id), one.state != "withdrawn" and one.until > request.now
    statement, draft = one.kind == "statement", one.state == "draft"
    with timezone.override(ZoneInfo(one.site.time_zone)):
        context = {
            **_row(request, one),
            "languages": [in_language(one, request.now, code) for code in _LANGUAGES if code != "en" or one.title_en],
            "may_change": writes and live and (draft or not statement),
            "may_approve": writes and live and draft and not (statement and one.written_by_id == request.user.pk),
            "waits_for_another": writes and live and draft and statement and one.written_by_id == request.user.pk,
            "may_follow": writes and live and statement and not draft,
            "may_withdraw": writes and live,
            "form": form,
            "lines": _changes(pk=one.pk) if writes else [],
            "area": "",
        }
        return show(
            request,
            "settings/notice.html",
            context,
            view="customer_notices",
            status=422 if form and form.is_bound else 200,
        )


def _changes(pk: int) -> list[Any]:
    return [line(entry) for entry in history.page("notices", str(pk), limit=_FEW).items]


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest) -> HttpResponse:
    """Write a draft; with `after` the next word of a statement, with `site` and `category` one about that."""
    if not can(request.user, Verb.NOTICE):
        raise Forbidden(Verb.NOTICE)
    before = number(request.GET.get("after"))
    earlier = announced.get(request.user, before) if before is not None else None
    form = NoticeForm(request.POST or None, user=request.user, values=beginning(request.GET, earlier, request.now))

    def write(by: By) -> CustomerNotice:
        return announcing.write(form.values(), by, replaces=before)

    title = _("The next word on “%(title)s”") % {"title": earlier} if earlier else _("New notice to customers")
    return _saved(request, form, write, {"title": title, "up": reverse("settings_notices")})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft, or what is shown."""
    one = announced.get(request.user, pk)
    access.require(request.user, Verb.NOTICE, one.site_id)
    values = announcing.values_of(one)
    form = NoticeForm(request.POST or None, user=request.user, values=values, version=history.version(values))

    def write(by: By) -> CustomerNotice:
        return announcing.change(pk, form.values(), by, expect=form.cleaned_data["version"])

    return _saved(request, form, write, {"title": str(one), "up": reverse("settings_notice", args=[pk])})


def _saved(
    request: StaffRequest, form: NoticeForm, write: Callable[[By], CustomerNotice], context: dict[str, Any]
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = write(By(request.user, request.now, anyway="anyway" in request.POST))
        except BadInput as error:
            form.unfit = error if isinstance(error, Unfit) else None
            form.add_error(error.field if error.field in form.fields else None, error.text)
        except Stale as error:
            form.overtaken(error.version)
            status = 409
        else:
            messages.success(request, _("Saved. Below it stands as customers read it."))
            return redirect("settings_notice", made.pk)
    return show(request, "settings/notice_edit.html", context | {"form": form}, view="customer_notices", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it be shown."""
    one = announced.get(request.user, pk)
    access.require(request.user, Verb.NOTICE, one.site_id)
    if request.method == "POST":
        try:
            announcing.approve(pk, By(request.user, request.now))
            messages.success(request, _("It is shown in its time."))
        except BadInput as error:
            messages.error(request, error.text)
    return redirect("settings_notice", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it back, and say why."""
    one = announced.get(request.user, pk)
    access.require(request.user, Verb.NOTICE, one.site_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            announcing.withdraw(pk, By(request.user, request.now), reason=form.cleaned_data["reason"])
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.text)
        else:
            messages.success(request, _("It is shown no more."))
            return redirect("settings_notice", pk)
    return _page(request, one, form=form)
