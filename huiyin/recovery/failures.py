"""What went wrong in a case, and what like cases got: the same failure, as bad as this one, in the last twelve months.

Like cases, like remedies. The usual range is that of Tukey's box plot (Exploratory Data Analysis, 1977): the quartiles,
and one and a half times the distance between them further on both sides. Whoever leaves it says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases.actions import BadInput, By, acting, perhaps_said, require_status, take
from huiyin.cases.change import Change
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind
from huiyin.org.access import Verb
from huiyin.org.reference import Reference

from .models import CaseFailure, FailureType, Grade, Proposal, Standing

YEAR = timedelta(days=365)
ENOUGH = 5
"""Of fewer cases nobody can say what is usual."""
TOPIC = "recovery"


def _load() -> dict[str, FailureType]:
    return {row.code: row for row in FailureType.objects.order_by("pk")}


_types = Reference(_load)


def _load_grades() -> dict[str, Grade]:
    return {row.code: row for row in Grade.objects.order_by("position", "pk")}


_grades = Reference(_load_grades)


def every() -> list[FailureType]:
    """All types of failures, those out of use too."""
    return list(_types.get().values())


def types() -> list[FailureType]:
    """The types of failures in use."""
    return [row for row in every() if row.active]


def find(code: str) -> FailureType | None:
    """The type with this code."""
    return _types.get().get(code)


def grades() -> list[Grade]:
    """How bad a failure can be, the mildest first; those out of use too."""
    return list(_grades.get().values())


def gravities() -> list[tuple[str, str]]:
    """(code, name) of those in use, for forms."""
    return [(row.code, str(row)) for row in grades() if row.active]


def gravity_name(code: str) -> str:
    """What it is called, in use or not."""
    row = _grades.get().get(code)
    return str(row) if row else code


def suggested(case: Case) -> FailureType | None:
    """The type that fits the category of a case best: the one that names most of it."""
    category = case.category.code if case.category else ""
    return fitting(category, types())


def fitting(category: str, rows: Sequence[FailureType]) -> FailureType | None:
    """Of these types the one that names most of a category's code."""
    fits = [(len(part), row) for row in rows for part in row.categories.split() if category.startswith(part)]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def begins(category: str, rows: Sequence[FailureType]) -> FailureType | None:
    """Of these types the one that new cases of a category have from their first word."""
    fits = [
        (len(part), row)
        for row in rows
        for part in row.starts.split()
        if category == part or category.startswith(f"{part}/")
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def of_case(case: Case) -> CaseFailure | None:
    """What went wrong in a case, when somebody has said it."""
    return CaseFailure.objects.filter(case=case).select_related("failure").first()


def as_told(case: Case, data: Mapping[str, Any]) -> CaseFailure | None:
    """The same as `of_case`, by the last event that named it: asks nothing."""
    row = find(data["failure"])
    return CaseFailure(case=case, failure=row, gravity=data["gravity"]) if row else None


def name(case_id: int, by: By, *, failure: str, gravity: str, text: str = "") -> Change:
    """Say what went wrong, and how bad it was; said again it replaces what was said before."""
    found = usable(failure, gravity)
    with acting(Verb.FAILURE, case_id, by) as change:
        require_status(change, Verb.FAILURE)
        take(change, by)
        named(change, found, gravity, perhaps_said("text", text))
    return change


def usable(failure: str, gravity: str) -> FailureType:
    """The type with this code, that can be named as bad as this; raises `BadInput`."""
    found = _types.get().get(failure)
    if found is None or not found.active:
        raise BadInput("failure", _("There is no such type of failure."))
    if gravity not in (known := dict(gravities())):
        raise BadInput("gravity", _("Choose one of: %(choices)s.") % {"choices": ", ".join(known)})
    return found


def name_all(changes: Collection[Change], failure: FailureType, gravity: str) -> None:
    """Say of several cases, under their locks, what went wrong in all of them; where nobody has said it before."""
    there = set(CaseFailure.objects.filter(case__in=[one.case.pk for one in changes]).values_list("case", flat=True))
    fresh = [change for change in changes if change.case.pk not in there]
    for change in fresh:
        _told(change, failure, gravity, "")
    rows = [CaseFailure(case=change.case, failure=failure, gravity=gravity) for change in fresh]
    CaseFailure.objects.bulk_create(rows)


def _told(change: Change, failure: FailureType, gravity: str, text: str) -> None:
    told = {"what": "failure", "failure": failure.code, "gravity": gravity}
    change.add(EventKind.NOTED, told, words={"text": text}, topic=TOPIC)


def named(change: Change, found: FailureType, gravity: str, text: str = "") -> None:
    """Write it down, under the lock of the case."""
    _told(change, found, gravity, text)
    CaseFailure.objects.update_or_create(case=change.case, defaults={"failure": found, "gravity": gravity})


def mark(proposal: Proposal, case: Case) -> None:
    """Let a proposal remember for what it was granted."""
    found = of_case(case)
    if found is not None:
        proposal.failure, proposal.gravity = found.failure, found.gravity


@dataclass(frozen=True)
class Like:
    """What comparable cases got: how many, the quartiles, and the usual range; in the smallest unit."""

    count: int
    low: int
    lower: int
    middle: int
    upper: int
    high: int
    currency: str

    @property
    def says_something(self) -> bool:
        """Are there enough of them?"""
        return self.count >= ENOUGH

    def usual(self, amount: int) -> bool:
        """Is an amount within the usual range?"""
        return not self.says_something or self.low <= amount <= self.high


def like(case: Case, currency: str, at: datetime) -> Like | None:
    """What comparable cases got; None while nobody has said what went wrong."""
    found = of_case(case)
    if found is None:
        return None
    rows = Proposal.objects.filter(
        failure=found.failure_id,
        gravity=found.gravity,
        granted_at__gt=at - YEAR,
        granted_at__lte=at,
        standing=Standing.GRANTED,
        currency=currency,
    )
    sums = rows.exclude(case=case).order_by().values("case").annotate(sum=Sum("counted"))
    return described(sorted(row["sum"] for row in sums), currency)


def described(amounts: list[int], currency: str) -> Like:
    """Count, quartiles (by linear interpolation, as spreadsheets do) and Tukey's fences of amounts."""
    if len(amounts) < 2:
        only = amounts[0] if amounts else 0
        return Like(len(amounts), only, only, only, only, only, currency)
    lower, _middle, upper = quantiles(amounts, n=4, method="inclusive")
    reach = 1.5 * (upper - lower)
    return Like(
        count=len(amounts),
        low=max(0, round(lower - reach)),
        lower=round(lower),
        middle=round(median(amounts)),
        upper=round(upper),
        high=round(upper + reach),
        currency=currency,
    )


def unusual(case: Case, amount: int, currency: str, at: datetime) -> str:
    """A warning when with `amount` the case gets more or less than like cases; empty when it doesn't."""
    found = like(case, currency, at)
    if found is None or not found.says_something:
        return ""
    given = Proposal.objects.filter(case=case, standing=Standing.GRANTED, currency=currency)
    total = amount + (given.aggregate(sum=Sum("counted"))["sum"] or 0)
    if found.usual(total):
        return ""
    words: dict[str, object] = {"sum": money.show(total, currency), "count": found.count}
    words |= {"low": money.show(found.low, currency), "high": money.show(found.high, currency)}
    text = _("%(sum)s is not usual: %(count)d like cases of the last year got %(low)s to %(high)s.")
    return f"{text % words} {_('Give the reason in at least ten characters.')}"
