"""The counts that stand in the rail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from huiyin.cases import counting
from huiyin.cases.counting import Counted, Statement
from huiyin.cases.filters import Filter
from huiyin.cases.listing import Sort
from huiyin.clocks import deciding
from huiyin.clocks import listing as deadlines
from huiyin.org.access import Verb

from . import choose, saved
from .reach import can

if TYPE_CHECKING:
    from huiyin.org.models import User

MOST_SAVED = 12
"""So many saved views have a count."""


def counts(user: User, now: datetime) -> dict[str, str]:
    """Of each view in the rail how many cases it has: one statement for all, and two for what waits for a decision."""
    lists: dict[str, Counted | Statement] = {
        "mine": counting.kept(user, Filter(handler=user.pk)),
        "due": deadlines.counted_near(user, now),
    }
    if can(user, Verb.CREATE):
        lists["unassigned"] = counting.kept(user, Filter(unassigned=True))
    if can(user, Verb.SUPERVISE):
        lists["supervised"] = counting.kept(user, Filter(supervised=True))
    if user.department_id is not None:
        lists["department"] = counting.kept(user, Filter(department=user.department_id))
    if can(user, Verb.REVIEW):
        lists["review"] = counting.kept(user, Filter(reviewing=True))
    for view in saved.of(user)[:MOST_SAVED]:
        one = choose.chosen(view.params, user, now)
        if one.wanted.q:
            continue
        count = counting.of_list if view.params.keys() & {"older", "newer"} else counting.kept
        lists[f"saved-{view.pk}"] = count(user, _as_shown(one))
    found = counting.read(lists)
    if can(user, Verb.DECIDE_RETURN):
        found["to-decide"] = counting.shown(*deciding.how_many(user))
    return found


def _as_shown(one: choose.Chosen) -> Filter:
    """Every order but the newest shows open cases only."""
    return one.wanted if one.sort == Sort.NEWEST else counting.only_open(one.wanted)
