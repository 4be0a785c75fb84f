"""Staff: who they are, what they may do, and the end of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.cases import queries as cases
from huiyin.org import history, staffing
from huiyin.org import queries as org
from huiyin.org.staffing import PersonValues
from huiyin.web.desk.door import StaffRequest
from huiyin.web.desk.inbox import number

from .door import EditForm, ask, done, editor, page, reader, saved
from .lines import grant_name
from .sites import site_choices

_SPARE = 2
"""Empty lines for more roles."""


def department_choices(keep: str = "") -> list[tuple[str, str]]:
    """The departments in use, and none; one that is out of use only where it is chosen already."""
    units = org.organisation().departments.values()
    return [("", _("None")), *((unit.code, unit.name) for unit in units if unit.active or unit.code == keep)]


class PersonForm(EditForm):
    """A member of staff. The user name is chosen once; each role is a line of two choices."""

    username = forms.CharField(
        label=gettext_lazy("User name"), max_length=64, help_text=gettext_lazy("For the log-in, and for good.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=64)
    department = forms.ChoiceField(label=pgettext_lazy("of a person", "Department"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("Chosen at log-in")), *settings.LANGUAGES],
    )
    password = forms.CharField(
        label=gettext_lazy("First password"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Left empty, one is made up and shown once."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, values: PersonValues | None = None) -> None:
        there = values or PersonValues("")
        initial = {"name": there.name, "department": there.department, "language": there.language}
        super().__init__(data, initial=initial | {"version": history.version(values) if values else ""})
        if values is not None:
            del self.fields["username"], self.fields["password"]
        self.offer("department", department_choices(there.department))
        self.lines = max(len(there.grants) + _SPARE, sum(name.startswith("role_") for name in self.data))
        for n in range(self.lines):
            self._line(n, there.grants[n] if n < len(there.grants) else "")

    def _line(self, n: int, grant: str) -> None:
        role, _at, site = grant.partition("@")
        roles = [("", _("No role")), *staffing.ROLES]
        self.fields[f"role_{n}"] = forms.ChoiceField(label=_("Role"), choices=roles, required=False, initial=role)
        sites = [("", _("Choose a site")), *site_choices(site)]
        self.fields[f"site_{n}"] = forms.ChoiceField(label=_("Site"), choices=sites, required=False, initial=site)

    def grant_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines, for the page."""
        return [(self[f"role_{n}"], self[f"site_{n}"]) for n in range(self.lines)]

    def plain_fields(self) -> list[forms.BoundField]:
        """All other fields."""
        return [field for field in self.visible_fields() if not field.name.startswith(("role_", "site_"))]

    def clean(self) -> None:
        """A role needs its site; a site without a role is nothing."""
        super().clean()
        for n in range(self.lines):
            if self.cleaned_data.get(f"role_{n}") and not self.cleaned_data.get(f"site_{n}"):
                self.add_error(f"site_{n}", _("At which site?"))

    def values(self, *, active: bool = True) -> PersonValues:
        """What was typed."""
        given = self.cleaned_data
        lines = [(given[f"role_{n}"], given[f"site_{n}"]) for n in range(self.lines)]
        grants = tuple(f"{role}@{site}" for role, site in lines if role)
        return PersonValues(given["name"], given["department"], given["language"], grants, active)


@reader
def people(request: StaffRequest) -> HttpResponseBase:
    """Who works here; who has left on a page of their own."""
    active = "left" not in request.GET
    name, _at, key = request.GET.get("after", "").rpartition("~")
    pk = number(key)
    found = staffing.people(active=active, after=(name, pk) if pk is not None else None)
    rows = [{"row": user, "grants": _grants(staffing.person_values(user))} for user in found.items]
    more = {"after": f"{found.next[0]}~{found.next[1]}"} | ({} if active else {"left": "1"}) if found.next else {}
    older = f"?{urlencode(more)}" if more else ""
    context = {"rows": rows, "older_url": older, "active": active, "left": staffing.count(active=False)}
    return page(request, "settings/people.html", context, area="person")


def _grants(values: PersonValues) -> str:
    return _(", ").join(grant_name(grant) for grant in values.grants)


