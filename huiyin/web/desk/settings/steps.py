"""The steps of a recovery plan as one form, and as words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.base import money
from huiyin.clocks import editing as clocks
from huiyin.org.history import BadSetting
from huiyin.playbooks.steps import MOST_STEPS, MOST_TITLE, MOST_WORDS, Difference, Step
from huiyin.recovery import queries as recovery
from huiyin.standards import queries as standards
from huiyin.web.desk.remedies import suggested_name
from huiyin.web.desk.remedy_forms import AmountField
from huiyin.web.plain import PlainForm

from .door import EditForm

SPARE = 2
_NEW = Step("", minutes=60)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StepForm(PlainForm):
    """One step. Its place is a number, so that steps can be moved without a script."""

    place = forms.IntegerField(label=gettext_lazy("Place"), min_value=1, max_value=99)
    title = forms.CharField(label=gettext_lazy("What is done"), max_length=MOST_TITLE, required=False)
    title_en = forms.CharField(label=gettext_lazy("The same in English"), max_length=MOST_TITLE, required=False)
    deed = forms.CharField(
        label=pgettext_lazy("of a step", "How"), max_length=MOST_WORDS, required=False, widget=_area(2)
    )
    deed_en = forms.CharField(
        label=gettext_lazy("How, in English"), max_length=MOST_WORDS, required=False, widget=_area(2)
    )
    phrase = forms.TypedChoiceField(label=gettext_lazy("Phrase"), coerce=int, empty_value=None, required=False)
    words = forms.CharField(
        label=gettext_lazy("Or words of its own"), max_length=MOST_WORDS, required=False, widget=_area(2)
    )
    words_en = forms.CharField(
        label=gettext_lazy("Its own words in English"), max_length=MOST_WORDS, required=False, widget=_area(2)
    )
    amount_n = forms.IntegerField(
        label=gettext_lazy("Within"), min_value=1, max_value=clocks.MOST, help_text=gettext_lazy("From the start.")
    )
    amount_u = forms.ChoiceField(label=gettext_lazy("Unit"), choices=[*clocks.UNITS.items()])
    calendar = forms.ChoiceField(label=gettext_lazy("Calendar"))
    kind = forms.ChoiceField(label=gettext_lazy("Suggested remedy"), required=False)
    amount = AmountField(label=gettext_lazy("Usual amount"))
    most = AmountField(label=gettext_lazy("Up to"))
    bearer = forms.ChoiceField(label=gettext_lazy("Borne by"), choices=recovery.BEARERS)
    required = forms.BooleanField(label=gettext_lazy("Before the case is resolved"), required=False)
    shared = forms.BooleanField(label=gettext_lazy("Once for all cases of the same fault"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        phrases = [("", "–"), *((row.pk, standards.words_of(row)[:60]) for row in standards.phrases())]
        kinds = [("", _("none")), *recovery.KINDS]
        calendars = [(row.code, row.name) for row in clocks.calendars()]
        for name, choices in (("phrase", phrases), ("kind", kinds), ("calendar", calendars)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def empty(self) -> bool:
        """A spare one that nobody filled in, or one that was emptied to take it away."""
        return not str(self["title"].value() or "").strip()

    @property
    def name(self) -> str:
        """What is done, in the reader's language."""
        title, english = (str(self[field].value() or "") for field in ("title", "title_en"))
        return Step(title, english).name

    def full_clean(self) -> None:
        """Nothing is asked of an empty one."""
        super().full_clean()
        if self.is_bound and self.empty:
            self.errors.clear()

    def step(self) -> Step:
        """What was typed."""
        given = dict(self.cleaned_data)
        minutes = clocks.joined(given.pop("amount_n"), given.pop("amount_u"), given["calendar"])
        del given["place"]
        numbers = {name: given[name] or 0 for name in ("amount", "most", "phrase")}
        return Step(**given | {"minutes": minutes} | numbers)


