"""Reading how far the answers can be trusted: how many of those asked answered, refused, were not reached; how many
answers are doubtful, and what is said without them. By whoever asks, too: it is the asking that is looked at here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Count

from huiyin.cases import queries as cases
from huiyin.org.models import User
from huiyin.returns.methods import IN_PERSON
from huiyin.returns.models import ReturnVisit
from huiyin.returns.validity import LEAST_ANSWERS, Alike, Answer, alike

from .definitions import OF_ANSWERS, Mark, Rate
from .models import By
from .queries import Counted, Figure, Period, summed

__all__ = ["LEAST_ANSWERS", "Alike"]
"""What doors are given from here, besides what stands below."""
WAYS = (By.ALL, By.DEPARTMENT, By.PERSON, By.METHOD)
"""How it is broken down; `ALL`: by site."""
_SILENT = (Mark.DECLINED, Mark.UNREACHED, Mark.SILENT)
_NONE = Figure(Rate.SATISFIED)


@dataclass(frozen=True)
class Validity:
    """The figures of answers in their order; `gone`: of those asked, how many declined, weren't reached, let the link
    be; `satisfied` with all answers, and `believed` without the doubtful ones."""

    figures: list[Figure]
    gone: Mapping[Mark, int]
    satisfied: Figure
    believed: Figure


def of(where: frozenset[int], period: Period, without: Counted | None = None) -> Validity:
    """Of some sites in a period, `without` what is unseen by whoever reads."""
    found = summed(where, period, By.ALL, (), without)[""]
    by_mark: dict[Mark, int] = defaultdict(int)
    for value, rates in summed(where, period, By.METHOD, ("value",), without).items():
        if Rate.RESPONSE in rates:
            by_mark[Mark(value.partition("/")[2])] += rates[Rate.RESPONSE].due
    satisfied, doubtful = found.get(Rate.SATISFIED, _NONE), found.get(Rate.DOUBTFUL, _NONE)
    return Validity(_in_order(found), {mark: by_mark[mark] for mark in _SILENT}, satisfied, _less(satisfied, doubtful))


def _less(all_of_them: Figure, some: Figure) -> Figure:
    """What is left; never below nothing, since the sums of the two are made one after the other."""
    due = max(all_of_them.due - some.due, 0)
    return Figure(all_of_them.rate, due, min(max(all_of_them.good - some.good, 0), due))


def _in_order(found: Mapping[Rate, Figure]) -> list[Figure]:
    return [found.get(rate, Figure(rate)) for rate in OF_ANSWERS]


def parts(where: frozenset[int], period: Period, by: By, without: Counted | None = None) -> dict[str, list[Figure]]:
    """The same by site (`ALL`), department, method, or person: whoever asked. Value → figures."""
    if by not in WAYS:
        raise ValueError(by)
    names = ("site",) if by == By.ALL else ("value",)
    rows = summed(where, period, by, names, without)
    if by == By.METHOD:
        rows = _methods(rows)
    found = {value: {rate: one for rate, one in rates.items() if rate in OF_ANSWERS} for value, rates in rows.items()}
    some = {value: rates for value, rates in found.items() if any(one.due for one in rates.values())}
    return {value: _in_order(rates) for value, rates in some.items()}


def _methods(rows: Mapping[str, Mapping[Rate, Figure]]) -> dict[str, dict[Rate, Figure]]:
    """By method alone, whatever was answered."""
    found: dict[str, dict[Rate, Figure]] = defaultdict(dict)
    for value, rates in rows.items():
        group = found[value.partition("/")[0]]
        for rate, one in rates.items():
            had = group.get(rate, Figure(rate))
            group[rate] = Figure(rate, had.due + one.due, had.good + one.good, had.half + one.half)
    return found


def askers(user: User, where: frozenset[int], period: Period) -> dict[int, Alike]:
    """How alike the answers are that each person got who asked in the period; without cases about whoever reads."""
    begin = datetime.combine(period.first, time.min, UTC)
    end = datetime.combine(period.last, time.max, UTC)
    rows = ReturnVisit.objects.filter(asked_by__isnull=False, method__in=IN_PERSON, visited_at__range=(begin, end))
    rows = rows.filter(case__site__in=where).exclude(case__in=cases.about(user).values("case"))
    given = rows.exclude(solved=None, satisfied=None).values_list("asked_by", "solved", "satisfied", "promise_kept")
    found: dict[int, dict[Answer, int]] = defaultdict(dict)
    for person, solved, satisfied, kept, count in given.annotate(count=Count("pk")).order_by():
        found[int(person)][solved, satisfied, kept] = count
    return alike(found)
