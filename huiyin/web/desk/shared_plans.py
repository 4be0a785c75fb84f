"""One recovery plan for all cases of an incident or a group on their pages: beginning it, and what is done once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.org.access import Verb
from huiyin.playbooks import kin, rollout, shared
from huiyin.recovery import failures
from huiyin.web.plain import PlainForm

from .group_forms import GroupAct, GroupForm
from .incident_forms import Act, ActForm
from .plan_card import Settling

if TYPE_CHECKING:
    from huiyin.org.models import User
    from huiyin.playbooks.kin import Fault


class Begin(PlainForm):
    """What failed in all of them, and how bad it was."""

    failure = forms.ChoiceField(
        label=_("What failed"),
        help_text=_("Named where nobody has named a failure; other cases keep theirs."),
    )
    gravity = forms.ChoiceField(label=_("How bad"))

    def prepare(self) -> None:
        """Offer what is in use."""
        known = [(row.code, str(row)) for row in failures.types()]
        for name, choices in (("failure", known), ("gravity", failures.gravities())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class Settle(Settling):
    """Which shared step, and what becomes of it."""

    def offer_steps(self, user: User, fault: Fault) -> None:
        """Those of the plans that lead."""
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (f"{one.plan.pk}-{line.number}", f"{line.number}. {line.step.name}")
            for one in shared.of_fault(user, fault)
            for line in one.lines
        ]


class BeginInIncident(Begin, ActForm):
    """For all of an incident."""


class BeginInGroup(Begin, GroupForm):
    """For all of a group."""


class SettleInIncident(Settle, ActForm):
    """For all of an incident."""

    def prepare(self) -> None:
        """Its steps."""
        self.offer_steps(self.user, ("incident", self.incident.pk))


class SettleInGroup(Settle, GroupForm):
    """For all of a group."""

    def prepare(self) -> None:
        """Its steps."""
        self.offer_steps(self.user, kin.of_group(self.one.group))


_BEGIN, _BEGUN = _("One recovery plan for all"), _("Begun; where it could not begin stands below.")
_SETTLE, _SETTLED = _("Settle a shared step"), _("Written down in all cases.")
OF_INCIDENT: Mapping[str, Act] = {
    "plan": Act(_BEGIN, _BEGUN, Verb.PLAYBOOK, BeginInIncident, rollout.for_incident),
    "step": Act(_SETTLE, _SETTLED, Verb.STEP, SettleInIncident, rollout.step_for_incident, fold=False),
}
OF_GROUP: Mapping[str, GroupAct] = {
    "plan": GroupAct(_BEGIN, _BEGUN, Verb.PLAYBOOK, BeginInGroup, rollout.for_group),
    "step": GroupAct(_SETTLE, _SETTLED, Verb.STEP, SettleInGroup, rollout.step_for_group),
}
"""As in `incident_forms` and `group_forms`."""
