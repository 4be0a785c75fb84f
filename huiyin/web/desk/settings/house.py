"""Rules and words: whether results are reviewed, and what this house calls things."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases import words
from huiyin.org import history, house
from huiyin.org.house import Rules
from huiyin.web.desk.door import StaffRequest

from .called import GROUPS
from .door import EditForm, done, editor, page, saved

_LANGUAGES = {"zh": gettext_lazy("Chinese"), "en": gettext_lazy("English")}
MOST = 60


class HouseForm(EditForm):
    """The rule, and two fields for each thing that can be called otherwise: empty, it keeps Huiyin's word."""

    review = forms.BooleanField(
        label=gettext_lazy("Results are reviewed"),
        required=False,
        help_text=gettext_lazy(
            "Somebody who neither resolved nor handled a case looks at its result before the customer is asked how it "
            "went. Cases that wait for a review go on waiting when this is switched off."
        ),
    )

    show_asker = forms.BooleanField(
        label=gettext_lazy("Departments are told who asks what would have helped"),
        required=False,
        help_text=gettext_lazy("Otherwise such a question comes from “return visits”; supervisors see who asked."),
    )

    def __init__(self, data: Any = None, *, rules: Rules) -> None:
        rule = {"review": rules.review, "show_asker": rules.show_asker}
        super().__init__(data, initial={"version": history.version(rules.told()), **rule})
        for group, codes in words.GROUPS.items():
            for code in codes:
                own = rules.words.get(f"{group}/{code}", ("", ""))
                for (language, label), text in zip(_LANGUAGES.items(), own, strict=True):
                    said = {"placeholder": label, "aria-label": f"{words.GROUPS[group][code]} · {label}"}
                    self.fields[_name(group, code, language)] = forms.CharField(
                        label=label, required=False, max_length=MOST, initial=text, widget=forms.TextInput(said)
                    )

    def clean(self) -> None:
        """A word is there in both languages or in none."""
        super().clean()
        for group, codes in words.GROUPS.items():
            for code in codes:
                pair = [self.cleaned_data.get(_name(group, code, language), "") for language in _LANGUAGES]
                if any(pair) and not all(pair):
                    missing = "zh" if not pair[0] else "en"
                    self.add_error(_name(group, code, missing), _("Give the word in both languages, or in none."))

    def groups(self) -> list[dict[str, Any]]:
        """The words by group, for the page."""
        return [
            {
                "title": title,
                "rows": [
                    {
                        "label": str(words.GROUPS[group][code]),
                        "cells": [self[_name(group, code, language)] for language in _LANGUAGES],
                    }
                    for code in words.GROUPS[group]
                ],
            }
            for group, title in GROUPS.items()
        ]

    def rules(self) -> Rules:
        """What was typed."""
        found = {
            f"{group}/{code}": (
                self.cleaned_data[_name(group, code, "zh")],
                self.cleaned_data[_name(group, code, "en")],
            )
            for group, codes in words.GROUPS.items()
            for code in codes
        }
        own = {code: pair for code, pair in found.items() if all(pair)}
        return Rules(self.cleaned_data["review"], own, self.cleaned_data["show_asker"])


def _name(group: str, code: str, language: str) -> str:
    return f"{group}_{code}_{language}"


@editor
def rules(request: StaffRequest) -> HttpResponseBase:
    """The rules and words of the house."""
    form = HouseForm(request.POST or None, rules=house.rules())
    if form.is_valid() and saved(request, form, lambda by: house.change(form.rules(), by)):
        return done(request, _("Saved."), "settings_house")
    return page(request, "settings/house.html", {"form": form}, area="house")
