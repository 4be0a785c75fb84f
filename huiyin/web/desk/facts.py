"""What a row of the inbox tells besides subject, severity, ring and clock: a fact for each column that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from huiyin.cases.lists import tag_names
from huiyin.web.templatetags.huiyin import grouped, when

if TYPE_CHECKING:
    from huiyin.cases.models import Case


class Fact(NamedTuple):
    """`name` is its column; `label` stands before words that would else be taken for something different."""

    name: str
    text: str
    label: str = ""


def _last_word(case: Case, now: datetime) -> str:
    return {"customer": _("customer wrote"), "us": _("we wrote")}.get(case.last_word, "")


_TEXT: Mapping[str, Callable[[Case, datetime], str]] = {
    "site": lambda case, now: f"{case.site.name} {case.place}".strip(),
    "customer": lambda case, now: case.customer.name if case.customer else "",
    "category": lambda case, now: str(case.category) if case.category else "",
    "department": lambda case, now: case.department.name if case.department else "",
    "handler": lambda case, now: case.handler.name if case.handler else "",
    "owner": lambda case, now: case.owner.name if case.owner else "",
    "last_word": _last_word,
    "received": lambda case, now: when(case.received_at, now),
    "changed": lambda case, now: when(case.changed_at, now),
    "channel": lambda case, now: str(case.get_channel_display()),
    "number": lambda case, now: grouped(case.number),
}
_LABELS: Mapping[str, Callable[[], str]] = {
    "owner": lambda: _("Owner"),
    "received": lambda: _("Received"),
    "changed": lambda: _("Last change"),
}


def facts(case: Case, now: datetime, columns: Sequence[str]) -> list[Fact]:
    """The facts of a case that are chosen and that it has; a tag each."""
    found = []
    for name in columns:
        if name == "tags":
            found += [Fact("tag", tag) for tag in tag_names(case.tags)]
        elif text := _TEXT[name](case, now):
            found.append(Fact(name, text, _LABELS[name]() if name in _LABELS else ""))
    return found
