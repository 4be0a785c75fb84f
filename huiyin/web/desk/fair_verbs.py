"""Verbs about fairness, on the desk."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from huiyin.fairness import escalations
from huiyin.org.access import Verb

from .act import Act
from .fields import prose, radios
from .verb_forms import VerbForm


class EscalateForm(VerbForm):
    """To whom the customer went."""

    origin = radios(_("To whom the customer went"), escalations.ORIGINS)
    reason = prose(_("What they said there"), rows=2, required=False, help_text=_("Stays inside."))


FAIR: Mapping[str, Act] = {
    "escalate": Act(
        Verb.ESCALATE,
        _("It went over our heads"),
        _("Written down; somebody else has the case, the supervisor is told."),
        EscalateForm,
        escalations.escalate,
        group="lead",
    ),
}
"""As in `verbs`."""
