"""What makes good, on the desk: proposing, approving, choosing, promising, delivering, confirming, cancelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from huiyin.base import money
from huiyin.org.access import Verb
from huiyin.recovery import actions, failures, giving, queries
from huiyin.recovery.queries import State
from huiyin.recovery.wanted import MOST_LABEL, MOST_OPTIONS, Option, Wanted

from .act import Act
from .fields import Label, moment, pick, prose, radios, yes_no
from .remedies import RemedyRow, named, open_rows
from .sheet import Sheet
from .verb_forms import VerbForm

LINES = 4
"""So many remedies can be proposed at once on the desk."""


class AmountField(forms.CharField):
    """An amount of money as people type it; gives the smallest unit, or None for nothing."""

    size = "short"

    def __init__(self, *, label: Label, required: bool = False, help_text: Label = "") -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, required=required, help_text=help_text, max_length=20, widget=widget)

    def clean(self, value: Any) -> Any:
        """The amount."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return money.read(text)
        except money.BadAmount as error:
            raise forms.ValidationError(gettext("Write an amount like 30 or 30.50.")) from error


def _short(label: Label, choices: Any, *, required: bool = False) -> forms.ChoiceField:
    field = forms.ChoiceField(label=label, choices=choices, required=required)
    field.size = "short"  # type: ignore[attr-defined]
    return field


class RemedyForm(VerbForm):
    """Remedies, a line each; with a choice, which option each belongs to and what the options are called.

    Most proposals are one remedy: the other lines, and what is seldom said, stand under “More”.
    """

    first = ("kind1", "amount1", "bearer1", "reason")
    duty = forms.BooleanField(
        label=_("The law asks for it"), required=False, help_text=_("It never depends on who the customer is.")
    )
    fraud = forms.BooleanField(
        label=_("The customer may have been deceived"),
        required=False,
        help_text=_("A manager decides then, and the legal desk is told."),
    )
    reason = prose(_("Why this, and why so much"), rows=2, required=False, help_text=_("Needed above your own limit."))

    def prepare(self) -> None:
        """The lines, then what the options are called."""
        kinds = [("", pgettext_lazy("remedy", "none")), *queries.KINDS]
        for place in range(1, LINES + 1):
            words = {"number": place}
            self.fields[f"kind{place}"] = _short(_("Remedy %(number)d") % words, kinds if place > 1 else kinds[1:])
            self.fields[f"amount{place}"] = AmountField(label=_("Amount %(number)d") % words)
            self.fields[f"bearer{place}"] = _short(_("Borne by %(number)d") % words, queries.BEARERS)
            options = [(str(one), str(one)) for one in range(1, MOST_OPTIONS + 1)]
            self.fields[f"option{place}"] = _short(_("Option %(number)d") % words, options)
        self.fields["finding"] = _short(
            _("Whose fault was found"), [("", _("nothing was found yet")), *queries.FINDINGS]
        )
        for place in range(1, MOST_OPTIONS + 1):
            label = _("What option %(number)d is called to the customer") % {"number": place}
            self.fields[f"label{place}"] = forms.CharField(label=label, required=False, max_length=MOST_LABEL)
        self.order_fields([*(name for name in self.fields if name not in _LAST), *_LAST])

    def given(self) -> dict[str, Any]:
        """The options, in order, without the empty ones."""
        said = super().given()
        found: dict[int, list[Wanted]] = {}
        for place in range(1, LINES + 1):
            if kind := said[f"kind{place}"]:
                one = Wanted(
                    kind,
                    said[f"amount{place}"] or 0,
                    said[f"bearer{place}"] or "us",
                    said["duty"],
                    said["finding"],
                )
                found.setdefault(int(said[f"option{place}"] or 1), []).append(one)
        options = [Option(rows, said[f"label{number}"]) for number, rows in sorted(found.items())]
        return {"options": options, "reason": said["reason"], "fraud": said["fraud"]}


_LAST = ("duty", "fraud", "reason")


