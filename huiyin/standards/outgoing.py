"""Words on their way to a customer: their blanks are filled from the case, then they are checked.

`wiring.py` puts `reader` before every verb that speaks to a customer; the desk asks the same while somebody types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _

from huiyin.base import promises
from huiyin.base.ids import grouped, receipt_number
from huiyin.base.promises import Promise
from huiyin.base.wording import Finding, Level
from huiyin.cases import actions, hiding, outside
from huiyin.cases.given import By, Reader
from huiyin.cases.models import Case
from huiyin.org.models import Site, User

from .placeholders import Values, blanks, fill
from .queries import check

DueOf = Callable[[Case, datetime], datetime | None]
"""By when the customer of a case hears from us next after a moment."""
LEFT_IN = 0
"""The key of the finding that a blank was left in; no row has it."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ENDS = "。！？!?；;\n"


def reader(due_of: DueOf) -> Reader:
    """Reads words that are about to leave."""

    def read(text: str, case: Case | None, by: By) -> tuple[str, Sequence[Finding]]:
        assert by.user is not None
        text = text if case is None else filled(text, values(case, by.user, by.at, due_of))
        return text, look(text)

    return read


def filled(text: str, values: Values) -> str:
    """The text with its blanks filled in the language it is written in, whatever the writer's own."""
    with translation.override("zh-hans" if _CHINESE.search(text) else "en"):
        return fill(text, values)


def values(case: Case, user: User, at: datetime, due_of: DueOf) -> Values:
    """What fills the blanks of a phrase for a case, as `user` may know it."""
    due = cache(lambda: due_of(case, at))  # asked once for a page of phrases
    return {
        "customer": lambda: _customer(case, user),
        "number": lambda: grouped(receipt_number(case.pk)),
        "due": lambda: _moment(due(), case.site),
        "agent": lambda: user.name,
        "site": lambda: case.site.name,
        "mediator": lambda: _mediator(case),
    }


def _mediator(case: Case) -> str:
    """The gentlest body outside that fits; a refusal fills in the one that was chosen before it comes here."""
    return next((outside.told(row) for row in outside.fitting(case)), "")


def _customer(case: Case, user: User) -> str:
    known = case.veil is None and hiding.knows(user, case) and case.customer is not None
    return case.customer.name if known and case.customer is not None else ""


def _moment(due: datetime | None, site: Site) -> str:
    """By when, in words that stay true when they are read later: the day, and the time of the clock at the site."""
    if due is None:
        return ""
    local = due.astimezone(ZoneInfo(site.time_zone))
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT').lstrip('0')} {formats.date_format(local, 'H:i')}"


def look(text: str, values: Values | None = None) -> list[Finding]:
    """All that is to be said about a text before it leaves: words, and blanks that neither a person has filled nor
    `values` can fill."""
    left = [
        Finding(start, end, text[start:end], Level.WARN, "", _("a blank that nobody has filled"), LEFT_IN)
        for start, end in blanks(text)
        if fill(text[start:end], values or {}) == text[start:end]
    ]
    return sorted([*check(text), *left], key=lambda one: one.start)


@dataclass(frozen=True)
class Offer:
    """A time that a text promises, ready to be made a commitment: in which words, and by when."""

    said: str
    text: str
    due_at: datetime


def offers(text: str, now: datetime, site: Site) -> list[Offer]:
    """The promises of a text that is said at `now` at a site, each with the sentence that it stands in."""
    found = promises.find(text, now, ZoneInfo(site.time_zone))
    return [Offer(text[one.start : one.end], _around(text, one), one.due_at) for one in found]


def _around(text: str, one: Promise) -> str:
    start = max(text.rfind(mark, 0, one.start) for mark in _ENDS) + 1
    ends = [at for mark in _ENDS if (at := text.find(mark, one.end)) >= 0]
    return text[start : min(ends) + 1 if ends else len(text)].strip()


@transaction.atomic
def with_promises(
    act: Callable[[By], object], case_id: int, by: By, promised: Sequence[tuple[str, datetime]]
) -> object:
    """Make commitments of what an act promises (words and deadline), and do the act: all or nothing.

    The promises come first: an act that ends a case leaves no room for one.
    """
    for text, due_at in promised:
        actions.commit(case_id, by, text=text, due_at=due_at)
        by = By(by.user, by.at, anyway=by.anyway)
    return act(by)
