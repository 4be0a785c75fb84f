"""What a no asks for: why, and to whom the customer may turn outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from huiyin.cases import outside as bodies

from .fields import pick, prose
from .verb_forms import VerbForm


class OutsideForm(VerbForm):
    """A no that may name to whom the customer can turn outside; without any that fit nothing is asked."""

    first_chosen = True
    outside = pick(
        _("To whom the customer may turn outside"),
        help_text=_("Name, phone and last day go along with the words."),
    )

    def prepare(self) -> None:
        """Offer those of the register that fit the case, the first one chosen already."""
        rows = bodies.fitting(self.sheet.case)
        if not rows:
            del self.fields["outside"]
            return
        self.choose("outside", [(row.pk, f"{row} · {row.get_sort_display()}") for row in rows])
        self.fields["outside"].initial = [rows[0].pk] if self.first_chosen else []

    def given(self) -> dict[str, Any]:
        """The ids of the chosen ones."""
        given = super().given()
        return given | ({"outside": [int(pk) for pk in given["outside"]]} if "outside" in given else {})


class DeclineForm(OutsideForm):
    """Why it isn't ours, and whose it is: in words, or one of the register."""

    first_chosen = False  # who mediates comes first, and a matter of somebody else's is seldom for them
    reason = prose(_("Reason"), rows=3, help_text=_("The customer sees it in these words."), outgoing=True)
    right_door = prose(
        _("The right door"),
        rows=2,
        required=False,
        help_text=_("Who helps, and how to reach them; or choose somebody below."),
        outgoing=True,
    )
    field_order = ("reason", "right_door", "outside")


class RefuseForm(OutsideForm):
    """Why it can't be met, on which basis, and to whom they may turn outside."""

    reason = prose(_("Reason"), rows=3, help_text=_("The customer sees it in these words."), outgoing=True)
    basis = prose(_("Legal or contract basis"), rows=2, outgoing=True)
    field_order = ("reason", "basis", "outside")
