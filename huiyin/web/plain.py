"""What forms say of what can't be taken: not only that it is wrong, but what to write instead.

Every form of the pages is a `PlainForm`. Django's own sentences are replaced; those that a field brings along stay.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_ANY: dict[str, Any] = {
    "required": _("Please fill this in."),
    "max_length": _("Please make it shorter: %(show_value)d characters, and at most %(limit_value)d fit."),
    "min_length": _("Please write more: %(show_value)d characters, and at least %(limit_value)d are needed."),
    "min_value": _("Please write %(limit_value)s or more."),
    "max_value": _("Please write %(limit_value)s or less."),
    "null_characters_not_allowed": _("There is a sign in it that can't be kept: please type it anew."),
}
_NUMBER: dict[str, Any] = {
    "max_digits": _("Please write a shorter number."),
    "max_whole_digits": _("Please write a shorter number."),
    "max_decimal_places": _("At most two digits behind the point."),
}
_OFFERED: dict[str, Any] = {
    "required": _("Please choose one."),
    "invalid_choice": _("Please choose one of those that are offered; the list may have changed."),
    "invalid_list": _("Please choose from what is offered."),
}
_FILE: dict[str, Any] = {
    "required": _("Please choose a file."),
    "invalid": _("Please choose the file once more."),
    "missing": _("Please choose the file once more."),
    "empty": _("The file is empty: please choose another."),
}
_OF: tuple[tuple[type[forms.Field], dict[str, Any]], ...] = (
    (forms.MultipleChoiceField, _OFFERED | {"required": _("Please choose at least one.")}),
    (forms.ChoiceField, _OFFERED),
    (forms.FileField, _FILE),
    (forms.BooleanField, {"required": _("Please tick this to go on.")}),
    (forms.DecimalField, _NUMBER | {"invalid": _("Please write a number, such as 12.50.")}),
    (forms.IntegerField, {"invalid": _("Please write a whole number, such as 3.")}),
    (forms.DateTimeField, {"invalid": _("Please write a day and a time like 2026-03-31 14:30.")}),
    (forms.DateField, {"invalid": _("Please write a day like 2026-03-31.")}),
    (forms.TimeField, {"invalid": _("Please write a time like 14:30.")}),
    (forms.EmailField, {"invalid": _("Please write an e-mail address like name@example.com.")}),
)


class PlainForm(forms.Form):
    """A form whose errors say what to do."""

    def full_clean(self) -> None:
        """Only now are all fields there: some are added as the form is made."""
        for field in self.fields.values():
            _speak(field)
        super().full_clean()


def _speak(field: forms.Field) -> None:
    own = next((texts for kind, texts in _OF if isinstance(field, kind)), {})
    texts = {**_ANY, **own}
    field.error_messages |= {code: text for code, text in texts.items() if _stock(field, code)}


def _stock(field: forms.Field, code: str) -> bool:
    """Would Django's own sentence be said?"""
    for kind in type(field).__mro__:
        stock = vars(kind).get("default_error_messages", {})
        if code in stock:
            return kind.__module__.startswith("django.") and field.error_messages.get(code) is stock[code]
    return code not in field.error_messages
