"""The groups of what a house may call otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

GROUPS: Mapping[str, str | Promise] = {
    "status": gettext_lazy("Statuses"),
    "standing": gettext_lazy("Statuses as the customer reads them"),
    "step": gettext_lazy("The four steps"),
    "event": gettext_lazy("Lines of the timeline"),
    "verb": gettext_lazy("Verbs"),
}
