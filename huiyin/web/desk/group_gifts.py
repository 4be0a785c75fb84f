"""Acts on a group about what makes good: the same for all, the yes or no to it, and what each home gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.base import money
from huiyin.cases.actions import By
from huiyin.org.access import Verb
from huiyin.recovery import equal, queries, together
from huiyin.recovery.wanted import Wanted

from .fields import prose, yes_no
from .group_forms import GroupAct, GroupForm
from .remedies import remedy_name
from .remedy_forms import AmountField

if TYPE_CHECKING:
    from huiyin.groups.models import Group
    from huiyin.recovery.models import Batch
    from huiyin.recovery.together import ForAll


class GiveForm(GroupForm):
    """The same for each case."""

    kind = forms.ChoiceField(label=_("Remedy for each"), choices=queries.KINDS)
    amount = AmountField(label=_("Amount for each case"))
    finding = forms.ChoiceField(
        label=_("Whose fault was found"), choices=[("", _("nothing was found yet")), *queries.FINDINGS], required=False
    )
    reason = prose(
        _("Reason"), rows=2, help_text=_("Altogether it needs the authority, and one approval where needed.")
    )

    def prepare(self) -> None:
        """The rule of the group is filled in."""
        term = equal.term_of(self.one.group)
        self.fields["kind"].initial = "reduction"
        if term is not None:
            self.fields["amount"].initial = money.plain(term.amount * term.days)

    def given(self) -> dict[str, Any]:
        """As the action has it."""
        said = self.cleaned_data
        return {"remedy": Wanted(said["kind"], said["amount"] or 0, finding=said["finding"]), "reason": said["reason"]}


class DecideForm(GroupForm):
    """Yes or no, to all of it."""

    granted = yes_no(_("Approve it for all"), required=True)
    reason = prose(_("Reason"), rows=2, required=False, help_text=_("A no needs it."))


class TermForm(GroupForm):
    """What each home gets."""

    amount = AmountField(label=_("For each home a day"), required=True)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=equal.MOST_DAYS, initial=1)
    reason = prose(_("Reason"), rows=2)


def _give(group_id: int, by: By, **given: Any) -> Group:
    return together.give_all(group_id, By(by.user, by.at), **given).group


def _decide(group_id: int, by: By, *, granted: bool, reason: str) -> Group:
    waiting = together.waiting_for_id(group_id)
    return together.decide_all(waiting, By(by.user, by.at), granted=granted, reason=reason).group


GIFTS: Mapping[str, GroupAct] = {
    "decide-all": GroupAct(
        _("Decide for all"), _("Decided for all at once."), Verb.APPROVE, DecideForm, _decide, fits=lambda waits: waits
    ),
    "give-all": GroupAct(
        _("The same for all"),
        _("Written into each case; see below to whom it could not be given."),
        Verb.REMEDY,
        GiveForm,
        _give,
        fits=lambda waits: not waits,
    ),
    "term": GroupAct(
        _("What each home gets"), _("This holds for all of the group."), Verb.APPROVE, TermForm, equal.set_term
    ),
}
"""As in `group_forms`."""


@dataclass(frozen=True)
class Gift:
    """What was given to all, in words."""

    name: str
    total: str
    batch: Batch

    @property
    def count(self) -> int:
        """To how many it goes, or is to go while nobody has decided."""
        one = self.batch
        return one.total // one.amount if one.amount else one.given


def gifts(found: ForAll) -> list[Gift]:
    """For the page of a group."""
    return [
        Gift(remedy_name(one.kind, one.amount, one.currency), money.show(one.total, one.currency), one)
        for one in found.batches
    ]


def term_words(found: ForAll) -> dict[str, Any] | None:
    """What each home gets by the rule of the group."""
    term = found.term
    if term is None:
        return None
    each, whole = money.show(term.amount, term.currency), money.show(term.amount * term.days, term.currency)
    return {"each": each, "days": term.days, "whole": whole, "reason": term.reason, "by": term.by.name}
