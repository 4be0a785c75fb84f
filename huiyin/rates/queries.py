"""Reading rates. A figure is given for sites where the person may measure; a person's own figures are theirs alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Sum

from huiyin.base.intervals import Interval, newcombe, wilson
from huiyin.cases import hiding
from huiyin.cases import queries as cases
from huiyin.cases.models import Case
from huiyin.cases.walk import Place, Walk
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.returns.validity import Doubt

from .definitions import APART, DEFINITIONS, OF_ANSWERS, OF_DEPARTMENTS, Definition, Group, Mark, Rate
from .models import By, DaySum, Exclusion, Fact
from .summing import counted

__all__ = ["APART", "DEFINITIONS", "OF_ANSWERS", "By", "Definition", "Group", "Mark", "Rate"]
"""What doors are given from here, besides what stands below."""


WAYS = (By.ALL, By.DEPARTMENT, By.CATEGORY, By.CHANNEL, By.TIER)
"""How rates are broken down, but those of answers (`validity.WAYS`); `ALL`: not at all, or by site."""
_DOUBTED = frozenset({Mark.TRUSTED, *Doubt.values})
_WALK = Walk(Fact, ("at", "id"), down=True)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted."""

    first: date
    last: date


def latest(days: int, at: datetime) -> Period:
    """The last so many days, today's the last of them: the same at every door."""
    return ending(days, org.today(at))


def ending(days: int, last: date) -> Period:
    """So many days up to one, that one counted."""
    return Period(last - timedelta(days=days - 1), last)


@dataclass(frozen=True)
class Figure:
    """`good` of `due`; of those `half` barely satisfied; `excluded` of neither."""

    rate: Rate
    due: int = 0
    good: int = 0
    half: int = 0
    excluded: int = 0

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None when nothing was due."""
        return self.good / self.due if self.due else None

    @property
    def definition(self) -> Definition:
        """What it is."""
        return DEFINITIONS[self.rate]


def sites(user: User, site: int | None = None) -> frozenset[int]:
    """Where the figures of a site and all below it may be read; of everything within reach without one."""
    reach = access.reach(user, Verb.MEASURE)
    organisation = org.organisation()
    wanted = organisation.below(site if site is not None else organisation.root.pk)
    return wanted if reach.everywhere else wanted & reach.sites


def figures(where: frozenset[int], period: Period, without: Counted | None = None) -> list[Figure]:
    """All rates of some sites in a period, in their order, `without` what is `unseen` by whoever reads: the rows behind
    a figure are as many as it says."""
    return _in_order(summed(where, period, By.ALL, _WHOLE, without)[""])


def broken_down(
    where: frozenset[int], period: Period, by: By, without: Counted | None = None
) -> dict[str, list[Figure]]:
    """The same by department, category, channel, tier of customers: value → rates; values without anything due
    aren't there. Never by person: each reads their own alone."""
    if by not in WAYS[1:]:
        raise ValueError(by)
    found = summed(where, period, by, _VALUE, without)
    some = {value: rows for value, rows in found.items() if any(one.due or one.excluded for one in rows.values())}
    return {value: _in_order(rows) for value, rows in some.items()}


