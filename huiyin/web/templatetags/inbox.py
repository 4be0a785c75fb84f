"""Tags of the rail and the inbox. Options and facts are put together here: as templates they took a third of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from huiyin.web.desk.choose import Choice
    from huiyin.web.desk.facts import Fact
    from huiyin.web.models import SavedView

register = template.Library()
SAVED = "saved-"
MOST_NAMES = 500
"""So many are suggested; all are understood."""


@register.filter
def rail_key(view: SavedView) -> str:
    """What a saved view is called in the rail's context."""
    return f"{SAVED}{view.pk}"


@register.filter
def at(counts: Mapping[str, str] | str, view: SavedView) -> str:
    """The count of a saved view, if the page has counts."""
    return counts.get(rail_key(view), "") if isinstance(counts, Mapping) else ""


@register.filter
def by_address(counts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The counts by the addresses of their views."""
    for name, count in counts.items():
        if name.startswith(SAVED):
            yield reverse("saved_view", args=[name.removeprefix(SAVED)]), count
        else:
            yield reverse("inbox", args=[name]), count


@register.simple_tag
def options(choices: Sequence[tuple[str, object, bool]]) -> SafeString:
    """The options of a select: code, label, is it chosen."""
    parts = [
        f'<option value="{escape(code)}"{" selected" if chosen else ""}>{escape(label)}</option>'
        for code, label, chosen in choices
    ]
    return mark_safe("".join(parts))  # noqa: S308 (escaped part by part)


@register.simple_tag
def suggestions(choices: Sequence[Choice]) -> SafeString:
    """The names that the fields for people suggest; they share one list."""
    names = next((choice.options for choice in choices if choice.kind == "people"), ())
    parts = [f'<option value="{escape(label)}"></option>' for _code, label, _chosen in names[:MOST_NAMES]]
    return mark_safe("".join(parts))  # noqa: S308 (escaped part by part)


@register.simple_tag
def facts(found: Sequence[Fact]) -> SafeString:
    """The facts of a row, one span each."""
    parts = [
        f'<span class="fact {fact.name}">{escape(f"{fact.label} {fact.text}" if fact.label else fact.text)}</span>'
        for fact in found
    ]
    return mark_safe("".join(parts))  # noqa: S308 (escaped part by part)