@editor
def new_person(request: StaffRequest) -> HttpResponseBase:
    """Add somebody; the first password is shown once when it was made up."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        given, made_up = form.cleaned_data, staffing.made_up_password()
        secret = given["password"] or made_up
        if saved(request, form, lambda by: staffing.add_person(given["username"], form.values(), secret, by)):
            shown = {"username": given["username"].strip(), "name": given["name"], "secret": secret}
            return page(request, "settings/password_shown.html", shown)
    return page(request, "settings/person.html", {"form": form, "title": _("New person")})


@editor
def person(request: StaffRequest, username: str) -> HttpResponseBase:
    """Name, department, language, roles; tokens, and what is in their hands."""
    user = staffing.person(username)
    before = staffing.person_values(user)
    form = PersonForm(request.POST or None, values=before)
    if form.is_valid() and saved(
        request, form, lambda by: staffing.change_person(username, form.values(active=before.active), by)
    ):
        return done(request, _("Saved."), "settings_person", username)
    open_cases, promises = cases.work_of(user)
    context = {"form": form, "title": user.name, "person": user, "open_cases": open_cases, "promises": promises}
    context["tokens"] = staffing.tokens(user, at=request.now)
    return page(request, "settings/person.html", context, area="person", thing=username)


@editor
def use_person(request: StaffRequest, username: str) -> HttpResponseBase:
    """Let somebody go, or take them back."""
    user = staffing.person(username)
    names, out = {"name": user.name}, user.is_active
    open_cases, promises = cases.work_of(user)
    context: dict[str, Any] = {"danger": out, "out": out, "facts": [], "button": _("Take %(name)s back") % names}
    context |= {"title": _("%(name)s is back") % names, "told": _("%(name)s may log in again.") % names}
    context["text"] = _("With the roles of before. API tokens stay ended.")
    if out:
        context |= {"title": _("%(name)s leaves") % names, "button": _("End all access of %(name)s") % names}
        context["told"] = _("%(name)s has left; all access has ended.") % names
        context["text"] = _("Log-ins and API tokens end at once. Nothing is lost: what they did keeps their name.")
        context["facts"] = [
            (_("Open cases in their hands, to be assigned to others"), open_cases),
            (_("Open promises in them"), promises),
        ]
        context["link"] = (
            {"url": f"/inbox/all/?handler={user.pk}", "text": _("See these cases")} if open_cases else None
        )
    act = staffing.let_go if out else staffing.take_back
    return ask(request, context, lambda by: act(username, by), "settings_person", username)


class PasswordForm(EditForm):
    """A password for somebody else."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Left empty, one is made up and shown once."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@editor
def password(request: StaffRequest, username: str) -> HttpResponseBase:
    """Give somebody a new password."""
    user = staffing.person(username)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        secret = form.cleaned_data["password"] or staffing.made_up_password()
        if saved(request, form, lambda by: staffing.give_password(username, secret, by)):
            shown = {"username": username, "name": user.name, "secret": secret}
            return page(request, "settings/password_shown.html", shown)
    title = _("New password for %(name)s") % {"name": user.name}
    note = _("Wherever this person is logged in, it ends.")
    context = {"form": form, "title": title, "note": note, "up": "settings_people"}
    return page(request, "settings/edit.html", context)


@editor
def token(request: StaffRequest, username: str, pk: int) -> HttpResponseBase:
    """End an API token."""
    found = staffing.token(username, pk, at=request.now)
    names = {"name": found.name}
    context: dict[str, Any] = {
        "title": _("End the API token “%(name)s”") % names,
        "text": _("The program that uses it gets no answer any more. This can't be undone; a new token can be made."),
        "button": _("End the token"),
        "told": _("The token “%(name)s” has ended.") % names,
        "danger": True,
    }
    return ask(request, context, lambda by: staffing.end_token(username, pk, by), "settings_person", username)


def restore(username: str, values: dict[str, Any], by: history.Editor) -> None:
    """Put old values of a person back."""
    found = staffing.person_values(staffing.person(username))
    if "grants" in values:
        values = values | {"grants": tuple(values["grants"])}
    staffing.change_person(username, replace(found, **values), by)
