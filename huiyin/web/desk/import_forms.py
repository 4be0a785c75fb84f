"""Forms of the import: the file, how its rows are taken, a saved map's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from huiyin.cases import queries as cases
from huiyin.imports.actions import Wishes
from huiyin.org.access import Verb
from huiyin.web.plain import PlainForm

from .door import StaffRequest
from .reach import sites_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from huiyin.imports.models import Import

LABELS: Mapping[str, StrPromise] = {
    "text": _("What the customer said"),
    "subject": _("Subject"),
    "external_number": _("Outside number"),
    "received_at": _("Received at"),
    "customer": _("Customer's name"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "tier": _("Tier"),
    "place": _("Place"),
    "category": _("Category"),
    "reply": _("Reply"),
    "replied_at": _("Replied at"),
    "kind": _("Kind"),
    "channel": _("Channel"),
    "site": _("Site"),
}
"""What a column can be taken as, in the order of the page."""
_HELP: Mapping[str, StrPromise] = {
    "text": _("This or the subject is needed."),
    "external_number": _("By it a row is known again. Without one, a row is known by what it says."),
    "received_at": _("2019-04-24 16:03, 2019/4/24 16:03, 2019年4月24日 or ISO 8601. Without one: now."),
    "reply": _("With a time it ends the case; without one it is kept among colleagues."),
    "email": _("Later news of the case goes there; the import itself sends nothing."),
    "tier": _("By code or name, of those in the settings."),
    "category": _("By code or name."),
    "kind": _("By code or name; empty cells: the kind below."),
    "channel": _("By code or name; empty cells: the channel below."),
    "site": _("By code, the chosen site or one below it; empty cells: the chosen site."),
}
_SHORTEST = 40


class UploadForm(PlainForm):
    """A file and the site its rows belong to."""

    site = forms.ChoiceField(label=_("Site"), help_text=_("Rows that name a site themselves may name one below it."))
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx,.txt"}),
        error_messages={"empty": _("The file is empty: it has no row with column names.")},
    )

    def __init__(self, *args: Any, request: StaffRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(site.code, site.name) for site in sites_of(request.user, Verb.IMPORT)]
        self.fields["file"].help_text = _(
            "CSV (packed with gzip or not) or XLSX, at most %(most)d MB; of a spreadsheet the first sheet. "
            "The first row holds the names of the columns."
        ) % {"most": settings.HUIYIN_IMPORT_MB}


class MapForm(PlainForm):
    """Which column is what, and what stands for rows that don't say it."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, help_text=_("Needed, unless a column names it."))
    channel = forms.ChoiceField(label=_("Channel"), choices=cases.CHANNELS)
    source = forms.CharField(
        label=_("Source"),
        max_length=64,
        help_text=_("The system that the outside numbers belong to: give every system its own name."),
    )
    save_as = forms.CharField(
        label=_("Keep this mapping as"),
        max_length=64,
        required=False,
        help_text=_("A file with the same columns is then mapped at once."),
    )

    def __init__(self, *args: Any, header: Sequence[str], examples: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("Choose one")), *cases.KINDS]
        choices = [("", _("not in the file")), *((name, _with_example(name, examples)) for name in header)]
        for target, label in LABELS.items():
            self.fields[f"column-{target}"] = forms.ChoiceField(
                label=label, choices=choices, required=False, help_text=_HELP.get(target, "")
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields of columns."""
        return [self[f"column-{target}"] for target in LABELS]

    def wishes(self) -> Wishes:
        """What is to be done with the rows."""
        given = self.cleaned_data
        columns = {target: given[f"column-{target}"] for target in LABELS if given[f"column-{target}"]}
        return Wishes(columns, given["source"], given["kind"], given["channel"])


def _with_example(name: str, examples: Mapping[str, str]) -> str:
    return f"{name}　{examples[name]}" if examples.get(name) else name


def examples_of(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Two values of each column, shortened."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.items():
            seen = found.setdefault(name, [])
            text = " ".join(value.split())
            if text and len(seen) < 2 and text not in seen:
                seen.append(text)
    return {name: " · ".join(_short(value) for value in values) for name, values in found.items()}


def _short(text: str) -> str:
    return text if len(text) <= _SHORTEST // 2 else text[: _SHORTEST // 2 - 1] + "…"


def initial_of(wishes: Wishes) -> dict[str, str]:
    """A mapping as the form shows it."""
    values = {"kind": wishes.kind, "channel": wishes.channel, "source": wishes.source}
    return values | {f"column-{target}": column for target, column in wishes.columns.items()}


def wishes_of(one: Import) -> Wishes:
    """What was said of an import before."""
    return Wishes(one.columns, one.source, one.kind, one.channel)


class NameForm(PlainForm):
    """Another name for a saved map."""

    name = forms.CharField(label=_("Name"), max_length=64)
