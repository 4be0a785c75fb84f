"""The priors of the economics: every number that is assumed, with its range, source, date and history."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.org import history
from huiyin.web.desk.door import StaffRequest
from huiyin.worth import priors
from huiyin.worth.definitions import GROUPS, Unit, steps_of, typed
from huiyin.worth.priors import MOST_TEXT, PriorValues

from .door import EditForm, done, editor, page, reader, saved


class StepsField(forms.DecimalField):
    """A number as people type it in its unit; gives whole steps."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, min_value=Decimal(0), max_digits=14, decimal_places=2)
        self.unit = Unit.COUNT.value

    def clean(self, value: Any) -> Any:
        """The steps."""
        found = super().clean(value)
        try:
            return steps_of(self.unit, found)
        except ValueError as error:
            raise ValidationError(_("At most two digits behind the point.")) from error


class PriorForm(EditForm):
    """A prior."""

    low = StepsField(label=gettext_lazy("At least"))
    value = StepsField(label=gettext_lazy("Likely"))
    high = StepsField(label=gettext_lazy("At most"))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=MOST_TEXT,
        help_text=gettext_lazy("Who says so: a study, a page, or your own figures of which months."),
    )
    said_on = forms.DateField(
        label=gettext_lazy("Of which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    caveat = forms.CharField(label=gettext_lazy("Caveat"), max_length=MOST_TEXT, required=False)

    def __init__(self, data: Any = None, *, row: priors.Row) -> None:
        values = priors.values_of(row.prior)
        low, value, high = row.texts
        initial = asdict(values) | {"low": low, "value": value, "high": high, "version": history.version(values)}
        initial |= {"source": _(values.source), "caveat": _(values.caveat)}
        super().__init__(data, initial=initial)
        for name in ("low", "value", "high"):
            field = self.fields[name]
            assert isinstance(field, StepsField)
            field.unit, field.help_text = row.prior.unit, str(Unit(row.prior.unit).label)

    def values(self) -> PriorValues:
        """What was typed."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return PriorValues(**found | {"said_on": found["said_on"].isoformat()})


@reader
def every(request: StaffRequest) -> HttpResponseBase:
    """All priors, by what they are about."""
    rows = priors.every()
    groups = [(name, [_line(row) for row in rows if row.known.group == key]) for key, name in GROUPS.items()]
    context = {"groups": [one for one in groups if one[1]], "missing": not priors.book().complete}
    return page(request, "settings/priors.html", context, area="priors")


def _line(row: priors.Row) -> dict[str, Any]:
    low, value, high = (shown(row.prior.unit, one) for one in (row.prior.low, row.prior.value, row.prior.high))
    return {"row": row, "low": low, "value": value, "high": high}


def shown(unit: str, steps: int) -> str:
    """With its sign: “12.5 %”, “¥0.8”, “3.5”."""
    text = typed(unit, steps)
    return {Unit.SHARE: f"{text} %", Unit.MONEY: f"¥{text}"}.get(Unit(unit), text)


@editor
def prior(request: StaffRequest, code: str) -> HttpResponseBase:
    """Change one."""
    row = priors.find(code)
    form = PriorForm(request.POST or None, row=row)
    if form.is_valid() and saved(request, form, lambda by: priors.change(code, form.values(), by)):
        return done(request, _("Saved. Values are reckoned anew with it by the next run."), "settings_priors")
    context = {"form": form, "title": str(row.known.name), "up": "settings_priors"}
    context["note"] = _("It holds for the whole company; every change stands in the history.")
    return page(request, "settings/edit.html", context, area="priors", thing=code)
