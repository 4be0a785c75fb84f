"""What makes a group at each site: rows that a manager edits, those of the nearest site above hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.cases.lists import categories
from huiyin.org import queries as org
from huiyin.org import reference
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Site
from huiyin.org.reference import Reference

from .matching import Bars
from .models import GroupRule
from .stages import Steps

SOURCE = gettext_noop("Huiyin's own: one begins, a few follow, many speak; likeness measured on public letters")
AROUND = (
    "neighbours/noise/night",
    "environment/cleaning/rubbish",
    "repair-public/water-drain/outage",
    "repair-public/water-drain/quality",
    "repair-public/power/outage",
    "repair-public/climate",
    "office/fees/dispute",
    "office/fees/reserve",
)
"""Categories that the packs bring along, whose cause lies around the places that people name."""
OWN = (
    "repair-home/plumbing/tap-pipe",
    "repair-home/plumbing/toilet",
    "repair-home/electric-joinery",
    "office/fees/bill",
    "office/permit",
    "office/inquiry",
    "office/extra",
    "office/voice",
)
"""Categories that the packs bring along, which are each customer's own matter."""
LIMITS: Mapping[str, tuple[int, int]] = {
    "several": (2, 1_000),
    "collective": (2, 10_000),
    "fast_customers": (2, 10_000),
    "fast_hours": (1, 24 * 30),
    "days": (1, 366),
    "place": (1, 1_000),
    "building": (1, 1_000),
    "words": (1, 1_000),
    "elsewhere": (1, 1_000),
}
MOST_SOURCE = 300


@dataclass(frozen=True)
class RuleValues:
    """The values of a row; `site` by code. Without any row these hold for the whole company."""

    site: str = ""
    several: int = Steps.several
    collective: int = Steps.collective
    fast_customers: int = Steps.fast_customers
    fast_hours: int = Steps.fast_hours
    days: int = Bars.days
    place: int = Bars.place
    building: int = Bars.building
    words: int = Bars.words
    elsewhere: int = Bars.elsewhere
    around: str = "\n".join(AROUND)
    own: str = "\n".join(OWN)
    source: str = SOURCE


@dataclass(frozen=True)
class Rule:
    """What holds at a site."""

    steps: Steps
    bars: Bars


def _load() -> dict[int, RuleValues]:
    codes = {site.pk: site.code for site in org.organisation().sites.values()}
    names = [name for name in asdict(RuleValues()) if name != "site"]
    rows = GroupRule.objects.all()
    return {row.site_id: RuleValues(codes[row.site_id], **{n: getattr(row, n) for n in names}) for row in rows}


_rows = Reference(_load)


def all_rules() -> list[RuleValues]:
    """Every row, the whole company's first, which is there always."""
    rows, root = _rows.get(), org.organisation().root
    first = rows.get(root.pk, RuleValues(root.code))
    order = [pk for pk in org.organisation().sites if pk in rows and pk != root.pk]
    return [first, *(rows[pk] for pk in order)]


def values_at(site: int) -> RuleValues:
    """The row that holds at a site: its own or the nearest one above."""
    rows, sites, at = _rows.get(), org.organisation().sites, site
    while at not in rows and (above := sites[at].parent_id) is not None:
        at = above
    return rows.get(at, RuleValues(sites[at].code))


def _load_rules() -> dict[int, Rule]:
    return {site: _rule(values_at(site)) for site in org.organisation().sites}


_rules = Reference(_load_rules)


def rule_at(site: int) -> Rule:
    """What holds at a site."""
    return _rules.get()[site]


def _rule(values: RuleValues) -> Rule:
    steps = Steps(values.several, values.collective, values.fast_customers, values.fast_hours)
    likeness = (values.days, values.place, values.building, values.words, values.elsewhere)
    return Rule(steps, Bars(*likeness, _leaves(values.around), _leaves(values.own)))


def longest() -> int:
    """The most days that any site looks back."""
    return max(values.days for values in all_rules())


def _leaves(codes: str) -> frozenset[int]:
    known = categories()
    named = [known.by_code[code] for code in codes.split() if code in known.by_code]
    return frozenset(pk for one in named for pk in known.below(one))


def find(code: str) -> RuleValues:
    """The row of a site, or `GroupRule.DoesNotExist`."""
    found = next((values for values in all_rules() if values.site == code), None)
    if found is None:
        raise GroupRule.DoesNotExist
    return found


@transaction.atomic
def put(values: RuleValues, by: Editor, *, new: bool = False) -> None:
    """Write the row of a site; with `new` there must be none yet. Groups that are there keep their members until they
    are found anew; their stages follow with the next voice."""
    begin(by)
    values, site = _checked(values), org.organisation().site(values.site)
    assert site is not None
    before = _rows.get().get(site.pk)
    if new and before is not None:
        raise BadSetting("site", _("This site has numbers of its own already; change those."))
    if not new:
        same(by, before or find(values.site))
    row = {name: value for name, value in asdict(values).items() if name != "site"}
    GroupRule.objects.update_or_create(site=site, defaults=row)
    record(Area.GROUPS, site.code, before, values, by)


def furnish(site: Site, days: int) -> int:
    """What a pack brings along for the whole company, where there are no numbers of its own yet; how many rows."""
    if not days or GroupRule.objects.exists():
        return 0
    row = {name: value for name, value in asdict(RuleValues(days=days)).items() if name != "site"}
    GroupRule.objects.create(site=site, **row)
    reference.changed()
    return 1


@transaction.atomic
def remove(code: str, by: Editor) -> None:
    """Take the row of a site away: what holds above holds there again."""
    begin(by)
    site = org.organisation().site(code)
    before = _rows.get().get(site.pk) if site is not None else None
    if before is None:
        raise GroupRule.DoesNotExist
    GroupRule.objects.filter(site=site).delete()
    record(Area.GROUPS, code, before, None, by)


def _checked(values: RuleValues) -> RuleValues:
    if org.organisation().site(values.site) is None:
        raise BadSetting("site", _("Choose the site for which it holds."))
    for field, (least, most) in LIMITS.items():
        if not least <= getattr(values, field) <= most:
            raise BadSetting(field, _("From %(least)d to %(most)d.") % {"least": least, "most": most})
    if values.collective < values.several:
        raise BadSetting("collective", _("Many are not fewer than several."))
    lists = {field: getattr(values, field).split() for field in ("around", "own")}
    for field, codes in lists.items():
        if unknown := [one for one in codes if one not in categories().by_code and one not in (*AROUND, *OWN)]:
            raise BadSetting(field, _("There is no category %(code)s.") % {"code": unknown[0]})
    source = values.source.strip()
    if not source or len(source) > MOST_SOURCE:
        raise BadSetting("source", _("Say where the numbers are from, in at most %(most)d characters.") % {"most": 300})
    return replace(values, source=source, around="\n".join(lists["around"]), own="\n".join(lists["own"]))
