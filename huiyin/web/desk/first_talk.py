"""What is said to a customer who comes for the first time: what we do, by when, and what we don't.

An earlier case that the reader may not see doesn't count: else the hint would tell that there is one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from huiyin.cases.workflow import OPEN
from huiyin.standards import outgoing
from huiyin.standards import queries as standards
from huiyin.standards.placeholders import Values
from huiyin.web.templatetags.huiyin import when

if TYPE_CHECKING:
    from huiyin.org.models import Site, User

    from .sheet import Sheet

ORIGIN = "first1"
"""The phrase for it, whatever a house has made of its words."""


@dataclass(frozen=True)
class FirstTalk:
    """`phrase`: the words, filled in as far as the case fills them; empty where a house has none. `published`: what is
    promised, and by when."""

    phrase: str
    published: Collection[tuple[str, datetime]] = ()


def phrase(values: Values) -> str:
    """The words for it, filled in."""
    row = next((one for one in standards.lexicon().phrases if one.origin == ORIGIN and one.active), None)
    return outgoing.filled(standards.words_of(row), values) if row is not None else ""


def of_case(sheet: Sheet, others: Collection[Any]) -> FirstTalk | None:
    """The hint of a case that is worked on, whose customer has no other that the reader may see."""
    case = sheet.case
    if others or case.customer_id is None or case.veil is not None or case.status not in OPEN:
        return None
    clocks = [(str(one.get_kind_display()), one.due_at) for one in sheet.open_clocks if one.kind in _TOLD]
    return FirstTalk(phrase(sheet.blanks), clocks)


_TOLD = frozenset({"respond", "arrive", "resolve"})
"""The clocks that are published to customers."""


def of_new(user: User, site: Site, due: datetime | None, now: datetime) -> FirstTalk:
    """The hint beside the form for a new case; what is published stands there already."""
    values: Values = {"site": lambda: site.name, "agent": lambda: user.name, "due": lambda: when(due, now)}
    return FirstTalk(phrase(values))
