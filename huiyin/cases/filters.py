"""What a list of cases shows: one frozen value, which goes into an address and comes back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from huiyin.org import queries as org

from .expectation_models import Expectation, Expected
from .lists import categories, tag_named, tag_names
from .models import OPEN_ROW, OVERRIDDEN_ROW, SUPERVISED_ROW, Case, Channel, HandOver, Kind
from .severity import Severity
from .tag_models import CaseTag
from .workflow import Status

ME, NOBODY = "me", "none"
"""Instead of a person's number."""
_AGES = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


_ALL = 1 << 40


def _few(rows: Q) -> Q:
    """A condition that few cases meet, by their keys: else SQLite reads all of a site to find them.

    In order, for which there must be a limit: an index that was empty when the database was analysed is unknown to
    SQLite, which then reads all open cases by another one; that order is had from this index alone.
    """
    return Q(pk__in=Case.objects.filter(rows).order_by("-pk").values("pk")[:_ALL])


_PLAIN = {
    "open": OPEN_ROW,
    "unassigned": OPEN_ROW & Q(handler=None),
    "deciding": _few(Q(decide_since__isnull=False)),
    "reviewing": _few(Q(decide_since__isnull=False, review_since__isnull=False)),  # the first for its index
    "supervised": _few(SUPERVISED_ROW),
    "overridden": _few(OVERRIDDEN_ROW),
}
"""Conditions of a filter that are there or not."""
_SETS = {
    "statuses": "status__in",
    "kinds": "kind__in",
    "channels": "channel__in",
    "severities": "severity__in",
}
_CODES: Mapping[str, tuple[str, frozenset[str]]] = {
    "status": ("statuses", frozenset(Status.values)),
    "kind": ("kinds", frozenset(Kind.values)),
    "channel": ("channels", frozenset(Channel.values)),
    "severity": ("severities", frozenset(Severity.values)),
    "expectation": ("expectations", frozenset(Expected.values)),
}
"""Parameter → field, and the codes it can name; several stand with commas between them."""
PARAMETERS = (
    *("q", "open", *_CODES, "category", "tag", "site", "owner", "handler", "department"),
    *("deciding", "reviewing", "supervised", "overridden", "handovers", "since", "until", "older", "newer"),
)
"""What an address can say."""
_FLAGS = ("open", "deciding", "reviewing", "supervised", "overridden")
"""Of these, what is there or not."""
MOST_HAND_OVERS = 99


