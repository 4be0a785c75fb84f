"""Equal treatment: what comparable cases got, by tier, site or person. A difference is a question, not a verdict.

Comparable are cases of one failure and gravity, resolved in one period. Of each group: how many got anything, and the
quartiles of what all of them got, nought included. Against all others together: the difference of the shares with its
95 % interval (Newcombe 1998), and the rank-sum test of the amounts (Mann & Whitney 1947), corrected for the number of
groups that are looked at (Holm 1979). Groups of fewer than five aren't shown: they say nothing, and too much of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from huiyin.base import ranks
from huiyin.base.intervals import Interval, newcombe, wilson
from huiyin.cases import queries as cases
from huiyin.cases.models import Case
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.recovery.failures import described

from .models import Tally

YEAR = timedelta(days=365)
FEWEST = 5
MOST = 5_000
"""So many comparable cases are looked at, the newest."""
LEVEL = 0.05
_KEYS: dict[str, Callable[[Tally], int | None]] = {
    "tier": lambda row: row.tier_id,
    "site": lambda row: row.site_id,
    "person": lambda row: row.person_id,
}
BY = tuple(_KEYS)


@dataclass(frozen=True)
class Wanted:
    """Which cases are compared, and by what. `own`: the reader's own against all others, nobody else by name."""

    failure: int
    gravity: str
    by: str
    where: frozenset[int]
    until: datetime
    own: int | None = None


@dataclass(frozen=True)
class Group:
    """One group against all others. `key`: of its tier, site, person; None for those without one."""

    key: int | None
    count: int
    given: int
    share: Interval
    lower: int
    middle: int
    upper: int
    difference: Interval | None = None
    p: float = 1.0
    """After Holm."""

    @property
    def apart(self) -> bool:
        """Is the difference larger than chance alone makes it, one time in twenty?"""
        return self.p < LEVEL


@dataclass(frozen=True)
class Compared:
    """All groups that are large enough; `small`: how many aren't."""

    groups: list[Group]
    small: int
    cut: bool


def reach(user: User) -> tuple[frozenset[int], bool]:
    """Where somebody may compare, and whether everybody there or only themselves: an agent sees their own."""
    measured, seen = access.reach(user, Verb.MEASURE), access.reach(user, Verb.REMEDY)
    everywhere = frozenset(org.organisation().sites)
    if measured.everywhere or measured.sites:
        return (everywhere if measured.everywhere else measured.sites), False
    return (everywhere if seen.everywhere else seen.sites), True


def compared(wanted: Wanted) -> Compared:
    """The groups, in the order of their size."""
    rows = list(_rows(wanted)[: MOST + 1])
    cut, rows = len(rows) > MOST, rows[:MOST]
    amounts: dict[int | None, list[int]] = defaultdict(list)
    for row in rows:
        key = _KEYS[wanted.by](row)
        amounts[key if wanted.own in (None, key) else None].append(row.given)
    large = {key: found for key, found in amounts.items() if len(found) >= FEWEST}
    if wanted.own is not None:
        large = {key: found for key, found in large.items() if key == wanted.own}
    groups = [_group(key, found, _others(amounts, key)) for key, found in large.items()]
    corrected = ranks.holm([one.p for one in groups])
    groups = [replace(one, p=p) for one, p in zip(groups, corrected, strict=True)]
    small = len(amounts) - len(large) if wanted.own is None else 0
    return Compared(sorted(groups, key=lambda one: (-one.count, one.key or 0)), small, cut)


def _rows(wanted: Wanted) -> QuerySet[Tally]:
    rows = Tally.objects.filter(failure=wanted.failure, gravity=wanted.gravity, site__in=wanted.where)
    return rows.filter(at__gt=wanted.until - YEAR, at__lte=wanted.until).order_by("-at")


def _others(amounts: dict[int | None, list[int]], key: int | None) -> list[int]:
    return [one for other, found in amounts.items() if other != key for one in found]


def _group(key: int | None, amounts: Sequence[int], others: Sequence[int]) -> Group:
    given = sum(1 for one in amounts if one)
    quartiles = described(sorted(amounts), "")
    found = Group(
        key, len(amounts), given, wilson(given, len(amounts)), quartiles.lower, quartiles.middle, quartiles.upper
    )
    if len(others) < FEWEST:
        return found
    got = sum(1 for one in others if one)
    between = newcombe((given, len(amounts)), (got, len(others)))
    return replace(found, difference=between, p=ranks.rank_sum(amounts, others))


def first() -> tuple[int, str] | None:
    """A failure and gravity of which there are cases: where the page begins."""
    # More than nought, not just there: so both databases begin in the index.
    row = Tally.objects.filter(failure__gt=0).order_by("failure", "gravity", "-at").first()
    return (row.failure_id, row.gravity) if row is not None and row.failure_id is not None else None


@dataclass(frozen=True)
class Row:
    """One of the compared cases."""

    tally: Tally
    case: Case


def behind(user: User, wanted: Wanted, key: int | None, *, limit: int = 200) -> list[Row]:
    """The cases of a group, newest first, as far as this person may see them."""
    rows = [row for row in _rows(wanted)[:MOST] if _KEYS[wanted.by](row) == key][:limit]
    seen = {case.pk: case for case in cases.some(user, [row.case_id for row in rows])}
    return [Row(row, seen[row.case_id]) for row in rows if row.case_id in seen]
