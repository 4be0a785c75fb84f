"""What each act on an incident asks for. A form's clean values are the keyword arguments of the act."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.alerts import ending, incidents, queries, telling
from huiyin.alerts.ending import Ending
from huiyin.base.ids import grouped
from huiyin.cases import queries as cases
from huiyin.org.access import Verb
from huiyin.web.plain import PlainForm

from .fields import prose

if TYPE_CHECKING:
    from huiyin.cases.given import Unfit
    from huiyin.cases.incident_models import Incident
    from huiyin.org.models import User

HOURS = 24
"""How far back like cases are proposed."""


def numbers(text: str) -> list[int]:
    """The keys of receipt numbers separated by commas, semicolons or lines. Raises `ValidationError` for another."""
    found = []
    for part in re.split(r"[,，;；、\n]+", text):
        if part.strip():
            try:
                found.append(cases.key_of(part.strip()))
            except ObjectDoesNotExist as error:
                raise ValidationError(_("There is no case with this number.")) from error
    return found


class NumbersField(forms.CharField):
    """Receipt numbers; gives their keys."""

    def __init__(self, label: Any, **options: Any) -> None:
        help_text = _("Several numbers with commas between them.")
        super().__init__(label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 2}), **options)

    def clean(self, value: Any) -> list[int]:
        """The keys."""
        return numbers(super().clean(value) or "")


class ActForm(PlainForm):
    """A form for an act on `incident`, as `user` sees it. `leads_on`: it has led to others."""

    unfit: Unfit | None = None
    """Words in it that had better not reach customers."""

    def __init__(
        self, *args: Any, incident: Incident, user: User, now: datetime, leads_on: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.incident, self.user, self.now, self.leads_on = incident, user, now, leads_on
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the incident."""

    def given(self) -> dict[str, Any]:
        """The keyword arguments."""
        return dict(self.cleaned_data)


class TellForm(ActForm):
    """One word to all."""

    text = prose(
        _("To all customers with an open case"),
        help_text=_("Each sees it on the page of their own case."),
        outgoing=True,
    )
    chain = forms.BooleanField(
        label=_("With what led to what"), required=False, help_text=_("One notice for the whole chain of failures.")
    )

    onward = forms.BooleanField(
        label=_("Also tell the customers of what followed"),
        required=False,
        help_text=_("Of the open incidents that came of this one: each under their own number, nobody twice."),
    )

    def prepare(self) -> None:
        """Only where something is said, and where something followed."""
        if not self.incident.story:
            del self.fields["chain"]
        if not self.leads_on:
            del self.fields["onward"]


class GatherForm(ActForm):
    """Which cases join."""

    chosen = forms.MultipleChoiceField(
        label=_("Like cases of the last 24 hours"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more = NumbersField(_("Or by their numbers"), required=False)
    tell_last = forms.BooleanField(
        label=_("Send them the last word that was told to all"), required=False, initial=True
    )

    consequence = forms.BooleanField(
        label=_("They came of it and are another matter"),
        required=False,
        help_text=_("A dispute about fees after the storm: told what all are told, resolved on its own."),
    )

    def prepare(self) -> None:
        """Propose open cases of the same site and category."""
        since = self.now - timedelta(hours=HOURS)
        field = self.fields["chosen"]
        assert isinstance(field, forms.ChoiceField)
        found = queries.proposed(self.user, self.incident, since=since)
        field.choices = [(str(case.pk), f"{grouped(case.number)} {case.subject}") for case in found]
        if not found:
            del self.fields["chosen"]

    def given(self) -> dict[str, Any]:
        """Both ways to name them together."""
        given = self.cleaned_data
        chosen = [int(key) for key in given.get("chosen", [])]
        return {
            "case_ids": [*chosen, *given["more"]],
        } | {name: given[name] for name in ("tell_last", "consequence")}


class ReleaseForm(ActForm):
    """Which cases have another cause."""

    cases = NumbersField(_("Receipt numbers of the cases"))

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"case_ids": self.cleaned_data["cases"]}


class LeadForm(ActForm):
    """Who leads from now on."""

    to = forms.ChoiceField(label=_("To whom"))

    def prepare(self) -> None:
        """Offer those who work at the site."""
        self.people = {str(one.pk): one for one in queries.leaders(self.incident.site_id)}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, one.name) for key, one in self.people.items() if one.pk != self.incident.lead_id]

    def clean_to(self) -> User:
        """The person."""
        return self.people[self.cleaned_data["to"]]


