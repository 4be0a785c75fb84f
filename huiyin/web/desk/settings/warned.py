"""How the numbers of what is worth warning of are called, and the things of its history."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases import queries as cases
from huiyin.org import queries as org

LABELS = {
    "days": gettext_lazy("Days that are looked at"),
    "least": gettext_lazy("Customers who met it, at least"),
    "severe_some": gettext_lazy("Severe, second grade: of a hundred cases so many P1 or P2"),
    "severe_many": gettext_lazy("Severe, third grade"),
    "reach_some": gettext_lazy("Likely, second grade: of a hundred homes so many customers"),
    "reach_many": gettext_lazy("Likely, third grade"),
    "rise": gettext_lazy("Growing: percent of the customers before (one grade more likely)"),
    "new_some": gettext_lazy("Little known, second grade: of a hundred customers so many for the first time"),
    "new_many": gettext_lazy("Little known, third grade"),
    "bar": gettext_lazy("Worth a warning: product of the three grades, of 27"),
    "ahead": gettext_lazy("Days ahead of a season"),
    "peak": gettext_lazy("A season: percent of the customers of four ordinary weeks"),
    "off_until": gettext_lazy("Ask again on"),
}
"""The numbers of the rule, and what is said of one that is put off."""


def name(thing: str) -> str:
    """The numbers of all, or one that was put off: `site category reason`."""
    code, _space, rest = thing.partition(" ")
    category = rest.partition(" ")[0]
    if not category.isdigit():
        return _("Worth warning of: the numbers")
    found, site = cases.categories().by_id.get(int(category)), org.organisation().site(code)
    return " · ".join(str(one) for one in (found, site) if one is not None)
