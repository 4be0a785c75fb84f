"""Looking ahead: each night every site is asked what its customers had better be warned of.

A sweep over sites, one a turn: what takes long is read before anything is locked. Figures count customers and never
name them; cases whose customer is protected are left out, and so are matters of conduct, of which nobody is warned.

Raises `access.Forbidden`, `BadInput`, `BadSetting`, `Stale`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.cases.given import BadInput, By, clean
from huiyin.cases.kinds import Kind
from huiyin.cases.lists import categories
from huiyin.cases.models import Case
from huiyin.cases.severity import Severity
from huiyin.customers.models import Home
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.history import BadSetting, Editor, begin, record, same, turn
from huiyin.org.models import Area, Site
from huiyin.org.reference import Reference

from . import foreseen, warning
from .models import Foreseen, Foresight, WarningRule, Why
from .warning import Bars, Figures, Met, Span

THING = "rule"
NIGHT = 3
"""The hour at the site from which on it is looked at anew."""
KINDS = frozenset({Kind.COMPLAINT, Kind.REPAIR, Kind.INQUIRY, Kind.REQUEST})
SEVERE = frozenset({Severity.P1, Severity.P2})
KEPT = 200
"""So many first cases of a candidate are kept to be opened."""
MOST_OFF, MOST_REASON, MOST_SOURCE = 366, 200, 300
SOURCE = gettext_noop("Our own beginning: nothing of the lowest grade reaches it; to be changed by what is seen here")
TELL: list[Callable[[int, datetime], None]] = []
"""Who is told that something new is foreseen at a site; `wiring.py` puts them in here."""

LIMITS: dict[str, tuple[int, int]] = {
    "days": (14, 180),
    "least": (2, 1000),
    **dict.fromkeys(("severe_some", "severe_many", "reach_some", "reach_many", "new_some", "new_many"), (1, 100)),
    "rise": (100, 1000),
    "peak": (100, 1000),
    "bar": (1, 27),
    "ahead": (7, 90),
}
"""From what to what each number can be."""


# --- the rule --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RuleValues(Bars):
    """The numbers, and where they are from."""

    source: str = SOURCE


def _load() -> RuleValues:
    row = WarningRule.objects.first()
    return RuleValues(**{name: getattr(row, name) for name in asdict(RuleValues())}) if row else RuleValues()


_rule = Reference(_load)


def rule() -> RuleValues:
    """The rule as it is now."""
    return _rule.get()


@transaction.atomic
def change(values: RuleValues, by: Editor) -> None:
    """Change the rule; every site is looked at anew."""
    begin(by)
    before = rule()
    same(by, before)
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(values, name) <= most:
            raise BadSetting(name, _("From %(least)d to %(most)d.") % {"least": least, "most": most})
    for name in ("severe", "reach", "new"):
        if getattr(values, f"{name}_some") >= getattr(values, f"{name}_many"):
            raise BadSetting(f"{name}_many", _("More than the number before it."))
    source = values.source.strip()
    if not source or len(source) > MOST_SOURCE:
        raise BadSetting("source", _("Say where the numbers are from, in at most %(most)d characters.") % {"most": 300})
    values = replace(values, source=source)
    WarningRule.objects.update_or_create(pk=1, defaults=asdict(values))
    Foresight.objects.update(next_at=by.at)
    record(Area.WARNINGS, THING, before, values, by)


# --- the sweep -------------------------------------------------------------------------------------------------------


def sweep(now: datetime) -> int:
    """Look at one site that is due; how many."""
    due = Foresight.objects.filter(next_at__lte=now).order_by("next_at").first()
    if due is None:
        return _add_missing(now)
    site = org.organisation().sites[due.site_id]
    found = list(_worth(site, now)) if site.active else []
    with transaction.atomic():
        claimed = Foresight.objects.filter(pk=due.pk, next_at=due.next_at).update(next_at=_next_night(site, now))
        if not claimed:
            return 0  # another worker was quicker
        if _keep(site, found, now):
            for tell in TELL:
                tell(site.pk, now)
    return 1


def _add_missing(now: datetime) -> int:
    sites = org.organisation().sites
    if Foresight.objects.count() == len(sites):
        return 0
    known = set(Foresight.objects.values_list("site", flat=True))
    made = [Foresight(site=site, next_at=now) for pk, site in sites.items() if pk not in known]
    Foresight.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _next_night(site: Site, now: datetime) -> datetime:
    zone = ZoneInfo(site.time_zone)
    tonight = datetime.combine(now.astimezone(zone).date(), time(NIGHT), zone)
    return (tonight if tonight > now else tonight + timedelta(days=1)).astimezone(UTC)


@dataclass(frozen=True)
class _Found:
    category: int
    why: Why
    span: Span
    figures: Figures
    first_cases: list[int]


def _worth(site: Site, now: datetime) -> Iterator[_Found]:
    bars, today = rule(), now.astimezone(ZoneInfo(site.time_zone)).date()
    since, by_category = _met(site, today, bars)
    homes = _homes(site) if by_category else 0
    span, earlier = warning.lately(today, bars)
    season = warning.last_year(today, bars)
    for category, rows in by_category.items():
        lately = warning.count(rows, span, homes, warning.customers_in(rows, earlier))
        lately = replace(lately, known=warning.is_known(since, span, bars))
        if warning.worth(lately, bars):
            yield _Found(category, Why.NOW, span, lately, _first(rows, span))
        then = warning.count(rows, season, homes, warning.usual(rows, today))
        then = replace(then, known=warning.is_known(since, season, bars))
        if warning.worth(then, bars, season=True):
            yield _Found(category, Why.SEASON, season, then, _first(rows, season))


def _first(rows: list[Met], span: Span) -> list[int]:
    return [row.case for row in warning.newcomers(rows, span)][:KEPT]


def _homes(site: Site) -> int:
    # Not the customers that are known: they are those who have spoken, and of them everybody has met something.
    return Home.objects.filter(site=site).count()


def _met(site: Site, today: date, bars: Bars) -> tuple[date, dict[int, list[Met]]]:
    """Since when there are records of a site, and what its customers met, by category. Who it was is known in these
    rows alone."""
    zone = ZoneInfo(site.time_zone)
    since = datetime.combine(warning.earliest(today, bars), time(), zone)
    # Not every old number belongs to an old case; the smallest one of the time bounds what is read of the site.
    # The sum hides the key, by which SQLite would walk through all older cases first.
    lately = Case.objects.filter(received_at__gte=since).annotate(key=F("pk") + 0)
    lowest = lately.aggregate(least=Min("key"))["least"]
    if lowest is None:
        return today, {}
    rows = Case.objects.filter(site=site, pk__gte=lowest, received_at__gte=since, category__isnull=False)
    rows = rows.filter(kind__in=KINDS, protected=False, joined_into__isnull=True).order_by("pk")
    conduct = {pk for pk, one in categories().by_id.items() if one.conduct}
    found: dict[int, list[Met]] = defaultdict(list)
    names, days = dict[str, str](), dict[date, date]()  # one of each: a large site has a quarter of a million rows
    first = today
    columns = ("pk", "received_at", "severity", "category_id", "customer_id", "email")
    for pk, at, severity, category, customer, email in rows.values_list(*columns).iterator():
        day = at.astimezone(zone).date()
        first = min(first, day)
        who = f"c{customer}" if customer is not None else f"m{email.casefold()}" if email else ""
        if who and category not in conduct:
            who, day = names.setdefault(who, who), days.setdefault(day, day)
            found[category].append(Met(pk, day, who, severity in SEVERE))
    return first, found


def _keep(site: Site, found: list[_Found], now: datetime) -> int:
    """Write what is foreseen; how much of it is new and says what no notice says."""
    known = {(row.category_id, row.why): row for row in Foreseen.objects.filter(site=site).select_for_update()}
    new = 0
    for one in found:
        row = known.pop((one.category, str(one.why)), None)
        fresh = row is None or row.gone_at is not None
        row = row or Foreseen(site=site, category_id=one.category, why=one.why)
        row.since = now if fresh else row.since
        _fill(row, one, now)
        row.save()
        off = row.off_until is not None and row.off_until >= now.astimezone(ZoneInfo(site.time_zone)).date()
        new += fresh and not off and not foreseen.told_of(row, now)
    Foreseen.objects.filter(pk__in=[row.pk for row in known.values()], gone_at=None).update(gone_at=now)
    return new


def _fill(row: Foreseen, one: _Found, now: datetime) -> None:
    graded = warning.grades(one.figures, rule())
    row.looked_at, row.gone_at, row.first_cases = now, None, one.first_cases
    row.first_day, row.last_day = one.span.first, one.span.last
    for name, value in {**asdict(one.figures), **asdict(graded)}.items():
        setattr(row, name, value)


# --- not now ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def put_off(pk: int, by: By, *, until: date, reason: str) -> Foreseen:
    """Not now: it is left out of what waits until a day."""
    row = _locked(pk, by)
    reason = clean(reason)
    if not reason:
        raise BadInput("reason", _("Please write something here."))
    if len(reason) > MOST_REASON:
        raise BadInput("reason", _("At most %(most)d characters.") % {"most": MOST_REASON})
    today = by.at.astimezone(ZoneInfo(row.site.time_zone)).date()
    if not today < until <= today + timedelta(days=MOST_OFF):
        raise BadInput("until", _("A day from tomorrow on, within a year."))
    return _set_off(row, by, until, reason)


@transaction.atomic
def take_up(pk: int, by: By) -> Foreseen:
    """Now after all: what was put off waits again."""
    row = _locked(pk, by)
    return row if row.off_until is None else _set_off(row, by, None, "")


def _locked(pk: int, by: By) -> Foreseen:
    turn()
    assert by.user is not None
    row = foreseen.get(by.user, pk)
    access.require(by.user, Verb.NOTICE, row.site_id)
    return Foreseen.objects.select_for_update(of=("self",)).select_related("site").get(pk=pk)


def _set_off(row: Foreseen, by: By, until: date | None, reason: str) -> Foreseen:
    before = _told_off(row)
    row.off_until, row.off_reason = until, reason
    row.off_by, row.off_at = (by.user, by.at) if until is not None else (None, None)
    row.save(update_fields=["off_until", "off_reason", "off_by", "off_at"])
    thing = f"{org.organisation().sites[row.site_id].code} {row.category_id} {row.why}"
    record(Area.WARNINGS, thing, before, _told_off(row), Editor(by.user, by.at))
    return row


def _told_off(row: Foreseen) -> dict[str, str]:
    return {"off_until": row.off_until.isoformat() if row.off_until else "", "reason": row.off_reason}