class FailureForm(VerbForm):
    """What went wrong, and how bad it was."""

    failure = forms.ChoiceField(label=_("What went wrong"))
    gravity = radios(_("How bad it was"), failures.gravities)
    text = prose(_("In a few words"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer the types by their families, with the one that fits the category chosen."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in failures.types():
            groups.setdefault(str(one.get_group_display()), []).append((one.code, str(one)))
        self.choose("failure", [("", "–"), *groups.items()])
        said = self.sheet.failure
        found = said.failure if said else failures.suggested(self.sheet.case)
        self.fields["failure"].initial = found.code if found else ""
        self.fields["gravity"].initial = said.gravity if said else ""


class ApproveForm(VerbForm):
    """Yes or no to what is proposed."""

    request = forms.TypedChoiceField(label=_("Which proposal"), coerce=int)
    granted = yes_no(_("Approve it?"), required=True)
    reason = prose(_("Reason"), rows=2, required=False, help_text=_("Needed for a no, or outside what is usual."))

    def prepare(self) -> None:
        """Offer those that this person may decide."""
        found = queries.decidable(self.sheet.user, self.sheet.recovery)
        self.choose("request", [(one.seq, money.show(one.amount, one.currency)) for one in found])
        if len(found) == 1:
            self.fields["request"].widget = forms.HiddenInput()


class ChooseForm(VerbForm):
    """What the customer chose."""

    chosen = forms.ChoiceField(label=_("What the customer chose"))
    text = prose(_("How the customer told us"), rows=2, required=False)

    def prepare(self) -> None:
        """Every option of every open choice."""
        self.choose("chosen", [(f"{one.proposal}-{one.number}", one.name) for one in self.sheet.options])

    def given(self) -> dict[str, Any]:
        """The proposal and the option."""
        proposal, _dash, option = self.cleaned_data["chosen"].partition("-")
        return {"proposal": int(proposal), "option": int(option), "text": self.cleaned_data["text"]}


class _OneForm(VerbForm):
    """About one remedy that is so far."""

    states: Sequence[State] = ()
    remedy = forms.TypedChoiceField(label=_("Which remedy"), coerce=int)

    def prepare(self) -> None:
        """Offer them."""
        self.choose("remedy", [(one.number, one.name) for one in self.rows()])

    def rows(self) -> list[RemedyRow]:
        """Those that are so far."""
        return open_rows(self.sheet.recovery, *self.states)


class PromiseForm(VerbForm):
    """What is promised, by when, in which words."""

    remedies = pick(_("What is promised"))
    due_at = moment(_("By when"))
    text = prose(_("Words to the customer"), rows=3, outgoing=True)

    def prepare(self) -> None:
        """Offer what was approved; all of it is chosen."""
        rows = open_rows(self.sheet.recovery, State.APPROVED)
        field = self.fields["remedies"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.required, field.choices = True, [(one.number, one.name) for one in rows]
        field.initial = [one.number for one in rows]
        # Translators: the first words of a promise of remedies, to be changed.
        said = gettext("To make good what went wrong you get: %(names)s.")
        self.fields["text"].initial = said % {"names": gettext(", ").join(one.name for one in rows)}

    def given(self) -> dict[str, Any]:
        """The numbers as numbers."""
        given = super().given()
        return given | {"remedies": [int(number) for number in given["remedies"]]}


class DeliverForm(_OneForm):
    """What the customer has, and what it cost."""

    states = (State.PROMISED, State.APPROVED)
    paid = AmountField(label=_("What it cost"), help_text=_("Left empty: as much as was approved."))
    text = prose(_("In a few words"), rows=2, required=False)


class ConfirmForm(_OneForm):
    """What the customer says about it."""

    states = (State.DELIVERED,)
    ok = yes_no(_("Does the customer have it?"), required=True)
    text = prose(_("In the customer's words"), rows=2, required=False)


class CancelForm(_OneForm):
    """What isn't needed, and why."""

    states = (State.APPROVED, State.PROMISED)
    reason = prose(_("Reason"), rows=2, help_text=_("Ten characters at least."))

    def rows(self) -> list[RemedyRow]:
        """Of a choice that nobody has made, one stands for all."""
        open_choices = {one.pk for one in self.sheet.recovery.to_choose}
        first = [one for one in self.sheet.recovery.remedies if one.proposal_id in open_choices]
        return [*super().rows(), *(named(one) for one in first)]


def _has(*states: State) -> Any:
    return lambda sheet: bool(sheet.recovery.standing(*states))


def _decidable(sheet: Sheet) -> bool:
    return bool(sheet.recovery.waiting) and bool(queries.decidable(sheet.user, sheet.recovery))


REMEDIES: Mapping[str, Act] = {
    "failure": Act(
        Verb.FAILURE,
        _("Name what went wrong"),
        _("Written down; like cases can be compared now."),
        FailureForm,
        failures.name,
        fits=lambda sheet: bool(failures.types()),
        group="good",
    ),
    "remedy": Act(
        Verb.REMEDY,
        _("Propose what makes good"),
        _("Proposed; what is within your limit is approved already."),
        RemedyForm,
        actions.propose,
        guide="desk/remedy_guide.html",
        group="good",
    ),
    "approve": Act(
        Verb.APPROVE,
        _("Approve what is proposed"),
        _("Decided."),
        ApproveForm,
        actions.decide,
        fits=_decidable,
        guide="desk/approve_guide.html",
        group="good",
    ),
    "choose": Act(
        Verb.CHOOSE,
        _("Write down the customer's choice"),
        _("Written down; it can be promised now."),
        ChooseForm,
        giving.choose,
        fits=lambda sheet: bool(sheet.options),
        group="good",
    ),
    "promise": Act(
        Verb.PROMISE,
        _("Promise a remedy"),
        _("Promised; its clock runs."),
        PromiseForm,
        giving.promise,
        fits=_has(State.APPROVED),
        group="good",
    ),
    "deliver": Act(
        Verb.DELIVER,
        _("The customer has it"),
        _("Delivered."),
        DeliverForm,
        giving.deliver,
        fits=_has(State.APPROVED, State.PROMISED),
        group="good",
    ),
    "confirm": Act(
        Verb.CONFIRM,
        _("The customer confirms it"),
        _("Written down."),
        ConfirmForm,
        giving.confirm,
        fits=_has(State.DELIVERED),
        group="good",
    ),
    "cancel-remedy": Act(
        Verb.CANCEL,
        _("Cancel a remedy"),
        _("Cancelled; the money is free again."),
        CancelForm,
        giving.cancel,
        fits=lambda sheet: bool(sheet.recovery.standing(State.APPROVED, State.PROMISED) or sheet.recovery.to_choose),
        danger=True,
        group="good",
    ),
}
"""By the last part of the address that it is posted to; in the order of the menu."""