@dataclass(frozen=True)
class Compared:
    """How satisfied one group is: `good` of `due`, and where the true share lies with 95 % (Wilson 1927)."""

    group: Group
    due: int
    good: int
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Three groups, and how much more often the recovered are satisfied than those for whom nothing went wrong: the
    difference of their shares with its 95 % interval (Newcombe 1998, method 10); None while one group is empty.

    Above zero as a whole: the service recovery paradox (McCollough & Bharadwaj 1992); below: a failure costs
    satisfaction even where it was made good. Around zero: these answers can't tell.
    """

    groups: list[Compared]
    difference: Interval | None


def compared(where: frozenset[int], period: Period, without: Counted | None = None) -> Comparison:
    """Satisfaction of those who were never failed, recovered, and left unresolved."""
    rows = summed(where, period, By.GROUP, _VALUE, without)
    found = {group: rows.get(str(group), {}).get(Rate.SATISFIED, Figure(Rate.SATISFIED)) for group in Group}
    groups = [Compared(group, one.due, one.good, *wilson(one.good, one.due)) for group, one in found.items()]
    never, recovered = found[Group.NEVER], found[Group.RECOVERED]
    both = never.due and recovered.due
    between = newcombe((recovered.good, recovered.due), (never.good, never.due)) if both else None
    return Comparison(groups, between)


def by_site(where: frozenset[int], period: Period, without: Counted | None = None) -> dict[int, list[Figure]]:
    """The same by site."""
    found = summed(where, period, By.ALL, _SITE, without)
    return {int(site): _in_order(rows) for site, rows in found.items()}


def own(user: User, period: Period) -> list[Figure]:
    """A person's own figures, of what persons are counted for."""
    rows = DaySum.objects.filter(by="person", value=str(user.pk), day__range=(period.first, period.last))
    less = {key: one for key, one in unseen(user).items() if (key.by, key.value) == ("person", str(user.pk))}
    found = _in_order(_grouped(rows, _WHOLE, _within(less, period))[""])
    return [figure for figure in found if figure.rate not in OF_DEPARTMENTS]


class Key(NamedTuple):
    """Which row of sums: as `summing` has it."""

    by: str
    site: int
    day: str
    rate: str
    value: str


Counted = Mapping[Key, Sequence[int]]
"""Due, good, half, excluded of rows of sums."""
_WHOLE, _VALUE, _SITE = (), ("value",), ("site",)


def summed(
    where: frozenset[int], period: Period, by: By, names: Sequence[str], without: Counted | None
) -> Mapping[str, dict[Rate, Figure]]:
    """What the sums hold, for those below who read figures of them: by `names`, rate → figure."""
    rows = DaySum.objects.filter(by=str(by), site__in=where, day__range=(period.first, period.last))
    less = {key: one for key, one in (without or {}).items() if key.by == str(by) and key.site in where}
    return _grouped(rows, names, _within(less, period))


def unseen(reader: User) -> Counted:
    """What the sums hold of cases that are about `reader`: a few rows at most."""
    found: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    about = cases.about(reader).values("case")
    for rate, shape in Fact.objects.filter(case__in=about, summed__isnull=False).values_list("rate", "summed"):
        for place, counts in counted(rate, shape) if shape else ():
            found[Key(*place)] = [have + more for have, more in zip(found[Key(*place)], counts, strict=True)]
    return found


def _within(rows: Counted, period: Period) -> Counted:
    first, last = period.first.isoformat(), period.last.isoformat()
    return {key: one for key, one in rows.items() if first <= key.day <= last}


def _grouped(rows: QuerySet[DaySum], names: Sequence[str], less: Counted) -> Mapping[str, dict[Rate, Figure]]:
    counts = {name: Sum(name) for name in ("due", "good", "half", "excluded")}
    found: dict[str, dict[Rate, Figure]] = defaultdict(dict)
    for rate, *value, due, good, half, excluded in rows.order_by().values_list("rate", *names).annotate(**counts):
        found[str(value[0]) if value else ""][Rate(rate)] = Figure(Rate(rate), due, good, half, excluded)
    for key, taken in less.items():
        group = found[str(getattr(key, names[0])) if names else ""]
        had = group.get(Rate(key.rate), Figure(Rate(key.rate)))
        left = [have - one for have, one in zip((had.due, had.good, had.half, had.excluded), taken, strict=True)]
        group[Rate(key.rate)] = Figure(had.rate, *left)
    return found


def _in_order(found: Mapping[Rate, Figure]) -> list[Figure]:
    return [found.get(rate, Figure(rate)) for rate in Rate if rate not in APART]


