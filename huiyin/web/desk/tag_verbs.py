"""Tags as the desk offers them; as in `verbs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases import lists, tags
from huiyin.org.access import Verb

from .act import Act
from .verb_forms import VerbForm


class Suggesting(forms.TextInput):
    """A line of text that offers what there is already."""

    template_name = "desk/suggesting.html"

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the tags that there are."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_known"
        return context | {"known": lists.tags_offered()}


def tag_field() -> forms.CharField:
    """One tag, known or new."""
    help_text = _("At most 32 characters. A new one is added by using it.")
    widget = Suggesting(attrs={"autocomplete": "off"})
    field = forms.CharField(label=_("Tag"), max_length=tags.LONGEST, help_text=help_text, widget=widget)
    field.size = "short"  # type: ignore[attr-defined]
    return field


class _Named(VerbForm):
    def given(self) -> dict[str, str]:
        """The name of the tag."""
        return {"name": self.cleaned_data["tag"]}


class TagForm(_Named):
    """Which tag."""

    tag = tag_field()


class UntagForm(_Named):
    """One of those that the case has."""

    tag = forms.ChoiceField(label=_("Tag"))

    def prepare(self) -> None:
        """Offer them."""
        self.choose("tag", [(name, name) for name in lists.tag_names(self.sheet.case.tags)])


TAGS: Mapping[str, Act] = {
    "tag": Act(Verb.TAG, _("Add a tag"), _("The tag is added."), TagForm, tags.tag),
    "untag": Act(
        Verb.UNTAG,
        _("Take a tag off"),
        _("The tag is taken off."),
        UntagForm,
        tags.untag,
        fits=lambda sheet: bool(sheet.case.tags),
    ),
}
