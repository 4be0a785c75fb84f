"""Forms of tasks, fields and links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from huiyin.cases import contact, particulars
from huiyin.cases.detailing import MOST_NEW
from huiyin.cases.particulars import Field, FieldKind
from huiyin.customers import tiers

from .fields import pick
from .verb_forms import OtherCaseForm, VerbForm

YES_NO = {"yes": _("Yes"), "no": _("No")}


class ContactForm(VerbForm):
    """Who the customer is, how to reach them, and where it is."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Mail goes here from now on, and a new link with it; links that went to the old address end."),
        widget=forms.TextInput(attrs={"inputmode": "email"}),
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def prepare(self) -> None:
        """As it stands."""
        for name, value in contact.of_case(self.sheet.case).items():
            self.fields[name].initial = value


class TierForm(VerbForm):
    """The tier of the customer."""

    tier = forms.ChoiceField(
        label=_("Tier"),
        required=False,
        help_text=_("It is shown with all their cases, and changes neither severity nor deadlines."),
    )

    def prepare(self) -> None:
        """Offer those in use, and the one they have."""
        customer = self.sheet.case.customer
        present = tiers.of(customer.tier_id) if customer else None
        rows = [row for row in tiers.every() if row.active or row == present]
        self.choose("tier", [("", pgettext("tier", "none")), *((row.code, str(row)) for row in rows)])
        self.fields["tier"].initial = present.code if present else ""


class CheckForm(VerbForm):
    """Which tasks are done, and what else is to be done. A box that isn't ticked takes the tick back."""

    done = pick(_("Done"))
    add = forms.CharField(
        label=_("New tasks"),
        required=False,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
    )

    def prepare(self) -> None:
        """Offer the tasks as they stand."""
        self.tasks = self.sheet.details.tasks
        self.choose("done", [(task.key, task.text) for task in self.tasks])
        self.fields["done"].initial = [task.key for task in self.tasks if task.done]
        if not self.tasks:
            del self.fields["done"]

    def clean_add(self) -> list[str]:
        """The lines."""
        lines = [line.strip() for line in self.cleaned_data["add"].splitlines() if line.strip()]
        if len(lines) > MOST_NEW:
            raise ValidationError(_("At most %(most)d at once."), params={"most": MOST_NEW})
        return lines

    def given(self) -> dict[str, Any]:
        """What changes."""
        ticked = set(self.cleaned_data.get("done", []))
        before = {task.key for task in self.tasks if task.done}
        done, undone = sorted(ticked - before), sorted(before - ticked)
        return {"add": self.cleaned_data["add"], "done": done, "undone": undone}


class FillForm(VerbForm):
    """The fields that the category has."""

    def prepare(self) -> None:
        """One for each, with what is in it."""
        self.named: dict[str, Field] = {}
        for number, field in enumerate(self.sheet.details.fields):
            name = f"field_{number}"
            self.named[name] = field
            self.fields[name] = _field(field)
            self.fields[name].needed = field.required  # type: ignore[attr-defined]  # said beside its label
            self.fields[name].initial = self.sheet.details.values.get(field.name, "")

    def clean(self) -> dict[str, Any]:
        """A value of the wrong kind is told at its field."""
        for name, field in self.named.items():
            try:
                self.cleaned_data[name] = particulars.stored(field, self.cleaned_data.get(name, ""))
            except ValueError as error:
                self.add_error(name, str(error))
        return self.cleaned_data

    def given(self) -> dict[str, Any]:
        """Values by the names of the fields."""
        return {"values": {field.name: self.cleaned_data[name] for name, field in self.named.items()}}


def _field(field: Field) -> forms.Field:
    """The input for a field; whether it must be filled in is asked when the case is resolved."""
    if field.kind is FieldKind.CHOICE:
        offered = [("", "–"), *((one, one) for one in field.choices)]
        return forms.ChoiceField(label=field.name, choices=offered, required=False)
    if field.kind is FieldKind.YES_NO:
        return forms.ChoiceField(label=field.name, choices=[("", "–"), *YES_NO.items()], required=False)
    kind = {FieldKind.DATE: {"type": "date"}, FieldKind.NUMBER: {"inputmode": "decimal"}}.get(field.kind, {})
    return forms.CharField(label=field.name, required=False, max_length=2000, widget=forms.TextInput(attrs=kind))


class RelateForm(OtherCaseForm):
    """A case that belongs with this one; `off` ends that."""

    to = forms.CharField(label=_("Receipt number of the other case"), max_length=30)
    off = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_to(self) -> int:
        """Its key."""
        return self.other("to")
