"""Form fields of the desk. `look` says how a field's options are drawn, `size` how wide it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases import queries as cases
from huiyin.cases.severity import Complexity, Taps
from huiyin.web.plain import PlainForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Label: TypeAlias = "str | StrPromise"
Choices = Sequence[tuple[Any, Any]] | Callable[[], Sequence[tuple[Any, Any]]]


def prose(
    label: Label, *, rows: int = 4, required: bool = True, help_text: Label = "", outgoing: bool = False
) -> forms.CharField:
    """Words in a box; what is typed stays in the browser until it is sent. `outgoing`: they go to the customer."""
    area = forms.Textarea(attrs={"rows": rows, "data-draft": True} | ({"data-outgoing": True} if outgoing else {}))
    return forms.CharField(label=label, widget=area, required=required, help_text=help_text, max_length=20_000)


def radios(label: Label, choices: Choices, *, required: bool = True, look: str = "segments") -> forms.ChoiceField:
    """A choice among few, all of them in sight."""
    field = forms.ChoiceField(label=label, choices=choices, required=required, widget=forms.RadioSelect)
    field.look = look  # type: ignore[attr-defined]
    return field


def pick(label: Label, *, help_text: Label = "") -> forms.MultipleChoiceField:
    """Any number of many, all of them in sight."""
    field = forms.MultipleChoiceField(
        label=label, required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )
    field.look = "picks"  # type: ignore[attr-defined]
    return field


def yes_no(label: Label, *, required: bool = False) -> forms.TypedChoiceField:
    """Yes, no, or not said (None)."""
    field = forms.TypedChoiceField(
        label=label,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
    )
    field.look = "segments"  # type: ignore[attr-defined]
    return field


def digits(label: Label, choices: Choices, *, look: str = "segments") -> forms.TypedChoiceField:
    """A choice that is a number, or not said (None)."""
    field = forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    field.look = look  # type: ignore[attr-defined]
    return field


def moment(label: Label, *, required: bool = True, help_text: Label = "") -> forms.DateTimeField:
    """A day and a time of the clock at the site."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    field = forms.DateTimeField(label=label, widget=widget, required=required, help_text=help_text)
    field.size = "short"  # type: ignore[attr-defined]
    return field


def category_choices() -> list[tuple[str, Any]]:
    """The categories a case can hang on, under the names of the two levels above."""
    known, groups = cases.categories(), dict[str, list[tuple[str, str]]]()
    for leaf in known.leaves:
        above, names = leaf.parent_id, list[str]()
        while above is not None:
            names.insert(0, str(known.by_id[above]))
            above = known.by_id[above].parent_id
        groups.setdefault(" · ".join(names), []).append((str(leaf.pk), str(leaf)))
    return [("", _("Not sorted yet")), *groups.items()]


def category(label: Label, *, required: bool) -> forms.TypedChoiceField:
    """One of the categories; gives the `Category`, or None."""
    return forms.TypedChoiceField(
        label=label,
        choices=category_choices,
        coerce=lambda value: cases.categories().by_id[int(value)],
        empty_value=None,
        required=required,
    )


class TapsForm(PlainForm):
    """The five taps of the severity rule. Untouched they mean: as usual for the category."""

    danger = forms.BooleanField(label=_("Danger to people, now or likely"), required=False)
    state = digits(_("What is going on"), [(0, _("past")), (1, _("still happening")), (2, _("getting worse"))])
    scope = digits(
        _("Who is affected"),
        [(0, _("one person")), (1, _("a home")), (2, _("several homes")), (3, _("the whole site"))],
    )
    impact = digits(
        _("What it does"),
        [
            (0, _("inconvenient")),
            (1, _("function impaired")),
            (2, _("essential service lost or damage")),
            (3, _("essential service lost and damage")),
        ],
    )
    care = forms.BooleanField(label=_("A person needing care is there"), required=False)

    def taps(self) -> Taps | None:
        """The taps, or None when nothing was tapped; what was left out counts as the least."""
        given = self.cleaned_data
        numbers = {name: given.get(name) for name in ("state", "scope", "impact")}
        if all(value is None for value in numbers.values()) and not given.get("danger") and not given.get("care"):
            return None
        points = {name: value or 0 for name, value in numbers.items()}
        return Taps(danger=bool(given.get("danger")), care=int(bool(given.get("care"))), **points)


def complexity() -> forms.ChoiceField:
    """How much work it is."""
    return radios(_("How much work"), Complexity.choices, required=False)


def local_text(value: datetime) -> str:
    """An instant as a `datetime-local` input has it."""
    return value.strftime("%Y-%m-%dT%H:%M")