class CauseForm(ActForm):
    """The cause as far as it is known."""

    cause = prose(_("Cause so far"), rows=2, help_text=_("Stays inside."))

    def prepare(self) -> None:
        """What is known already."""
        self.fields["cause"].initial = self.incident.cause


class ResolveAllForm(ActForm):
    """What it was, what was done, and the words to all customers."""

    cause = prose(_("Cause"), rows=2, help_text=_("Stays inside."))
    done = prose(_("What was done"), rows=2, help_text=_("Stays inside."))
    text = prose(_("To all customers with an open case"), outgoing=True)
    prevention = prose(
        _("So that it doesn't happen again"),
        rows=2,
        required=False,
        outgoing=True,
        help_text=_("What you change or check from now on. The customers read it below the answer."),
    )
    keep_open = NumbersField(_("Keep these cases open"), required=False)
    keep_unfilled = forms.BooleanField(
        label=_("Keep those open in which required fields are empty"),
        required=False,
        help_text=_("Otherwise they are named, and nothing is resolved before they are filled in."),
    )
    skip = prose(
        _("Why required steps are passed over"),
        rows=2,
        required=False,
        help_text=_("Left empty, steps that come before resolving are asked for."),
    )

    def prepare(self) -> None:
        """What is known already."""
        self.fields["cause"].initial = self.incident.cause

    def given(self) -> dict[str, Any]:
        """The words as one."""
        given = dict(self.cleaned_data)
        words = Ending(*(given.pop(name) for name in ("cause", "done", "text", "prevention")))
        return given | {"words": words}


class CloseForm(ActForm):
    """Why it is closed while cases are open."""

    reason = prose(_("Reason"), rows=2, required=False, help_text=_("Needed while cases are open."))


@dataclass(frozen=True)
class Act:
    """An act as the page offers it."""

    name: str | Promise
    done: str | Promise
    verb: Verb
    form: type[ActForm]
    run: Callable[..., Incident]
    fold: bool = True
    """Does its form stand on the page, or is there a button where it belongs?"""
    asks: bool = False
    """Has its form questions of its own, so that it is made only when it is opened?"""


ACTS: Mapping[str, Act] = {
    "tell": Act(_("Tell all"), _("All customers with an open case were told."), Verb.ANSWER, TellForm, telling.tell),
    "gather": Act(_("Gather cases"), _("The cases were gathered."), Verb.JOIN, GatherForm, incidents.gather, asks=True),
    "resolve": Act(_("Resolve all"), _("The cases were resolved."), Verb.RESOLVE, ResolveAllForm, ending.resolve),
    "release": Act(_("Release cases"), _("The cases were released."), Verb.JOIN, ReleaseForm, incidents.release),
    "cause": Act(_("Write down the cause"), _("The cause is written down."), Verb.JOIN, CauseForm, incidents.know),
    "lead": Act(_("Hand over the lead"), _("The lead was handed over."), Verb.JOIN, LeadForm, incidents.hand_lead),
    "close": Act(_("Close the incident"), _("The incident is closed."), Verb.JOIN, CloseForm, incidents.close),
}


class NewIncidentForm(PlainForm):
    """A title, and the first cases."""

    title = forms.CharField(label=_("Title"), max_length=200)
    site = forms.ChoiceField(label=_("Site"), help_text=_("With all below it."))
    cases = NumbersField(_("Receipt numbers of the cases"))
    lead = forms.ChoiceField(label=_("Lead"))
    cause = prose(_("Cause so far"), rows=2, required=False, help_text=_("Stays inside."))

    def __init__(self, *args: Any, sites: list[tuple[str, str]], user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.pk): one for one in queries.leaders()}
        for name, choices in (("site", sites), ("lead", [(key, one.name) for key, one in self.people.items()])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.fields["lead"].initial = str(user.pk)
