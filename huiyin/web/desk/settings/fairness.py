"""What counts as a repetition."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.fairness import rules
from huiyin.fairness.rules import RuleValues
from huiyin.org import history
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, done, editor, page, saved


class RepeatForm(EditForm):
    """The days, and where the number is from."""

    repeat_days = forms.IntegerField(
        label=gettext_lazy("The same matter again within so many days"),
        min_value=rules.LEAST,
        max_value=rules.MOST,
        help_text=gettext_lazy("It is one level more urgent then, goes to somebody else, and the supervisor is told."),
    )
    source = forms.CharField(label=gettext_lazy("Where the numbers are from"), max_length=rules.MOST_SOURCE)

    def __init__(self, data: Any = None, *, values: RuleValues) -> None:
        told = {"source": _(values.source), "version": history.version(values)}
        super().__init__(data, initial=asdict(values) | told)


@editor
def repeats(request: StaffRequest) -> HttpResponseBase:
    """Change what counts as a repetition."""
    form = RepeatForm(request.POST or None, values=rules.rule())
    if form.is_valid():
        values = RuleValues(form.cleaned_data["repeat_days"], form.cleaned_data["source"])
        if saved(request, form, lambda by: rules.change(values, by)):
            return done(request, _("Saved."), "settings_fairness")
    context = {"form": form, "title": _("Repeated complaints"), "up": "settings"}
    return page(request, "settings/edit.html", context, area="fairness", thing=rules.THING)
