"""What each act on a group asks for. A form's clean values are the keyword arguments of the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.alerts import queries as incidents
from huiyin.alerts import telling
from huiyin.base.ids import grouped
from huiyin.cases import hiding
from huiyin.groups import actions, queries
from huiyin.org.access import Verb
from huiyin.web.plain import PlainForm

from .fields import prose, radios
from .incident_forms import NumbersField

if TYPE_CHECKING:
    from huiyin.cases.given import Unfit
    from huiyin.groups.models import Group
    from huiyin.groups.queries import Shown
    from huiyin.org.models import User

MOST_OFFERED = 200


def _reason() -> forms.CharField:
    return prose(_("Reason"), rows=2, help_text=_("It stays with each case and with the group."))


class GroupForm(PlainForm):
    """A form for an act on `one`, as `user` sees it."""

    unfit: Unfit | None = None
    """Words in it that had better not reach customers."""

    def __init__(self, *args: Any, one: Shown, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.one, self.user = one, user
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the group."""

    def given(self) -> dict[str, Any]:
        """The keyword arguments."""
        return dict(self.cleaned_data)

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer these for a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def cases(self) -> list[tuple[str, str]]:
        """The cases of the group, to choose from."""
        found, _more = queries.members(self.user, self.one.group, limit=MOST_OFFERED)
        return [(str(case.pk), _described(case)) for case in found]


def _described(case: Any) -> str:
    name = case.customer.name if case.customer else ""
    return " · ".join(part for part in (grouped(case.number), case.place, name, case.subject) if part)


class AnswerForm(GroupForm):
    """One answer to all."""

    text = prose(
        _("To all customers with an open case"),
        help_text=_("The same words for all, each on the page of their own number: what we can do, and what we can't."),
        outgoing=True,
    )
    onward = forms.BooleanField(
        label=_("Also tell the customers of what followed"),
        required=False,
        help_text=_("Of the open incidents that came of this one: each under their own number, nobody twice."),
    )

    def prepare(self) -> None:
        """Only where something followed from the group's incident."""
        made = self.one.group.incident
        if made is None or made.closed_at is not None or not telling.leads_on(self.user, made.pk):
            del self.fields["onward"]


class MakeIncidentForm(GroupForm):
    """What it is called, for everybody."""

    title = forms.CharField(label=_("Title"), max_length=200)

    def prepare(self) -> None:
        """What the first case is about."""
        found, _more = queries.members(self.user, self.one.group, limit=MOST_OFFERED)
        if found:
            self.fields["title"].initial = hiding.open_subject(found[-1])


class GroupLeadForm(GroupForm):
    """Who leads from now on."""

    to = forms.ChoiceField(label=_("To whom"))

    def prepare(self) -> None:
        """Offer those who work at the site."""
        self.people = {str(one.pk): one for one in incidents.leaders(self.one.group.site_id)}
        self.offer("to", [(key, one.name) for key, one in self.people.items() if one.pk != self.one.group.lead_id])

    def clean_to(self) -> User:
        """The person."""
        return self.people[self.cleaned_data["to"]]


class AddForm(GroupForm):
    """Which cases come in."""

    cases_in = NumbersField(_("Receipt numbers of the cases"))
    reason = _reason()

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"case_ids": self.cleaned_data["cases_in"], "reason": self.cleaned_data["reason"]}


class ChooseForm(GroupForm):
    """Which of its cases."""

    chosen = forms.MultipleChoiceField(label=_("Which cases"), widget=forms.CheckboxSelectMultiple)
    reason = _reason()

    def prepare(self) -> None:
        """Its cases."""
        self.offer("chosen", self.cases())

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"case_ids": [int(key) for key in self.cleaned_data["chosen"]], "reason": self.cleaned_data["reason"]}


class MergeForm(GroupForm):
    """The group that goes on."""

    into = forms.ChoiceField(label=_("Into which group"))
    reason = _reason()

    def prepare(self) -> None:
        """Offer those of the same site."""
        found = queries.others(self.user, self.one)
        self.offer("into", [(str(one.group.pk), title_of(one)) for one in found])

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"into": int(self.cleaned_data["into"]), "reason": self.cleaned_data["reason"]}