class PlanForm(EditForm):
    """All steps in their order, with some spare ones below."""

    def __init__(self, data: Any = None, *, steps: Sequence[Step], token: str) -> None:
        super().__init__(data, initial={"version": token})
        count = min(len(steps) + SPARE, MOST_STEPS)
        if data is not None:
            count = max((int(key.split("-")[0]) for key in data if key.partition("-")[0].isdigit()), default=count)
        rows = [*steps, *[_NEW] * (min(count, MOST_STEPS) - len(steps))][:MOST_STEPS]
        self.rows = [
            StepForm(data, initial=_initial(place, one), prefix=str(place)) for place, one in enumerate(rows, start=1)
        ]

    def is_valid(self) -> bool:
        """Is every step filled in rightly?"""
        return super().is_valid() and not [row for row in self.rows if not row.is_valid()]

    def _kept(self) -> list[StepForm]:
        kept = [row for row in self.rows if not row.empty]
        return sorted(kept, key=lambda row: (row.cleaned_data["place"], self.rows.index(row)))

    def steps(self) -> list[Step]:
        """What was typed, in the order of the places."""
        return [row.step() for row in self._kept()]

    def tell(self, error: BadSetting) -> None:
        """Put a refusal where it belongs."""
        number, _dash, name = error.field.partition("-")
        row = self._kept()[int(number) - 1] if number.isdigit() else None
        name = {"minutes": "amount_n"}.get(name, name)
        if row is not None and name in row.fields:
            row.add_error(name, error.text)
        self.add_error(None, f"{number}. {error.text}" if row is not None else error.text)


def _initial(place: int, one: Step) -> dict[str, Any]:
    amount, unit = clocks.split(one.minutes, one.calendar)
    found = asdict(one) | {"place": place, "amount_n": amount, "amount_u": unit, "phrase": one.phrase or ""}
    sums = {"amount": one.amount, "most": one.most}
    return found | {name: money.plain(value, money.DEFAULT) if value else "" for name, value in sums.items()}


# --- words -----------------------------------------------------------------------------------------------------------


def within(one: Step) -> str:
    """“2 hours (service hours)”."""
    amount, unit = clocks.split(one.minutes, one.calendar)
    words = {"amount": amount, "unit": clocks.UNITS[unit], "calendar": clocks.calendar_name(one.calendar)}
    return _("%(amount)d %(unit)s (%(calendar)s)") % words


def words_of(one: Step) -> str:
    """What is said, by a phrase or in words of its own."""
    row = next((row for row in standards.lexicon().phrases if row.pk == one.phrase), None)
    return standards.words_of(row) if row else one.own_words


def told(one: Step) -> dict[str, Any]:
    """A step for the page."""
    return {"step": one, "within": within(one), "words": words_of(one), "remedy": suggested_name(one)}


_FIELDS: Mapping[str, Any] = {
    "title_en": gettext_lazy("What is done, in English"),
    "deed": pgettext_lazy("of a step", "How"),
    "deed_en": gettext_lazy("How, in English"),
    "phrase": gettext_lazy("Phrase"),
    "words": gettext_lazy("Words"),
    "words_en": gettext_lazy("Words in English"),
    "minutes": gettext_lazy("Minutes"),
    "calendar": gettext_lazy("Calendar"),
    "kind": gettext_lazy("Suggested remedy"),
    "amount": gettext_lazy("Usual amount"),
    "most": gettext_lazy("Up to"),
    "bearer": gettext_lazy("Borne by"),
    "required": gettext_lazy("Before the case is resolved"),
    "shared": gettext_lazy("Once for all cases of the same fault"),
    "place": gettext_lazy("Place"),
}


def difference_words(one: Difference) -> str:
    """A difference in a line."""
    names = {"number": one.number, "old": one.old, "new": one.new}
    if one.field == "added":
        return _("Step %(number)d is new: %(new)s") % names
    if one.field == "taken_away":
        return _("Step %(number)d is left out: %(old)s") % names
    old, new = (_value(one.field, value) for value in (one.old, one.new))
    names |= {"field": _FIELDS[one.field], "old": old, "new": new}
    return _("Step %(number)d, %(field)s: %(old)s → %(new)s") % names


def _value(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field in ("amount", "most"):
        return money.show(value) if value else "–"
    if field == "calendar":
        return clocks.calendar_name(value)
    labels: dict[str, Any] = {"kind": dict(recovery.KINDS), "bearer": dict(recovery.BEARERS)}
    if field == "phrase":
        row = next((row for row in standards.lexicon().phrases if row.pk == value), None)
        return standards.words_of(row)[:40] if row else "–"
    return str(labels.get(field, {}).get(value, value)) or "–"
