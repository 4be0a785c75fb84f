"""The chain of an incident on its page: what led to what, a link at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.alerts import linking, queries
from huiyin.alerts.linking import MOST_HOURS, MOST_NAME, MOST_NOTE, Said
from huiyin.org.access import Verb

from .incident_forms import Act, ActForm
from .similar import duration

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.alerts.chains import Named
    from huiyin.alerts.linking import Chain
    from huiyin.cases.incident_models import Incident
    from huiyin.org.models import User


class LinkForm(ActForm):
    """What led to what; `instead` of a link that is to be put right."""

    cause = forms.CharField(
        label=_("What failed first"), max_length=MOST_NAME, help_text=_("The same words name the same thing.")
    )
    effect = forms.CharField(label=_("What it led to"), max_length=MOST_NAME, required=False)
    other = forms.ChoiceField(label=_("Or the incident to which it led"), required=False)
    hours = forms.IntegerField(label=_("Hours between"), min_value=0, max_value=MOST_HOURS, required=False)
    note = forms.CharField(label=_("Note"), max_length=MOST_NOTE, required=False, help_text=_("Stays inside."))
    instead = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Offer other open incidents, and fill in what is to be put right."""
        found = queries.open_here(self.user, [self.incident.site_id])
        others = [(str(one.pk), one.title) for one in found if one.pk != self.incident.pk]
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *others]
        if not others:
            del self.fields["other"]
        wrong = self.initial.get("instead")
        row = next((one for one in linking.of_incident(self.incident) if one.pk == wrong), None) if wrong else None
        if row is not None:
            told = {"cause": row.cause, "effect": row.effect, "other": row.effect_incident_id}
            self.initial.update(told | {"hours": row.hours, "note": row.note})

    def clean(self) -> dict[str, Any]:
        """One effect, in words or an incident."""
        values = super().clean() or self.cleaned_data
        if bool(values.get("effect")) == bool(values.get("other")) and "effect" not in self.errors:
            self.add_error("effect", gettext("Name one thing to which it led."))
        return values

    def given(self) -> dict[str, Any]:
        """As the action has it."""
        said = self.cleaned_data
        other = said.get("other")
        wanted = Said(said["cause"], int(other) if other else said["effect"], said["hours"], said["note"])
        return {"said": wanted, "instead": said["instead"]}


class UnlinkForm(ActForm):
    """Which link."""

    link = forms.ChoiceField(label=_("Link"))

    def prepare(self) -> None:
        """Those that are there."""
        field = self.fields["link"]
        assert isinstance(field, forms.ChoiceField)
        titles = linking.chain(self.user, self.incident).titles
        field.choices = [(str(row.pk), _both(row, titles)) for row in linking.of_incident(self.incident)]

    def given(self) -> dict[str, Any]:
        """By key."""
        return {"link": int(self.cleaned_data["link"])}


CHAIN: Mapping[str, Act] = {
    "link": Act(_("Say what led to what"), _("It stands in the chain."), Verb.JOIN, LinkForm, linking.link, asks=True),
    "unlink": Act(
        _("Take a link out of the chain"), _("It is taken out."), Verb.JOIN, UnlinkForm, linking.unlink, fold=False
    ),
}
"""As in `incident_forms`."""


@dataclass(frozen=True)
class Stop:
    """A thing in a line of the chain. `wait`: how long after the one before; `url`: of an incident that one may see."""

    name: str
    url: str = ""
    wait: str = ""


@dataclass(frozen=True)
class LinkRow:
    """A link with what is known of it."""

    key: int
    words: str
    wait: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ChainCard:
    """For `desk/chain.html`. `leads_on`: to another incident."""

    lines: Sequence[Sequence[Stop]]
    links: Sequence[LinkRow]
    before: Sequence[Stop]
    after: Sequence[Stop]
    leads_on: bool


def card(user: User, incident: Incident) -> ChainCard | None:
    """The chain as this person reads it; None where nothing is said."""
    found = linking.chain(user, incident)
    if not (found.links or found.before or found.after):
        return None
    hours = {linking.nodes(row): row.hours for row in found.links}
    rows = [
        LinkRow(row.pk, _both(row, found.titles), _wait(row.hours), row.note, row.by.name, row.at)
        for row in found.links
    ]
    return ChainCard(
        [_line(line, found, hours) for line in incident.story],
        rows,
        [_stop(one, found.titles) for one in found.before],
        [_stop(one, found.titles) for one in found.after],
        bool(found.after) or any(row.effect_incident_id in found.titles for row in found.links),
    )


def _wait(hours: int | None) -> str:
    if not hours:
        return "" if hours is None else gettext("at once")
    return gettext("after %(time)s") % {"time": duration(timedelta(hours=hours))}


def _line(line: Sequence[Named], found: Chain, hours: Mapping[tuple[Named, Named], int | None]) -> list[Stop]:
    pairs = zip([None, *line], line, strict=False)
    return [_stop(node, found.titles, hours.get((last, node)) if last is not None else None) for last, node in pairs]


def _stop(node: Named, titles: Mapping[int, str], hours: int | None = None) -> Stop:
    if isinstance(node, str):
        return Stop(node, wait=_wait(hours))
    url = reverse("incident", args=[node]) if node in titles else ""
    return Stop(titles.get(node) or gettext("another incident"), url, _wait(hours))


def _both(row: Any, titles: Mapping[int, str]) -> str:
    return " → ".join(_stop(node, titles).name for node in linking.nodes(row))
