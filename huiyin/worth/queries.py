"""Reading the economics: beside a decision, and the monthly report with the rows behind each figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Sum

from huiyin.cases import queries as cases
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.walk import Place, Walk
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.recovery.models import CaseFailure

from . import facts, known, priors
from .decision import Balance, Gain, Money
from .definitions import MEANINGS, Figure, Meaning, Method, Outcome
from .facts import With
from .known import Known
from .models import Line, MonthSum, Run

__all__ = ["MEANINGS", "Figure", "Meaning", "Method", "Outcome"]
"""What doors are given from here, besides what stands below."""

_WALK = Walk(Line, ("id",), down=True)


def last_run() -> Run:
    """When all values were reckoned last, and with which models."""
    return Run.objects.filter(pk=1).first() or Run()


# --- beside a decision -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """What making good keeps in one case. `own`: by this customer's own value, not by the average of the site; `gain`
    is None where no value is known."""

    known: Known
    own: bool
    gain: Gain | None
    labour: Money

    def balance(self, amount: int) -> Balance | None:
        """With a remedy that costs so much. Labour so far is spent whatever is decided: it stands beside, and counts in
        the report."""
        return Balance(self.gain, amount, 0) if self.gain is not None else None


def beside(user: User, case: Case, failure: CaseFailure, events: Sequence[CaseEvent]) -> Beside | None:
    """The economics of a case; None while priors are missing.

    What this very customer is worth is for those who read the rates of the site. For others the average customer
    stands in, so that at the desk nobody counts for more.
    """
    book = priors.book()
    if not book.complete:
        return None
    values = known.values({case.customer_id})
    own = access.may(user, Verb.MEASURE, case.site_id)
    if not own:
        values = known.Values({}, values.averages)
    found = values.of(case.customer_id, case.site_id)
    spent = facts.labour_of(events, case.site_id, book)
    labour = Money(*(round(one) for one in spent))
    gain = facts.gain_of(failure.gravity, case, With(book, values))
    return Beside(found, own and found.method not in (Method.SITE, Method.UNKNOWN), gain, labour)


# --- the monthly report ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """A figure, or a part of it."""

    value: str = ""
    count: int = 0
    amount: int = 0
    low: int = 0
    high: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.value,
            self.count + other.count,
            self.amount + other.amount,
            self.low + other.low,
            self.high + other.high,
        )


@dataclass(frozen=True)
class Report:
    """A month of some sites: figure → its parts."""

    month: date
    parts: dict[Figure, list[Sums]]

    def whole(self, figure: Figure) -> Sums:
        """All parts of a figure together."""
        return sum(self.parts.get(figure, ()), Sums())

    def part(self, figure: Figure, value: str) -> Sums:
        """One part of it."""
        return next((one for one in self.parts.get(figure, ()) if one.value == value), Sums(value))

    @property
    def ours(self) -> Sums:
        """What of the cost of remedies we bear."""
        return sum((one for one in self.parts.get(Figure.COST, ()) if one.value.endswith("/us")), Sums())

    @property
    def net(self) -> Money:
        """Expected value kept, less our cost and labour; the ranges of both taken at their worst."""
        kept, cost, labour = self.whole(Figure.KEPT), self.ours, self.whole(Figure.LABOUR)
        return Money(
            kept.low - cost.amount - labour.high,
            kept.amount - cost.amount - labour.amount,
            kept.high - cost.amount - labour.low,
        )


def sites(user: User, site: int | None = None) -> frozenset[int]:
    """Where the report of a site and all below it may be read; of everything within reach without one."""
    reach = access.reach(user, Verb.MEASURE)
    organisation = org.organisation()
    wanted = organisation.below(site if site is not None else organisation.root.pk)
    return wanted if reach.everywhere else wanted & reach.sites


def report(where: frozenset[int], month: date, reader: User | None = None) -> Report:
    """The figures of some sites in a month. What is about `reader` (None: nobody reads) isn't counted: the rows behind
    a figure are as many as it says."""
    rows = MonthSum.objects.filter(month=month, site__in=where).order_by("figure", "value")
    sums = {name: Sum(name) for name in ("count", "amount", "low", "high")}
    parts: dict[Figure, list[Sums]] = defaultdict(list)
    less = _unseen(reader, where, month)
    for figure, value, *numbers in rows.values_list("figure", "value").annotate(**_renamed(sums)):
        taken = [sum(column) for column in zip(*less.get((figure, value), {0: _NOTHING}).values(), strict=True)]
        left = [have - one for have, one in zip(numbers, taken, strict=True)]
        if any(left):
            parts[Figure(figure)].append(Sums(value, *left))
    return Report(month, dict(parts))


Unseen = Mapping[tuple[str, str], Mapping[int, Sequence[int]]]
"""Figure and part → site → what the sums hold of cases that are about the reader."""
_NUMBERS = ("count", "amount", "low", "high")
_NOTHING = (0, 0, 0, 0)


def _unseen(reader: User | None, where: frozenset[int], month: date) -> Unseen:
    if reader is None:
        return {}
    lines = Line.objects.filter(case__in=cases.about(reader).values("case"), month=month, site__in=where)
    found: dict[tuple[str, str], dict[int, Sequence[int]]] = defaultdict(dict)
    for figure, value, site, *numbers in lines.values_list("figure", "value", "site", *_NUMBERS):
        had = found[figure, value].get(site, _NOTHING)
        found[figure, value][site] = [one + more for one, more in zip(had, numbers, strict=True)]
    return found


def _renamed(sums: dict[str, Sum]) -> dict[str, Sum]:
    """An annotation can't have the name of a column."""
    return {f"sum_{name}": one for name, one in sums.items()}