@dataclass(frozen=True)
class Wanted:
    """Which facts: of a rate, in a period, at sites; `good`: only those that went well or didn't; `by` and `value`: of
    one department, category, channel; `mark`: only those that went so; `person`: of one person alone, wherever."""

    rate: Rate
    period: Period
    where: frozenset[int] = frozenset()
    good: bool | None = None
    by: By = By.ALL
    value: str = ""
    excluded: bool = False
    mark: str = ""
    person: int | None = None


@dataclass(frozen=True)
class Row:
    """One fact with its case as the reader may have it."""

    fact: Fact
    case: Case
    asked: Exclusion | None

    @property
    def mark(self) -> str:
        """How it went, in words."""
        return str(Mark(self.fact.mark).label)

    @property
    def doubted(self) -> bool:
        """Of answers: was it found doubtful, whether or not somebody believes it?"""
        return self.fact.mark in _DOUBTED


@dataclass(frozen=True)
class Page:
    """Some rows, newest first; `next` is where the following page begins."""

    items: list[Row]
    next: str


def page(user: User, wanted: Wanted, *, before: Place | None = None, limit: int = 50) -> Page:
    """The rows behind a figure. Those of cases that this person may not see aren't there."""
    facts = _facts(wanted).filter(Exists(cases.visible(user).filter(pk=OuterRef("case"))))
    found = list(facts.filter(_WALK.after(before)).order_by(*_WALK.order)[: limit + 1])
    shown = found[:limit]
    rows = {case.pk: case for case in cases.some(user, list({fact.case_id for fact in shown}))}
    asked = _asked(shown)
    items = [Row(fact, rows[fact.case_id], asked.get(fact.pk)) for fact in shown if fact.case_id in rows]
    more = len(found) > limit
    return Page(items, _WALK.text(_WALK.place_of(shown[-1])) if more else "")


def place(text: str) -> Place | None:
    """Where a page begins, as `Page.next` has it; None for what is none."""
    return _WALK.read(text)


def _facts(wanted: Wanted) -> QuerySet[Fact]:
    first, last = wanted.period.first, wanted.period.last
    # The instants are in the indexes, the days are right: in no time zone does a day begin more than 14 hours off.
    begin = datetime.combine(first, time.min, UTC) - timedelta(days=1)
    end = datetime.combine(last, time.max, UTC) + timedelta(days=1)
    facts = Fact.objects.filter(rate=wanted.rate, at__range=(begin, end), day__range=(first, last))
    facts = facts.filter(excluded=wanted.excluded).exclude(mark=Mark.GONE)
    whose = {"site__in": wanted.where} if wanted.person is None else {"person": wanted.person}
    facts = facts.filter(**whose)
    if wanted.good is not None:
        facts = facts.filter(good=wanted.good)
    if wanted.mark:
        facts = facts.filter(mark=wanted.mark)
    if wanted.by == By.CHANNEL:
        facts = facts.filter(channel=wanted.value)
    elif wanted.by == By.METHOD:
        method, _slash, mark = wanted.value.partition("/")
        facts = facts.filter(method=method, **({"mark": mark} if mark else {}))
    elif wanted.by == By.PERSON and wanted.rate in OF_ANSWERS:
        facts = facts.filter(person=int(wanted.value))  # whoever asked; of all other rates each reads their own alone
    elif wanted.by in (By.DEPARTMENT, By.CATEGORY, By.TIER):
        facts = facts.filter(**{f"{wanted.by}_id": wanted.value})
    return facts


def _asked(facts: Sequence[Fact]) -> dict[int, Exclusion]:
    """The last application about each."""
    rows = Exclusion.objects.filter(fact__in=[fact.pk for fact in facts]).select_related("asked_by", "decided_by")
    return {row.fact_id: row for row in rows.order_by("pk")}


def fact(user: User, pk: int) -> Row:
    """One fact, of a case that this person may see, at a site where they may measure."""
    found = Fact.objects.get(pk=pk, site__in=sites(user))
    case = cases.visible(user).select_related("site", "customer", "category").get(pk=found.case_id)
    (hidden,) = hiding.hide(user, [case])
    return Row(found, hidden, _asked([found]).get(found.pk))
