"""What is worth warning customers of before they meet it: a pure rule over what a site has met.

Three questions, each graded from 1 to 3: how severe it is, how likely it is that most customers meet it, and how little
they know of it. The product of the three is compared with a bar. Every number is one that a manager can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEAR = 364
"""Days between a day and the same weekday a year before."""
WEEKS = 28
"""Days of a season that is looked at, and of the parts of a year that it is compared with."""
MEMORY = 365
"""So many days a customer remembers a matter: after that it is the first of its kind again."""


@dataclass(frozen=True)
class Bars:
    """`days`: of the time that is looked at. Shares in percent: `severe_*` of cases, `reach_*` of homes, `new_*` of
    customers; `rise`, `peak`: of the number before. `bar`: the product from which on it is worth a warning."""

    days: int = 90
    least: int = 5
    severe_some: int = 20
    severe_many: int = 50
    reach_some: int = 2
    reach_many: int = 5
    rise: int = 150
    new_some: int = 50
    new_many: int = 80
    bar: int = 12
    ahead: int = 21
    peak: int = 200


@dataclass(frozen=True, slots=True)
class Met:
    """One case: which, when, by whom, and whether it was severe."""

    case: int
    day: date
    who: str
    severe: bool


@dataclass(frozen=True)
class Span:
    """Some days, the last one included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Is this day one of them?"""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Figures:
    """What was counted. `first`: customers for whom it was the first of its kind; `before`: how many customers met it
    in the time it is compared with; `homes`: those of the site, 0 when nobody knows. `known`: the records reach
    back far enough to say what grows, and for whom it was the first."""

    cases: int
    severe: int
    customers: int
    homes: int
    first: int
    before: int
    known: bool = True


@dataclass(frozen=True)
class Grades:
    """From 1 to 3 each."""

    severity: int
    probability: int
    unknown: int

    @property
    def product(self) -> int:
        """What is compared with the bar."""
        return self.severity * self.probability * self.unknown


def share(part: int, whole: int) -> int:
    """In percent, never more than all."""
    return min(100, 100 * part // whole) if whole else 0


def grades(found: Figures, bars: Bars) -> Grades:
    """How severe, how likely, how little known. In a young house everybody is new and everything grows: there nothing
    counts as growing, and nothing as more than half new."""
    reach = _steps(share(found.customers, found.homes), bars.reach_some, bars.reach_many)
    grows = found.known and found.customers * 100 >= bars.rise * found.before
    new = _steps(share(found.first, found.customers), bars.new_some, bars.new_many)
    return Grades(
        severity=_steps(share(found.severe, found.cases), bars.severe_some, bars.severe_many),
        probability=min(3, reach + grows),
        unknown=new if found.known else min(2, new),
    )


def _steps(value: int, some: int, many: int) -> int:
    return 1 + (value >= some) + (value >= many)


def worth(found: Figures, bars: Bars, *, season: bool = False) -> bool:
    """Is it worth a warning? A season must have been a peak of its year."""
    if found.customers < bars.least:
        return False
    if season and found.customers * 100 < bars.peak * max(found.before, 1):
        return False
    return grades(found, bars).product >= bars.bar


# --- counting --------------------------------------------------------------------------------------------------------


def lately(today: date, bars: Bars) -> tuple[Span, Span]:
    """The days until yesterday, and as many before them."""
    last = today - timedelta(days=1)
    first = today - timedelta(days=bars.days)
    return Span(first, last), Span(first - timedelta(days=bars.days), first - timedelta(days=1))


def last_year(today: date, bars: Bars) -> Span:
    """The weeks of last year of those that are ahead."""
    first = today + timedelta(days=bars.ahead - YEAR)
    return Span(first, first + timedelta(days=WEEKS - 1))


def earliest(today: date, bars: Bars) -> date:
    """From which day on cases are needed."""
    return min(lately(today, bars)[1].first, last_year(today, bars).first) - timedelta(days=MEMORY)


def is_known(since: date, span: Span, bars: Bars) -> bool:
    """Do records that begin on a day reach back so far before a time as is looked at?"""
    return since <= span.first - timedelta(days=bars.days)


def count(rows: Sequence[Met], span: Span, homes: int, before: int) -> Figures:
    """What is counted of these cases, all of one kind, in a time."""
    found = [row for row in rows if span.holds(row.day)]
    who = {row.who for row in found}
    new = {row.who for row in newcomers(rows, span)}
    return Figures(len(found), sum(row.severe for row in found), len(who), homes, len(new), before)


def newcomers(rows: Iterable[Met], span: Span) -> list[Met]:
    """Each customer's first case in the time, of those who had met nothing of the kind within the memory before."""
    first: dict[str, Met] = {}
    known: dict[str, date] = {}
    for row in sorted(rows, key=lambda one: (one.day, one.case)):
        if row.day < span.first:
            known[row.who] = row.day
        elif span.holds(row.day):
            first.setdefault(row.who, row)
    remembered = span.first - timedelta(days=MEMORY)
    return [row for who, row in first.items() if known.get(who, date.min) < remembered]


def customers_in(rows: Iterable[Met], span: Span) -> int:
    """How many customers met it in a time."""
    return len({row.who for row in rows if span.holds(row.day)})


def usual(rows: Iterable[Met], today: date) -> int:
    """How many customers met it in four weeks of the last year, on average, rounded up."""
    start = today - timedelta(days=YEAR)
    met = {((row.day - start).days // WEEKS, row.who) for row in rows if start <= row.day < today}
    return -(-len(met) * WEEKS // YEAR)