def by_site(where: frozenset[int], month: date, reader: User | None = None) -> dict[int, Report]:
    """The same by site; sites without any aren't there."""
    found: dict[int, dict[Figure, list[Sums]]] = defaultdict(lambda: defaultdict(list))
    less = _unseen(reader, where, month)
    rows = MonthSum.objects.filter(month=month, site__in=where).order_by("site", "figure", "value")
    for row in rows:
        taken = less.get((row.figure, row.value), {}).get(row.site_id, _NOTHING)
        left = [getattr(row, name) - one for name, one in zip(_NUMBERS, taken, strict=True)]
        if any(left):
            found[row.site_id][Figure(row.figure)].append(Sums(row.value, *left))
    return {site: Report(month, dict(parts)) for site, parts in found.items()}


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a figure, or one part of it, in a month, at sites."""

    figure: Figure
    month: date
    where: frozenset[int]
    value: str = ""


@dataclass(frozen=True)
class Row:
    """What one case adds, with the case as the reader may have it."""

    line: Line
    case: Case


@dataclass(frozen=True)
class Page:
    """Some rows, newest first; `next` is where the following page begins."""

    items: list[Row]
    next: str


def page(user: User, wanted: Wanted, *, before: Place | None = None, limit: int = 50) -> Page:
    """The rows behind a figure. Those of cases that this person may not see aren't there."""
    rows = Line.objects.filter(figure=wanted.figure, month=wanted.month, site__in=wanted.where)
    if wanted.value:
        rows = rows.filter(value=wanted.value)
    rows = rows.filter(Exists(cases.visible(user).filter(pk=OuterRef("case"))))
    found = list(rows.filter(_WALK.after(before)).order_by(*_WALK.order)[: limit + 1])
    shown = found[:limit]
    seen = {case.pk: case for case in cases.some(user, list({line.case_id for line in shown}))}
    items = [Row(line, seen[line.case_id]) for line in shown if line.case_id in seen]
    return Page(items, _WALK.text(_WALK.place_of(shown[-1])) if len(found) > limit else "")


def place(text: str) -> Place | None:
    """Where a page begins, as `Page.next` has it; None for what is none."""
    return _WALK.read(text)