@dataclass(frozen=True)
class Filter:
    """What a list shows. Empty means any."""

    q: str = ""
    statuses: frozenset[str] = frozenset()
    open: bool = False
    """Only cases neither ended nor joined."""
    sites: frozenset[int] | None = None
    kinds: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    categories: frozenset[int] | None = None
    tag: int | None = None
    owner: int | None = None
    """Only open cases that this person owns."""
    handler: int | None = None
    """Only open cases in this person's hands."""
    unassigned: bool = False
    department: int | None = None
    """Only cases with an open hand-over to this department."""
    deciding: bool = False
    """Only cases in which somebody waits for a decision."""
    reviewing: bool = False
    """Only cases whose result waits for a review."""
    supervised: bool = False
    overridden: bool = False
    """Only cases in which something was set by hand."""
    expectations: frozenset[str] = frozenset()
    """Only cases in which this was found of what was expected."""
    hand_overs: int = 0
    """Only cases handed over so often, or more often."""
    since: datetime | None = None
    before: datetime | None = None
    """Received from `since` on, and before `before`."""
    customer: int | None = None
    external_number: str = ""
    source: str = ""
    """Whose outside number; without it any source's."""
    between: tuple[int, int] | None = None
    """First and last case id."""

    def apply(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The cases that pass, apart from `q`."""
        for name, rows in _PLAIN.items():
            if getattr(self, name):
                cases = cases.filter(rows)
        for name, lookup in _SETS.items():
            if values := getattr(self, name):
                cases = cases.filter(**{lookup: values})
        if self.sites is not None:
            cases = cases.filter(site__in=self.sites)
        if self.categories is not None:
            cases = cases.filter(category__in=self.categories)
        if self.external_number:
            cases = cases.filter(external_number=self.external_number).exclude(external_number="")  # as the index says
        exact: dict[str, object] = {"source": self.source, "pk__range": self.between, "customer": self.customer}
        exact |= {"received_at__gte": self.since, "received_at__lt": self.before, "hand_overs__gte": self.hand_overs}
        return self._people(cases.filter(**{name: value for name, value in exact.items() if value}))

    def _people(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        if self.owner is not None:
            cases = cases.filter(OPEN_ROW, owner=self.owner)
        if self.handler is not None:
            cases = cases.filter(OPEN_ROW, handler=self.handler)
        if self.department is not None:
            cases = cases.filter(pk__in=open_hand_overs(self.department).values("case"))
        if self.expectations:
            rows = Expectation.objects.filter(kind__in=self.expectations)
            cases = cases.filter(pk__in=rows.values("case"))
        if self.tag is not None:
            cases = cases.filter(pk__in=CaseTag.objects.filter(tag=self.tag).values("case"))
        return cases

    @classmethod
    def from_params(cls, params: Mapping[str, str], *, me: int | None = None, now: datetime | None = None) -> Filter:
        """What an address asks for; what it can't mean is ignored. `me`: whom “me” stands for; `now`: “older” and
        “newer” than when."""
        values: dict[str, object] = {"q": params.get("q", "").strip()}
        for name, (field, known) in _CODES.items():
            values[field] = frozenset(params.get(name, "").split(",")) & known
        for name in _FLAGS:
            values[name] = bool(params.get(name))
        values |= _places(params)
        values["owner"] = _person(params.get("owner", ""), me)
        values["handler"] = _person(params.get("handler", ""), me)
        values["unassigned"] = params.get("handler") == NOBODY
        values["hand_overs"] = _times(params.get("handovers", ""))
        return cls(**values, **times(params, now))  # type: ignore[arg-type]  # names and types stand above

    def to_params(self) -> dict[str, str]:
        """The address that says the same; a customer, an outside number and a range of ids can't stand in one."""
        organisation = org.organisation()
        flags = {name: "1" for name in _FLAGS if getattr(self, name)}
        found = {"q": self.q, **flags}
        found |= {name: ",".join(sorted(getattr(self, field))) for name, (field, _known) in _CODES.items()}
        if self.sites:
            top = next(pk for pk in sorted(self.sites) if organisation.sites[pk].parent_id not in self.sites)
            found["site"] = organisation.sites[top].code
        if self.categories:
            found["category"] = categories().above(self.categories).code
        if self.tag is not None:
            found["tag"] = "".join(tag_names([self.tag]))
        if self.department is not None:
            found["department"] = organisation.departments[self.department].code
        found["owner"] = str(self.owner or "")
        found["handler"] = NOBODY if self.unassigned else str(self.handler or "")
        found["handovers"] = str(self.hand_overs or "")
        found["since"] = self.since.isoformat() if self.since else ""
        found["until"] = self.before.isoformat() if self.before else ""
        return {name: value for name, value in found.items() if value}


def open_hand_overs(department: int) -> QuerySet[HandOver]:
    """What a department has not replied to."""
    return HandOver.objects.filter(department=department, replied_at=None, dropped=False)


def _places(params: Mapping[str, str]) -> dict[str, object]:
    """Site, department, category and tag by their codes; one that isn't there is ignored."""
    organisation = org.organisation()
    site = organisation.site(params.get("site", ""))
    department = organisation.department(params["department"]) if params.get("department") else None
    category = categories().by_code.get(params.get("category", ""))
    return {
        "sites": organisation.below(site.pk) if site else None,
        "department": department.pk if department else None,
        "categories": categories().below(category) if category else None,
        "tag": tag_named(params["tag"]) if params.get("tag") else None,
    }


def _person(text: str, me: int | None) -> int | None:
    if text == ME:
        return me
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _times(text: str) -> int:
    known = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_HAND_OVERS))
    return int(text) if known else 0


def times(params: Mapping[str, str], now: datetime | None) -> dict[str, datetime | None]:
    """The narrowest bounds, whether they are given as days or as ages."""
    aged = {name: ago(params.get(name, ""), now) if now is not None else None for name in ("older", "newer")}
    first = [moment(params.get("since", "")), aged["newer"]]
    ends = [moment(params.get("until", ""), after=1), aged["older"]]
    return {
        "since": max((one for one in first if one is not None), default=None),
        "before": min((one for one in ends if one is not None), default=None),
    }


def moment(text: str, *, after: int = 0) -> datetime | None:
    """A day, whose beginning is meant (with `after` the end), or a moment; None for what is neither."""
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
        return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):  # the first and the last day there are lie beyond in another zone
        return None


def ago(text: str, now: datetime) -> datetime | None:
    """`3d`: three days before `now`. Hours, days or weeks; None for what isn't an age."""
    number, unit = text[:-1], text[-1:]
    if unit not in _AGES or not (number.isascii() and number.isdigit() and len(number) < 4):
        return None
    return now - int(number) * _AGES[unit]
