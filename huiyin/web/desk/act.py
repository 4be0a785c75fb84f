"""A verb as the desk offers it: its form, its action, and when it fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.cases import words
from huiyin.org.access import Verb

from .sheet import Sheet
from .verb_forms import NothingMore, VerbForm

GROUPS: Mapping[str, str | Promise] = {
    "case": _("The case"),
    "customer": _("The customer"),
    "good": _("Make good"),
    "department": _("Departments"),
    "lead": _("Times and supervision"),
}
"""The parts of the menu, in order."""


@dataclass(frozen=True)
class Act:
    """One verb. `run(case id, By, **clean values)` does it; `fits` is what must be there besides the status."""

    verb: Verb
    name: str | Promise
    done: str | Promise
    form: type[VerbForm]
    run: Callable[..., Any]
    fits: Callable[[Sheet], bool] = lambda sheet: True
    danger: bool = False
    label: Callable[[Sheet], str] = lambda sheet: ""
    """A name that says more, where the case tells more."""
    guide: str = ""
    """A template that stands above the form: what to say."""
    second: str | Promise = ""
    """A second button, which posts `close` besides."""
    group: str = "case"
    """Its part of the menu."""

    def possible(self, sheet: Sheet) -> bool:
        """May this person do it with this case, whose status allows it?"""
        return self.fits(sheet) and sheet.may(self.verb)

    def called(self, slug: str) -> str:
        """Its name in this house; verbs that share theirs with another keep Huiyin's."""
        return (words.own("verb", slug) if slug == self.verb else "") or str(self.name)

    @property
    def needs_words(self) -> bool:
        """Is there anything to fill in?"""
        return self.form is not NothingMore