class RemarkForm(GroupForm):
    """What is special with one of them."""

    case = forms.ChoiceField(label=_("Which case"))
    text = prose(_("What is special with it"), rows=2, help_text=_("Stays inside."))

    def prepare(self) -> None:
        """Its cases."""
        self.offer("case", self.cases())

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"case_id": int(self.cleaned_data["case"]), "text": self.cleaned_data["text"]}


class RoleForm(GroupForm):
    """What somebody is in the group."""

    case = forms.ChoiceField(label=_("Who"))
    role = radios(_("Role in the group"), queries.ROLES)
    reason = prose(
        _("Reason"), rows=2, help_text=_("It stays in the log of the group, not with the case: nothing depends on it.")
    )

    def prepare(self) -> None:
        """Its cases."""
        self.offer("case", self.cases())

    def given(self) -> dict[str, Any]:
        """By key."""
        given = dict(self.cleaned_data)
        return {"case_id": int(given.pop("case"))} | given


class AimsForm(GroupForm):
    """What was observed of somebody."""

    case = forms.ChoiceField(label=_("Who"))
    text = prose(
        _("What was observed"),
        rows=2,
        help_text=_("What was said or done, and when: no guess, no label. It stays in the log of the group."),
    )

    def prepare(self) -> None:
        """Its cases."""
        self.offer("case", self.cases())

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"case_id": int(self.cleaned_data["case"]), "text": self.cleaned_data["text"]}


class CatchUpForm(GroupForm):
    """Nothing more is asked."""


def title_of(one: Shown) -> str:
    """What a group is called: where, what, and its number."""
    about = str(one.category) if one.category else gettext("cause not sorted yet")
    return " · ".join(part for part in (one.place, about, f"#{one.group.pk}") if part)


@dataclass(frozen=True)
class GroupAct:
    """An act as the page offers it. `running`: with an incident only (True), without one only (False), or always."""

    name: str | Promise
    done: str | Promise
    verb: Verb
    form: type[GroupForm]
    run: Callable[..., Group]
    running: bool | None = None
    fits: Callable[[bool], bool] = lambda waits: True
    """Does it fit, when something for all waits for a decision, or doesn't?"""


ACTS: Mapping[str, GroupAct] = {
    "answer": GroupAct(
        _("One public answer"), _("All customers with an open case were told."), Verb.ANSWER, AnswerForm, actions.answer
    ),
    "incident": GroupAct(
        _("Make it an incident"),
        _("The incident is open."),
        Verb.JOIN,
        MakeIncidentForm,
        actions.raise_incident,
        running=False,
    ),
    "catch-up": GroupAct(
        _("Tell those who joined since"),
        _("They were told."),
        Verb.ANSWER,
        CatchUpForm,
        actions.catch_up,
        running=True,
    ),
    "lead": GroupAct(_("Choose who leads"), _("The lead is chosen."), Verb.JOIN, GroupLeadForm, actions.hand_lead),
    "remark": GroupAct(_("Note what is special"), _("It is noted."), Verb.JOIN, RemarkForm, actions.remark),
    "role": GroupAct(_("Say who is who"), _("The role is written down."), Verb.JOIN, RoleForm, actions.give_role),
    "aims": GroupAct(_("Note other aims"), _("It is noted."), Verb.JOIN, AimsForm, actions.observe),
    "add": GroupAct(_("Add cases"), _("The cases were added."), Verb.JOIN, AddForm, actions.add),
    "remove": GroupAct(
        _("Take cases out"),
        _("The cases were taken out, and won't be put back by the machine."),
        Verb.JOIN,
        ChooseForm,
        actions.remove,
    ),
    "split": GroupAct(_("Split off"), _("This is the new group."), Verb.JOIN, ChooseForm, actions.split),
    "merge": GroupAct(_("Merge into another"), _("The groups are one now."), Verb.JOIN, MergeForm, actions.merge),
}
