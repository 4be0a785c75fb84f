"""Filters of the rail and the inbox: counts beside their views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse

if TYPE_CHECKING:
    from huiyin.web.models import SavedView

register = template.Library()
SAVED = "saved-"


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
            yield reverse("inbox", args=[name.replace("_", "-")]), count
