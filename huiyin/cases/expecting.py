"""What was expected and what could be given: found when a case has ended, so that the next customer is told before.

As in `actions`: one function a verb, with the same arguments and exceptions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext as _

from huiyin.org.access import Verb
from huiyin.org.models import Department, User
from huiyin.org.queries import company_zone, organisation

from .actions import BadInput, By, acting, perhaps_said, require_status
from .change import Change
from .expectation_models import Expectation, Expected, Promiser, Settled
from .models import Case, File
from .queries import some, visible
from .workflow import EventKind

TOPIC, WHAT = "cases", "expectation"
KINDS, SETTLED, PROMISERS = Expected.choices, Settled.choices, Promiser.choices
MOST = 200


def expectation(
    case_id: int,
    by: By,
    *,
    kind: str,
    settled: str,
    promiser: str = "",
    department: Department | None = None,
    file: int | None = None,
    text: str = "",
) -> Change:
    """Say how the customer's expectation stood to what could be given, and what was done about it; said again it
    replaces what was said before. `promiser` and `department`: of what we promised too much; `file`: the signed sheet
    of what was agreed in writing."""
    _known("kind", kind, Expected)
    _known("settled", settled, Settled)
    if kind == Expected.OVER_PROMISED:
        _known("promiser", promiser, Promiser)
    elif promiser or department is not None:
        raise BadInput("promiser", _("Who promised it is asked only where we promised too much."))
    if file is not None and settled != Settled.AGREED:
        raise BadInput("file", _("A signed sheet belongs to what was agreed in writing."))
    with acting(Verb.EXPECTATION, case_id, by) as change:
        require_status(change, Verb.EXPECTATION)
        if department is not None:
            _of_site(change, department)
        if file is not None and not File.objects.filter(case=change.case, pk=file).exists():
            raise BadInput("file", _("This file doesn't belong to the case."))
        unit = department.pk if department is not None else None
        row = {"kind": kind, "settled": settled, "promiser": promiser, "department": unit}
        words = {"text": perhaps_said("text", text)}
        change.add(EventKind.NOTED, {"what": WHAT, **row, "file": file}, words=words, topic=TOPIC)
        values = {"kind": kind, "settled": settled, "promiser": promiser, "department": department}
        defaults = values | {"received_at": change.case.received_at}
        Expectation.objects.update_or_create(case=change.case, defaults=defaults)
    return change


def _known(name: str, code: str, choices: type[TextChoices]) -> None:
    if code not in choices.values:
        raise BadInput(name, _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices.values)})


def _of_site(change: Change, department: Department) -> None:
    if change.case.site_id not in organisation().below(department.site_id):
        raise BadInput("department", _("This department doesn't serve this site."))


# --- what was found, counted ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """How often each finding was made in a group. `key`: a site, a category, or a channel."""

    key: int | str | None
    counts: Counter[str]

    @property
    def total(self) -> int:
        """Of all kinds."""
        return self.counts.total()


@dataclass(frozen=True)
class Month:
    """What was found in the cases received between two moments; sites with all below them."""

    sites: list[Line]
    categories: list[Line]
    channels: list[Line]
    all: Counter[str]


def bounds(first: date) -> tuple[datetime, datetime]:
    """Between which moments the month that begins on this day lies for the company."""
    begins = (first, (first + timedelta(days=32)).replace(day=1))
    since, before = (datetime.combine(day, time(), company_zone()) for day in begins)
    return since, before


def month(user: User, since: datetime, before: datetime) -> Month:
    """Counts of what `user` may open."""
    columns = ("expectation__kind", "site", "category", "channel")
    found = list(_within(user, since, before).order_by().values_list(*columns))
    above = {pk: [up for up in organisation().sites if pk in organisation().below(up)] for pk in organisation().sites}
    return Month(
        sites=_lines((kind, up) for kind, site, *_rest in found for up in above[site]),
        categories=_lines((kind, category) for kind, _site, category, _channel in found),
        channels=_lines((kind, channel) for kind, _site, _category, channel in found),
        all=Counter(row[0] for row in found),
    )


def _within(user: User, since: datetime, before: datetime) -> QuerySet[Case]:
    when = {"expectation__received_at__gte": since, "expectation__received_at__lt": before}
    return visible(user, Verb.MEASURE).filter(**when)


def _lines(found: Iterable[tuple[str, int | str | None]]) -> list[Line]:
    counts: dict[int | str | None, Counter[str]] = defaultdict(Counter)
    for kind, key in found:
        counts[key][kind] += 1
    return sorted((Line(key, kinds) for key, kinds in counts.items()), key=lambda line: (-line.total, str(line.key)))


def over_promised(user: User, since: datetime, before: datetime) -> list[tuple[Expectation, Case]]:
    """The cases of a month in which we promised too much, by department; as many as a page holds."""
    rows = _within(user, since, before).filter(expectation__kind=Expected.OVER_PROMISED).order_by("-expectation__case")
    ids = list(rows.values_list("pk", flat=True)[:MOST])
    found = {row.case_id: row for row in Expectation.objects.filter(case__in=ids).select_related("department")}
    pairs = [(found[case.pk], case) for case in some(user, ids)]
    return sorted(pairs, key=lambda pair: (pair[0].department_id or 0, pair[0].promiser))
