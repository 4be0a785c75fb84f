"""Verbs about fairness, on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases import expecting, refusing
from huiyin.cases.queries import Entry
from huiyin.cases.workflow import REFUSAL, EventKind
from huiyin.fairness import escalations
from huiyin.org.access import Verb

from .act import Act
from .fields import prose, radios, yes_no
from .no_forms import OutsideForm
from .sheet import Sheet
from .verb_forms import VerbForm, serving

if TYPE_CHECKING:
    from huiyin.org.models import Department


class EscalateForm(VerbForm):
    """To whom the customer went."""

    origin = radios(_("To whom the customer went"), escalations.ORIGINS)
    reason = prose(_("What they said there"), rows=2, required=False, help_text=_("Stays inside."))


class ExpectationForm(VerbForm):
    """What was expected, what was done about it, and who had promised it."""

    kind = radios(_("How the expectation stood to what we can give"), expecting.KINDS, look="rows")
    settled = radios(_("What was done about it"), expecting.SETTLED)
    promiser = forms.ChoiceField(
        label=_("By which way too much was promised"),
        required=False,
        choices=[("", _("Nothing was promised too much")), *expecting.PROMISERS],
    )
    department = forms.ChoiceField(
        label=_("Whose promise it was"),
        required=False,
        help_text=_("The department, never a person; its supervisor is told."),
    )
    file = forms.TypedChoiceField(label=_("The signed sheet"), required=False, coerce=int, empty_value=None)
    text = prose(_("Note"), rows=2, required=False, help_text=_("Stays inside."))

    def prepare(self) -> None:
        """Departments of the site, and the files there are."""
        self.units = {str(one.pk): one for one in serving(self.sheet)}
        self.choose("department", [("", _("Not known")), *((key, one.name) for key, one in self.units.items())])
        files = [(one.pk, one.name) for entry in self.sheet.entries for one in entry.files]
        self.choose("file", [("", _("None yet")), *files])

    def clean_department(self) -> Department | None:
        """The department."""
        return self.units.get(self.cleaned_data["department"])


class ProposeRefusalForm(OutsideForm):
    """In which way it is too much, and what the customer would read."""

    mode = radios(_("In which way it is too much"), refusing.MODES)
    reason = prose(_("Reason"), rows=3, help_text=_("In the words that the customer would read."), outgoing=True)
    basis = prose(_("Legal or contract basis"), rows=2, outgoing=True)
    field_order = ("mode", "reason", "basis", "outside")

    @property
    def situation(self) -> str:
        """That of the chosen mode; another choice turns to other phrases in the browser."""
        chosen = self["mode"].value()
        return chosen if chosen in dict(refusing.MODES) else ""


class DecideRefusalForm(OutsideForm):
    """A no to the customer in these words, or no refusal."""

    granted = yes_no(_("Refuse it"), required=True)
    text = prose(_("What the customer reads"), rows=3, required=False, outgoing=True)
    basis = prose(_("Legal or contract basis"), rows=2, required=False, outgoing=True)
    reason = prose(_("Why it is not refused"), rows=2, required=False, help_text=_("Needed when it is not."))
    field_order = ("granted", "text", "basis", "outside", "reason")

    @property
    def situation(self) -> str:
        """That of the mode that was asked for."""
        asked = _asked(self.sheet)
        return str(asked.event.data["mode"]) if asked is not None else ""

    def prepare(self) -> None:
        """The words that were proposed, and the bodies."""
        super().prepare()
        asked = _asked(self.sheet)
        for part in ("text", "basis"):
            if asked is not None and part in asked.words:
                self.fields[part].initial = asked.words[part].text
        if asked is not None and "outside" in self.fields:
            self.fields["outside"].initial = asked.event.data.get("outside", [])


def _asked(sheet: Sheet) -> Entry | None:
    """The event that asks for a no, while it waits."""
    key = (EventKind.APPROVING, REFUSAL)
    seq = next((seq for seq, kind, about in sheet.case.open_requests if (kind, about) == key), None)
    return next((one for one in sheet.entries if one.event.seq == seq), None)


def _others(sheet: Sheet) -> bool:
    asked = _asked(sheet)
    return asked is not None and asked.event.actor_id != sheet.user.pk


FAIR: Mapping[str, Act] = {
    "escalate": Act(
        Verb.ESCALATE,
        _("It went over our heads"),
        _("Written down; somebody else has the case, the supervisor is told."),
        EscalateForm,
        escalations.escalate,
        group="lead",
    ),
    "expectation": Act(
        Verb.EXPECTATION,
        _("Record what was expected"),
        _("Written down, so that the next customer is told before."),
        ExpectationForm,
        expecting.expectation,
        group="lead",
    ),
    "propose-refusal": Act(
        Verb.PROPOSE_REFUSAL,
        _("Ask for a refusal"),
        _("Asked for; a supervisor looks at it."),
        ProposeRefusalForm,
        refusing.propose,
        fits=lambda sheet: _asked(sheet) is None and not sheet.may(Verb.REFUSE),
        group="lead",
    ),
    "decide-refusal": Act(
        Verb.DECIDE_REFUSAL,
        _("Decide on the refusal"),
        _("Decided."),
        DecideRefusalForm,
        refusing.decide,
        fits=_others,
        group="lead",
    ),
}
"""As in `verbs`."""
