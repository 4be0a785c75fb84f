"""Writing down a customer's voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from huiyin.alerts.queries import open_here
from huiyin.base.ids import grouped
from huiyin.cases import actions, intake
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By
from huiyin.cases.intake import NewCase, Outside
from huiyin.cases.workflow import NotAllowed
from huiyin.customers.actions import Person
from huiyin.org import queries as org
from huiyin.org.access import Forbidden, Verb
from huiyin.web.notice_words import all_told
from huiyin.web.uploads import FilesField

from .cases import LINK
from .door import StaffRequest, show, staff
from .fields import TapsForm, category, moment, pick, prose
from .new_found import announced_at, found
from .reach import can, sites_of

_BY_HAND = frozenset({"phone", "walk_in", "letter", "email", "chat", "group", "transfer", "media", "inspection"})
"""Channels that people write down themselves; the others have a door of their own."""
_OTHER_NAMES = {
    "customer.name": "name",
    "customer.phone": "phone",
    "customer.email": "email",
    "outside.due_at": "outside_due_at",
    "body": "outside_body",
    "number": "outside_number",
}
_ASIDE = ("about_users", "about_departments")
_LOOKS = frozenset({"check", "fill"})
"""Buttons that bring the form back with what there is about it: `fill` also fills in what is known."""
_FILLED = frozenset({"name", "phone", "place", "category"})
_ABOVE = ("outside_body", "outside_number", "outside_due_at")


class NewCaseForm(TapsForm):
    """Who says what, where; how bad it is when that is known already."""

    site = forms.ChoiceField(label=_("Site"))
    kind = forms.ChoiceField(label=_("Kind"), choices=cases.KINDS)
    channel = forms.ChoiceField(label=_("Channel"), choices=[c for c in cases.CHANNELS if c[0] in _BY_HAND])
    name = forms.CharField(label=_("Customer's name"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )
    protected = forms.BooleanField(
        label=_("Protect who the customer is"),
        required=False,
        help_text=_(
            "Owner, handler, supervisor and manager know; nobody else, and no search finds it. Reports always."
        ),
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Building, unit, floor, device")}),
    )
    text = prose(_("What happened"), rows=5, help_text=_("In the customer's own words, as far as possible."))
    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Left empty: the beginning of the words")}),
    )
    category = category(_("Category"), required=False)
    about_users = pick(_("People"))
    about_departments = pick(_("Departments"))
    outside_body = forms.CharField(label=_("Who sent it"), max_length=200, required=False)
    outside_number = forms.CharField(label=_("Their number"), max_length=100, required=False)
    outside_due_at = moment(
        _("Wanted by"), required=False, help_text=_("A deadline from above only shortens ours, never lengthens it.")
    )
    photos = FilesField()
    take = forms.BooleanField(label=_("I take it myself"), required=False, initial=True)

    def __init__(self, *args: Any, request: StaffRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(site.code, site.name) for site in sites_of(request.user, Verb.CREATE) if site.active]
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        # Cases happen at places of service: those stand first, the levels above them last.
        field.choices = sorted(offered, key=lambda site: bool(_below(site[0])))
        self.fields["channel"].initial = "phone"
        self._offer_about(frozenset(site.pk for site in sites_of(request.user, Verb.CREATE)))

    def _offer_about(self, sites: frozenset[int]) -> None:
        """Whom a complaint may be about: who works where this person takes cases in, and the departments there."""
        organisation = org.organisation()
        self.people = {str(one.pk): one for one in org.staff(sites)}
        units = [unit for unit in organisation.departments.values() if organisation.below(unit.site_id) & sites]
        offered = ([(key, one.name) for key, one in self.people.items()], [(str(u.pk), u.name) for u in units])
        for name, choices in zip(_ASIDE, offered, strict=True):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """What came from above names who sent it."""
        given = super().clean() or self.cleaned_data
        above = given.get("channel") == "transfer" or any(given.get(name) for name in _ABOVE[1:])
        if above and not given.get("outside_body") and "outside_body" not in self.errors:
            self.add_error("outside_body", _("Say who sent it down."))
        return given

    @property
    def says_about(self) -> bool:
        """Is that part to be open?"""
        return self._says(_ASIDE)

    @property
    def says_above(self) -> bool:
        """Is that part to be open?"""
        return self._says(_ABOVE)

    def _says(self, names: Sequence[str]) -> bool:
        if not self.is_bound:
            return any(self.initial.get(name) for name in names)
        return any(self.data.get(name) or name in self.errors for name in names)

    def _outside(self, zone: str) -> Outside | None:
        given = self.cleaned_data
        if not given["outside_body"]:
            return None
        due = given["outside_due_at"]
        if due is not None:  # typed by the clock at the site, which is known only now
            due = timezone.make_aware(timezone.make_naive(due), ZoneInfo(zone))
        return Outside(given["outside_body"], given["outside_number"], due)

    def new_case(self) -> NewCase:
        """What is to be opened."""
        given = self.cleaned_data
        site = org.organisation().site(given["site"])
        assert site is not None
        return NewCase(
            kind=given["kind"],
            channel=given["channel"],
            site=site,
            subject=given["subject"],
            text=given["text"],
            person=Person(given["name"], given["phone"], email=given["email"]),
            category=given["category"],
            place=given["place"],
            taps=self.taps(),
            files=given["photos"],
            take=given["take"],
            outside=self._outside(site.time_zone),
            about_users=[self.people[key] for key in given["about_users"]],
            about_departments=[org.organisation().departments[int(key)] for key in given["about_departments"]],
            protected=given["protected"],
        )


def _below(code: str) -> tuple[int, ...]:
    site = org.organisation().site(code)
    return org.organisation().children.get(site.pk, ()) if site else ()


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest) -> HttpResponse:
    """The form for a new case; then the page with what to tell the customer."""
    if not can(request.user, Verb.CREATE):
        raise Forbidden(Verb.CREATE)
    if _LOOKS & request.POST.keys():
        return _page(request, NewCaseForm(initial=_typed(request.POST), request=request), 200)
    form = NewCaseForm(request.POST or None, request.FILES or None, request=request)
    if form.is_valid() and (opened := _open(request, form)):
        if cases.version(request.user, opened.case.pk) is None:  # it is about the writer, who reads no more of it
            messages.success(request, _("Received as %(number)s; somebody else handles it.") % {"number": opened.case})
            return redirect("inbox_home")
        messages.info(request, opened.link, extra_tags=LINK)
        if form.data.get("join"):
            _join(request, opened, form.data["join"])
        return redirect("case_tell", opened.case.number)
    return _page(request, form, 422 if form.is_bound else 200)


def _page(request: StaffRequest, form: NewCaseForm, status: int) -> HttpResponse:
    open_ones = open_here(request.user, [site.pk for site in sites_of(request.user, Verb.CREATE)])
    known = found(request, request.POST) if request.method == "POST" else None
    context = {"form": form, "incidents": open_ones, "found": known, "lost_photos": bool(request.FILES)}
    offered = form.fields["site"].choices  # type: ignore[attr-defined]
    first = form["site"].value() or next((code for code, _name in offered), "")
    if known is None:  # what is shown before anything is typed: of the site that is chosen already
        context["announced"] = all_told(announced_at(request.user, first, None, request.now), request.now)
    return show(request, "desk/new.html", context, view="new", status=status)


def _typed(data: QueryDict) -> dict[str, Any]:
    """What stands in a form that comes back to go on with, and what a button of the page fills in."""
    typed: dict[str, Any] = {name: data.getlist(name) if name in _ASIDE else data[name] for name in data}
    typed["take"] = "take" in data
    if "fill" in data:
        typed |= {name: value for name, value in QueryDict(data.get("fill", "")).items() if name in _FILLED}
    return typed


def _join(request: StaffRequest, opened: intake.Opened, into: str) -> None:
    """Join the new case into the one that was chosen. It is received whatever comes of that."""
    try:
        target = cases.get(request.user, into)
        actions.join(opened.case.pk, By(request.user, request.now), into=target.pk)
    except (ObjectDoesNotExist, Forbidden, NotAllowed, BadInput) as error:
        why = error.text if isinstance(error, BadInput) else _("the other case can't be joined into any more")
        told = _("Received as a case of its own, and not joined: %(why)s")
        messages.warning(request, told % {"why": why})
    else:
        told = _("Received, and joined into %(number)s: it is worked on there.")
        messages.success(request, told % {"number": grouped(target.number)})


def _open(request: StaffRequest, form: NewCaseForm) -> intake.Opened | None:
    case = form.new_case()
    try:
        # Whoever has the common case has this one: nobody takes it beside them.
        return intake.open_case(
            replace(case, take=case.take and not form.data.get("join")), By(request.user, request.now)
        )
    except BadInput as error:
        name = _OTHER_NAMES.get(error.field, error.field)
        form.add_error(name if name in form.fields else None, error.text)
        return None
